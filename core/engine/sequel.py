"""What follows from a turn at once: the turns of its facts, done before its commit ends.

Rule 1: only jobs in the lane of the case that the first turn holds; the others wait their turn.
Rule 2: each is a turn of its own, written whole with its own mark or not at all; it reads what
those before it wrote.
Rule 3: what fails here ends the sequel; the scheduler does it again, tries it and may park it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from core import log
from core.domain.case import Case
from core.domain.fact import Fact
from core.kit.house import House
from core.kit.turn import Turn, fresh_turn
from core.store.records import Job
from core.store.unit import Unit, Write

LOG = log.get(__name__)
LONGEST: Final = 16
"""Turns of one sequel at most: others wait for the transaction."""

Do = Callable[[Job, Turn, Mapping[int, Fact]], Awaitable[None]]


@dataclass(slots=True)
class Sequel:
    """Does what is due in the lane of ``case``; ``units`` is all that was written."""

    house: House
    do: Do
    case: int
    units: list[Unit]
    _facts: dict[int, Fact] = field(default_factory=dict)
    _cases: dict[int, Case] = field(default_factory=dict)

    async def run(self, write: Write) -> None:
        """Go on until nothing is due; for ``Unit.sequel``."""
        self._remember(self.units[0])
        while len(self.units) <= LONGEST:
            job = await self._next()
            if job is None:
                return
            try:
                unit = await self._turn(job)
                await write(unit)
            except Exception as error:  # noqa: BLE001 - rule 3
                LOG.info("left_to_the_scheduler", job=job.id, error=type(error).__name__)
                return
            self.units.append(unit)
            self._remember(unit)

    async def _next(self) -> Job | None:
        """Return what is due first of the plugins that are on; errands go outside."""
        now = self.house.clock.now()
        return await self.house.store.jobs.next_of_case(self.case, now, self.house.plugins)

    async def _turn(self, job: Job) -> Unit:
        turn = fresh_turn(self.house, job.owner, depth=job.depth)
        turn.take_for_known(self._cases)
        with log.turn(f"job {job.id}"):
            await self.do(job, turn, self._facts)
        turn.unit.take_job(job.id)
        return turn.unit

    def _remember(self, unit: Unit) -> None:
        """Spare the turns to come the reading of what is known; deeds may have changed it."""
        self._facts |= dict(unit.facts)
        if unit.writes:
            self._cases.clear()
            return
        self._cases |= unit.opened_cases
        self._cases |= {case: after for case, (_, after) in unit.changed_cases.items()}
