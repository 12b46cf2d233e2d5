"""A deployment to measure: the whole engine on a temporary database, no platform's speed in it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from core.app import App, Parts, open_app
from core.chat.adapter import Desk
from core.chat.capabilities import Capabilities, Pace
from core.chat.letter import Letter
from core.chat.message import FileRef, Incoming, Sender
from core.clock import FrozenClock
from core.crypto import Sealer
from core.domain.roster import read_rows
from core.kit.plugin import Plugin
from core.settings import load_settings
from core.store.records import Place
from core.store.roster import bind, import_roster

ACCOUNT = "bench.main"
SHANGHAI = ZoneInfo("Asia/Shanghai")
CONFIG = Path(__file__).parents[2] / "config" / "lianxin.toml"
MONDAY = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
HEADER = ("group", "handle", "name", "role", "cadre", "deputy")


@dataclass(slots=True)
class Sink:
    """A platform that takes every letter at once and writes down when."""

    clock: FrozenClock
    can: Capabilities = field(default_factory=lambda: Capabilities(text=4000, idempotent=True))
    sent: list[tuple[datetime, Letter]] = field(default_factory=list)

    async def run(self, _desk: Desk) -> None:
        return None

    async def send(self, letter: Letter) -> str:
        self.sent.append((self.clock.now(), letter))
        return f"s{len(self.sent)}"

    async def fetch(self, _ref: FileRef) -> AsyncIterator[bytes]:
        yield b""


def with_pace(clock: FrozenClock, count: int) -> Sink:
    """Return a platform that allows *count* letters a second."""
    sink = Sink(clock)
    sink.can = replace(sink.can, paces=(Pace(count, timedelta(seconds=1)),))
    return sink


@asynccontextmanager
async def deployment(
    rows: Sequence[Sequence[str]], *, sink: Sink | None = None, at: datetime = MONDAY
) -> AsyncIterator[tuple[App, FrozenClock]]:
    """Open the shipped deployment with the people of *rows*; every group's chat is its key."""
    with TemporaryDirectory(prefix="bench-") as folder:
        settings = load_settings(CONFIG, {}).model_copy(
            update={
                "data": Path(folder),
                "database": f"sqlite://{folder}/bench.db",
                "secret_keys": (SecretStr(Sealer.fresh_key()),),
                "accounts": {},
            }
        )
        clock = sink.clock if sink else FrozenClock(at)
        adapters = {ACCOUNT: sink or Sink(clock)}
        async with open_app(settings, clock, Parts(adapters=adapters, serve=False)) as app:
            plan = read_rows(HEADER, rows)
            await import_roster(app.house.store, plan, clock.now(), SHANGHAI)
            for group in plan.groups:
                await bind(app.house.store, ACCOUNT, group.key, group.key)
            app.directory.forget()
            yield app, clock


def small_site(workers: int = 100, key: str = "g", of: str = "") -> list[list[str]]:
    """Return one group: a chair, a cadre for every twenty workers, the workers.

    *of* stands before everybody's handle, so that several groups have people of their own.
    """
    cadres = max(2, workers // 20)
    linked = [(f"{of}c{n % cadres}", f"{of}c{(n + 1) % cadres}") for n in range(workers)]
    rows = [[key, f"{of}zhang", "张莉", "chair", "", ""]]
    rows += [[key, f"{of}c{n}", f"干部{n}", "cadre", "", ""] for n in range(cadres)]
    rows += [[key, f"{of}w{n}", f"工人{n}", "worker", *linked[n]] for n in range(workers)]
    return rows


async def open_private_chats(app: App) -> None:
    """Let everybody have written to the bot in private before."""
    store = app.house.store
    people = await store.reader.fetch("SELECT person_id, handle FROM identity ORDER BY id")
    unit = store.unit()
    for person, handle in people:
        place = Place(store.ids.next(), ACCOUNT, f"@{handle}", person=person, private=True)
        unit.write(store.places.adding(place))
    await store.commit(unit)


def words(text: str, number: int, user: str = "w1", chat: str = "g") -> Incoming:
    """Return what *user* writes in the group."""
    sender = Sender(f"sandbox:{user}", user)
    return Incoming(
        account=ACCOUNT,
        chat=chat,
        id=f"m{number}",
        at=MONDAY,
        sender=sender,
        private=False,
        text=text,
    )


def many_commands(count: int) -> Plugin[Any]:
    """Return a plugin with *count* commands that nobody gives."""
    plugin: Plugin[Any] = Plugin("crowd")
    for number in range(count):

        async def nothing(_turn: object) -> None:
            return None

        plugin.command(f"crowd_{letters_only(number)}")(nothing)
    return plugin


def letters_only(number: int) -> str:
    """Return *number* in letters: command names have no digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04d}")
