"""Who may know, read and do what with a case: the one answer that stands before every door.

Rule 1: only memberships in force in the case's own group count; who has left knows nothing.
Rule 2: the reporter always knows and reads his own case, never its notes; he is a party to it,
so he has no other right in it, whatever else he is.
Rule 3: conflict stops reading, not only handling: whom the case names knows nothing of it, and
where the worker withheld it from the site, nor does anybody who is, or may be, of the employer.
Rule 4: more secrecy never lets anybody in, but the person who is asked to handle the case.
Rule 5: a doer of a secret case knows his task alone.
It knows no states (``case`` has the table of those) and nothing of chats.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from core.domain.case import Case
from core.domain.category import Visibility
from core.domain.org import HELPERS, Membership, Role, Side


class Action(StrEnum):
    """What a person may want of a case."""

    KNOW = "know"
    READ = "read"
    READ_NOTES = "read_notes"
    ACCEPT = "accept"
    REPLY = "reply"
    ASK = "ask"
    NOTE = "note"
    TASK = "task"
    PASS_ON = "pass_on"  # noqa: S105 - a deed, no password
    DONE = "done"
    ASSIGN = "assign"
    SHELVE = "shelve"
    ESCALATE = "escalate"
    RAISE_SECRECY = "raise_secrecy"
    LOWER_SECRECY = "lower_secrecy"
    CONFIRM = "confirm"
    RATE = "rate"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    APPEND = "append"
    JOIN = "join"
    PROMISE = "promise"
    REPORT_TASK = "report_task"
    DISMISS = "dismiss"
    CORRECT = "correct"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with all his memberships, those of other groups and other times too."""

    person: int
    memberships: tuple[Membership, ...] = ()


class _As(StrEnum):
    """What a person is to a case; he may be several at once."""

    REPORTER = "reporter"
    LEAD = "lead"
    OFFERED = "offered"
    CADRE = "cadre"
    CHAIR = "chair"
    UPPER = "upper"
    MANAGER = "manager"
    DOER = "doer"
    WORKER = "worker"
    PRESENT = "present"


_Those = frozenset[_As]

_UNION: Final = frozenset({_As.CADRE, _As.CHAIR, _As.UPPER})
_HANDLERS: Final = frozenset({_As.LEAD, _As.OFFERED, _As.CHAIR, _As.UPPER})
_IN_CHARGE: Final = frozenset({_As.LEAD, _As.CHAIR, _As.UPPER})
_ABOVE: Final = frozenset({_As.CHAIR, _As.UPPER})
_SITE: Final = frozenset({_As.MANAGER, _As.WORKER, _As.PRESENT})
_REPORTER: Final = frozenset({_As.REPORTER})

_KNOWN_TO: Final[dict[Visibility, _Those]] = {
    Visibility.BOARD: _REPORTER | _UNION | {_As.DOER},
    Visibility.STAFF: _REPORTER | _UNION | {_As.DOER},
    Visibility.UNION_ONLY: _REPORTER | _UNION,
    Visibility.SEALED: _REPORTER | _HANDLERS,
}
"""To whom a case is known from its first moment on."""

_PUBLISHED_TO: Final[dict[Visibility, _Those]] = {
    Visibility.BOARD: _SITE,
    Visibility.STAFF: frozenset({_As.MANAGER}),
    Visibility.UNION_ONLY: frozenset(),
    Visibility.SEALED: frozenset(),
}
"""Who joins them once the case is published."""

_RIGHTS: Final[dict[Action, _Those]] = {
    Action.KNOW: frozenset(_As),
    Action.READ: frozenset(_As),
    Action.READ_NOTES: _UNION,
    Action.ACCEPT: _UNION,
    Action.REPLY: _IN_CHARGE,
    Action.ASK: _IN_CHARGE,
    Action.NOTE: _UNION,
    Action.TASK: _IN_CHARGE,
    Action.PASS_ON: _IN_CHARGE,
    Action.DONE: _IN_CHARGE,
    Action.ASSIGN: _ABOVE,
    Action.SHELVE: _ABOVE,
    Action.ESCALATE: _REPORTER | _UNION,
    Action.RAISE_SECRECY: _REPORTER | _UNION,
    Action.LOWER_SECRECY: _REPORTER,
    Action.CONFIRM: _REPORTER,
    Action.RATE: _REPORTER,
    Action.REOPEN: _REPORTER,
    Action.WITHDRAW: _REPORTER,
    Action.APPEND: _REPORTER | _UNION | {_As.DOER},
    Action.JOIN: frozenset({_As.WORKER}),
    Action.PROMISE: _UNION | {_As.MANAGER},
    Action.REPORT_TASK: frozenset({_As.DOER}),
    Action.DISMISS: _IN_CHARGE,
    Action.CORRECT: _UNION,
    Action.VISIT: _IN_CHARGE,
}
"""Who may do what. Whoever may not know of a case may do nothing with it, but report his task."""

_UP_TO: Final[dict[Action, Visibility]] = {
    Action.JOIN: Visibility.BOARD,
    Action.PROMISE: Visibility.STAFF,
}
"""What is done in the open, and how secret a case may be for it."""

_PLACE: Final[dict[Role, _As]] = {
    Role.WORKER: _As.WORKER,
    Role.FOREMAN: _As.PRESENT,
    Role.CADRE: _As.CADRE,
    Role.CHAIR: _As.CHAIR,
    Role.MANAGER: _As.MANAGER,
    Role.UPPER: _As.UPPER,
    Role.SPECIALIST: _As.PRESENT,
}
"""What a role makes of a person. An operator keeps the house, and is nobody to any case."""

_HIRERS: Final = frozenset({Role.FOREMAN, Role.MANAGER})
_OF_THE_SITE: Final = frozenset({Side.EMPLOYER, Side.UNKNOWN})


def may(actor: Actor, action: Action, case: Case, now: datetime) -> bool:
    """Whether *actor* may do *action* with *case*; its state is not asked here."""
    here = [m for m in actor.memberships if m.group == case.group and m.holds(now)]
    standing = _standing(actor.person, here, case)
    if not standing & _RIGHTS[action] or case.visibility > _UP_TO.get(action, Visibility.SEALED):
        return False
    if action is Action.REPORT_TASK:
        return True
    return _is_known(case, standing) and not _in_conflict(actor.person, here, case)


def audience(case: Case, memberships: Iterable[Membership], now: datetime) -> frozenset[int]:
    """Return who among the holders of *memberships* may know of *case*."""
    theirs: dict[int, list[Membership]] = defaultdict(list)
    for membership in memberships:
        theirs[membership.person].append(membership)
    actors = (Actor(person, tuple(held)) for person, held in theirs.items())
    return frozenset(actor.person for actor in actors if may(actor, Action.KNOW, case, now))


def _standing(person: int, here: list[Membership], case: Case) -> _Those:
    """Return all that *person*, whose memberships in force are *here*, is to *case*."""
    if person == case.reporter:
        return _REPORTER
    standing = {_place(m) for m in here if m.role in _PLACE}
    if any(m.side is Side.EMPLOYER for m in here):
        # Nobody sits on both sides of one site: who manages there, is no helper there.
        standing -= _UNION
    if standing & _UNION:
        standing |= {_As.LEAD} if person == case.lead else set()
        standing |= {_As.OFFERED} if person == case.offered_to else set()
    if standing and person in case.doers:
        standing.add(_As.DOER)
    return frozenset(standing)


def _place(membership: Membership) -> _As:
    role, known = membership.role, membership.verified and membership.side is not Side.UNKNOWN
    if role is Role.WORKER or (known and (membership.helps or role not in HELPERS)):
        return _PLACE[role]
    return _As.PRESENT


def _is_known(case: Case, standing: _Those) -> bool:
    known_to = _KNOWN_TO[case.visibility]
    if case.published:
        known_to |= _PUBLISHED_TO[case.visibility]
    return bool(standing & known_to)


def _in_conflict(person: int, here: list[Membership], case: Case) -> bool:
    if person == case.reporter:
        return False
    return person in case.named or (case.withheld and any(_is_of_the_site(m) for m in here))


def _is_of_the_site(membership: Membership) -> bool:
    """Whether the holder is, or for all we know may be, of the employer."""
    return (
        membership.tied
        or not membership.verified
        or membership.side in _OF_THE_SITE
        or membership.role in _HIRERS
    )
