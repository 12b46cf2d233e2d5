"""The daily anchor: one digest over all cases' chains, kept here and in the operator's log.

Who later changes a fact must change its chain, and every anchor since; the log has them.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from core import log
from core.crypto import digest
from core.store.records import Job, NewJob
from core.store.store import Store
from core.store.unit import Unit

LOG = log.get(__name__)
JOB: Final = "anchor"
DAY: Final = timedelta(days=1)


async def plan_anchor(store: Store, now: datetime) -> None:
    """Plan the next anchor at the coming midnight, UTC, unless one is planned."""
    if await store.jobs.by_key(JOB) is None:
        unit = store.unit()
        _plan(unit, now)
        await store.commit(unit)


class Anchor:
    """Drops the anchor each day."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def drop(self, job: Job, unit: Unit) -> None:
        """Digest all chains as they stand, and plan the next time."""
        chains = await self._store.cases.digests()
        whole = digest(*(part for case, end in chains for part in (str(case).encode(), end))).hex()
        day = job.due_at.date().isoformat()
        await self._store.state.save("core", f"{JOB}:{day}", whole)
        LOG.info("anchored", day=day, cases=len(chains), digest=whole)
        _plan(unit, max(job.due_at, unit.clock.now()))


def _plan(unit: Unit, now: datetime) -> None:
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    unit.job(NewJob("core", JOB, midnight, JOB, key=JOB))
