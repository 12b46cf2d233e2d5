"""The plugin itself; it has nothing to set."""

from pathlib import Path

from core.api.plugin import Plugin

plugin = Plugin("help", texts=Path(__file__).parent / "texts")
