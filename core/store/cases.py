"""Reads about cases; what may be shown of them is decided above, by ``may``."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from core.domain.case import CLOSED, Case, State
from core.store.cabinet import Cabinet
from core.store.case_rows import COLUMNS, FACT_COLUMNS, to_case
from core.store.fields import to_millis, to_moment
from core.store.records import FactRow
from core.store.step import Reader, columns_of, marks
from core.store.tables_case import FactRow as FactTable

_OPEN_STATES: Final = tuple(state.value for state in State if state not in CLOSED)
_OPEN: Final = "state IN ({})".format(", ".join(f"'{state}'" for state in _OPEN_STATES))
_WHOLE_FACT: Final = ", ".join(columns_of(FactTable))
_PAGE: Final = 500
"""Cases that one list returns at most; the reader answers in the event loop."""


class Cases:
    """Each list is oldest first and at most 500 long."""

    def __init__(self, at: Cabinet) -> None:
        self._at = at

    async def get(self, case: int, on: Reader | None = None) -> Case | None:
        rows = await (on or self._at.reader).fetch(
            f"SELECT {COLUMNS} FROM cases WHERE id = ?", case
        )
        return to_case(rows[0], self._at.sealer) if rows else None

    async def by_number(self, number: int) -> Case | None:
        found = await self._list("number = ?", number)
        return found[0] if found else None

    async def by_message(self, place: int, message: str) -> int | None:
        """Return the case that a platform message belongs to."""
        sql = "SELECT case_id FROM case_message WHERE place_id = ? AND message = ?"
        rows = await self._at.reader.fetch(sql, place, message)
        return rows[0][0] if rows else None

    async def messages(self, case: int) -> tuple[tuple[int, str], ...]:
        """Return (place, platform message) of all that people wrote for *case*."""
        sql = "SELECT place_id, message FROM case_message WHERE case_id = ? ORDER BY id"
        return tuple((place, message) for place, message in await self._at.reader.fetch(sql, case))

    async def of_reporter(self, person: int, *, open_only: bool = True) -> tuple[Case, ...]:
        return await self._list(f"reporter_id = ?{f' AND {_OPEN}' if open_only else ''}", person)

    async def open_of_lead(self, person: int) -> tuple[Case, ...]:
        return await self._list(f"lead_id = ? AND {_OPEN}", person)

    async def open_in_group(self, group: int) -> tuple[Case, ...]:
        return await self._list(f"group_id = ? AND {_OPEN}", group)

    async def offered_to(self, person: int) -> tuple[Case, ...]:
        """Return the cases that wait for this person's yes or no."""
        return await self._list(f"offered_to_id = ? AND {_OPEN}", person)

    async def waiting(self, group: int | None = None) -> tuple[Case, ...]:
        """Return open cases that nobody leads and nobody is asked to take (in *group*)."""
        condition = "state = 'open' AND lead_id IS NULL AND offered_to_id IS NULL"
        if group is None:
            return await self._list(condition)
        return await self._list(f"{condition} AND group_id = ?", group)

    async def latest_verifying(self, reporter: int) -> Case | None:
        """Return this worker's newest case that waits for his word that it is solved."""
        found = await self._list("reporter_id = ? AND state = 'verifying'", reporter)
        return found[-1] if found else None

    async def load(self, persons: Collection[int]) -> Mapping[int, int]:
        """Return how many open cases each of *persons* leads; 0 for none."""
        load = dict.fromkeys(persons, 0)
        if load:
            sql = (
                f"SELECT lead_id, COUNT(*) FROM cases WHERE lead_id IN ({marks(len(load))})"
                f" AND {_OPEN} GROUP BY lead_id"
            )
            load.update(dict(await self._at.reader.fetch(sql, *load)))
        return load

    async def fact(self, fact: int) -> FactRow | None:
        rows = await self._at.reader.fetch(f"SELECT {FACT_COLUMNS} FROM fact WHERE id = ?", fact)
        return self._at.facts.fact(rows[0]) if rows else None

    async def history(self, case: int) -> tuple[FactRow, ...]:
        """Return all facts of *case* in the order they happened."""
        sql = f"SELECT {FACT_COLUMNS} FROM fact WHERE case_id = ? ORDER BY id"
        return tuple(map(self._at.facts.fact, await self._at.reader.fetch(sql, case)))

    async def is_intact(self, case: int) -> bool:
        """Whether the chain of the case's facts holds: nothing was changed or taken away."""
        sql = f"SELECT {_WHOLE_FACT} FROM fact WHERE case_id = ? ORDER BY id"
        ends = await self._at.reader.fetch("SELECT digest FROM cases WHERE id = ?", case)
        rows = await self._at.reader.fetch(sql, case)
        return bool(ends) and self._at.facts.holds(rows, bytes(ends[0][0]))

    async def spoken_since(self, since: datetime) -> tuple[tuple[int, int, int, datetime], ...]:
        """Return (place, person, case, when) of whose words became or joined a case of late."""
        sql = (
            "SELECT m.place_id, f.actor_id, f.case_id, MAX(f.at) FROM fact f"
            " JOIN case_message m ON m.case_id = f.case_id"
            " WHERE f.name IN ('CaseOpened', 'CaseAppended') AND f.at >= ?"
            " GROUP BY m.place_id, f.actor_id, f.case_id ORDER BY MAX(f.at)"
        )
        rows = await self._at.reader.fetch(sql, to_millis(since))
        return tuple((place, person, case, to_moment(at)) for place, person, case, at in rows)

    async def digests(self) -> tuple[tuple[int, bytes], ...]:
        """Return (case, end of its chain) of all cases, in the order they were opened."""
        rows = await self._at.reader.fetch("SELECT id, digest FROM cases ORDER BY id")
        return tuple((case, bytes(end)) for case, end in rows)

    async def lookers(self, case: int) -> tuple[int, ...]:
        """Return who read a confidential case, each once, in the order of their first look."""
        sql = "SELECT person_id FROM look WHERE case_id = ? ORDER BY id"
        rows = await self._at.reader.fetch(sql, case)
        return tuple(dict.fromkeys(person for (person,) in rows))

    async def _list(self, condition: str, *params: object) -> tuple[Case, ...]:
        sql = f"SELECT {COLUMNS} FROM cases WHERE {condition} ORDER BY id LIMIT {_PAGE}"
        rows = await self._at.reader.fetch(sql, *params)
        return tuple(to_case(row, self._at.sealer) for row in rows)
