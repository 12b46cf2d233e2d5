"""Lanes: order inside one chat or case, everything else side by side."""

from asyncio import Lock
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


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
