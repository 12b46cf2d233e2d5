"""Admin: an operator's look at the running house, and a chair's at the week."""

from plugins.admin import health, parked, stats, switch
from plugins.admin.declare import plugin

__all__ = ["health", "parked", "plugin", "stats", "switch"]
