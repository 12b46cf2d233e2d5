"""The App: built from settings, run, closed; two of them live in one process."""

from core.app.app import App
from core.app.build import Parts, open_app

__all__ = ["App", "Parts", "open_app"]
