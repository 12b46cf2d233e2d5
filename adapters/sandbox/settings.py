"""The settings of ``[accounts.sandbox.<name>]``."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from core.api.adapter import Capabilities, Pace


def known_zone(name: str) -> str:
    """Return *name* if it is a time zone's."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name} is no time zone; write it like Asia/Shanghai") from error
    return name


class SandboxSettings(BaseModel):
    """``paces``: limits to declare, as (count, seconds); the sandbox itself has none.

    ``retry_seconds``: how long a message waits that the engine could not store.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bot_name: str = "连心"
    timezone: Annotated[str, AfterValidator(known_zone)] = "Asia/Shanghai"
    paces: tuple[tuple[int, float], ...] = ()
    chat_paces: tuple[tuple[int, float], ...] = ()
    retry_seconds: Annotated[float, Field(ge=0)] = 1.0

    def can(self) -> Capabilities:
        return Capabilities(
            text=4000,
            idempotent=True,
            opens_private=False,
            paces=to_paces(self.paces),
            chat_paces=to_paces(self.chat_paces),
        )


def to_paces(pairs: Sequence[tuple[int, float]]) -> tuple[Pace, ...]:
    return tuple(Pace(count, timedelta(seconds=seconds)) for count, seconds in pairs)
