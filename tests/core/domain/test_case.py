"""What may happen to a case: promises that hold for every history chance can write."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import fact as f
from core.domain.case import CLOSED, Case, State, opened
from core.domain.category import Mark, Priority, Visibility
from core.errors import RuleError
from tests.core.domain.given import NOW, PERSON, REPORTER

DAY = date(2026, 12, 1)
PERSONS = st.sampled_from((None, PERSON, 12, 13))
LEVELS = st.sampled_from(Visibility)

OPENED = f.CaseOpened(
    case=1,
    at=NOW,
    actor=REPORTER,
    number=317,
    group=1,
    reporter=REPORTER,
    category="living",
    visibility=Visibility.BOARD,
    priority=Priority.P3,
)


def fact(kind: type[f.CaseFact], **values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.builds(kind, case=st.just(1), at=st.just(NOW), actor=PERSONS, **values)


SOMEBODY = st.sampled_from((PERSON, 12, 13))
PLAIN = (
    f.CasePublished,
    f.CaseAccepted,
    f.CaseDeclined,
    f.CaseAppended,
    f.CaseJoined,
    f.WorkerTold,
    f.WorkerAsked,
    f.WorkerAnswered,
    f.CaseNoted,
    f.TaskReported,
    f.CaseVisited,
    f.CaseResumed,
    f.CaseDone,
    f.CaseConfirmed,
    f.CaseReopened,
    f.CaseUnconfirmed,
    f.CaseWithdrawn,
    f.CaseDismissed,
)
FACTS = st.one_of(
    *(fact(kind) for kind in PLAIN),
    fact(f.CaseOffered, to=SOMEBODY, until=st.just(NOW), level=st.just("linked")),
    fact(f.OfferLapsed, to=SOMEBODY),
    fact(f.NobodyWasFree, reason=st.just("full")),
    fact(f.CaseEscalated, level=st.just("chair"), trigger=st.just("late")),
    fact(f.ProofAdded, file=st.just(7)),
    fact(f.TaskGiven, to=SOMEBODY),
    fact(f.TaskPromised, day=st.sampled_from((None, DAY))),
    fact(f.CaseShelved, until=st.just(DAY)),
    fact(f.CaseRated, stars=st.integers(1, 5)),
    fact(f.VisibilityRaised, visibility=LEVELS, withheld=st.booleans()),
    fact(f.VisibilityLowered, visibility=LEVELS),
    fact(f.CategoryCorrected, category=st.sampled_from(("wages", "lost"))),
    fact(f.PersonNamed, person=SOMEBODY),
)
STEP = tuple[Case, f.CaseFact, Case]


@st.composite
def histories(draw: st.DrawFn) -> list[STEP]:
    """Return every step of a case that really happened; refused facts change nothing."""
    steps: list[STEP] = []
    case = opened(OPENED)
    for happened in draw(st.lists(FACTS, max_size=25)):
        assert isinstance(happened, f.CaseFact)
        try:
            after = case.after(happened)
        except RuleError:
            continue
        steps.append((case, happened, after))
        case = after
    return steps


def grown(*facts: f.CaseFact, since: f.CaseOpened = OPENED) -> Case:
    case = opened(since)
    for happened in facts:
        case = case.after(happened)
    return case


def accepted(person: int = PERSON) -> f.CaseAccepted:
    return f.CaseAccepted(case=1, at=NOW, actor=person)


def offered(person: int = PERSON) -> f.CaseOffered:
    return f.CaseOffered(case=1, at=NOW, to=person, until=NOW, level="linked")


DONE = f.CaseDone(case=1, at=NOW, actor=PERSON)
REOPENED = f.CaseReopened(case=1, at=NOW, actor=REPORTER)
SHELVED = f.CaseShelved(case=1, at=NOW, until=DAY)
RESUMED = f.CaseResumed(case=1, at=NOW)
UNCONFIRMED = f.CaseUnconfirmed(case=1, at=NOW)
WITHDRAWN = f.CaseWithdrawn(case=1, at=NOW, actor=REPORTER)


@given(histories())
def test_a_version_counts_the_facts(steps: list[STEP]) -> None:
    assert [after.version for _, _, after in steps] == list(range(2, len(steps) + 2))


@given(histories())
def test_only_its_lowering_makes_a_case_less_secret(steps: list[STEP]) -> None:
    for before, happened, after in steps:
        if not isinstance(happened, f.VisibilityLowered):
            assert after.visibility >= before.visibility
            assert after.withheld >= before.withheld
        else:
            assert after.visibility <= before.visibility


@given(histories())
def test_nothing_changes_the_priority(steps: list[STEP]) -> None:
    assert {after.priority for _, _, after in steps} <= {OPENED.priority}


@given(histories())
def test_a_rights_case_is_never_closed_by_the_clock(steps: list[STEP]) -> None:
    for before, happened, _ in steps:
        assert not (before.is_rights and isinstance(happened, f.CaseUnconfirmed))


@given(histories())
def test_the_lead_changes_by_acceptance_alone(steps: list[STEP]) -> None:
    for before, happened, after in steps:
        assert after.lead == before.lead or isinstance(happened, f.CaseAccepted)


@given(histories())
def test_closed_stays_closed_unless_reopened(steps: list[STEP]) -> None:
    for before, happened, after in steps:
        if before.is_closed:
            assert after.is_closed or isinstance(happened, f.CaseReopened)


@given(histories())
def test_a_case_in_work_has_a_lead(steps: list[STEP]) -> None:
    for _, _, after in steps:
        assert after.lead is not None or after.state not in {State.ACTIVE, State.ASKED}


@given(histories())
def test_a_closed_case_waits_for_nothing(steps: list[STEP]) -> None:
    for _, _, after in steps:
        if after.state in CLOSED:
            assert (after.offered_to, after.review_on) == (None, None)


@given(histories())
def test_whoever_is_named_stays_named(steps: list[STEP]) -> None:
    for before, happened, after in steps:
        assert after.named >= before.named
        if isinstance(happened, f.PersonNamed):
            assert happened.person in after.named


def test_a_declined_case_is_open_again_and_remembers_who_was_asked() -> None:
    case = grown(offered(), f.CaseDeclined(case=1, at=NOW, actor=PERSON))
    assert (case.state, case.offered_to, case.tried) == (State.OPEN, None, frozenset({PERSON}))


def test_who_leads_stays_lead_until_the_next_has_accepted() -> None:
    passed_on = grown(accepted(), offered(12))
    assert (passed_on.lead, passed_on.offered_to) == (PERSON, 12)
    assert passed_on.after(accepted(12)).lead == 12


@pytest.mark.parametrize("before", [WITHDRAWN, f.CaseConfirmed(case=1, at=NOW), SHELVED])
def test_a_case_that_nobody_led_is_open_again_when_it_is_reopened(before: f.CaseFact) -> None:
    case = grown(offered(), before, REOPENED)
    assert (case.state, case.offered_to, case.tried) == (State.OPEN, None, frozenset())


def test_a_reopened_case_goes_back_to_its_lead() -> None:
    case = grown(accepted(), DONE, f.CaseConfirmed(case=1, at=NOW, actor=REPORTER), REOPENED)
    assert (case.state, case.lead, case.reopened) == (State.ACTIVE, PERSON, 1)


def test_a_shelved_case_comes_up_again() -> None:
    shelved = grown(accepted(), SHELVED)
    assert (shelved.state, shelved.review_on) == (State.SHELVED, DAY)
    resumed = shelved.after(RESUMED)
    assert (resumed.state, resumed.review_on) == (State.ACTIVE, None)
    assert grown(SHELVED, RESUMED).state is State.OPEN


def test_the_clock_closes_an_unanswered_question_but_never_about_rights() -> None:
    assert grown(accepted(), DONE, UNCONFIRMED).state is State.UNCONFIRMED
    wages = f.CategoryCorrected(case=1, at=NOW, category="wages")
    with pytest.raises(RuleError) as refusal:
        grown(accepted(), DONE, wages, UNCONFIRMED)
    assert refusal.value.values == {"number": 317, "state": "verifying"}


def test_retaliation_is_a_matter_of_rights() -> None:
    retaliated = replace(OPENED, marks=frozenset({Mark.RETALIATION}))
    with pytest.raises(RuleError, match="case_cannot"):
        grown(accepted(), DONE, UNCONFIRMED, since=retaliated)


def test_raising_to_less_than_there_is_changes_nothing() -> None:
    sealed = f.VisibilityRaised(case=1, at=NOW, visibility=Visibility.SEALED, withheld=True)
    case = grown(sealed, f.VisibilityRaised(case=1, at=NOW, visibility=Visibility.STAFF))
    assert (case.visibility, case.withheld) == (Visibility.SEALED, True)
    lowered = case.after(f.VisibilityLowered(case=1, at=NOW, visibility=Visibility.STAFF))
    assert lowered.visibility is Visibility.STAFF


def test_nobody_is_no_lead() -> None:
    unsigned = f.CaseAccepted(case=1, at=NOW)
    assert grown(unsigned).state is State.OPEN
    assert grown(accepted(), unsigned).lead == PERSON


def test_a_promise_makes_a_doer_and_keeps_the_day_once_told() -> None:
    told = f.TaskPromised(case=1, at=NOW, actor=PERSON, day=DAY)
    again = f.TaskPromised(case=1, at=NOW, actor=12)
    case = grown(told, again)
    assert (case.doers, case.promised) == (frozenset({PERSON, 12}), DAY)


def test_stars_are_given_to_a_closed_case() -> None:
    rated = f.CaseRated(case=1, at=NOW, actor=REPORTER, stars=5)
    solved = grown(f.CaseConfirmed(case=1, at=NOW), rated)
    assert solved.stars == 5
    assert solved.after(REOPENED).stars is None
    with pytest.raises(RuleError):
        grown(rated)
