"""Cases and their facts as rows and back, and the chain of digests over a case's facts.

The chain: digest = SHA-256(digest before, id, name, actor, at, data, body), where body is the
SHA-256 of salt and words. Both can be erased: the body stays, so the chain still holds, and nobody
can guess at the words.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from core.crypto import Sealer, digest, new_salt
from core.domain.case import Case, State
from core.domain.category import Mark, Priority, Visibility
from core.domain.fact import CaseFact, Fact
from core.store.fact_book import FactBook
from core.store.fields import to_millis, to_moment
from core.store.records import FactRow
from core.store.step import Row, columns_of, insert, table_of
from core.store.tables_case import CaseRow
from core.store.tables_case import FactRow as FactTable

_FIXED: Final = ("id", "number", "group_id", "reporter_id", "opened_at", "text")
"""What no fact changes; erasing words is no change of the case."""

COLUMNS: Final = ", ".join(columns_of(CaseRow))
_CHANGING: Final = tuple(name for name in columns_of(CaseRow) if name not in _FIXED)
_CHANGING_AT: Final = tuple(columns_of(CaseRow).index(name) for name in _CHANGING)
INSERT_CASE: Final = insert(CaseRow)
UPDATE_CASE: Final = (
    f"UPDATE {table_of(CaseRow)} SET {', '.join(f'{name} = ?' for name in _CHANGING)}"
    " WHERE id = ? AND version = ? AND digest = ?"
)
INSERT_FACT: Final = insert(FactTable)
FACT_COLUMNS: Final = "id, name, actor_id, at, data, text"
START: Final = b""
"""What the first fact of a case is chained to."""


def case_row(case: Case, text: bytes | None, last: bytes) -> Row:
    """Return the row of *case*, in its table's order; *text* is sealed, *last* ends its chain."""
    return (
        case.id,
        case.number,
        case.group,
        case.reporter,
        case.category,
        int(case.visibility),
        int(case.priority),
        to_millis(case.opened_at),
        text,
        _listed(case.marks),
        case.state.value,
        case.published,
        case.lead,
        case.offered_to,
        _listed(case.tried),
        _listed(case.doers),
        _listed(case.joined),
        _listed(case.named),
        case.withheld,
        case.promised and case.promised.isoformat(),
        case.review_on and case.review_on.isoformat(),
        case.stars,
        case.reopened,
        case.version,
        last,
    )


def update_row(case: Case, last: bytes, before: tuple[int, bytes]) -> Row:
    """Return the parameters of UPDATE_CASE; *before* is the version and digest it must find."""
    row = case_row(case, None, last)
    return (*(row[index] for index in _CHANGING_AT), case.id, *before)


def to_case(row: Row, sealer: Sealer) -> Case:
    """Return the case that a row of COLUMNS stands for."""
    sealed = row[8]
    return Case(
        id=row[0],
        number=row[1],
        group=row[2],
        reporter=row[3],
        category=row[4],
        visibility=Visibility(row[5]),
        priority=Priority(row[6]),
        opened_at=to_moment(row[7]),
        text=sealer.open_text(bytes(sealed)) if sealed else "",
        marks=frozenset(map(Mark, json.loads(row[9]))),
        state=State(row[10]),
        published=bool(row[11]),
        lead=row[12],
        offered_to=row[13],
        tried=frozenset(json.loads(row[14])),
        doers=frozenset(json.loads(row[15])),
        joined=frozenset(json.loads(row[16])),
        named=frozenset(json.loads(row[17])),
        withheld=bool(row[18]),
        promised=_day(row[19]),
        review_on=_day(row[20]),
        stars=row[21],
        reopened=row[22],
        version=row[23],
    )


def _listed(items: Iterable[Any]) -> str:
    return json.dumps(sorted(items), separators=(",", ":"))


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


@dataclass(frozen=True, slots=True)
class FactRows:
    """Turns facts into rows and back."""

    book: FactBook
    sealer: Sealer

    def row(self, number: int, fact: Fact, before: bytes) -> Row:
        """Return the row of *fact*, chained to *before*; the last column is its digest."""
        name, data, at = type(fact).__name__, self.book.data(fact), to_millis(fact.at)
        salt = new_salt()
        body = digest(salt, fact.text.encode())
        text = self.sealer.seal(fact.text) if fact.text else None
        case = fact.case if isinstance(fact, CaseFact) else None
        last = _chained(before, (number, name, fact.actor, at, data, body))
        return (number, case, name, fact.actor, at, data, text, salt, body, last)

    def fact(self, row: Row) -> FactRow:
        """Return the fact that a row of FACT_COLUMNS stands for."""
        number, name, actor, at, data, sealed = row
        text = self.sealer.open_text(bytes(sealed)) if sealed else ""
        return FactRow(number, self.book.fact(name, data, (to_moment(at), actor, text)))

    def holds(self, rows: Iterable[Row], end: bytes) -> bool:
        """Whether whole rows of the fact table, in order, form the chain that ends in *end*."""
        last = START
        for number, _, name, actor, at, data, sealed, salt, body, kept in rows:
            text = self.sealer.open(bytes(sealed)) if sealed else b""
            erased = salt is None
            if not erased and digest(bytes(salt), text) != bytes(body):
                return False
            last = _chained(last, (number, name, actor, at, data, bytes(body)))
            if last != bytes(kept):
                return False
        return last == end


def _chained(before: bytes, line: tuple[int, str, int | None, int, str, bytes]) -> bytes:
    *plain, body = line
    return digest(before, *(b"" if part is None else str(part).encode() for part in plain), body)
