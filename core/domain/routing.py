"""Who is asked next to take a case, and how much each already carries.

Rule 1: the ladder is linked cadre, deputy, cadre on duty with the skill, any cadre on duty,
chair, upper union. Once two cadres were asked in vain, the chair and those above are left.
Rule 2: nobody is asked twice, in conflict, off duty, or over his capacity; chairs and the upper
union have no capacity, for above them there is nobody.
Rule 3: an empty ladder is an answer of its own, with the reason, never silence.
Rule 4: freed hands take the case that has waited longest.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from core.domain.case import Case, State
from core.domain.category import Priority
from core.domain.org import Membership, Role
from core.domain.policy import Action, Actor, may


class Level(StrEnum):
    """The rungs of the ladder."""

    LINKED = "linked"
    DEPUTY = "deputy"
    DUTY = "duty"
    CHAIR = "chair"
    UPPER = "upper"


class Obstacle(StrEnum):
    """Why somebody cannot be asked; the first of these that holds for all is the reason told."""

    FULL = "full"
    OFF_DUTY = "off_duty"
    TRIED = "tried"
    CONFLICT = "conflict"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take a case, and what speaks for or against asking him now."""

    person: int
    memberships: tuple[Membership, ...]
    load: float = 0.0
    capacity: int = 8
    last_offer: datetime | None = None
    skills: frozenset[str] = frozenset()
    on_duty: bool = True


@dataclass(frozen=True, slots=True)
class Roster:
    """Who stands on which rung for this case's reporter and group; cadres on duty are derived."""

    linked: tuple[int, ...] = ()
    deputies: tuple[int, ...] = ()
    chairs: tuple[int, ...] = ()
    upper: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """Ask ``to`` next."""

    to: int
    level: Level


@dataclass(frozen=True, slots=True)
class NobodyFree:
    """There is nobody to ask, and why: an ``Obstacle``, the one soonest out of the way."""

    reason: str


PATIENCE: Final = 2
"""So many cadres are asked before the chair decides."""

WEIGHT: Final[dict[Priority, float]] = {
    Priority.P0: 2.0,
    Priority.P1: 2.0,
    Priority.P2: 1.0,
    Priority.P3: 1.0,
    Priority.P4: 1.0,
}
SHARE: Final[dict[State, float]] = {
    State.ASKED: 0.5,
    State.SHELVED: 0.25,
    State.VERIFYING: 0.25,
}
"""How much of its weight a case keeps while it waits for somebody else."""

_UNCAPPED: Final = frozenset({Level.CHAIR, Level.UPPER})
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def choose(
    case: Case,
    people: Mapping[int, Candidate],
    roster: Roster,
    now: datetime,
    skill: str = "",
) -> Offer | NobodyFree:
    """Return whom to ask next; *skill* is what the case's category asks for."""
    obstacles = set()
    for level, persons in _ladder(case, people, roster, skill):
        free = []
        for candidate in (people[person] for person in persons if person in people):
            if obstacle := _obstacle(case, candidate, level, now):
                obstacles.add(obstacle)
            else:
                free.append(candidate)
        if free:
            return Offer(min(free, key=_turn).person, level)
    return NobodyFree(next((o for o in Obstacle if o in obstacles), Obstacle.NOBODY))


def load_of(cases: Iterable[Case], now: datetime) -> float:
    """Return how much *cases* weigh for who leads them.

    A shelved case whose day of review has come weighs whole again.
    """
    return sum((_weight(case, now) for case in cases if not case.is_closed), start=0.0)


def oldest_waiting(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Return those of *cases* that wait to be offered: urgent first, then who waits longest."""
    waiting = (case for case in cases if case.state is State.OPEN)
    return tuple(sorted(waiting, key=lambda case: (case.priority, case.opened_at, case.id)))


def _ladder(
    case: Case, people: Mapping[int, Candidate], roster: Roster, skill: str
) -> Iterator[tuple[Level, tuple[int, ...]]]:
    above = {*roster.chairs, *roster.upper}
    if len(case.tried - above) < PATIENCE:
        cadres = tuple(person for person in people if _is_cadre(people[person], case.group))
        yield Level.LINKED, roster.linked
        yield Level.DEPUTY, roster.deputies
        yield Level.DUTY, tuple(p for p in cadres if skill in people[p].skills)
        yield Level.DUTY, cadres
    yield Level.CHAIR, roster.chairs
    yield Level.UPPER, roster.upper


def _is_cadre(candidate: Candidate, group: int) -> bool:
    return any(m.role is Role.CADRE and m.group == group for m in candidate.memberships)


def _obstacle(case: Case, candidate: Candidate, level: Level, now: datetime) -> Obstacle | None:
    """Return what forbids asking *candidate*; the lasting obstacles are looked for first."""
    # A sealed case is known to him who is asked: so the right is tried as if he were.
    asked = replace(case, offered_to=candidate.person)
    if not may(Actor(candidate.person, candidate.memberships), Action.ACCEPT, asked, now):
        return Obstacle.CONFLICT
    if candidate.person in case.tried or candidate.person == case.lead:
        return Obstacle.TRIED
    if not candidate.on_duty:
        return Obstacle.OFF_DUTY
    if level not in _UNCAPPED and candidate.load >= candidate.capacity:
        return Obstacle.FULL
    return None


def _turn(candidate: Candidate) -> tuple[float, datetime, int]:
    """Whose turn it is: who carries least, then who was asked longest ago."""
    return candidate.load, candidate.last_offer or _LONG_AGO, candidate.person


def _weight(case: Case, now: datetime) -> float:
    is_due = case.review_on is not None and case.review_on <= now.date()
    share = 1.0 if is_due else SHARE.get(case.state, 1.0)
    return WEIGHT[case.priority] * share
