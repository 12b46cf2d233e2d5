"""Row ids, made by the program: 53 bits, always growing, time in front and a counter behind."""

from datetime import UTC, datetime
from typing import Final

from core.clock import Clock
from core.store.fields import to_millis

_COUNTER_BITS: Final = 12
_START: Final = to_millis(datetime(2026, 1, 1, tzinfo=UTC))


class Ids:
    """Gives ids that grow even when the clock stands still or goes back.

    ``floor`` is the highest id that any table holds: a clock set back must not meet old ids again.
    """

    def __init__(self, clock: Clock, floor: int = 0) -> None:
        self._clock = clock
        self._last = floor

    def next(self) -> int:
        ahead = max(0, to_millis(self._clock.now()) - _START) << _COUNTER_BITS
        self._last = max(ahead, self._last + 1)
        return self._last
