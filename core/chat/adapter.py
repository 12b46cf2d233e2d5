"""The two sides of the counter: the adapter, which knows one platform, and the desk it serves."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel

from core.chat.capabilities import Capabilities
from core.chat.letter import Letter
from core.chat.message import FileRef, Incoming
from core.clock import Clock


class Desk(Protocol):
    """What the engine gives an adapter."""

    async def hear(self, incoming: Incoming) -> None:
        """Return once the turn is committed or parked: then, and only then, acknowledge it.

        Raises StoreError while nothing can be stored: do not acknowledge, offer it again.
        """
        ...

    async def load(self, key: str) -> str | None:
        """Return what this account saved under *key* (an offset, a sync token)."""
        ...

    async def save(self, key: str, value: str) -> None:
        """Keep *value* for this account, durably."""
        ...

    def read_file(self, file: int) -> AsyncIterator[bytes]:
        """Yield the bytes of an attachment that a letter carries."""
        ...


class Adapter(Protocol):
    """One account on one platform."""

    can: Capabilities

    async def run(self, desk: Desk) -> None:
        """Listen until cancelled. Hear the messages of one chat in order, one after the other."""
        ...

    async def send(self, letter: Letter) -> str:
        """Carry *letter* and return the platform's message id. Raises DeliveryError."""
        ...

    def fetch(self, ref: FileRef) -> AsyncIterator[bytes]:
        """Yield the bytes of a file that somebody sent. Raises DeliveryError."""
        ...


class Mounts(Protocol):
    """Where an adapter hangs its page or webhook: the web server, before it runs.

    The server stands one floor higher, so its requests and replies have no name here.
    """

    def get(self, path: str, handler: Callable[[Any], Awaitable[Any]]) -> None: ...

    def post(self, path: str, handler: Callable[[Any], Awaitable[Any]]) -> None: ...

    def socket(self, path: str, on_socket: Callable[[Any, Any], Awaitable[None]]) -> None: ...

    def files(self, prefix: str, folder: Path) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the house lends an adapter. ``data``: the data folder (None: keep nothing on disk)."""

    clock: Clock
    data: Path | None = None
    web: Mounts | None = None


@dataclass(frozen=True, slots=True)
class AdapterKind:
    """One platform, as its package declares it: ``build`` makes the adapter of one account.

    ``build`` is given the account's whole name (``telegram.main``), an instance of ``settings``,
    and the surroundings; it does no I/O but reading the data folder.
    """

    name: str
    settings: type[BaseModel]
    build: Callable[[str, Any, Surroundings], Adapter]
