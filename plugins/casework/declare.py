"""The plugin itself and its settings; the other rooms fill it."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from core.api.plugin import Plugin, Turn


class CaseworkSettings(BaseModel, frozen=True, extra="forbid"):
    """``burst``: until a new case is published. ``patience``: how long a question waits."""

    burst: timedelta = timedelta(seconds=90)
    patience: timedelta = timedelta(minutes=30)


plugin: Final = Plugin(
    "casework", settings=CaseworkSettings, texts=Path(__file__).parent / "texts"
)


def settings_of(turn: Turn) -> CaseworkSettings:
    """Return what the operator chose; raises TypeError in a house that has no such plugin."""
    found = turn.house.settings[plugin.name]
    if not isinstance(found, CaseworkSettings):
        raise TypeError(f"{plugin.name} was given the settings of another plugin")
    return found
