"""A small building site in a theatre: people speak, press, wait; what each saw can be read."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from core.chat.message import FileKind
from core.domain.case import Case
from core.domain.roster import read_rows
from core.rehearsal.record import Record
from core.rehearsal.theatre import Theatre, private
from core.settings import Settings, load_settings

CONFIG: Final = Path(__file__).parent.parent.parent / "config" / "lianxin.toml"
MONDAY: Final = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday, 2026-11-23, 09:00 in Shanghai."""
SITE: Final = "xiboliang"


def _worker(handle: str, name: str, trade: str, cadres: tuple[str, str]) -> dict[str, str]:
    linked = {"cadre": cadres[0], "deputy": cadres[1]}
    return {"handle": handle, "name": name, "role": "worker", "trade": trade, **linked}


PEOPLE: Final = (
    {"handle": "zhang", "name": "张莉", "role": "chair"},
    {"handle": "shang", "name": "尚敏", "role": "upper_union"},
    {"handle": "li", "name": "李红梅", "role": "cadre"},
    {"handle": "wang", "name": "王建国", "role": "cadre"},
    {"handle": "pan", "name": "潘瑶", "role": "manager", "function": "engineering"},
    {"handle": "liu", "name": "刘工头", "role": "foreman", "crew": "木工一班"},
    _worker("wu", "仵金生", "水暖工", ("li", "wang")),
    _worker("ma", "马强", "木工", ("li", "wang")),
    _worker("hai", "海建军", "钢筋工", ("wang", "li")),
)
"""Everybody on the small site; rows as a roster has them, group and zone added."""


@dataclass(slots=True)
class Site:
    """The site and everybody on it. ``group=None`` in any verb means: in private with the bot."""

    theatre: Theatre

    @property
    def now(self) -> datetime:
        return self.theatre.clock.now()

    async def says(
        self,
        who: str,
        text: str,
        group: str | None = SITE,
        *,
        quotes: str | None = None,
        files: Sequence[tuple[FileKind, Path]] = (),
    ) -> str:
        """Let *who* write and all happen that follows at once; return the message's id."""
        return await self.theatre.say(who, group, text, quotes=quotes, files=files)

    async def tells(self, who: str, text: str, *, quotes: str | None = None) -> str:
        """Let *who* write to the bot in private."""
        return await self.says(who, text, None, quotes=quotes)

    async def edits(self, who: str, message: str, text: str, group: str | None = SITE) -> None:
        await self.theatre.say(who, group, text, edits=message)

    async def presses(self, who: str, label: str, group: str | None = None) -> None:
        """Let *who* press the newest button *label*, in private unless a group is named."""
        chats = [group or private(who)]
        if not await self.theatre.press(who, chats, label):
            raise LookupError(
                f"{who} sees no button {label!r}; he sees {self.buttons(who, group)}"
            )

    async def passes(self, time: timedelta) -> None:
        """Let time pass; what falls due happens on the way."""
        await self.theatre.advance(self.now + time)

    async def until(self, at: datetime) -> None:
        await self.theatre.advance(at)

    def seen(self, to: str) -> list[Record]:
        """Return what was written to a group (its key) or a person (``@`` and the handle)."""
        return [record for record in self.theatre.records if record.to == to]

    def texts(self, to: str) -> list[str]:
        return [record.text for record in self.seen(to)]

    def last(self, to: str) -> str:
        """Return the newest text there; empty when there is none."""
        return next(reversed(self.texts(to)), "")

    def buttons(self, who: str, group: str | None = None) -> list[str]:
        """Return the labels of all buttons that stand in a chat now."""
        chat = group or private(who)
        standing = self.theatre.recorder.standing.items()
        return [one.label for (where, _), buttons in standing if where == chat for one in buttons]

    async def cases(self) -> list[Case]:
        """Return all cases, the oldest first."""
        store = self.theatre.app.house.store
        rows = await store.reader.fetch("SELECT id FROM cases ORDER BY id")
        found = [await store.cases.get(row[0]) for row in rows]
        return [case for case in found if case is not None]

    async def case(self) -> Case:
        """Return the newest case."""
        return (await self.cases())[-1]


@asynccontextmanager
async def open_site(
    *,
    at: datetime = MONDAY,
    plugins: Iterable[str] | None = None,
    people: Iterable[dict[str, str]] = PEOPLE,
    settings: Settings | None = None,
) -> AsyncIterator[Site]:
    """Open the small site at the moment *at*, with the shipped config or *plugins* alone of it."""
    chosen = settings or load_settings(CONFIG, {})
    if plugins is not None:
        tables = {name: chosen.plugins.get(name, {"enabled": True}) for name in plugins}
        chosen = chosen.model_copy(update={"plugins": tables})
    rows = [{"group": SITE, "group_name": "西柏梁", **row} for row in people]
    header = list(dict.fromkeys(key for row in rows for key in row))
    plan = read_rows(header, [[row.get(key, "") for key in header] for row in rows])
    async with Theatre.open(chosen, plan, at) as theatre:
        yield Site(theatre)
