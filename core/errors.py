"""The errors of the house: the type says who must act.

A ``RuleError`` is told to the person; a ``ConfigError`` to the operator; a ``DeliveryError`` is
for the relay; ``Conflict`` and ``Repeated`` are for the dispatcher; all else is our bug and is
logged whole.
"""

from datetime import timedelta
from enum import StrEnum
from typing import final


class BotError(Exception):
    """The root of all errors that Lianxin raises on purpose."""


@final
class ConfigError(BotError):
    """The operator must act: every problem found, told at once."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@final
class RuleError(BotError):
    """A law or right forbids it: all is rolled back, the person is told ``key`` with ``values``.

    ``key`` names a sentence in the texts of the plugin at work (``owner``, filled in by the
    dispatcher), or ``core.<key>`` of the house's own.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(f"{key} {values}" if values else key)
        self.key = key
        self.values = values
        self.owner = ""


class Scope(StrEnum):
    """What a platform's refusal stands for."""

    LETTER = "letter"
    CHAT = "chat"
    ACCOUNT = "account"


@final
class DeliveryError(BotError):
    """An adapter could not carry a letter.

    ``retry_after`` set: try again then, and hold ``scope`` until then. ``unknown``: the platform
    may have it or not. Neither: it refused for good, and the letter is parked.
    """

    def __init__(
        self,
        reason: str,
        *,
        retry_after: timedelta | None = None,
        scope: Scope = Scope.LETTER,
        unknown: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.scope = scope
        self.unknown = unknown


class StoreError(BotError):
    """The database cannot be used now: nothing was written, hearing stops until it is back."""


@final
class DriftError(StoreError):
    """The database does not match this program: refuse to start, keep the data."""


@final
class Conflict(BotError):
    """Somebody else changed the case (or the job) meanwhile: the turn runs again."""


@final
class Repeated(BotError):
    """This message, press or job has had its effects before: the turn stops here."""


@final
class PluginError(BotError):
    """A plugin or adapter is declared wrongly; raised while loading, never while running."""
