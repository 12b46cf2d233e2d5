"""My side: the worker hears of his request, answers, confirms, looks it up, and may end it."""

from plugins.myside import mine, talk, told, verify
from plugins.myside.declare import plugin

__all__ = ["mine", "plugin", "talk", "told", "verify"]
