"""Reads for work that goes round all groups: a page of them at a time, never one by one.

Rule: groups that share a zone and one setting's value share a clock; whoever works by the clock
walks its groups page by page, and each page costs a fixed number of statements.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from core.domain.org import Group, Person, Role, Side
from core.store.fields import to_millis
from core.store.places import PLACE, to_place
from core.store.records import Place
from core.store.step import Reader, marks

_CLOCKS: Final = (
    "SELECT DISTINCT g.zone, COALESCE(s.value, '') FROM site_group g"
    " LEFT JOIN setting s ON s.group_id = g.id AND s.key = ?"
)
_GROUPS: Final = (
    "SELECT g.id, g.key, g.name, g.organization_id FROM site_group g"
    " LEFT JOIN setting s ON s.group_id = g.id AND s.key = ?"
    " WHERE g.zone = ? AND COALESCE(s.value, '') = ? AND g.id > ?"
    " AND NOT EXISTS (SELECT 1 FROM setting o WHERE o.group_id = g.id"
    " AND (o.key = ? OR (o.key = ? AND o.value = 'off')))"
    " ORDER BY g.id LIMIT ?"
)
_PEOPLE: Final = (
    "SELECT m.group_id, n.id, n.name, n.language"
    " FROM membership m JOIN person n ON n.id = m.person_id"
    " WHERE m.group_id IN ({}) AND m.role = ? AND m.side = ?"
    " AND (m.until IS NULL OR m.until > ?) ORDER BY m.id DESC"
)


class RoundClock(NamedTuple):
    """What groups have in common that are served together; *value* is empty where none is set."""

    zone: str
    value: str


class Rounds:
    """Walks the groups that have not switched ``plugin`` off; ``key`` names the clock's time."""

    def __init__(self, reader: Reader, plugin: str, key: str) -> None:
        self._reader = reader
        self._plugin = plugin
        self._key = key

    async def clocks(self) -> tuple[RoundClock, ...]:
        """Return every clock that some group goes by."""
        rows = await self._reader.fetch(_CLOCKS, self._key)
        return tuple(RoundClock(zone, value) for zone, value in rows)

    async def groups(self, clock: RoundClock, after: int, limit: int) -> tuple[Group, ...]:
        """Return the next groups of *clock* with ids above *after*.

        A group is left out that has set ``<plugin>.off``, or ``plugin.<plugin>`` to ``off``.
        """
        off = (f"{self._plugin}.off", f"plugin.{self._plugin}")
        rows = await self._reader.fetch(_GROUPS, self._key, *clock, after, *off, limit)
        zone = ZoneInfo(clock.zone)
        return tuple(Group(number, key, name, zone, body) for number, key, name, body in rows)

    async def places(self, groups: Collection[int]) -> Mapping[int, tuple[Place, ...]]:
        """Return the open chats of each of *groups*, oldest first."""
        found: dict[int, list[Place]] = defaultdict(list)
        sql = (
            f"SELECT {PLACE} FROM place p WHERE p.group_id IN ({marks(len(groups))})"
            " AND p.open ORDER BY p.id"
        )
        for row in await self._reader.fetch(sql, *groups) if groups else ():
            place = to_place(row)
            found[place.group or 0].append(place)
        return {group: tuple(places) for group, places in found.items()}

    async def chairs(self, groups: Collection[int], now: datetime) -> Mapping[int, Person]:
        """Return the chair of each of *groups* that has one at *now*, the first if several."""
        if not groups:
            return {}
        who = (Role.CHAIR.value, Side.UNION.value, to_millis(now))
        rows = await self._reader.fetch(_PEOPLE.format(marks(len(groups))), *groups, *who)
        return {group: Person(*person) for group, *person in rows}
