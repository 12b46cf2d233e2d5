"""Jobs: work that waits for its time; the unit plans and takes them, here they are found."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from core.store.cabinet import Cabinet
from core.store.fields import to_millis, to_moment
from core.store.records import Job
from core.store.step import Row, Step, marks

_JOB: Final = "id, owner, name, due_at, lane, data, key, case_id, depth, tries"


class Jobs:
    """Reads, and the one write that belongs to no unit: a job that failed."""

    def __init__(self, at: Cabinet) -> None:
        self._at = at

    async def due(self, now: datetime, limit: int, owners: Sequence[str]) -> tuple[Job, ...]:
        """Return what is due of *owners*, in the order it fell due."""
        if not owners:
            return ()
        sql = (
            f"SELECT {_JOB} FROM job WHERE due_at <= ? AND owner IN ({marks(len(owners))})"
            " ORDER BY due_at, id LIMIT ?"
        )
        rows = await self._at.reader.fetch(sql, to_millis(now), *owners, limit)
        return tuple(map(_to_job, rows))

    async def next_of_case(self, case: int, now: datetime, owners: Sequence[str]) -> Job | None:
        """Return what is due first in the lane of *case*."""
        if not owners:
            return None
        sql = (
            f"SELECT {_JOB} FROM job WHERE case_id = ? AND lane = ? AND due_at <= ?"
            f" AND owner IN ({marks(len(owners))}) ORDER BY due_at, id LIMIT 1"
        )
        rows = await self._at.reader.fetch(sql, case, f"case:{case}", to_millis(now), *owners)
        return _to_job(rows[0]) if rows else None

    async def next_due(self, owners: Sequence[str]) -> datetime | None:
        """Return when the first job of *owners* is due, past or to come."""
        if not owners:
            return None
        sql = f"SELECT MIN(due_at) FROM job WHERE owner IN ({marks(len(owners))})"
        rows = await self._at.reader.fetch(sql, *owners)
        return to_moment(rows[0][0])

    async def get(self, job: int) -> Job | None:
        rows = await self._at.reader.fetch(f"SELECT {_JOB} FROM job WHERE id = ?", job)
        return _to_job(rows[0]) if rows else None

    async def by_key(self, key: str) -> Job | None:
        rows = await self._at.reader.fetch(f"SELECT {_JOB} FROM job WHERE key = ?", key)
        return _to_job(rows[0]) if rows else None

    async def of_case(self, case: int) -> tuple[Job, ...]:
        sql = f"SELECT {_JOB} FROM job WHERE case_id = ? ORDER BY due_at, id"
        return tuple(map(_to_job, await self._at.reader.fetch(sql, case)))

    async def count(self) -> int:
        """Return how many jobs wait."""
        return int((await self._at.reader.fetch("SELECT COUNT(*) FROM job"))[0][0])

    async def failed(self, job: int, again_at: datetime) -> None:
        """Count a failure and let the job be due again at *again_at*."""
        sql = "UPDATE job SET tries = tries + 1, due_at = ? WHERE id = ?"
        await self._at.database.run([Step(sql, [(to_millis(again_at), job)])])


def _to_job(row: Row) -> Job:
    number, owner, name, due_at, lane, data, key, case, depth, tries = row
    due = to_moment(due_at)
    return Job(number, owner, name, due, lane, json.loads(data), key or "", case, depth, tries)
