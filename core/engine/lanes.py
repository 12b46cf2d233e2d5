"""Lanes: order inside one chat or case, everything else side by side.

Rule 1: a lane is held by one turn at a time, and given in the order of asking.
Rule 2: whoever changes a case holds its lane while he commits, so a turn that runs again while
holding it comes through.
Rule 3: beside its own lane a turn holds one case's at most: two turns could wait for each other.
"""

from asyncio import Lock
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

CASE: Final = "case:"


class Lanes:
    """A fair lock per lane, kept only while somebody is in it or waits for it."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[Lock, int]] = {}

    def __len__(self) -> int:
        return len(self._locks)

    @asynccontextmanager
    async def of(self, lane: str) -> AsyncIterator[None]:
        """Wait for *lane* in the order of asking and hold it."""
        lock, users = self._locks.get(lane) or (Lock(), 0)
        self._locks[lane] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[lane]
            if users == 1:
                del self._locks[lane]
            else:
                self._locks[lane] = (lock, users - 1)

    @asynccontextmanager
    async def case_hold(self, own: str) -> AsyncIterator["CaseHold"]:
        """Yield what a turn in the lane *own* may hold beside it; released at the end."""
        async with AsyncExitStack() as stack:
            yield CaseHold(self, stack, own)


class CaseHold:
    """The one ``case`` whose lane a turn holds through its commit and its further tries."""

    def __init__(self, lanes: Lanes, stack: AsyncExitStack, own: str) -> None:
        self._lanes = lanes
        self._stack = stack
        self.case = int(own.removeprefix(CASE)) if own.startswith(CASE) else None

    async def take(self, case: int) -> None:
        """Wait for the lane of *case*, unless this turn holds one already."""
        if self.case is None:
            self.case = case
            await self._stack.enter_async_context(self._lanes.of(case_lane(case)))


def case_lane(case: int) -> str:
    return f"{CASE}{case}"
