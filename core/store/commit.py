"""From a unit to the statements of its transaction, each kind of row in one statement.

Rule 1: marks and taken jobs come first: a repeat stops before anything else is looked at.
Rule 2: a case changes only if version and digest are still what the turn saw.
Rule 3: a chunk is at most 200 rows, so that one statement holds the database for moments only.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.crypto import Sealer
from core.domain.case import Case
from core.domain.fact import CaseFact
from core.errors import BotError, Conflict, Repeated
from core.store.case_rows import (
    INSERT_CASE,
    INSERT_FACT,
    START,
    UPDATE_CASE,
    FactRows,
    case_row,
    update_row,
)
from core.store.fields import to_millis
from core.store.letter_rows import INSERT_LETTER, letter_row
from core.store.records import FileState, NewJob
from core.store.step import CHUNK, Row, Step, columns_of, insert
from core.store.tables_case import AttachmentRow, CaseMessageRow, LookRow
from core.store.tables_work import DialogRow, JobRow, MarkRow, ParkedRow
from core.store.unit import Unit

Ends = Mapping[int, tuple[int, bytes]]
"""Of each case: the version and the digest that the database holds now."""


def _instead(model: type[JobRow | DialogRow], key: str) -> str:
    """Return the INSERT that replaces the row with the same *key*."""
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns_of(model))
    return insert(model, tail=f"ON CONFLICT ({key}) DO UPDATE SET {changes}")


_ONCE: Final = "ON CONFLICT DO NOTHING"
_MARK: Final = insert(MarkRow, tail=_ONCE)
_TAKE_JOB: Final = "DELETE FROM job WHERE id = ?"
_DROP_JOBS: Final = "DELETE FROM job WHERE case_id = ?"
_DROP_NAMED_JOBS: Final = "DELETE FROM job WHERE case_id = ? AND name = ?"
_DROP_KEY: Final = "DELETE FROM job WHERE key = ?"
_JOB: Final = _instead(JobRow, "key")
_DIALOG: Final = _instead(DialogRow, "place_id, person_id")
_DROP_DIALOG: Final = "DELETE FROM dialog WHERE place_id = ? AND person_id = ?"
_CASE_MESSAGE: Final = insert(CaseMessageRow, tail=_ONCE)
_LOOK: Final = insert(LookRow)
_ATTACHMENT: Final = insert(AttachmentRow)
_PARKED: Final = insert(ParkedRow, tail=_ONCE)


@dataclass(frozen=True, slots=True)
class Flush:
    """Makes the steps of one unit; *ends* holds every case that it touches and did not open."""

    unit: Unit
    sealer: Sealer
    facts: FactRows
    ends: Ends

    def first_steps(self) -> list[Step]:
        """Return what may show that all this has happened before."""
        now = to_millis(self.unit.clock.now())
        marks = [(key, now) for key in self.unit.marks]
        taken = [(job,) for job in self.unit.taken_jobs]
        return [
            *_steps(_MARK, marks, Repeated("this message had its effects before")),
            *_steps(_TAKE_JOB, taken, Repeated("this job was done before")),
        ]

    def steps(self) -> list[Step]:
        """Return the rest, in an order that needs no looking back."""
        return [*self._cases(), *self._work(), *self._talk()]

    def _cases(self) -> Iterator[Step]:
        unit, ends, rows = self.unit, dict(self.ends), []
        for number, fact in unit.facts:
            case = fact.case if isinstance(fact, CaseFact) else None
            version, before = ends.get(case or 0, (0, START))
            rows.append(self.facts.row(number, fact, before))
            if case is not None:
                ends[case] = (version, rows[-1][-1])
        for case, (_, after) in unit.changed_cases.items():
            if after.id not in self.ends:
                raise Conflict(f"case {case} is not there")
        opened = [self._opened(case, ends) for case in unit.opened_cases.values()]
        changed = [
            update_row(after, ends[case][1], (before, self.ends[case][1]))
            for case, (before, after) in unit.changed_cases.items()
        ]
        yield from _steps(INSERT_CASE, opened)
        yield from _steps(UPDATE_CASE, changed, Conflict("a case changed meanwhile"))
        yield from _steps(INSERT_FACT, rows)

    def _opened(self, case: Case, ends: Ends) -> Row:
        text = self.sealer.seal(case.text) if case.text else None
        return case_row(case, text, ends.get(case.id, (0, START))[1])

    def _work(self) -> Iterator[Step]:
        unit = self.unit
        now = unit.clock.now()
        some = [(case, name) for case, name in unit.dropped_jobs if name is not None]
        yield from _steps(
            _DROP_JOBS, [(case,) for case, name in unit.dropped_jobs if name is None]
        )
        yield from _steps(_DROP_NAMED_JOBS, some)
        kept = {job.key for _, job in unit.jobs}
        yield from _steps(_DROP_KEY, [(key,) for key in unit.dropped_keys if key not in kept])
        yield from _steps(_JOB, [_job_row(number, job) for number, job in unit.jobs])
        letters = [letter_row(letter, self.sealer, now) for letter in unit.letters]
        yield from _steps(INSERT_LETTER, letters)
        yield from _steps(_ATTACHMENT, self._attachments(now))
        yield from _steps(_PARKED, self._parked(now))

    def _talk(self) -> Iterator[Step]:
        unit = self.unit
        yield from _steps(_DIALOG, self._dialogs())
        yield from _steps(_DROP_DIALOG, list(unit.closed_dialogs))
        yield from _steps(_CASE_MESSAGE, unit.case_messages)
        yield from _steps(_LOOK, unit.looks)

    def _dialogs(self) -> list[Row]:
        seal = self.sealer.seal
        return [
            (
                self.unit.ids.next(),
                one.place,
                one.person,
                one.plugin,
                one.step,
                seal(json.dumps(dict(one.data), ensure_ascii=False)),
                to_millis(one.until),
            )
            for one in self.unit.dialogs.values()
            if one is not None
        ]

    def _attachments(self, now: datetime) -> list[Row]:
        at, waiting, seal = to_millis(now), FileState.WAITING.value, self.sealer.seal
        return [
            (n, a.case, a.kind.value, seal(a.name), "", 0, a.account, seal(a.ref), at, waiting)
            for n, a in self.unit.attachments
        ]

    def _parked(self, now: datetime) -> list[Row]:
        at, seal = to_millis(now), self.sealer.seal
        return [
            (n, at, p.kind, p.account, seal(p.raw), p.error, p.lane, p.key or None)
            for n, p in self.unit.parked
        ]


def _job_row(number: int, job: NewJob) -> Row:
    data = json.dumps(dict(job.data), ensure_ascii=False, separators=(",", ":"))
    due = to_millis(job.due_at)
    key = job.key or None
    return (number, job.owner, job.name, due, job.lane, data, key, job.case, job.depth, 0)


def _steps(sql: str, rows: Sequence[Row], otherwise: BotError | None = None) -> Iterator[Step]:
    for start in range(0, len(rows), CHUNK):
        yield Step(sql, rows[start : start + CHUNK], otherwise)
