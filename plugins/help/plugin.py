"""Help: one list for each person, and one usage line for each command."""

from plugins.help import answer
from plugins.help.declare import plugin

__all__ = ["answer", "plugin"]
