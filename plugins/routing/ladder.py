"""Whom the law names next for a case: its people as they are now, and who can be reached.

Somebody whose private chat is closed would never see an offer: he is asked only where nobody else
is left.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from core.api.case import (
    Action,
    Actor,
    Candidate,
    Case,
    Level,
    NobodyFree,
    Offer,
    Roster,
    choose,
    may,
)
from core.api.people import Membership, Role
from core.api.plugin import Turn
from core.api.store import marks
from plugins.routing.declare import settings_of

ABOVE: Final = frozenset({Level.CHAIR, Level.UPPER})
_OFFERED: Final = (
    "SELECT offered_to_id, COUNT(*) FROM cases WHERE offered_to_id IN ({}) GROUP BY offered_to_id"
)


@dataclass(frozen=True, slots=True)
class Hands:
    """All who could carry a case, and the rungs they stand on."""

    people: dict[int, Candidate]
    roster: Roster
    cadres: tuple[int, ...]

    def without(self, person: int) -> "Hands":
        """Return the same with *person* taken for away."""
        away = replace(self.people[person], on_duty=False)
        return replace(self, people={**self.people, person: away})


async def hands_for(turn: Turn, case: Case, extra: Counter[int] | None = None) -> Hands:
    """Read who could carry *case*; *extra* is what each was given in this turn already."""
    people = turn.read.people
    held: dict[int, list[Membership]] = defaultdict(list)
    for one in await people.helpers(case.group):
        held[one.person].append(one)
    linked, deputies = await people.cadres_of(case.reporter, case.group)
    off = await people.off_duty(held, turn.now)
    load = Counter(await turn.read.cases.load(held))
    load.update(await _offered(turn, held))
    load.update(extra or {})
    candidates = {
        person: Candidate(
            person=person,
            memberships=tuple(here),
            load=load[person],
            capacity=settings_of(turn).capacity,
            skills=frozenset().union(*(one.skills for one in here)),
            on_duty=person not in off,
        )
        for person, here in held.items()
    }
    chairs, upper = _having(held, Role.CHAIR), _having(held, Role.UPPER)
    roster = Roster(linked, deputies, chairs, upper)
    return Hands(candidates, roster, _having(held, Role.CADRE))


def _having(held: Mapping[int, Iterable[Membership]], role: Role) -> tuple[int, ...]:
    return tuple(person for person, here in held.items() if any(m.role is role for m in here))


async def next_for(turn: Turn, case: Case, hands: Hands) -> Offer | NobodyFree:
    """Return the law's answer, those first who can be reached."""
    category = turn.house.categories.get(case.category)
    skill = category.skill if category else ""
    first = answer = choose(case, hands.people, hands.roster, turn.now, skill)
    while isinstance(answer, Offer) and await turn.home(answer.to) is None:
        hands = hands.without(answer.to)
        answer = choose(case, hands.people, hands.roster, turn.now, skill)
    return first if isinstance(answer, NobodyFree) else answer


async def above(turn: Turn, case: Case, hands: Hands, level: Level) -> tuple[Level, int | None]:
    """Return whom to ring on *level*, or one higher where nobody is there who may know of it."""
    if level is Level.CHAIR:
        chairs = [p for p in able(turn, case, hands, hands.roster.chairs) if _ready(hands, p)]
        for person in chairs:
            if await turn.home(person) is not None:
                return Level.CHAIR, person
    upper = able(turn, case, hands, hands.roster.upper)
    for person in sorted(upper, key=lambda person: not _ready(hands, person)):
        if await turn.home(person) is not None:
            return Level.UPPER, person
    rest = [*able(turn, case, hands, hands.roster.chairs), *upper]
    return Level.UPPER, rest[0] if rest else None


def able(turn: Turn, case: Case, hands: Hands, persons: Iterable[int]) -> list[int]:
    """Return those of *persons* who may take the case on and do not carry it already."""
    return [
        person
        for person in persons
        if person in hands.people
        and person != case.lead
        and may(Actor(person, hands.people[person].memberships), Action.ACCEPT, case, turn.now)
    ]


def free_cadres(turn: Turn, case: Case, hands: Hands) -> list[int]:
    """Return the cadres somebody above could assign the case to, who carries least first."""
    asked = [person for person in hands.cadres if person != case.offered_to]
    ready = [
        p
        for p in asked
        if _ready(hands, p)
        # A sealed case is known to him who is asked: so the right is tried as if he were.
        and able(turn, replace(case, offered_to=p), hands, [p])
    ]
    return sorted(ready, key=lambda person: (hands.people[person].load, person))


def _ready(hands: Hands, person: int) -> bool:
    return hands.people[person].on_duty


async def _offered(turn: Turn, persons: Collection[int]) -> dict[int, int]:
    """Return how many offers wait for the answer of each."""
    if not persons:
        return {}
    rows = await turn.read.reader.fetch(_OFFERED.format(marks(len(persons))), *persons)
    return dict(rows)
