"""What a demo keeps in its folder between two starts: its key, and how far its clock is ahead."""

import os
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from core.clock import DemoClock
from core.crypto import Sealer
from core.domain.calendar import WorkCalendar, at_local
from core.errors import ConfigError

OPENING: Final = time(11, 30)
"""When a new demo begins: a little before the noon prompt."""


def demo_key(path: Path) -> str:
    """Return the demo's key, making it at the first start; only its owner may read the file."""
    with suppress(FileExistsError):
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "w", encoding="ascii") as out:
            out.write(Sealer.fresh_key() + "\n")
    return path.read_text(encoding="ascii").strip()


class KeptClock(DemoClock):
    """A demo's clock that never goes back, not even over a restart."""

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        self._path = path
        super().__init__(self._kept() if path.exists() else first_hour(datetime.now(UTC), zone))
        self._keep()

    def move_to(self, at: datetime) -> None:
        super().move_to(at)
        self._keep()

    def _kept(self) -> timedelta:
        try:
            return timedelta(seconds=float(self._path.read_text(encoding="ascii")))
        except (ValueError, OverflowError) as error:
            raise ConfigError(
                f"{self._path} is damaged: begin anew with `lianxin demo --fresh`"
            ) from error

    def _keep(self) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(f"{self.ahead.total_seconds()}\n", encoding="ascii")
        fresh.replace(self._path)


def first_hour(now: datetime, zone: ZoneInfo) -> timedelta:
    """Return how far it is from *now* to the next opening hour of a workday."""
    calendar = WorkCalendar.china()
    local = now.astimezone(zone)
    today: date = local.date()
    begins_today = local.time() <= OPENING and calendar.is_workday(today)
    day = today if begins_today else calendar.next_workday(today)
    return at_local(day, OPENING, zone) - now
