"""The two sides of the counter: the adapter, which knows one platform, and the desk it hands messages to."""

from collections.abc import AsyncIterator
from typing import Protocol

from core.chat.capabilities import Capabilities
from core.chat.letter import Letter
from core.chat.message import FileRef, Incoming


class Desk(Protocol):
    """What the engine gives an adapter."""

    async def hear(self, incoming: Incoming) -> None:
        """Return once the turn is committed or parked: then, and only then, acknowledge it.

        Raises StoreError while nothing can be stored: do not acknowledge, offer the same message again.
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
