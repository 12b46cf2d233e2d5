"""The theatre: a deployment on a temporary database, a frozen clock, people on a stage.

Rule 1: the engine settles before anything else happens; due work fires in order while time passes.
Rule 2: a crash loses all that is in memory and nothing else: the platform stays, the App is opened
anew.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

from pydantic import SecretStr

from core.app import App, Parts, open_app
from core.chat.adapter import Surroundings
from core.chat.message import FileKind
from core.chat.stage import Stage, Staged
from core.clock import FrozenClock
from core.crypto import Sealer
from core.domain.roster import RosterPlan
from core.engine.dispatcher import Patience
from core.errors import PluginError
from core.loader import load_adapter
from core.rehearsal.faults import MOMENT, Backstage, Crash, Faults, faulty_store
from core.rehearsal.record import Record, Recorder
from core.settings import Settings
from core.store.connect import PASSING
from core.store.roster import bind, import_roster

ACCOUNT: Final = "sandbox.main"
AFTERMATH: Final = timedelta(hours=1)


async def _at_once(_seconds: float) -> None:
    return None


@dataclass(slots=True)
class Theatre:
    """One play. Made by ``Theatre.open``."""

    settings: Settings
    clock: FrozenClock
    faults: Faults
    recorder: Recorder
    stage: Stage
    parts: Parts
    app: App = field(init=False)
    doubled: int = 0
    _called: dict[str, str] = field(default_factory=dict)
    _shy: set[str] = field(default_factory=set)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _running: "asyncio.Task[None] | None" = None

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings, plan: RosterPlan, at: datetime) -> AsyncIterator[Self]:
        """Open a deployment at *at* with the people of *plan*, their private chats open."""
        with TemporaryDirectory(prefix="lianxin-") as folder:
            clock, faults = FrozenClock(at), Faults()
            kind = load_adapter("sandbox")
            inner = kind.build(ACCOUNT, kind.settings(), Surroundings(clock=clock))
            if not isinstance(inner, Staged):
                raise PluginError("the sandbox has lost its stage")
            recorder = Recorder(clock)
            backstage = Backstage(inner, faults, recorder.carried)
            parts = Parts(
                adapters={ACCOUNT: backstage},
                store=faulty_store(faults),
                patience=Patience((0.0, 0.0), _at_once),
                serve=False,
            )
            temporary = _temporary(settings, Path(folder))
            theatre = cls(temporary, clock, faults, recorder, inner.stage(), parts)
            try:
                await theatre._raise_curtain(plan)
                yield theatre
            finally:
                await theatre._stop()

    @property
    def records(self) -> Sequence[Record]:
        """All letters that the platform was given since the curtain rose."""
        return self.recorder.records

    async def advance(self, to: datetime) -> None:
        """Let time pass until *to*; whatever was due happens in order."""
        await self.settle()
        while (at := await self._next_at()) is not None and at <= to:
            self.clock.move_to(at)
            await self.settle()
        self.clock.move_to(to)
        await self.settle()

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
        """Let *user* write; return the message's id once the engine has settled.

        Whoever came in by the story opens his private chat with his first words there.
        """
        if chat is None and user in self._shy:
            self._shy.discard(user)
            await self.stage.seat(user, user, private=True)
            await self.settle()
        message = await self.stage.say(user, chat, text, files=files, quotes=quotes, edits=edits)
        await self.settle()
        return message

    async def join(self, group: str, user: str) -> None:
        """Let *user*, whom the roster may not know, come into *group*."""
        if user not in self._called:
            self.recorder.names[private(user)] = f"@{user}"
            self._shy.add(user)
        await self.stage.join(group, user, self._called.setdefault(user, user))
        await self.settle()

    async def press(self, user: str, chats: list[str], wish: str | int) -> bool:
        """Let *user* press the newest such button; False when there is none."""
        found = self.recorder.newest(chats, wish)
        if found is None:
            return False
        chat, message, data = found
        await self.stage.press(user, None if chat == private(user) else chat, message, data)
        await self.settle()
        return True

    async def settle(self) -> None:
        """Return once nothing is left to do; a process that died on the way is started again."""
        while True:
            try:
                if not self.faults.offline:
                    await self._hear()
                await self.app.settle()
            except BaseExceptionGroup as errors:
                if errors.subgroup(Crash) is None:
                    raise
                await self.restart()
            except Crash:
                await self.restart()
            else:
                return

    async def go_offline(self) -> None:
        """Let the platform be away: nothing is heard, nothing can be sent."""
        self.faults.offline = True
        await self._stop_listening()

    async def come_back(self) -> None:
        """Let the platform be there again; what people said meanwhile is heard first."""
        if self.faults.offline:
            self.faults.offline = False
            self.clock.move_to(self.clock.now() + MOMENT)
            self._listen()
            await self.settle()

    async def finish(self) -> None:
        """Carry the letters that a limit still holds back; nothing else happens any more."""
        await self.come_back()
        end = self.clock.now() + AFTERMATH
        while (at := await self.app.relay.next_at()) is not None and at <= end:
            self.clock.move_to(at)
            await self.app.relay.drain()

    async def _next_at(self) -> datetime | None:
        # While the platform is away every letter is due in a moment again: that is no step.
        if self.faults.offline:
            return await self.app.scheduler.next_at()
        return await self.app.next_at()

    async def _hear(self) -> None:
        """Wait until all that was said is acknowledged, or the process died of it."""
        settled = asyncio.ensure_future(self.stage.settled())
        assert self._running is not None  # noqa: S101 - listening from the start on
        try:
            await asyncio.wait({settled, self._running}, return_when=asyncio.FIRST_COMPLETED)
            if self._running.done():
                self._running.result()
        finally:
            settled.cancel()

    async def _raise_curtain(self, plan: RosterPlan) -> None:
        await self._start()
        store, zone = self.app.house.store, self.settings.timezone
        await import_roster(store, plan, self.clock.now(), zone)
        for group in plan.groups:
            await bind(store, ACCOUNT, group.key, group.key)
        self.app.directory.forget()
        self.recorder.names = {group.key: group.key for group in plan.groups}
        for group in plan.groups:
            for row in group.rows:
                await self._seat(group.key, handle_of(row.user), row.name)
        await self.settle()
        self.recorder.clear()
        self.app.dispatcher.heard = 0

    async def _seat(self, group: str, handle: str, name: str) -> None:
        if not handle:
            return
        self.recorder.names[private(handle)] = f"@{handle}"
        self._called[handle] = name
        await self.stage.seat(handle, name)
        await self.stage.join(group, handle, name, quietly=True)

    async def _start(self) -> None:
        self.app = await self._stack.enter_async_context(
            open_app(self.settings, self.clock, self.parts)
        )
        self._listen()

    async def restart(self) -> None:
        """Be a new process: the old one's memory is gone, its rows and the platform are there."""
        await self._stop()
        self.doubled += self.app.relay.doubled
        await self._start()

    def _listen(self) -> None:
        if self.faults.offline:
            return
        run = self.parts.adapters[ACCOUNT].run(self.app.desks[ACCOUNT])
        self._running = asyncio.ensure_future(run)

    async def _stop_listening(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})
            self._running.cancelled() or self._running.exception()

    async def _stop(self) -> None:
        await self._stop_listening()
        await self._stack.aclose()


def private(user: str) -> str:
    """Return the id of a person's private chat with the bot, as the sandbox has it."""
    return f"@{user}"


def handle_of(user: str) -> str:
    """Return how a story calls a platform's user: without the sandbox's name before it."""
    return user.removeprefix("sandbox:")


def _temporary(settings: Settings, folder: Path) -> Settings:
    """Return *settings* for a play: a database of its own, a key of its own, the sandbox alone."""
    return settings.model_copy(
        update={
            "data": folder,
            "database": f"sqlite://{folder / 'rehearsal.db'}{PASSING}",
            "secret_keys": (SecretStr(Sealer.fresh_key()),),
            "accounts": {"sandbox": {"main": {}}},
        }
    )
