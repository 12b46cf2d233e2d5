"""The desk an adapter hands its messages to."""

from collections.abc import AsyncIterator, Awaitable, Callable

from core.bus.port import Bus, Parcel
from core.chat.message import Incoming
from core.store.store import Store

ReadFile = Callable[[int], Awaitable[bytes]]


class Receiver:
    """One account's desk."""

    def __init__(self, account: str, bus: Bus, store: Store, read_file: ReadFile) -> None:
        self._account = account
        self._bus = bus
        self._store = store
        self._read_file = read_file

    async def hear(self, incoming: Incoming) -> None:
        """Return once the turn is committed or parked. Raises StoreError."""
        lane = f"{incoming.account}|{incoming.chat}"
        await self._bus.publish(Parcel(lane=lane, incoming=incoming))

    async def load(self, key: str) -> str | None:
        return await self._store.state.load(self._account, key)

    async def save(self, key: str, value: str) -> None:
        await self._store.state.save(self._account, key, value)

    async def read_file(self, file: int) -> AsyncIterator[bytes]:
        yield await self._read_file(file)
