"""A platform played from outside: how rehearsals and demos move its people."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from core.chat.message import FileKind


class Stage(Protocol):
    """The people's side of one account's platform; ids are those that its adapter reports."""

    async def seat(self, user: str, name: str, *, private: bool = True) -> None:
        """Let *user* exist; with *private* the chat with the bot has been opened."""
        ...

    async def join(self, chat: str, user: str, name: str, *, quietly: bool = False) -> None:
        """Let *user* come into *chat*; *quietly* tells the bot nothing (he was there before)."""
        ...

    async def leave(self, chat: str, user: str) -> None:
        """Let *user* leave *chat*."""
        ...

    async def say(  # noqa: PLR0913 - who says what where; the rest is optional
        self,
        user: str,
        chat: str | None,
        text: str,
        *,
        files: Sequence[tuple[FileKind, Path]] = (),
        quotes: str | None = None,
        edits: str | None = None,
    ) -> str:
        """Let *user* write in *chat* (None: in private with the bot); return the message's id."""
        ...

    async def press(self, user: str, chat: str | None, message: str, data: str) -> None:
        """Let *user* press the button with *data* under *message*."""
        ...

    async def settled(self) -> None:
        """Return once all that people said has been acknowledged."""
        ...


@runtime_checkable
class Staged(Protocol):
    """An adapter whose platform can be played without leaving the process."""

    def stage(self) -> Stage:
        """Return the people's side."""
        ...
