"""Casework: a request is offered, taken, answered, handed to managers and done."""

from plugins.casework import card, deed, talk, task
from plugins.casework.declare import plugin

__all__ = ["card", "deed", "plugin", "talk", "task"]
