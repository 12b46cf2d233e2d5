"""Due work: rows say what is due, APScheduler only rings the bell.

Rule: a job is a row until the turn that did it has committed; ringing twice, or late, changes
nothing.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core import log
from core.bus.port import Bus, Parcel
from core.clock import Clock
from core.store.records import Job
from core.store.store import Store

LOG = log.get(__name__)
AT_ONCE: Final = 64
"""Jobs taken up together; one lane still does one at a time."""


class Waker:
    """Rings bells at set times."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._timers = AsyncIOScheduler(timezone=UTC)

    def open(self) -> None:
        self._timers.start()

    def close(self) -> None:
        if self._timers.running:
            self._timers.shutdown(wait=False)

    def ring(self, name: str, at: datetime, bell: Callable[[], None]) -> None:
        """Call *bell* at *at* by our clock; the same *name* again moves it."""

        async def strike() -> None:
            # A plain function would be called in a thread, where events must not be set.
            bell()

        delay = max(at - self._clock.now(), timedelta())
        self._timers.add_job(
            strike,
            "date",
            run_date=datetime.now(UTC) + delay,
            id=name,
            replace_existing=True,
            misfire_grace_time=None,
            # A bell set anew while it rings must ring again: its job counts as still running.
            max_instances=AT_ONCE,
        )

    def __len__(self) -> int:
        return len(self._timers.get_jobs())


class Scheduler:
    """Hands due jobs to the bus, each in its lane."""

    def __init__(self, store: Store, bus: Bus, clock: Clock, waker: Waker) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self.owners: Sequence[str] = ()
        self._waker = waker
        self._bell = asyncio.Event()
        self._running: set[int] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    def wake(self) -> None:
        """Look for due jobs now."""
        self._bell.set()

    async def due(self, now: datetime) -> list[Job]:
        """Return what is due at *now* and not being done already, the earliest first."""
        free = AT_ONCE - len(self._running)
        if free <= 0:
            return []
        jobs = await self._store.jobs.due(now, AT_ONCE, self.owners)
        return [job for job in jobs if job.id not in self._running][:free]

    async def run(self) -> None:
        """Do due jobs until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._bell.clear()
                if not await self._take_up(tasks):
                    await self._set_bell()
                    await self._bell.wait()

    async def drain(self) -> int:
        """Do all that is due now and what follows from it at once; return how many jobs.

        What ``run`` has under way meanwhile is waited for: its rows are due until it is done.
        """
        done = 0
        while True:
            async with asyncio.TaskGroup() as tasks:
                started = await self._take_up(tasks)
            busy = not self._idle.is_set()
            await self._idle.wait()
            if not started and not busy:
                return done
            done += started

    async def next_at(self) -> datetime | None:
        """Return when the next job is due."""
        return await self._store.jobs.next_due(self.owners)

    async def _take_up(self, tasks: asyncio.TaskGroup) -> int:
        jobs = await self.due(self._clock.now())
        for job in jobs:
            self._running.add(job.id)
            self._idle.clear()
            tasks.create_task(self._do(job))
        return len(jobs)

    async def _do(self, job: Job) -> None:
        try:
            await self._bus.publish(Parcel(lane=job.lane, job=job.id))
        finally:
            self._running.discard(job.id)
            if not self._running:
                self._idle.set()
            self._bell.set()

    async def _set_bell(self) -> None:
        at = await self.next_at()
        if at is not None:
            self._waker.ring("jobs", at, self.wake)
