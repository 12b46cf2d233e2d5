"""The plugin itself, its settings, and the clocks they set."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field, field_validator

from core.api.case import Case, Priority
from core.api.people import Group
from core.api.plugin import ConfigError, Plugin, Turn
from core.api.time import Limits, due, limits_from


class RoutingSettings(BaseModel, frozen=True, extra="forbid"):
    """``capacity``: how many open cases and offers one cadre carries at most.

    ``limits``: what differs from the usual, such as ``P2 = { accept = "1 h daytime" }``.
    ``passes``: how often a case may be handed on before the chair decides.
    """

    capacity: int = Field(default=40, ge=1, le=1000)
    limits: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    passes: int = Field(default=2, ge=0, le=9)

    @field_validator("limits")
    @classmethod
    def _readable(cls, table: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
        try:
            limits_from(table)
        except ConfigError as error:
            raise ValueError("; ".join(error.problems)) from None
        return table

    @cached_property
    def by_priority(self) -> Mapping[Priority, Limits]:
        return limits_from(self.limits)


plugin: Final = Plugin("routing", settings=RoutingSettings, texts=Path(__file__).parent / "texts")


def settings_of(turn: Turn) -> RoutingSettings:
    chosen = turn.house.settings[plugin.name]
    assert isinstance(chosen, RoutingSettings)  # noqa: S101 - the App checked them
    return chosen


async def group_of(turn: Turn, group: int) -> Group:
    """Return a group that a case names: it is never taken away."""
    found = await turn.read.people.group(group)
    assert found is not None  # noqa: S101 - as above
    return found


async def accept_until(turn: Turn, case: Case) -> datetime:
    """Return until when an answer to an offer made now may take."""
    span = settings_of(turn).by_priority[case.priority].accept
    zone = (await group_of(turn, case.group)).zone
    return due(span, turn.now, zone, turn.house.calendar)


async def reply_until(turn: Turn, case: Case) -> datetime:
    """Return until when whoever took the case now must have spoken with the worker."""
    span = settings_of(turn).by_priority[case.priority].first_reply
    zone = (await group_of(turn, case.group)).zone
    return due(span, turn.now, zone, turn.house.calendar)
