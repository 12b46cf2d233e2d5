"""A unit of work: what a turn wants written, gathered without touching the database.

``Store.commit`` flushes it in one transaction. Nothing here waits, so a turn may hold a unit as
long as it likes and hold up nobody.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.clock import Clock
from core.domain.case import Case
from core.domain.fact import Fact
from core.store.fields import to_millis
from core.store.ids import Ids
from core.store.records import Dialog, NewAttachment, NewJob, NewLetter, NewParked
from core.store.step import Row, Writer

__all__ = ["Deed", "Sequel", "Unit", "Write", "Writer", "mark_key"]

Deed = Callable[[Writer], Awaitable[None]]
"""Something done on the open transaction; it awaits nothing but SQL."""

Write = Callable[["Unit"], Awaitable[None]]
"""Writes one more unit on the open transaction, whole or not at all."""

Sequel = Callable[[Write], Awaitable[None]]
"""Goes on with what follows from a unit before it is committed; its reads see what was written."""


@dataclass(slots=True)
class Unit:
    """Adders for the turn, lists for the store."""

    ids: Ids
    clock: Clock
    guards: list[Deed] = field(default_factory=list)
    writes: list[Deed] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    taken_jobs: list[int] = field(default_factory=list)
    opened_cases: dict[int, Case] = field(default_factory=dict)
    changed_cases: dict[int, tuple[int, Case]] = field(default_factory=dict)
    facts: list[tuple[int, Fact]] = field(default_factory=list)
    letters: list[NewLetter] = field(default_factory=list)
    jobs: list[tuple[int, NewJob]] = field(default_factory=list)
    dropped_jobs: list[tuple[int, str | None]] = field(default_factory=list)
    dropped_keys: list[str] = field(default_factory=list)
    dialogs: dict[tuple[int, int], Dialog | None] = field(default_factory=dict)
    case_messages: list[Row] = field(default_factory=list)
    looks: list[Row] = field(default_factory=list)
    attachments: list[tuple[int, NewAttachment]] = field(default_factory=list)
    parked: list[tuple[int, NewParked]] = field(default_factory=list)
    sequel: Sequel | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write; guards alone write nothing."""
        return not any(getattr(self, name) for name in self.__slots__ if name not in _NO_WRITES)

    @property
    def opened_dialogs(self) -> frozenset[tuple[int, int]]:
        """(place, person) of the dialogs that stand after the commit."""
        return frozenset(key for key, dialog in self.dialogs.items() if dialog)

    @property
    def closed_dialogs(self) -> frozenset[tuple[int, int]]:
        return frozenset(key for key, dialog in self.dialogs.items() if not dialog)

    def guard(self, deed: Deed) -> None:
        """Let *deed* run first in the transaction; what it raises rolls all back."""
        self.guards.append(deed)

    def write(self, deed: Deed) -> None:
        """Let *deed* write what has no adder here: people, groups, a plugin's own tables."""
        self.writes.append(deed)

    def mark(self, account: str, chat: str, message: str, version: int) -> None:
        """Remember that this message had its effects; committing it twice raises Repeated."""
        self.marks.append(mark_key(account, chat, message, version))

    def take_job(self, job: int) -> None:
        """Delete a due job with the commit; if it is gone already, that raises Repeated."""
        self.taken_jobs.append(job)

    def open_case(self, case: Case) -> None:
        self.opened_cases[case.id] = case

    def change_case(self, before_version: int, after: Case) -> None:
        """Write *after*, provided the database still holds *before_version*; else Conflict."""
        if after.id in self.opened_cases:
            self.opened_cases[after.id] = after
            return
        first = self.changed_cases.get(after.id, (before_version, after))[0]
        self.changed_cases[after.id] = (first, after)

    def fact(self, fact: Fact) -> int:
        """Let *fact* have happened; return the id of its row."""
        self.facts.append((self.ids.next(), fact))
        return self.facts[-1][0]

    def letter(self, letter: NewLetter) -> int:
        """Put *letter* into the outbox; return its id."""
        self.letters.append(replace(letter, id=self.ids.next()))
        return self.letters[-1].id

    def job(self, job: NewJob) -> int:
        """Plan *job*; one with the same key, planned before, is replaced."""
        if job.key:
            self.drop_job_key(job.key)
        self.jobs.append((self.ids.next(), job))
        return self.jobs[-1][0]

    def drop_jobs(self, case: int, name: str | None = None) -> None:
        """Forget the case's jobs (with *name*: those alone), planned in this unit or before."""
        self.dropped_jobs.append((case, name))
        self.jobs = [
            (number, job)
            for number, job in self.jobs
            if job.case != case or (name is not None and job.name != name)
        ]

    def drop_job_key(self, key: str) -> None:
        """Forget the job with *key*, planned in this unit or before."""
        self.dropped_keys.append(key)
        self.jobs = [(number, job) for number, job in self.jobs if job.key != key]

    def dialog(self, dialog: Dialog) -> None:
        """Begin or go on with a dialog; there is one per place and person."""
        self.dialogs[dialog.place, dialog.person] = dialog

    def drop_dialog(self, place: int, person: int) -> None:
        self.dialogs[place, person] = None

    def case_message(self, place: int, message: str, case: int) -> None:
        """Let a platform message belong to *case*; the first case it belonged to keeps it."""
        self.case_messages.append((self.ids.next(), place, message, case))

    def look(self, case: int, person: int, at: datetime) -> None:
        """Write down that *person* read a confidential case."""
        self.looks.append((self.ids.next(), case, person, to_millis(at)))

    def attachment(self, file: NewAttachment) -> int:
        """Let *file* be ours; return its id. Its bytes are fetched after the commit."""
        self.attachments.append((self.ids.next(), file))
        return self.attachments[-1][0]

    def park(self, parked: NewParked) -> int:
        """Keep what failed for good."""
        self.parked.append((self.ids.next(), parked))
        return self.parked[-1][0]


_NO_WRITES = frozenset({"ids", "clock", "guards", "sequel"})


def mark_key(account: str, chat: str, message: str, version: int) -> str:
    """Return the name a message has for ever."""
    return f"{account}|{chat}|{message}|{version}"
