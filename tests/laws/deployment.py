"""A deployment with a platform made of slate: what is sent is written on it, nothing else happens.

For laws that need another platform than the sandbox, or a hand inside the engine.
"""

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from core.app import App, Parts, open_app
from core.chat.adapter import Desk
from core.chat.capabilities import Capabilities
from core.chat.letter import Letter
from core.chat.message import FileRef, Incoming, Kind, Sender
from core.clock import FrozenClock
from core.crypto import Sealer
from core.domain.roster import read_rows
from core.engine.dispatcher import Patience
from core.settings import Settings, load_settings
from core.store.roster import bind, import_roster
from core.testing.site import CONFIG, MONDAY, PEOPLE, SITE

ACCOUNT = "slate.main"
BELL = "tests.laws.bell"
KEY = Sealer.fresh_key()
GROUPS = (SITE, "other")
NUMBERS = itertools.count(1)
"""The platform's: no two messages have one, whichever process hears them."""


class Slate:
    """A platform that takes down letters; *answers* are raised first, one for each letter."""

    def __init__(self, can: Capabilities | None = None) -> None:
        self.can = can or Capabilities(text=4000)
        self.letters: list[Letter] = []
        self.names: dict[int, str] = {}
        self.answers: deque[Exception | None] = deque()
        self.files: deque[bytes | Exception] = deque()
        self.before: Callable[[Letter], Awaitable[None]] | None = None

    async def run(self, _desk: Desk) -> None:
        await asyncio.Event().wait()

    async def send(self, letter: Letter) -> str:
        if self.before is not None:
            await self.before(letter)
        answer = self.answers.popleft() if self.answers else None
        if answer is not None:
            raise answer
        self.letters.append(letter)
        return self.names.setdefault(letter.id, f"s{len(self.names) + 1}")

    async def fetch(self, _ref: FileRef) -> AsyncIterator[bytes]:
        answer = self.files.popleft()
        if isinstance(answer, Exception):
            raise answer
        yield answer

    def texts(self, chat: str = SITE) -> list[str]:
        return [one.text for one in self.letters if one.chat == chat]


async def _at_once(_seconds: float) -> None:
    return None


@dataclass
class Deployment:
    """One process's life."""

    app: App
    clock: FrozenClock
    slate: Slate
    folder: Path

    def message(self, user: str, text: str, chat: str | None = SITE) -> Incoming:
        """Return what *user* says in *chat* (None: in private), a new message each time."""
        return Incoming(
            account=ACCOUNT,
            chat=chat or f"@{user}",
            id=f"h{next(NUMBERS)}",
            at=self.clock.now(),
            sender=Sender(f"sandbox:{user}", user),
            private=chat is None,
            text=text,
        )

    async def hears(self, incoming: Incoming) -> None:
        await self.app.desks[ACCOUNT].hear(incoming)

    async def says(self, user: str, text: str, chat: str | None = SITE) -> None:
        """Let *user* write, and everything happen that follows at once."""
        await self.hears(self.message(user, text, chat))
        await self.app.settle()

    async def presses(self, user: str, data: str, chat: str = SITE) -> None:
        """Let *user* press a button with *data*, whether it stands there or not."""
        press = replace(self.message(user, "", chat), kind=Kind.PRESSED, quotes="s1", press=data)
        await self.hears(press)
        await self.app.settle()

    async def rows(self, sql: str) -> list[tuple[object, ...]]:
        return await self.app.house.store.reader.fetch(sql)

    async def states(self) -> list[str]:
        """Return the state of every letter, in the order they were written."""
        return [str(state) for (state,) in await self.rows("SELECT state FROM letter ORDER BY id")]

    async def counts(self) -> dict[str, int]:
        """Return how many rows each table has."""
        return await row_counts(self.app)

    def on_disk(self) -> bytes:
        """Return every byte of the database, what is still in its log too."""
        return on_disk(self.folder)


async def row_counts(app: App) -> dict[str, int]:
    fetch = app.house.store.reader.fetch
    names = await fetch("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name: (await fetch(f'SELECT COUNT(*) FROM "{name}"'))[0][0] for (name,) in names}  # noqa: S608


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*.db*")))


def settings_in(folder: Path, plugins: Sequence[str] = (BELL,)) -> Settings:
    return load_settings(CONFIG, {}).model_copy(
        update={
            "data": folder,
            "database": f"sqlite://{folder / 'laws.db'}",
            "secret_keys": (SecretStr(KEY),),
            "accounts": {},
            "plugins": {name: {"enabled": True} for name in plugins},
        }
    )


@asynccontextmanager
async def deployed(
    folder: Path,
    slate: Slate | None = None,
    *,
    at: datetime = MONDAY,
    plugins: Sequence[str] = (BELL,),
    parts: Parts | None = None,
) -> AsyncIterator[Deployment]:
    """Open a deployment in *folder*, with the small site's people in two groups on first sight."""
    clock, slate = FrozenClock(at), slate or Slate()
    parts = parts or Parts(
        adapters={ACCOUNT: slate}, patience=Patience((0, 0), _at_once), serve=False
    )
    async with open_app(settings_in(folder, plugins), clock, parts) as app:
        deployment = Deployment(app, clock, slate, folder)
        if await app.house.store.people.group_by_key(SITE) is None:
            await _people(deployment)
        yield deployment


async def _people(deployment: Deployment) -> None:
    app, now = deployment.app, deployment.clock.now()
    rows = [{"group": group, "group_name": group, **row} for group in GROUPS for row in PEOPLE]
    header = list(dict.fromkeys(key for row in rows for key in row))
    plan = read_rows(header, [[row.get(key, "") for key in header] for row in rows])
    await import_roster(app.house.store, plan, now, app.house.zone)
    for group in GROUPS:
        await bind(app.house.store, ACCOUNT, group, group)
    app.directory.forget()
    for row in PEOPLE:
        opened = Incoming(
            account=ACCOUNT,
            chat=f"@{row['handle']}",
            id=f"o{row['handle']}",
            at=now,
            sender=Sender(f"sandbox:{row['handle']}", row["name"]),
            private=True,
            kind=Kind.OPENED,
        )
        await deployment.hears(opened)
    await app.settle()
    deployment.slate.letters.clear()
