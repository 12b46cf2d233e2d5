"""Another plugin of the same name: an operator's mistake."""

from core.api.plugin import Plugin

plugin = Plugin("bell")
