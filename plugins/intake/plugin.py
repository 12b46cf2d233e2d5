"""Opens the plugin: importing its rooms is what declares their deeds."""

from plugins.intake import aside, asking, classify, hearing
from plugins.intake.declare import plugin

__all__ = ["aside", "asking", "classify", "hearing", "plugin"]
