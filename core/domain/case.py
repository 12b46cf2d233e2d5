"""A case and what may happen to it next, as one table.

Rule 1: a case changes by a fact alone; a fact that has no row for the present state is refused.
Rule 2: who leads stays lead until the next one has accepted.
Rule 3: nothing here lowers confidentiality or priority; only the worker's own fact does, and only
visibility.
Rule 4: the clock may close an unanswered verification as unconfirmed, but never a rights case.
Rule 5: a case that would go on with nobody leading it is open again: somebody must be asked.
It knows neither rights (``policy``) nor limits (``clocks``) nor who is asked next (``routing``).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypedDict

from core.domain import fact as f
from core.domain.category import Mark, Priority, Visibility
from core.errors import RuleError


class State(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    OFFERED = "offered"
    ACTIVE = "active"
    ASKED = "asked"
    SHELVED = "shelved"
    VERIFYING = "verifying"
    SOLVED = "solved"
    UNCONFIRMED = "unconfirmed"
    WITHDRAWN = "withdrawn"
    DISMISSED = "dismissed"


CLOSED: Final = frozenset({State.SOLVED, State.UNCONFIRMED, State.WITHDRAWN, State.DISMISSED})
RIGHTS: Final = frozenset({"wages", "injury"})
"""Categories that the clock must never close (with the mark retaliation)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request, as it stands after all its facts; ``version`` counts them."""

    id: int
    number: int
    group: int
    reporter: int
    category: str
    visibility: Visibility
    priority: Priority
    opened_at: datetime
    text: str
    marks: frozenset[Mark] = frozenset()
    state: State = State.OPEN
    published: bool = False
    lead: int | None = None
    offered_to: int | None = None
    tried: frozenset[int] = frozenset()
    doers: frozenset[int] = frozenset()
    joined: frozenset[int] = frozenset()
    named: frozenset[int] = frozenset()
    withheld: bool = False
    promised: date | None = None
    review_on: date | None = None
    stars: int | None = None
    reopened: int = 0
    version: int = 0

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    @property
    def is_rights(self) -> bool:
        """Whether only a human may end it."""
        return self.category in RIGHTS or Mark.RETALIATION in self.marks

    def after(self, fact: f.CaseFact) -> "Case":
        """Return the case as it stands after *fact*.

        Raises RuleError ``case_cannot`` when the table has no row for it.
        """
        target = NEXT[self.state].get(type(fact))
        if target is None or (isinstance(fact, f.CaseUnconfirmed) and self.is_rights):
            raise RuleError("core.case_cannot", number=self.number, state=self.state.value)
        changes = _who(self, fact) | _course(self, fact) | _kind(self, fact)
        case = replace(self, state=target, version=self.version + 1, **changes)
        if target is State.ACTIVE and case.lead is None:
            return replace(case, state=State.OPEN)
        return case


Row = dict[type[f.CaseFact], State]


def _stay(state: State, *facts: type[f.CaseFact]) -> Row:
    return dict.fromkeys(facts, state)


_ALWAYS: Final = (
    f.CaseNoted,
    f.VisibilityRaised,
    f.VisibilityLowered,
    f.CategoryCorrected,
    f.PersonNamed,
)
_WHILE_OPEN: Final = (
    *_ALWAYS,
    f.CasePublished,
    f.NobodyWasFree,
    f.CaseEscalated,
    f.CaseAppended,
    f.ProofAdded,
    f.CaseJoined,
    f.TaskGiven,
    f.TaskPromised,
    f.TaskReported,
    f.CaseVisited,
    f.WorkerTold,
)
_LED: Final = (*_WHILE_OPEN, f.CaseOffered, f.CaseAccepted, f.CaseDeclined, f.OfferLapsed)
_ENDS: Final[Row] = {
    f.CaseWithdrawn: State.WITHDRAWN,
    f.CaseDismissed: State.DISMISSED,
    f.CaseConfirmed: State.SOLVED,
}
_AGAIN: Final[Row] = {f.CaseReopened: State.ACTIVE}

NEXT: Final[dict[State, Row]] = {
    State.OPEN: {
        **_stay(State.OPEN, *_WHILE_OPEN),
        **_ENDS,
        f.CaseOffered: State.OFFERED,
        f.CaseAccepted: State.ACTIVE,
        f.CaseShelved: State.SHELVED,
    },
    State.OFFERED: {
        **_stay(State.OFFERED, *_WHILE_OPEN, f.CaseOffered),
        **_ENDS,
        f.CaseAccepted: State.ACTIVE,
        f.CaseDeclined: State.OPEN,
        f.OfferLapsed: State.OPEN,
        f.CaseShelved: State.SHELVED,
    },
    State.ACTIVE: {
        **_stay(State.ACTIVE, *_LED, f.WorkerAnswered),
        **_ENDS,
        f.WorkerAsked: State.ASKED,
        f.CaseShelved: State.SHELVED,
        f.CaseDone: State.VERIFYING,
    },
    State.ASKED: {
        **_stay(State.ASKED, *_LED, f.WorkerAsked),
        **_ENDS,
        f.WorkerAnswered: State.ACTIVE,
        f.CaseShelved: State.SHELVED,
        f.CaseDone: State.VERIFYING,
    },
    State.SHELVED: {
        **_stay(State.SHELVED, *_LED, f.CaseShelved),
        **_ENDS,
        **_stay(State.ACTIVE, f.CaseResumed, f.CaseReopened),
        f.CaseDone: State.VERIFYING,
    },
    State.VERIFYING: {
        **_stay(State.VERIFYING, *_LED),
        **_ENDS,
        **_AGAIN,
        f.CaseUnconfirmed: State.UNCONFIRMED,
    },
    State.SOLVED: {**_stay(State.SOLVED, *_ALWAYS, f.CaseRated, f.ProofAdded), **_AGAIN},
    State.UNCONFIRMED: {
        **_stay(State.UNCONFIRMED, *_ALWAYS, f.CaseRated, f.ProofAdded),
        **_AGAIN,
        f.CaseConfirmed: State.SOLVED,
    },
    State.WITHDRAWN: {**_stay(State.WITHDRAWN, *_ALWAYS), **_AGAIN},
    State.DISMISSED: {**_stay(State.DISMISSED, *_ALWAYS), **_AGAIN},
}
"""What may follow what. A fact that is missing in a state's row cannot happen there."""


def opened(fact: f.CaseOpened) -> Case:
    """Return the case that *fact* begins."""
    return Case(
        id=fact.case,
        number=fact.number,
        group=fact.group,
        reporter=fact.reporter,
        category=fact.category,
        visibility=fact.visibility,
        priority=fact.priority,
        opened_at=fact.at,
        text=fact.text,
        marks=fact.marks,
        version=1,
    )


class _Changes(TypedDict, total=False):
    """The fields that a fact can change, beside state and version."""

    category: str
    visibility: Visibility
    published: bool
    lead: int | None
    offered_to: int | None
    tried: frozenset[int]
    doers: frozenset[int]
    joined: frozenset[int]
    named: frozenset[int]
    withheld: bool
    promised: date | None
    review_on: date | None
    stars: int | None
    reopened: int


def _who(case: Case, fact: f.CaseFact) -> _Changes:  # noqa: PLR0911 - a table, row by row
    """Return what *fact* changes about those who have to do with the case."""
    match fact:
        case f.CaseOffered(to=to):
            return {"offered_to": to, "tried": case.tried | {to}}
        case f.CaseAccepted(actor=int(actor)):
            return {"lead": actor, "offered_to": None, "tried": frozenset()}
        case f.CaseDeclined() | f.OfferLapsed():
            return {"offered_to": None}
        case f.CaseJoined(actor=int(actor)):
            return {"joined": case.joined | {actor}}
        case f.TaskGiven(to=to):
            return {"doers": case.doers | {to}}
        case f.TaskPromised(actor=int(actor), day=day):
            return {"doers": case.doers | {actor}, "promised": day or case.promised}
        case f.PersonNamed(person=person):
            return {"named": case.named | {person}}
        case _:
            return {}


def _course(case: Case, fact: f.CaseFact) -> _Changes:  # noqa: PLR0911 - a table, row by row
    """Return what *fact* changes about the way the case takes."""
    match fact:
        case f.CaseShelved(until=until):
            return {"review_on": until, "offered_to": None}
        case f.CaseResumed():
            return {"review_on": None, "tried": frozenset()}
        case f.CaseDone():
            return {"review_on": None}
        case f.CaseConfirmed() | f.CaseWithdrawn() | f.CaseDismissed() | f.CaseUnconfirmed():
            return {"review_on": None, "offered_to": None}
        case f.CaseReopened():
            return {
                "reopened": case.reopened + 1,
                "stars": None,
                "review_on": None,
                "tried": frozenset(),
            }
        case f.CaseRated(stars=stars):
            return {"stars": stars}
        case _:
            return {}


def _kind(case: Case, fact: f.CaseFact) -> _Changes:
    """Return what *fact* changes about what the case is and who may know of it."""
    match fact:
        case f.CasePublished():
            return {"published": True}
        case f.VisibilityRaised(visibility=level, withheld=withheld):
            return {
                "visibility": max(case.visibility, level),
                "withheld": case.withheld or withheld,
            }
        case f.VisibilityLowered(visibility=level):
            return {"visibility": min(case.visibility, level)}
        case f.CategoryCorrected(category=category):
            return {"category": category}
        case _:
            return {}
