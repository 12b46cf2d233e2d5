"""Opens the plugin: importing its rooms is what declares their deeds."""

from plugins.groups import comings, crew, myself
from plugins.groups.declare import plugin

__all__ = ["comings", "crew", "myself", "plugin"]
