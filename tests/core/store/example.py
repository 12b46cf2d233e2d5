"""A small site for the store's tests: one group, one worker, one cadre, and their chats."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from core.chat.letter import Button, LetterKind
from core.clock import FrozenClock
from core.crypto import Sealer
from core.domain import fact as f
from core.domain.case import Case, opened
from core.domain.category import Mark, Priority, Visibility
from core.domain.org import Group, Link, Membership, Person, Role, Side
from core.store.records import NewLetter, Place
from core.store.store import Store
from core.store.unit import Unit

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SEALER = Sealer([Sealer.fresh_key()])
ACCOUNT = "sandbox.main"


@dataclass(frozen=True, slots=True)
class Site:
    """What the tests talk about."""

    store: Store
    clock: FrozenClock
    group: Group
    wu: Person
    zhang: Person
    chat: Place
    home: Place

    def opening(self, unit: Unit, number: int, text: str = "能不能给大家搭个棚子?") -> Case:
        """Open a case of wu's in *unit*."""
        fact = f.CaseOpened(
            at=self.clock.now(),
            actor=self.wu.id,
            text=text,
            case=self.store.ids.next(),
            number=number,
            group=self.group.id,
            reporter=self.wu.id,
            category="living",
            visibility=Visibility.BOARD,
            priority=Priority.P3,
            marks=frozenset({Mark.HAZARD}),
        )
        unit.open_case(opened(fact))
        unit.fact(fact)
        return opened(fact)

    def happening(self, unit: Unit, case: Case, fact: f.CaseFact) -> Case:
        """Let *fact* happen to *case* in *unit*."""
        after = case.after(fact)
        unit.change_case(case.version, after)
        unit.fact(fact)
        return after

    async def case(self, number: int, *facts: type[f.CaseFact]) -> Case:
        """Return a case that is in the database, after *facts* of zhang's."""
        unit = self.store.unit()
        case = self.opening(unit, number)
        for kind in facts:
            case = self.happening(
                unit, case, kind(at=self.clock.now(), case=case.id, actor=self.zhang.id)
            )
        await self.store.commit(unit)
        return case

    async def letters(self, *texts: str, place: Place | None = None) -> list[int]:
        """Write letters to a place (the group's chat) and return their ids."""
        unit = self.store.unit()
        where = (place or self.chat).id
        buttons = (Button("私下说", "intake.private"),)
        ids = [
            unit.letter(NewLetter(where, LetterKind.REPLY, text, buttons=buttons))
            for text in texts
        ]
        await self.store.commit(unit)
        return ids


def url_in(folder: Path) -> str:
    return f"sqlite://{folder / 'lianxin.db'}"


async def settle(store: Store, clock: FrozenClock) -> Site:
    """Write the site into an empty store."""
    ids = store.ids
    group = Group(ids.next(), "xiboliang", "西柏梁", ZoneInfo("Asia/Shanghai"))
    wu, zhang = Person(ids.next(), "仵金生"), Person(ids.next(), "张三", "zh")
    chat = Place(ids.next(), ACCOUNT, "g1", group=group.id)
    home = Place(ids.next(), ACCOUNT, "p1", person=wu.id, private=True)
    unit, people = store.unit(), store.people
    unit.write(people.saving_group(group))
    unit.write(people.adding_people([(wu, ["sandbox:wu"]), (zhang, ["sandbox:zhang"])]))
    unit.write(store.places.adding(chat))
    unit.write(store.places.adding(home))
    unit.write(
        people.adding_membership(
            Membership(wu.id, group.id, Role.WORKER, Side.WORKER, skills=frozenset({"水", "电"})),
            Membership(zhang.id, group.id, Role.CADRE, Side.UNION, since=NOON),
        )
    )
    unit.write(people.adding_links(Link(wu.id, zhang.id, group.id)))
    await store.commit(unit)
    return Site(store, clock, group, wu, zhang, chat, home)


@asynccontextmanager
async def site_at(url: str) -> AsyncIterator[Site]:
    """Open the store at *url*, empty, and write the site into it."""
    clock = FrozenClock(NOON)
    async with Store.open(url, SEALER, clock) as store:
        yield await settle(store, clock)
