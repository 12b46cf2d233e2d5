"""The plugin itself and its settings; the other rooms fill it."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from core.api.plugin import Plugin, Turn


class MySettings(BaseModel, frozen=True, extra="forbid"):
    """How long "done" waits for an answer, and how long "not solved" opens a case again."""

    remind_after: tuple[timedelta, ...] = (timedelta(days=1), timedelta(days=3))
    unconfirmed_after: timedelta = timedelta(days=7)
    reopen_within: timedelta = timedelta(days=30)
    reopen_rights_within: timedelta = timedelta(days=180)


plugin: Final = Plugin("myside", settings=MySettings, texts=Path(__file__).parent / "texts")


def settings_of(turn: Turn) -> MySettings:
    """Return what the operator chose; raises TypeError in a house that has no such plugin."""
    found = turn.house.settings[plugin.name]
    if not isinstance(found, MySettings):
        raise TypeError(f"{plugin.name} was given the settings of another plugin")
    return found
