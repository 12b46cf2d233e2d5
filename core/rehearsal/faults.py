"""Faults on purpose: the process dies, the platform repeats itself, limits, or goes away.

Rule 1: a fault strikes once, at the next thing that is heard, committed or sent.
Rule 2: nothing in the engine knows of this; faults are wrapped around store, adapter and desk.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.chat.adapter import Adapter, Desk
from core.chat.letter import Letter
from core.chat.message import FileRef, Incoming
from core.errors import DeliveryError, Scope
from core.store.store import Store
from core.store.unit import Unit

MOMENT = timedelta(milliseconds=1)
Carried = Callable[[Letter, str], None]


class Crash(BaseException):
    """The process dies here: no ``except Exception`` in the house may notice."""


@dataclass(slots=True)
class Faults:
    """What is armed now."""

    crash: str = ""
    duplicate: bool = False
    limit: timedelta | None = None
    offline: bool = False

    def strike(self, when: str) -> None:
        """Die, if that was asked for."""
        if self.crash == when:
            self.crash = ""
            raise Crash(when)

    def refuse(self) -> None:
        """Raise what the platform answers now, if it is not in order."""
        if self.offline:
            raise DeliveryError("the platform is away", retry_after=MOMENT, scope=Scope.ACCOUNT)
        if self.limit is not None:
            pause, self.limit = self.limit, None
            raise DeliveryError("429: too many requests", retry_after=pause, scope=Scope.CHAT)


class Backstage:
    """An adapter with faults around it; ``carried`` hears of every letter the platform took."""

    def __init__(self, inner: Adapter, faults: Faults, carried: Carried) -> None:
        self.can = inner.can
        self._inner = inner
        self._faults = faults
        self._carried = carried

    async def run(self, desk: Desk) -> None:
        await self._inner.run(_FaultyDesk(desk, self._faults))

    async def send(self, letter: Letter) -> str:
        self._faults.refuse()
        message = await self._inner.send(letter)
        self._carried(letter, message)
        self._faults.strike("after_send")
        return message

    def fetch(self, ref: FileRef) -> AsyncIterator[bytes]:
        return self._inner.fetch(ref)


class _FaultyDesk:
    """A desk to which a message may come twice."""

    def __init__(self, inner: Desk, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults

    async def hear(self, incoming: Incoming) -> None:
        await self._inner.hear(incoming)
        if self._faults.duplicate:
            self._faults.duplicate = False
            await self._inner.hear(incoming)

    async def load(self, key: str) -> str | None:
        return await self._inner.load(key)

    async def save(self, key: str, value: str) -> None:
        await self._inner.save(key, value)

    def read_file(self, file: int) -> AsyncIterator[bytes]:
        return self._inner.read_file(file)


def faulty_store(faults: Faults) -> Any:  # noqa: ANN401 - the store's own open, with its many arguments
    """Return what opens a store whose commits may be the last thing the process does."""

    @asynccontextmanager
    async def open_store(*args: Any, **kwargs: Any) -> AsyncIterator[Store]:  # noqa: ANN401
        async with Store.open(*args, **kwargs) as store:
            commit = store.commit

            async def dangerous(unit: Unit) -> None:
                faults.strike("before_commit")
                await commit(unit)
                faults.strike("after_commit")

            store.commit = dangerous  # type: ignore[method-assign]
            yield store

    return open_store
