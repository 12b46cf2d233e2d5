"""The plugin itself, and what its rooms share; it has nothing to set."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from core.api.plugin import Plugin

plugin = Plugin("admin", texts=Path(__file__).parent / "texts")


def clock_face(at: datetime, zone: ZoneInfo) -> str:
    """Return the moment as an operator reads it."""
    return f"{at.astimezone(zone):%m-%d %H:%M}"
