"""Who may know and do what: the table by examples, its promises by chance."""

from dataclasses import replace
from datetime import timedelta
from typing import Unpack

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.domain.case import Case
from core.domain.category import Visibility
from core.domain.fact import CasePublished
from core.domain.org import Membership, Role, Side
from core.domain.policy import Action, Actor, audience, may
from tests.core.domain.given import (
    ACTORS,
    CASE,
    CASES,
    ELSEWHERE,
    HOME,
    MEMBERSHIPS,
    NOW,
    PERSON,
    REPORTER,
    Held,
    Known,
    actor,
    member,
)

BOARD, STAFF, UNION_ONLY, SEALED = Visibility
PUBLISHED = CasePublished(case=1, at=NOW)
ROLES = "worker foreman cadre chair manager upper_union operator specialist"


def case(visibility: Visibility, **known: Unpack[Known]) -> Case:
    return replace(CASE, visibility=visibility, **known).after(PUBLISHED)


def knowing(of: Case) -> str:
    roles = (role for role in Role if may(actor(role), Action.KNOW, of, NOW))
    return " ".join(roles)


def doing(action: Action, of: Case) -> str:
    return " ".join(role for role in Role if may(actor(role), action, of, NOW))


@pytest.mark.parametrize(
    ("visibility", "unpublished", "published"),
    [
        (BOARD, "cadre chair upper_union", ROLES.replace(" operator", "")),
        (STAFF, "cadre chair upper_union", "cadre chair manager upper_union"),
        (UNION_ONLY, "cadre chair upper_union", "cadre chair upper_union"),
        (SEALED, "chair upper_union", "chair upper_union"),
    ],
)
def test_every_visibility_has_its_circle(
    visibility: Visibility, unpublished: str, published: str
) -> None:
    hidden = replace(case(visibility), published=False)
    assert set(knowing(hidden).split()) == set(unpublished.split())
    assert set(knowing(case(visibility)).split()) == set(published.split())


HELPERS = "cadre chair upper_union"
RIGHTS = {
    Action.READ_NOTES: HELPERS,
    Action.ACCEPT: HELPERS,
    Action.REPLY: "chair upper_union",
    Action.ASK: "chair upper_union",
    Action.NOTE: HELPERS,
    Action.TASK: "chair upper_union",
    Action.PASS_ON: "chair upper_union",
    Action.DONE: "chair upper_union",
    Action.ASSIGN: "chair upper_union",
    Action.SHELVE: "chair upper_union",
    Action.ESCALATE: HELPERS,
    Action.RAISE_SECRECY: HELPERS,
    Action.LOWER_SECRECY: "",
    Action.CONFIRM: "",
    Action.RATE: "",
    Action.REOPEN: "",
    Action.WITHDRAW: "",
    Action.APPEND: HELPERS,
    Action.JOIN: "worker",
    Action.PROMISE: f"{HELPERS} manager",
    Action.REPORT_TASK: "",
    Action.DISMISS: "chair upper_union",
    Action.CORRECT: HELPERS,
    Action.VISIT: "chair upper_union",
}


@pytest.mark.parametrize(("action", "roles"), RIGHTS.items())
def test_every_deed_has_its_people(action: Action, roles: str) -> None:
    assert set(doing(action, case(BOARD)).split()) == set(roles.split())


def test_the_table_of_rights_is_whole() -> None:
    assert RIGHTS.keys() | {Action.KNOW, Action.READ} == set(Action)


OF_THE_LEAD = {
    Action.REPLY,
    Action.ASK,
    Action.TASK,
    Action.PASS_ON,
    Action.DONE,
    Action.DISMISS,
    Action.VISIT,
}


def test_leading_gives_a_cadre_the_rights_of_the_lead_and_no_more() -> None:
    led, other = case(BOARD, lead=PERSON), case(BOARD)
    cadre = actor(Role.CADRE)
    gained = {a for a in Action if may(cadre, a, led, NOW) and not may(cadre, a, other, NOW)}
    assert gained == OF_THE_LEAD


OF_THE_REPORTER = {
    Action.KNOW,
    Action.READ,
    Action.ESCALATE,
    Action.RAISE_SECRECY,
    Action.LOWER_SECRECY,
    Action.CONFIRM,
    Action.RATE,
    Action.REOPEN,
    Action.WITHDRAW,
    Action.APPEND,
}


@given(CASES, st.sampled_from(Role))
def test_the_reporter_has_his_own_rights_whatever_else_he_is(about: Case, role: Role) -> None:
    reporter = actor(role, REPORTER, until=NOW - timedelta(days=1))
    of_rank = actor(role, REPORTER)
    for person in (reporter, of_rank, Actor(REPORTER)):
        assert {a for a in Action if may(person, a, about, NOW)} == OF_THE_REPORTER


@pytest.mark.parametrize("sealed", [case(SEALED, lead=PERSON), case(SEALED, offered_to=PERSON)])
def test_a_sealed_case_is_known_to_the_cadre_who_handles_it(sealed: Case) -> None:
    assert may(actor(Role.CADRE), Action.READ, sealed, NOW)
    assert not may(actor(Role.CADRE), Action.READ, case(SEALED), NOW)


def test_a_handler_who_changed_sides_is_shut_out_at_once() -> None:
    sealed = case(SEALED, lead=PERSON)
    assert not may(actor(Role.MANAGER), Action.READ, sealed, NOW)
    both = Actor(PERSON, (member(Role.CADRE), member(Role.MANAGER)))
    assert not may(both, Action.READ, sealed, NOW)
    assert may(both, Action.READ, case(STAFF), NOW)


def test_a_cadre_of_another_group_knows_nothing() -> None:
    assert not may(actor(Role.CADRE, group=ELSEWHERE), Action.KNOW, case(BOARD), NOW)


def test_a_doer_of_a_secret_case_reports_his_task_and_knows_nothing_else() -> None:
    manager = actor(Role.MANAGER)
    for visibility in (UNION_ONLY, SEALED):
        secret = case(visibility, doers=frozenset({PERSON}))
        assert {a for a in Action if may(manager, a, secret, NOW)} == {Action.REPORT_TASK}
    left = actor(Role.MANAGER, until=NOW)
    assert not may(left, Action.REPORT_TASK, case(STAFF, doers=frozenset({PERSON})), NOW)


def test_a_doer_knows_the_open_case_before_it_is_published() -> None:
    given_task = replace(CASE, doers=frozenset({PERSON}))
    assert may(actor(Role.MANAGER), Action.READ, given_task, NOW)
    assert may(actor(Role.MANAGER), Action.APPEND, given_task, NOW)
    assert not may(actor(Role.MANAGER), Action.READ, CASE, NOW)


def test_nobody_joins_or_promises_in_a_secret_case() -> None:
    assert not may(actor(Role.WORKER), Action.JOIN, case(STAFF), NOW)
    assert may(actor(Role.CHAIR), Action.PROMISE, case(STAFF), NOW)
    assert not may(actor(Role.CHAIR), Action.PROMISE, case(UNION_ONLY), NOW)


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("role", Role)
def test_whom_the_case_names_knows_nothing_of_it(visibility: Visibility, role: Role) -> None:
    about_him = case(visibility, named=frozenset({PERSON}), lead=PERSON)
    assert not [a for a in Action if may(actor(role), a, about_him, NOW)]


@pytest.mark.parametrize(
    ("out", "changes"),
    [
        (False, {}),
        (True, {"tied": True}),
        (True, {"verified": False}),
        (True, {"side": Side.UNKNOWN}),
        (True, {"side": Side.EMPLOYER}),
    ],
)
def test_a_withheld_case_is_kept_from_the_site(*, out: bool, changes: Held) -> None:
    withheld = case(BOARD, withheld=True)
    for role in (Role.CADRE, Role.WORKER):
        assert may(actor(role, **changes), Action.READ, withheld, NOW) is not out


@pytest.mark.parametrize("role", [Role.FOREMAN, Role.MANAGER])
def test_who_hires_is_of_the_site_whatever_his_side_says(role: Role) -> None:
    claimed = actor(role, side=Side.WORKER)
    assert not may(claimed, Action.READ, case(BOARD, withheld=True), NOW)
    assert not may(claimed, Action.READ, case(UNION_ONLY), NOW)


def test_a_stranger_who_claims_to_be_a_cadre_is_none() -> None:
    doubts: tuple[Held, ...] = ({"verified": False}, {"side": Side.UNKNOWN}, {"side": Side.WORKER})
    for doubt in doubts:
        assert not may(actor(Role.CADRE, **doubt), Action.READ, case(STAFF), NOW)
    assert not may(actor(Role.MANAGER, verified=False), Action.READ, case(STAFF), NOW)


def test_the_audience_is_who_may_know() -> None:
    people = [
        member(Role.CADRE, 1),
        member(Role.MANAGER, 2),
        member(Role.WORKER, 3),
        member(Role.CADRE, 3, group=ELSEWHERE),
        member(Role.WORKER, REPORTER),
    ]
    assert audience(case(UNION_ONLY), people, NOW) == {1, REPORTER}
    assert audience(case(BOARD), people, NOW) == {1, 2, 3, REPORTER}


@given(ACTORS, CASES)
def test_nothing_is_done_with_a_case_that_is_not_known_but_the_task(
    who: Actor, about: Case
) -> None:
    if not may(who, Action.KNOW, about, NOW):
        assert {a for a in Action if may(who, a, about, NOW)} <= {Action.REPORT_TASK}


@given(ACTORS, CASES, st.sampled_from(Visibility), st.booleans())
@example(actor(Role.CADRE), replace(CASE, visibility=STAFF, published=True), SEALED, False)  # noqa: FBT003
def test_more_secrecy_lets_nobody_in(
    who: Actor,
    about: Case,
    level: Visibility,
    withheld: bool,  # noqa: FBT001
) -> None:
    raised = replace(
        about,
        visibility=max(about.visibility, level),
        withheld=about.withheld or withheld,
    )
    for action in Action:
        assert may(who, action, about, NOW) or not may(who, action, raised, NOW)


@given(MEMBERSHIPS, CASES)
def test_who_is_unknown_sees_no_more_than_the_employer(held: Membership, about: Case) -> None:
    def is_allowed(side: Side, action: Action) -> bool:
        return may(Actor(PERSON, (replace(held, side=side),)), action, about, NOW)

    for action in Action:
        assert is_allowed(Side.EMPLOYER, action) or not is_allowed(Side.UNKNOWN, action)


@given(ACTORS, CASES)
def test_without_a_membership_in_force_there_is_nothing_but_his_own(
    who: Actor, about: Case
) -> None:
    absent = Actor(
        who.person,
        tuple(m for m in who.memberships if m.group != HOME or not m.holds(NOW)),
    )
    allowed = {a for a in Action if may(absent, a, about, NOW)}
    assert allowed == (OF_THE_REPORTER if who.person == REPORTER else set())


@given(MEMBERSHIPS, CASES)
def test_the_employer_never_knows_what_is_for_the_union(held: Membership, about: Case) -> None:
    employer = Actor(PERSON, (replace(held, side=Side.EMPLOYER),))
    if about.visibility >= UNION_ONLY:
        assert not may(employer, Action.KNOW, about, NOW)


@given(MEMBERSHIPS, CASES)
def test_an_operator_is_nobody_to_any_case(held: Membership, about: Case) -> None:
    operator = Actor(PERSON, (replace(held, role=Role.OPERATOR),))
    assert not [a for a in Action if may(operator, a, about, NOW)]
