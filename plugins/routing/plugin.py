"""Opens the plugin: importing its rooms is what declares their deeds."""

from plugins.routing import alarm, handing, offers
from plugins.routing.declare import plugin

__all__ = ["alarm", "handing", "offers", "plugin"]
