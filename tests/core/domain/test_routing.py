"""Who is asked next: the ladder, its obstacles, and what each carries."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.case import Case, State
from core.domain.category import Priority, Visibility
from core.domain.org import Role
from core.domain.routing import (
    Candidate,
    Level,
    NobodyFree,
    Obstacle,
    Offer,
    Roster,
    choose,
    load_of,
    oldest_waiting,
)
from tests.core.domain.given import CASE, CASES, ELSEWHERE, NOW, REPORTER, case, member

LINKED, DEPUTY, WELDER, IDLE, CHAIR, UPPER = range(20, 26)
ROSTER = Roster(linked=(LINKED,), deputies=(DEPUTY,), chairs=(CHAIR,), upper=(UPPER,))
ROLES = {CHAIR: Role.CHAIR, UPPER: Role.UPPER}


def candidate(person: int, load: float = 0.0) -> Candidate:
    held = member(ROLES.get(person, Role.CADRE), person)
    skills = frozenset({"welding"}) if person == WELDER else frozenset[str]()
    return Candidate(person, (held,), load=load, capacity=3, skills=skills)


PEOPLE = {
    person: candidate(person, load)
    for person, load in {LINKED: 2, DEPUTY: 0, WELDER: 1, IDLE: 0, CHAIR: 9, UPPER: 9}.items()
}


def without(*persons: int) -> dict[int, Candidate]:
    return {person: replace(who, on_duty=person not in persons) for person, who in PEOPLE.items()}


def changed(**changes: Candidate) -> dict[int, Candidate]:
    return PEOPLE | {who.person: who for who in changes.values()}


@pytest.mark.parametrize(
    ("away", "skill", "to", "level"),
    [
        ((), "", LINKED, Level.LINKED),
        ((LINKED,), "", DEPUTY, Level.DEPUTY),
        ((LINKED, DEPUTY), "welding", WELDER, Level.DUTY),
        ((LINKED, DEPUTY), "", IDLE, Level.DUTY),
        ((LINKED, DEPUTY), "law", IDLE, Level.DUTY),
        ((LINKED, DEPUTY, WELDER), "welding", IDLE, Level.DUTY),
        ((LINKED, DEPUTY, WELDER, IDLE), "", CHAIR, Level.CHAIR),
        ((LINKED, DEPUTY, WELDER, IDLE, CHAIR), "", UPPER, Level.UPPER),
    ],
)
def test_the_ladder_is_climbed_rung_by_rung(
    away: tuple[int, ...], skill: str, to: int, level: Level
) -> None:
    assert choose(CASE, without(*away), ROSTER, NOW, skill) == Offer(to, level)


def test_a_full_cadre_is_passed_over_and_a_full_chair_is_not() -> None:
    full = {person: replace(who, load=3.0) for person, who in PEOPLE.items()}
    assert choose(CASE, full, ROSTER, NOW) == Offer(CHAIR, Level.CHAIR)


def test_after_two_vain_askings_the_chair_decides() -> None:
    once = case(tried=frozenset({LINKED}))
    assert choose(once, PEOPLE, ROSTER, NOW) == Offer(DEPUTY, Level.DEPUTY)
    twice = case(tried=frozenset({LINKED, DEPUTY}))
    assert choose(twice, PEOPLE, ROSTER, NOW) == Offer(CHAIR, Level.CHAIR)


def test_a_chair_asked_in_vain_counts_for_no_cadre() -> None:
    tried = case(tried=frozenset({LINKED, CHAIR}))
    assert choose(tried, PEOPLE, ROSTER, NOW) == Offer(DEPUTY, Level.DEPUTY)


def test_a_chair_who_did_not_answer_leaves_the_case_to_the_upper_union() -> None:
    tried = case(tried=frozenset({LINKED, DEPUTY, CHAIR}))
    assert choose(tried, PEOPLE, ROSTER, NOW) == Offer(UPPER, Level.UPPER)


def test_the_lead_is_not_asked_to_take_what_is_his() -> None:
    assert choose(case(lead=LINKED), PEOPLE, ROSTER, NOW) == Offer(DEPUTY, Level.DEPUTY)


def test_nobody_is_asked_about_himself() -> None:
    named = case(named=frozenset({LINKED, CHAIR}))
    assert choose(named, PEOPLE, ROSTER, NOW) == Offer(DEPUTY, Level.DEPUTY)
    away = without(DEPUTY, WELDER, IDLE)
    assert choose(named, away, ROSTER, NOW) == Offer(UPPER, Level.UPPER)


def test_a_tied_cadre_is_not_asked_where_the_worker_withheld_it_from_the_site() -> None:
    tied = Candidate(LINKED, (member(Role.CADRE, LINKED, tied=True),))
    withheld = case(Visibility.UNION_ONLY, withheld=True)
    assert choose(withheld, changed(linked=tied), ROSTER, NOW) == Offer(DEPUTY, Level.DEPUTY)


def test_the_reporter_is_never_asked_himself() -> None:
    own = changed(own=candidate(REPORTER))
    assert choose(CASE, own, replace(ROSTER, linked=(REPORTER,)), NOW) == Offer(
        DEPUTY, Level.DEPUTY
    )


def test_a_sealed_case_can_be_offered_to_the_linked_cadre() -> None:
    assert choose(case(Visibility.SEALED), PEOPLE, ROSTER, NOW) == Offer(LINKED, Level.LINKED)


def test_a_cadre_of_another_group_is_not_on_duty_here() -> None:
    stranger = Candidate(LINKED, (member(Role.CADRE, LINKED, group=ELSEWHERE),))
    alone = {LINKED: stranger}
    assert choose(CASE, alone, Roster(), NOW) == NobodyFree(Obstacle.NOBODY)


def test_a_linked_person_whom_nobody_knows_any_more_is_passed_over() -> None:
    assert choose(CASE, PEOPLE, replace(ROSTER, linked=(999,)), NOW) == Offer(DEPUTY, Level.DEPUTY)


def test_ties_go_by_load_then_by_the_longest_wait_then_by_id() -> None:
    def first(*cadres: Candidate) -> int:
        people = {cadre.person: cadre for cadre in cadres}
        offer = choose(CASE, people, Roster(), NOW)
        assert isinstance(offer, Offer)
        return offer.to

    a, b = candidate(30), candidate(31)
    hour = timedelta(hours=1)
    assert first(replace(a, load=1.0), b) == 31
    assert first(replace(a, last_offer=NOW), replace(b, last_offer=NOW - hour)) == 31
    assert first(replace(a, last_offer=NOW - hour), b) == 31
    assert first(b, a) == 30


@pytest.mark.parametrize(
    ("cadre", "about", "reason"),
    [
        (replace(candidate(LINKED), load=3.0), CASE, Obstacle.FULL),
        (replace(candidate(LINKED), on_duty=False), CASE, Obstacle.OFF_DUTY),
        (candidate(LINKED), case(tried=frozenset({LINKED})), Obstacle.TRIED),
        (candidate(LINKED), case(named=frozenset({LINKED})), Obstacle.CONFLICT),
    ],
)
def test_nobody_free_says_why(cadre: Candidate, about: Case, reason: Obstacle) -> None:
    assert choose(about, {LINKED: cadre}, Roster(linked=(LINKED,)), NOW) == NobodyFree(reason)


def test_nobody_free_tells_what_is_soonest_out_of_the_way() -> None:
    people = {LINKED: replace(PEOPLE[LINKED], load=3.0), DEPUTY: without(DEPUTY)[DEPUTY]}
    assert choose(CASE, people, ROSTER, NOW) == NobodyFree(Obstacle.FULL)


@given(CASES, st.frozensets(st.sampled_from(sorted(PEOPLE))), st.sets(st.sampled_from([*PEOPLE])))
def test_whoever_is_asked_is_on_duty_new_to_it_and_not_in_conflict(
    about: Case, tried: frozenset[int], away: Iterable[int]
) -> None:
    about = replace(about, tried=tried, lead=None, named=frozenset({DEPUTY}))
    offer = choose(about, without(*away), ROSTER, NOW)
    if isinstance(offer, Offer):
        assert offer.to not in {*tried, *away, DEPUTY}


def test_who_waits_for_others_carries_less() -> None:
    def load(state: State, priority: Priority = Priority.P3) -> float:
        return load_of([case(state=state, priority=priority)], NOW)

    assert load(State.ACTIVE) == 1.0
    assert load(State.ASKED) == 0.5
    assert load(State.VERIFYING) == load(State.SHELVED) == 0.25
    assert load(State.SOLVED) == 0.0
    assert load(State.ACTIVE, priority=Priority.P0) == 2.0
    assert load_of([], NOW) == 0.0


@pytest.mark.parametrize(("day", "load"), [(23, 1.0), (24, 0.25)])
def test_a_shelved_case_weighs_whole_again_on_the_day_of_its_review(day: int, load: float) -> None:
    shelved = case(state=State.SHELVED, review_on=date(2026, 11, day))
    assert load_of([shelved], datetime(2026, 11, 23, 9, tzinfo=UTC)) == load


def test_freed_hands_take_the_urgent_then_the_oldest() -> None:
    old = case(id=1, opened_at=NOW - timedelta(days=2))
    new = case(id=2)
    urgent = case(id=3, priority=Priority.P1)
    taken = case(id=4, state=State.ACTIVE)
    assert [c.id for c in oldest_waiting([new, taken, old, urgent])] == [3, 1, 2]
