"""What the adapters' contract suite stands on: a platform to look at, a desk that remembers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from core.chat.adapter import Adapter
from core.chat.message import Incoming, Kind
from core.chat.stage import Stage

BYTES = bytes(range(256)) * 700


@dataclass(frozen=True)
class Shown:
    """A message as people see it."""

    id: str
    text: str
    buttons: tuple[str, ...] = ()
    quotes: str | None = None
    files: tuple[str, ...] = ()


class Ground(Protocol):
    """A platform to try an adapter on: wu and li are in ``group``, with open private chats."""

    stage: Stage
    account: str
    group: str
    nowhere: str
    """The id of a group that the bot is not in."""

    def adapter(self) -> Adapter:
        """Return an adapter that knows nothing but its account: as after a restart."""
        ...

    def private(self, user: str) -> str:
        """Return the id of *user*'s private chat with the bot."""
        ...

    def shown(self, chat: str) -> list[Shown]:
        """Return what people see in *chat*, oldest first."""
        ...


class RecordingDesk:
    """Remembers what it heard; ``failing`` is raised first; a closed ``gate`` holds its chat."""

    def __init__(self, *failing: Exception) -> None:
        self.offered: list[Incoming] = []
        self.heard: list[Incoming] = []
        self.gate: dict[str, asyncio.Event] = {}
        self.saved: dict[str, str] = {}
        self._failing = list(failing)
        self._news = asyncio.Condition()

    async def hear(self, incoming: Incoming) -> None:
        await self._note(self.offered, incoming)
        if incoming.chat in self.gate:
            await self.gate[incoming.chat].wait()
        if self._failing:
            raise self._failing.pop(0)
        await self._note(self.heard, incoming)

    async def load(self, key: str) -> str | None:
        return self.saved.get(key)

    async def save(self, key: str, value: str) -> None:
        self.saved[key] = value

    async def read_file(self, file: int) -> AsyncIterator[bytes]:
        assert file == 7
        yield BYTES[:1000]
        yield BYTES[1000:]

    async def until_offered(self, count: int) -> None:
        async with self._news:
            await self._news.wait_for(lambda: len(self.offered) >= count)

    async def _note(self, where: list[Incoming], incoming: Incoming) -> None:
        async with self._news:
            where.append(incoming)
            self._news.notify_all()

    def texts(self, chat: str) -> list[str]:
        return [one.text for one in self.heard if one.chat == chat and one.kind is Kind.SAID]

    def of(self, kind: Kind) -> list[Incoming]:
        return [one for one in self.heard if one.kind is kind]


@asynccontextmanager
async def running(adapter: Adapter, desk: RecordingDesk) -> AsyncIterator[None]:
    """Keep *adapter* running as a keeper would: what falls over is started again."""

    async def keep() -> None:
        while True:
            try:
                await adapter.run(desk)
            except Exception:  # noqa: BLE001, S112 - whatever it is, a keeper restarts
                continue

    task = asyncio.create_task(keep())
    try:
        async with asyncio.timeout(20):
            yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
