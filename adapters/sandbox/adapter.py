"""The sandbox as an adapter: hears what its world's people do, carries letters into it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

from adapters.sandbox.entry import Happened
from adapters.sandbox.inbound import PLATFORM, to_incoming
from adapters.sandbox.journal import open_journal
from adapters.sandbox.outbound import refusal
from adapters.sandbox.phone import Phones
from adapters.sandbox.settings import SandboxSettings
from adapters.sandbox.stage import SandboxStage
from adapters.sandbox.world import World
from core.api.adapter import (
    AdapterKind,
    DeliveryError,
    Desk,
    FileRef,
    Letter,
    OutFile,
    Scope,
    StoreError,
    Surroundings,
)

CHUNK: Final = 65_536


class SandboxAdapter:
    """One account. All that lasts is in ``world``: an adapter may run, die and run again on it."""

    def __init__(self, account: str, settings: SandboxSettings, world: World) -> None:
        self.can = settings.can()
        self.world: Final = world
        self._account = account
        self._settings = settings
        self._desk: Desk | None = None

    def stage(self) -> SandboxStage:
        """Return the people's side of this account."""
        return SandboxStage(self.world)

    async def run(self, desk: Desk) -> None:
        self._desk = desk
        busy: set[str] = set()
        async with asyncio.TaskGroup() as lanes:
            while True:
                self.world.news.clear()
                for chat in self.world.waiting_chats() - busy:
                    busy.add(chat)
                    lanes.create_task(self._drain(chat, desk, busy))
                await self.world.news.wait()

    async def send(self, letter: Letter) -> str:
        known = self.world.scene.letters.get(letter.id)
        if known is not None:
            return known
        if reason := refusal(letter, self.world.scene, self.can):
            raise DeliveryError(f"{PLATFORM}: {reason}; letter {letter.id}")
        try:
            files = [await self._keep(file) for file in letter.files]
            return self.world.carry(letter, files)
        except OSError as error:
            raise not_now(f"the journal cannot be written ({error.strerror})") from error

    async def fetch(self, ref: FileRef) -> AsyncIterator[bytes]:
        try:
            content = self.world.content(ref.ref)
        except KeyError as error:
            raise DeliveryError(f"{PLATFORM}: there is no file {ref.ref}") from error
        for start in range(0, len(content), CHUNK):
            yield content[start : start + CHUNK]

    async def _drain(self, chat: str, desk: Desk, busy: set[str]) -> None:
        while event := self.world.oldest(chat):
            if await self._heard(event, desk):
                self.world.acknowledge(event)
            else:
                await asyncio.sleep(self._settings.retry_seconds)
        # No await since the queue was found empty, so nothing can have come in between.
        busy.discard(chat)

    async def _heard(self, event: Happened, desk: Desk) -> bool:
        name = self._settings.bot_name
        incoming = to_incoming(self._account, event, self.world.scene, name)
        try:
            await desk.hear(incoming)
        except StoreError:
            return False
        return True

    async def _keep(self, file: OutFile) -> FileRef:
        if self._desk is None:
            raise not_now(f"{self._account} is not running yet")
        content = b"".join([chunk async for chunk in self._desk.read_file(file.id)])
        if len(content) > self.can.file_bytes:
            raise DeliveryError(
                f"{PLATFORM}: {file.name} has more than {self.can.file_bytes} bytes"
            )
        return self.world.upload(file.kind, file.name, content)


def not_now(reason: str) -> DeliveryError:
    wait = timedelta(seconds=5)
    return DeliveryError(f"{PLATFORM}: {reason}", retry_after=wait, scope=Scope.ACCOUNT)


def build(account: str, settings: SandboxSettings, around: Surroundings) -> SandboxAdapter:
    """Make the adapter of *account*, its world read from the journal, its page mounted."""
    world = World(around.clock, open_journal(around.data, account))
    if around.web is not None:
        Phones(world, settings).mount(around.web)
    return SandboxAdapter(account, settings, world)


KIND: Final = AdapterKind(PLATFORM, SandboxSettings, build)
