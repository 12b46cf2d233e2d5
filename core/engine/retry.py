"""Trying parked things again: an operator's wish, done as the house's own job after his turn.

Rule: a parked message is heard once more under a version of its own, for its first hearing has
left its mark; so pressing twice, or dying half-way, tries it once.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from pydantic import TypeAdapter

from core import log
from core.bus.port import Bus, Parcel
from core.chat.message import Incoming
from core.clock import Clock
from core.store.records import Job, LetterState, NewJob, Outcome, Parked
from core.store.store import Store
from core.store.unit import Unit

LOG = log.get(__name__)
JOB: Final = "retry"
AGAIN: Final = "again"
_INCOMING: Final = TypeAdapter(Incoming)
_JOB: Final = TypeAdapter(Job)


class Retry:
    """Hears parked messages, plans parked jobs and sends parked letters again, or drops them."""

    def __init__(self, store: Store, bus: Bus, clock: Clock, wake: Callable[[], None]) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self._wake = wake

    async def run(self, job: Job, unit: Unit) -> None:
        """Do what the job's data say: ``parked`` is the id, ``deed`` is again or drop."""
        number, again = int(job.data["parked"]), job.data["deed"] == AGAIN
        parked = await self._store.parked.get(number)
        LOG.info("parked_again" if again else "parked_dropped", parked=number)
        if parked is not None:
            unit.write(self._store.parked.dropping(number))
            if again:
                await self._again(parked, unit)
        elif again:
            await self._store.letters.send_again([number])
            self._wake()
        else:
            await self._drop_letter(number)

    async def _drop_letter(self, letter: int) -> None:
        found = await self._store.letters.get(letter)
        if found is not None and found.state is LetterState.PARKED:
            now = self._clock.now()
            dropped = Outcome(letter, LetterState.EXPIRED, now, reason="dropped by the operator")
            await self._store.letters.finish([dropped])

    async def _again(self, parked: Parked, unit: Unit) -> None:
        if parked.kind == "incoming":
            incoming = _INCOMING.validate_json(parked.raw)
            fresh = replace(incoming, version=min(incoming.version, 0) - 1)
            await self._bus.publish(Parcel(lane=parked.lane, incoming=fresh))
        elif parked.raw != "null":
            old = _JOB.validate_json(parked.raw)
            # What was planned under its key since then is newer, and must not be replaced.
            key = "" if await self._store.jobs.by_key(old.key) else old.key
            planned = NewJob(old.owner, old.name, self._clock.now(), old.lane, old.data, key=key)
            unit.job(replace(planned, case=old.case, depth=old.depth))
