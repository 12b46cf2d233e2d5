"""The people's side of the sandbox, played by a story, a demo or a test."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from adapters.sandbox.scene import private_chat
from adapters.sandbox.world import Words, World
from core.api.adapter import FileKind


class SandboxStage:
    """Moves the people of one world; users may be written ``wu`` or ``sandbox:wu``."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def title(self, chat: str, title: str) -> None:
        """Let the group *chat* exist under *title*."""
        self._world.title(chat, title)

    async def seat(self, user: str, name: str, *, private: bool = True, label: str = "") -> None:
        """Let *user* exist; *label* is his role and perhaps his trade, for the page to show."""
        self._world.seat(bare(user), name, label)
        if private:
            self._world.open(bare(user))

    async def join(self, chat: str, user: str, name: str, *, quietly: bool = False) -> None:
        known = self._world.scene.users.get(bare(user))
        self._world.seat(bare(user), name, known.label if known else "")
        self._world.join(chat, bare(user), quietly=quietly)

    async def leave(self, chat: str, user: str) -> None:
        self._world.leave(chat, bare(user))

    async def say(  # noqa: PLR0913 - a Stage's say
        self,
        user: str,
        chat: str | None,
        text: str,
        *,
        files: Sequence[tuple[FileKind, Path]] = (),
        quotes: str | None = None,
        edits: str | None = None,
    ) -> str:
        if edits is not None:
            self._world.edit(bare(user), edits, text)
            return edits
        kept = [
            self._world.upload(kind, path.name, await asyncio.to_thread(path.read_bytes))
            for kind, path in files
        ]
        where = self._place(user, chat)
        return self._world.say(bare(user), where, Words(text=text, files=kept, quotes=quotes))

    async def press(self, user: str, chat: str | None, message: str, data: str) -> None:
        self._world.press(bare(user), self._place(user, chat), message, data)

    async def settled(self) -> None:
        await self._world.quiet.wait()

    def _place(self, user: str, chat: str | None) -> str:
        return private_chat(bare(user)) if chat is None else chat


def bare(user: str) -> str:
    return user.removeprefix("sandbox:")
