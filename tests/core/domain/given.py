"""What the tests of the laws share: a case, its people, and how chance makes more of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypedDict, Unpack

from hypothesis import strategies as st

from core.domain.case import CLOSED, Case, State
from core.domain.category import Mark, Priority, Visibility
from core.domain.org import SIDE_OF, Membership, Role, Side
from core.domain.policy import Actor

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOME, ELSEWHERE = 1, 2
REPORTER, PERSON = 10, 11

CASE = Case(
    id=1,
    number=317,
    group=HOME,
    reporter=REPORTER,
    category="living",
    visibility=Visibility.BOARD,
    priority=Priority.P3,
    opened_at=NOW,
    text="能不能给大家搭个棚子?",
)


class Held(TypedDict, total=False):
    """What may be special about a membership."""

    group: int
    side: Side
    tied: bool
    verified: bool
    since: datetime | None
    until: datetime | None
    skills: frozenset[str]


class Known(TypedDict, total=False):
    """What may be special about a case."""

    id: int
    category: str
    priority: Priority
    opened_at: datetime
    marks: frozenset[Mark]
    state: State
    published: bool
    lead: int | None
    offered_to: int | None
    tried: frozenset[int]
    doers: frozenset[int]
    named: frozenset[int]
    withheld: bool
    review_on: date | None


def case(visibility: Visibility = Visibility.BOARD, **known: Unpack[Known]) -> Case:
    return replace(CASE, visibility=visibility, **known)


def member(role: Role, person: int = PERSON, **held: Unpack[Held]) -> Membership:
    plain = Membership(person=person, group=HOME, role=role, side=SIDE_OF[role])
    return replace(plain, **held)


def actor(role: Role, person: int = PERSON, **held: Unpack[Held]) -> Actor:
    return Actor(person, (member(role, person, **held),))


def some_of(*persons: int) -> st.SearchStrategy[frozenset[int]]:
    return st.frozensets(st.sampled_from(persons))


MOMENTS = st.sampled_from((None, NOW - timedelta(days=1), NOW, NOW + timedelta(days=1)))

MEMBERSHIPS = st.builds(
    Membership,
    person=st.just(PERSON),
    group=st.sampled_from((HOME, HOME, ELSEWHERE)),
    role=st.sampled_from(Role),
    side=st.sampled_from(Side),
    tied=st.booleans(),
    verified=st.booleans(),
    since=MOMENTS,
    until=MOMENTS,
)

ACTORS = st.builds(
    Actor,
    person=st.sampled_from((PERSON, PERSON, REPORTER)),
    memberships=st.lists(MEMBERSHIPS, max_size=3).map(tuple),
)

CASES = st.builds(
    replace,
    st.just(CASE),
    visibility=st.sampled_from(Visibility),
    priority=st.sampled_from(Priority),
    marks=st.frozensets(st.sampled_from(Mark)),
    category=st.sampled_from(("living", "wages", "injury")),
    state=st.sampled_from([state for state in State if state not in CLOSED]),
    published=st.booleans(),
    withheld=st.booleans(),
    lead=st.sampled_from((None, PERSON)),
    offered_to=st.sampled_from((None, PERSON)),
    doers=some_of(PERSON),
    named=some_of(PERSON, REPORTER),
)
