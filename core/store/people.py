"""Reads about people: who is who, who belongs where, who answers for whom."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.org import Group, Link, Membership, Organization, Person, Role, Side
from core.store.fields import to_millis, to_moment
from core.store.people_writes import PeopleWrites, short_of
from core.store.places import PLACE, to_place
from core.store.records import Identity, Scene
from core.store.step import Reader, Row, marks

SWITCH: Final = "plugin."
"""A setting ``plugin.<name>`` with the value ``off`` switches that plugin off in a group."""

_GROUP: Final = "g.id, g.key, g.name, g.zone, g.organization_id"
_PERSON: Final = "n.id, n.name, n.language"
_MEMBER: Final = (
    "m.person_id, m.group_id, m.role, m.side, m.function, m.crew, m.trade, m.skills, m.tied,"
    " m.verified, m.since, m.until"
)
_LASTS: Final = "(m.until IS NULL OR m.until > ?)"
_SCENE: Final = (
    f"SELECT {PLACE}, {_GROUP}, {_PERSON}, {_MEMBER}"
    " FROM (SELECT CAST(? AS TEXT) AS account, CAST(? AS TEXT) AS chat,"
    " CAST(? AS TEXT) AS handle) q"
    " LEFT JOIN place p ON p.account = q.account AND p.chat = q.chat"
    " LEFT JOIN site_group g ON g.id = p.group_id"
    " LEFT JOIN identity i ON i.active = q.handle"
    " LEFT JOIN person n ON n.id = i.person_id"
    f" LEFT JOIN membership m ON m.person_id = n.id AND {_LASTS}"
)
_OFF: Final = (
    "SELECT key FROM setting WHERE group_id = ? AND key >= 'plugin.' AND key < 'plugin/'"
    " AND value = 'off'"
)
_FIND: Final = (
    f"SELECT {_PERSON} FROM person n WHERE n.id IN"
    " (SELECT person_id FROM identity WHERE active = ?"
    " UNION SELECT person_id FROM identity WHERE short = ? AND active IS NOT NULL"
    " UNION SELECT id FROM person WHERE name = ?)"
)
_FIND_HERE: Final = (
    f" AND n.id IN (SELECT m.person_id FROM membership m WHERE m.group_id = ? AND {_LASTS})"
)

_HELPERS: Final = (
    f"SELECT {_MEMBER} FROM membership m WHERE m.group_id = ? AND {_LASTS} AND m.person_id IN"
    f" (SELECT m.person_id FROM membership m WHERE m.group_id = ? AND {_LASTS}"
    " AND m.role IN ('cadre', 'chair', 'upper_union')) ORDER BY m.id"
)


class People(PeopleWrites):
    """Reads on the reader connection; ``on`` reads on an open transaction instead."""

    async def scene(self, account: str, chat: str, user: str) -> Scene:
        """Return who speaks where; all of it None for a stranger in a chat we never saw."""
        now = to_millis(self._at.clock.now())
        rows = await self._at.reader.fetch(_SCENE, account, chat, user, now)
        first = rows[0]
        group = _group(first[7:12])
        return Scene(
            place=to_place(first[:7]) if first[0] is not None else None,
            group=group,
            person=Person(*first[12:15]) if first[12] is not None else None,
            memberships=tuple(to_membership(row[15:]) for row in rows if row[15] is not None),
            off=await self._off(group.id) if group else frozenset(),
        )

    async def switched_off(self) -> Mapping[int, frozenset[str]]:
        """Return the plugins that are switched off, by the group they are off in."""
        sql = "SELECT group_id, key FROM setting WHERE key LIKE ? AND value = ?"
        found: dict[int, frozenset[str]] = {}
        for group, key in await self._at.reader.fetch(sql, f"{SWITCH}%", "off"):
            found[group] = found.get(group, frozenset()) | {key.removeprefix(SWITCH)}
        return found

    async def _off(self, group: int) -> frozenset[str]:
        rows = await self._at.reader.fetch(_OFF, group)
        return frozenset(key.removeprefix(SWITCH) for (key,) in rows)

    async def person(self, person: int) -> Person | None:
        rows = await self._at.reader.fetch(
            f"SELECT {_PERSON} FROM person n WHERE n.id = ?", person
        )
        return Person(*rows[0]) if rows else None

    async def persons(self, persons: Collection[int]) -> Mapping[int, Person]:
        """Return those of *persons* that are there, by id."""
        sql = f"SELECT {_PERSON} FROM person n WHERE n.id IN ({marks(len(persons))})"
        rows = await self._at.reader.fetch(sql, *persons) if persons else []
        return {row[0]: Person(*row) for row in rows}

    async def by_user(self, user: str) -> Person | None:
        """Return whose platform user ``telegram:123`` is now."""
        own = "identity i JOIN person n ON n.id = i.person_id"
        sql = f"SELECT {_PERSON} FROM {own} WHERE i.active = ?"
        rows = await self._at.reader.fetch(sql, user)
        return Person(*rows[0]) if rows else None

    async def identities(self, person: int) -> tuple[Identity, ...]:
        """Return the platform users of *person*, those unlinked among them."""
        sql = (
            "SELECT id, person_id, handle, since, until FROM identity"
            " WHERE person_id = ? ORDER BY id"
        )
        rows = await self._at.reader.fetch(sql, person)
        return tuple(
            Identity(number, whose, user, to_moment(since), to_moment(until))
            for number, whose, user, since, until in rows
        )

    async def memberships(self, person: int, on: Reader | None = None) -> tuple[Membership, ...]:
        """Return the memberships of *person* in all groups that have not ended."""
        sql = (
            f"SELECT {_MEMBER} FROM membership m WHERE m.person_id = ? AND {_LASTS} ORDER BY m.id"
        )
        now = to_millis(self._at.clock.now())
        rows = await (on or self._at.reader).fetch(sql, person, now)
        return tuple(map(to_membership, rows))

    async def members(self, group: int, role: Role | None = None) -> tuple[Membership, ...]:
        """Return who belongs to *group* now (as *role*)."""
        sql = f"SELECT {_MEMBER} FROM membership m WHERE m.group_id = ? AND {_LASTS}"
        params: list[object] = [group, to_millis(self._at.clock.now())]
        if role is not None:
            sql, params = f"{sql} AND m.role = ?", [*params, role.value]
        rows = await self._at.reader.fetch(f"{sql} ORDER BY m.id", *params)
        return tuple(map(to_membership, rows))

    async def helpers(self, group: int) -> tuple[Membership, ...]:
        """Return all that the cadres, chairs and upper union of *group* are in it now."""
        now = to_millis(self._at.clock.now())
        rows = await self._at.reader.fetch(_HELPERS, group, now, group, now)
        return tuple(map(to_membership, rows))

    async def cadres_of(self, worker: int, group: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the worker's primary cadres and his deputies, oldest link first."""
        sql = "SELECT cadre_id, deputy FROM link WHERE worker_id = ? AND group_id = ? ORDER BY id"
        rows = await self._at.reader.fetch(sql, worker, group)
        primary = tuple(cadre for cadre, deputy in rows if not deputy)
        return primary, tuple(cadre for cadre, deputy in rows if deputy)

    async def workers_of(self, cadre: int, group: int | None = None) -> tuple[int, ...]:
        """Return whom *cadre* answers for as primary cadre (in *group*)."""
        sql = "SELECT worker_id FROM link WHERE cadre_id = ? AND NOT deputy"
        here: tuple[int, ...] = () if group is None else (group,)
        sql += "" if group is None else " AND group_id = ?"
        rows = await self._at.reader.fetch(f"{sql} ORDER BY id", cadre, *here)
        return tuple(worker for (worker,) in rows)

    async def links(self, group: int) -> tuple[Link, ...]:
        sql = (
            "SELECT worker_id, cadre_id, group_id, deputy FROM link WHERE group_id = ? ORDER BY id"
        )
        rows = await self._at.reader.fetch(sql, group)
        return tuple(
            Link(worker, cadre, here, bool(deputy)) for worker, cadre, here, deputy in rows
        )

    async def off_duty(
        self, persons: Collection[int], now: datetime, on: Reader | None = None
    ) -> frozenset[int]:
        """Return those of *persons* who are off duty at *now*."""
        if not persons:
            return frozenset()
        sql = (
            f"SELECT person_id FROM duty WHERE person_id IN ({marks(len(persons))})"
            " AND off_since <= ? AND (off_until IS NULL OR off_until > ?)"
        )
        at = to_millis(now)
        rows = await (on or self._at.reader).fetch(sql, *persons, at, at)
        return frozenset(person for (person,) in rows)

    async def find(self, group: int | None, who: str) -> tuple[Person, ...]:
        """Return who is called *who* (in *group*): a handle, its platform or not, or a name."""
        name = who.strip().removeprefix("@")
        here: tuple[int, ...] = ()
        if group is not None:
            here = (group, to_millis(self._at.clock.now()))
        sql = f"{_FIND}{_FIND_HERE if here else ''} ORDER BY n.id LIMIT 20"
        rows = await self._at.reader.fetch(sql, name, short_of(name), name, *here)
        return tuple(Person(*row) for row in rows)

    async def group(self, group: int) -> Group | None:
        rows = await self._at.reader.fetch(
            f"SELECT {_GROUP} FROM site_group g WHERE g.id = ?", group
        )
        return _group(rows[0]) if rows else None

    async def group_by_key(self, key: str) -> Group | None:
        rows = await self._at.reader.fetch(
            f"SELECT {_GROUP} FROM site_group g WHERE g.key = ?", key
        )
        return _group(rows[0]) if rows else None

    async def groups_after(self, group: int, limit: int) -> tuple[Group, ...]:
        """Return the next *limit* groups with ids above *group*: to walk them all from 0."""
        sql = f"SELECT {_GROUP} FROM site_group g WHERE g.id > ? ORDER BY g.id LIMIT ?"
        rows = await self._at.reader.fetch(sql, group, limit)
        return tuple(found for row in rows if (found := _group(row)))

    async def organization(self, organization: int) -> Organization | None:
        sql = "SELECT id, name, kind, parent_id, second_parent_id FROM organization WHERE id = ?"
        rows = await self._at.reader.fetch(sql, organization)
        return Organization(*rows[0]) if rows else None

    async def organization_named(self, name: str) -> Organization | None:
        sql = (
            "SELECT id, name, kind, parent_id, second_parent_id FROM organization"
            " WHERE name = ? ORDER BY id LIMIT 1"
        )
        rows = await self._at.reader.fetch(sql, name)
        return Organization(*rows[0]) if rows else None

    async def settings(self, group: int) -> Mapping[str, str]:
        """Return what this group has set otherwise than the deployment."""
        rows = await self._at.reader.fetch(
            "SELECT key, value FROM setting WHERE group_id = ?", group
        )
        return dict(rows)


def _group(row: Row) -> Group | None:
    number, key, name, zone, organization = row
    return None if number is None else Group(number, key, name, ZoneInfo(zone), organization)


@lru_cache(maxsize=4096)
def to_membership(row: Row) -> Membership:
    """Return the membership that a row stands for, its columns in the order of the table.

    The row is always read anew; a site's helpers are told from the same rows again and again.
    """
    person, group, role, side, function, crew, trade, skills, tied, verified, since, until = row
    return Membership(
        person=person,
        group=group,
        role=Role(role),
        side=Side(side),
        function=function,
        crew=crew,
        trade=trade,
        skills=frozenset(filter(None, skills.split(";"))),
        tied=bool(tied),
        verified=bool(verified),
        since=to_moment(since),
        until=to_moment(until),
    )
