"""What the author of a plugin tests with: a small site, told in Python."""

from core.testing.site import Site, open_site

__all__ = ["Site", "open_site"]
