"""Taking a roster into the database: one transaction, group by group; the same file twice is once.

Rule 1: a person is known by his platform user; without one, by his name within the group.
Rule 2: who is no longer on the file keeps his person and his past, but belongs to the group no
more; strangers who turned up by themselves stay what they are.
Rule 3: what the file leaves open (a group's name, zone, body; a language) stays as it was.
Rule 4: links of those on the file are as the file says; a newcomer's link made in chat stays.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.org import Group, Link, Membership, Organization, Person
from core.domain.roster import RosterGroup, RosterPlan, RosterRow
from core.errors import ConfigError
from core.store.fields import to_millis
from core.store.records import Place
from core.store.step import Row, Step, Writer, marks
from core.store.store import Store

_ASK: Final = 500
"""Names asked for by one statement."""
_MEMBERS: Final = (
    "SELECT m.id, n.id, n.name, n.language,"
    " EXISTS (SELECT 1 FROM identity i WHERE i.person_id = n.id AND i.active IS NOT NULL),"
    " m.tied, m.role, m.function, m.side, m.crew, m.trade, m.skills, m.verified"
    " FROM membership m JOIN person n ON n.id = m.person_id"
    " WHERE m.group_id = ? AND m.active IS NOT NULL ORDER BY n.id, m.id"
)
_BY_USER: Final = (
    "SELECT i.active, n.id, n.name, n.language FROM identity i JOIN person n"
    " ON n.id = i.person_id WHERE i.active IN ({})"
)
_LINKS: Final = "SELECT worker_id, cadre_id, deputy FROM link WHERE group_id = ?"
_END: Final = "UPDATE membership SET until = ?, active = NULL WHERE id = ?"
_UNLINK: Final = "DELETE FROM link WHERE worker_id = ? AND cadre_id = ? AND group_id = ?"


@dataclass(slots=True)
class ImportReport:
    """How large the roster is and what it changed."""

    groups: int = 0
    people: int = 0
    unclaimed: int = 0
    new_groups: int = 0
    changed_groups: int = 0
    new_people: int = 0
    changed_people: int = 0
    new_memberships: int = 0
    ended_memberships: int = 0
    new_links: int = 0
    ended_links: int = 0

    @property
    def changes(self) -> int:
        """How many rows were written; 0 when the file said nothing new."""
        counted = [one.name for one in fields(self)][3:]
        return sum(getattr(self, name) for name in counted)


async def import_roster(
    store: Store, plan: RosterPlan, now: datetime, zone: ZoneInfo
) -> ImportReport:
    """Write the whole plan or nothing; *zone* is for new groups that name none.

    An App that runs meanwhile must forget its directory afterwards.
    """
    importing = _Import(store, plan, now, zone)
    unit = store.unit()
    unit.write(importing.run)
    await store.commit(unit)
    return importing.report


async def bind(store: Store, account: str, chat: str, group_key: str) -> Group:
    """Let the chat be the group's, whatever it was before; return the group.

    Raises ConfigError when there is no such group.
    """
    group = await store.people.group_by_key(group_key)
    if group is None:
        raise ConfigError(f"there is no group {group_key}; import its roster first")
    unit, place = store.unit(), await store.places.by_chat(account, chat)
    if place is None:
        unit.write(store.places.adding(Place(store.ids.next(), account, chat, group.id)))
    else:
        unit.write(store.places.binding(place.id, group.id))
        unit.write(store.places.opening(place.id))
    await store.commit(unit)
    return group


@dataclass(slots=True)
class _Import:
    """One import while it runs."""

    store: Store
    plan: RosterPlan
    now: datetime
    zone: ZoneInfo
    report: ImportReport = field(default_factory=ImportReport)

    async def run(self, writer: Writer) -> None:
        self.report = ImportReport(groups=len(self.plan.groups))
        bodies = await self._bodies(writer)
        groups = await self._groups(writer, bodies)
        for told in self.plan.groups:
            await _GroupImport(self, writer, groups[told.key], told).run()

    async def _bodies(self, writer: Writer) -> dict[str, int]:
        sql = "SELECT name, id FROM organization WHERE name IN ({}) ORDER BY id DESC"
        names = self.plan.organizations
        known = {row[0]: int(row[1]) async for row in _asked(writer, sql, names)}
        new = [Organization(self.store.ids.next(), name) for name in names if name not in known]
        await self.store.people.saving_organization(*new)(writer)
        return known | {one.name: one.id for one in new}

    async def _groups(self, writer: Writer, bodies: dict[str, int]) -> dict[str, Group]:
        sql = "SELECT key, id, name, zone, organization_id FROM site_group WHERE key IN ({})"
        keys = [told.key for told in self.plan.groups]
        rows = [row async for row in _asked(writer, sql, keys)]
        known = {
            key: Group(number, key, name, ZoneInfo(zone), body)
            for key, number, name, zone, body in rows
        }
        told = {one.key: self._group(one, known.get(one.key), bodies) for one in self.plan.groups}
        changed = [group for key, group in told.items() if known.get(key) != group]
        self.report.new_groups = len(told) - len(known)
        self.report.changed_groups = len(changed) - self.report.new_groups
        await self.store.people.saving_group(*changed)(writer)
        return told

    def _group(self, told: RosterGroup, known: Group | None, bodies: dict[str, int]) -> Group:
        return Group(
            id=known.id if known else self.store.ids.next(),
            key=told.key,
            name=told.name or (known.name if known else told.key),
            zone=told.zone or (known.zone if known else self.zone),
            organization=bodies.get(told.organization, known.organization if known else None),
        )


@dataclass(frozen=True, slots=True)
class _Member:
    """A membership in force before the import; ``content`` begins with role and function."""

    row: int
    person: Person
    seen: bool
    tied: bool
    content: Row

    @property
    def key(self) -> Row:
        return (self.person.id, *self.content[:2])

    @property
    def verified(self) -> bool:
        return bool(self.content[-1])


@dataclass(slots=True)
class _GroupImport:
    """The import of one group."""

    whole: _Import
    writer: Writer
    group: Group
    told: RosterGroup
    persons: dict[int, Person] = field(default_factory=dict)
    by_user: dict[str, Person] = field(default_factory=dict)
    waiting: dict[str, list[_Member]] = field(default_factory=dict)

    async def run(self) -> None:
        rows = await self.writer.fetch(_MEMBERS, self.group.id)
        members = [
            _Member(row[0], Person(*row[1:4]), bool(row[4]), bool(row[5]), _content(row[6:]))
            for row in rows
        ]
        await self._people(members)
        await self._memberships(members)
        await self._links()

    async def _people(self, members: Sequence[_Member]) -> None:
        """Find or make the person of every row; ``persons`` is by the row's number."""
        users = {row.user for row in self.told.rows if row.user}
        found = _asked(self.writer, _BY_USER, users)
        self.by_user = {row[0]: Person(*row[1:]) async for row in found}
        self._let_wait(members)
        new: list[tuple[Person, Sequence[str]]] = []
        changed: list[Person] = []
        # Rows without a handle choose first: all they have is the name.
        for row in sorted(self.told.rows, key=lambda row: bool(row.user)):
            person = self.by_user.get(row.user) if row.user else self._of_name(row.name)
            if person is None and row.user and (person := self._of_name(row.name, seen=False)):
                await self.whole.store.people.adding_identity(person.id, row.user)(self.writer)
            if person is None:
                person = Person(self.whole.store.ids.next(), row.name, row.language)
                new.append((person, (row.user,) if row.user else ()))
            elif (renamed := _renamed(person, row)) != person:
                person = renamed
                changed.append(renamed)
            self.persons[row.number] = person
            if row.user:
                self.by_user[row.user] = person
        await self._write_people(new, changed)

    async def _write_people(
        self, new: list[tuple[Person, Sequence[str]]], changed: list[Person]
    ) -> None:
        report = self.whole.report
        report.people += len({person.id for person in self.persons.values()})
        report.unclaimed += sum(not row.user for row in self.told.rows)
        report.new_people += len(new)
        report.changed_people += len(changed)
        await self.whole.store.people.adding_people(new)(self.writer)
        for person in changed:
            await self.whole.store.people.changing_person(person)(self.writer)

    def _let_wait(self, members: Sequence[_Member]) -> None:
        """Let every member whom no row names by his handle wait to be found by his name."""
        named = {person.id for person in self.by_user.values()}
        for member in members:
            if member.verified and member.person.id not in named:
                named.add(member.person.id)
                self.waiting.setdefault(member.person.name, []).append(member)

    def _of_name(self, name: str, *, seen: bool = True) -> Person | None:
        """Return the first who waits under *name*; with *seen* off, one who has no handle yet."""
        for member in self.waiting.get(name, ()):
            if seen or not member.seen:
                self.waiting[name].remove(member)
                return member.person
        return None

    async def _memberships(self, members: Sequence[_Member]) -> None:
        wanted = {
            (self.persons[row.number].id, row.role.value, row.function): row
            for row in self.told.rows
        }
        here = {person.id for person in self.persons.values()}
        tied = {member.key: member.tied for member in members}
        ended = []
        for member in members:
            row = wanted.get(member.key)
            if row is not None and _content_of(row) == member.content:
                del wanted[member.key]
            elif member.verified or member.person.id in here:
                ended.append((to_millis(self.whole.now), member.row))
        new = [self._membership(key, row, tied.get(key, False)) for key, row in wanted.items()]
        self.whole.report.ended_memberships += len(ended)
        self.whole.report.new_memberships += len(new)
        await self.writer.run([Step(_END, ended)])
        await self.whole.store.people.adding_membership(*new)(self.writer)

    def _membership(self, key: Row, row: RosterRow, tied: bool) -> Membership:  # noqa: FBT001
        return Membership(
            person=key[0],
            group=self.group.id,
            role=row.role,
            side=row.side,
            function=row.function,
            crew=row.crew,
            trade=row.trade,
            skills=row.skills,
            tied=tied,
            since=self.whole.now,
        )

    async def _links(self) -> None:
        rows = await self.writer.fetch(_LINKS, self.group.id)
        known = {(worker, cadre): bool(deputy) for worker, cadre, deputy in rows}
        told: dict[tuple[int, int], bool] = {}
        for row in self.told.rows:
            worker = self.persons[row.number].id
            told |= {(worker, self.by_user[user].id): True for user in row.deputies}
            told |= {(worker, self.by_user[user].id): False for user in row.cadres}
        here = {person.id for person in self.persons.values()}
        ended = [
            (*pair, self.group.id)
            for pair in known
            if pair not in told and (pair[0] in here or pair[1] not in here)
        ]
        new = [
            Link(worker, cadre, self.group.id, deputy)
            for (worker, cadre), deputy in told.items()
            if known.get((worker, cadre)) is not deputy
        ]
        self.whole.report.ended_links += len(ended)
        self.whole.report.new_links += len(new)
        await self.writer.run([Step(_UNLINK, ended)])
        await self.whole.store.people.adding_links(*new)(self.writer)


async def _asked(writer: Writer, sql: str, names: Collection[str]) -> AsyncIterator[Row]:
    """Yield the rows of *sql* for all *names*, some at a time."""
    listed = list(names)
    for start in range(0, len(listed), _ASK):
        some = listed[start : start + _ASK]
        for row in await writer.fetch(sql.format(marks(len(some))), *some):
            yield row


def _renamed(person: Person, row: RosterRow) -> Person:
    """Return the person as the roster has him; the language he chose himself stays his."""
    return Person(person.id, row.name, person.language or row.language)


def _content_of(row: RosterRow) -> Row:
    skills = ";".join(sorted(row.skills))
    return (row.role.value, row.function, row.side.value, row.crew, row.trade, skills, True)


def _content(row: Row) -> Row:
    """Return what a membership's row says, alike on both databases."""
    return (*row[:-1], bool(row[-1]))
