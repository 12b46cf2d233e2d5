"""Limits are kept exactly: in no window of the platform's do more letters leave than it allows."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.chat.capabilities import Pace
from core.engine.pace import Throttle, Window

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PACES = st.builds(Pace, st.integers(1, 5), st.integers(1, 60).map(lambda n: n * SECOND))


@given(PACES, st.lists(st.integers(0, 30), max_size=40))
def test_no_window_ever_holds_more_than_its_count(pace: Pace, gaps: list[int]) -> None:
    window, now, sent = Window(pace), NOON, list[datetime]()
    for gap in gaps:
        now = window.free_at(now + gap * SECOND)
        window.take(now)
        sent.append(now)
    for at in sent:
        assert sum(at <= other < at + pace.per for other in sent) <= pace.count


@given(PACES)
def test_as_many_as_allowed_go_at_once(pace: Pace) -> None:
    window = Window(pace)
    for _ in range(pace.count):
        assert window.free_at(NOON) == NOON
        window.take(NOON)
    assert window.free_at(NOON) == NOON + pace.per


def test_a_window_is_idle_once_its_time_is_over() -> None:
    window = Window(Pace(1, SECOND))
    assert window.idle(NOON)
    window.take(NOON)
    assert not window.idle(NOON)
    assert window.idle(NOON + SECOND)


def test_a_hold_of_a_place_holds_that_place_alone() -> None:
    throttle = Throttle((), ())
    throttle.hold(NOON + SECOND, 1)
    assert throttle.chat_free_at(1, NOON) == NOON + SECOND
    assert throttle.chat_free_at(2, NOON) == NOON == throttle.free_at(NOON)
    assert throttle.held_places(NOON) == {1: NOON + SECOND}
    assert throttle.held_places(NOON + SECOND) == {}


def test_a_hold_of_the_account_holds_all() -> None:
    throttle = Throttle((), ())
    throttle.hold(NOON + 5 * SECOND)
    throttle.hold(NOON + SECOND)
    assert throttle.free_at(NOON) == NOON + 5 * SECOND


def test_the_strictest_of_several_paces_counts() -> None:
    throttle = Throttle((Pace(1, SECOND), Pace(2, 60 * SECOND)), ())
    throttle.take(1, NOON)
    assert throttle.free_at(NOON) == NOON + SECOND
    throttle.take(1, NOON + SECOND)
    assert throttle.free_at(NOON + SECOND) == NOON + 60 * SECOND


def test_a_chats_pace_is_its_own() -> None:
    throttle = Throttle((), (Pace(1, SECOND),))
    throttle.take(1, NOON)
    assert throttle.chat_free_at(1, NOON) == NOON + SECOND
    assert throttle.chat_free_at(2, NOON) == NOON


def test_idle_chats_are_forgotten_and_busy_ones_are_not() -> None:
    throttle = Throttle((), (Pace(1, 60 * SECOND),))
    for place in range(9_999):
        throttle.take(place, NOON)
    throttle.take(99_999, NOON + 59 * SECOND)
    throttle.take(88_888, NOON + 61 * SECOND)
    later = NOON + 61 * SECOND
    assert set(throttle.held_places(later)) == {99_999, 88_888}
    assert len(throttle._chats) == 2  # noqa: SLF001 - that they are gone shows nowhere else
