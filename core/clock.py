"""What time it is: passed in everywhere, always aware, always UTC."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FrozenClock:
    """Stands still until moved; for tests and rehearsals."""

    def __init__(self, at: datetime) -> None:
        self._now = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def move_to(self, at: datetime) -> None:
        """Move to *at*; never back."""
        self._now = max(self._now, at.astimezone(UTC))


class DemoClock:
    """The machine's time moved ahead by hand, so that a week can be watched in minutes."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self._ahead = ahead

    @property
    def ahead(self) -> timedelta:
        return self._ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def move_to(self, at: datetime) -> None:
        """Move to *at*; never back."""
        self._ahead += max(at - self.now(), timedelta())
