"""Opens the plugin: importing its rooms is what declares their deeds."""

from plugins.prompts import chair, rounds, today
from plugins.prompts.declare import plugin

__all__ = ["chair", "plugin", "rounds", "today"]
