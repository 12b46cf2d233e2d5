"""What every clock owes: aware, in UTC, never going back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.clock import Clock, DemoClock, FrozenClock, SystemClock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CLOCKS: dict[str, Callable[[], Clock]] = {
    "system": SystemClock,
    "frozen": lambda: FrozenClock(NOON),
    "demo": lambda: DemoClock(timedelta(hours=3)),
}
MOVED: dict[str, Callable[[], FrozenClock | DemoClock]] = {
    "frozen": lambda: FrozenClock(NOON),
    "demo": DemoClock,
}
HAIR = timedelta(seconds=30)


@pytest.fixture(params=CLOCKS)
def clock(request: pytest.FixtureRequest) -> Clock:
    return CLOCKS[request.param]()


@pytest.fixture(params=MOVED)
def moved(request: pytest.FixtureRequest) -> FrozenClock | DemoClock:
    return MOVED[request.param]()


def test_it_tells_the_time_in_utc(clock: Clock) -> None:
    assert clock.now().tzinfo is UTC


def test_it_never_goes_back(clock: Clock) -> None:
    times = [clock.now() for _ in range(100)]
    assert times == sorted(times)


def test_it_is_moved_ahead(moved: FrozenClock | DemoClock) -> None:
    to = moved.now() + timedelta(days=3)
    moved.move_to(to)
    assert to <= moved.now() < to + HAIR


def test_it_is_never_moved_back(moved: FrozenClock | DemoClock) -> None:
    before = moved.now()
    moved.move_to(before - timedelta(days=3))
    assert before <= moved.now() < before + HAIR


def test_a_time_of_another_zone_is_the_same_moment(moved: FrozenClock | DemoClock) -> None:
    to = (moved.now() + timedelta(hours=1)).astimezone(timezone(timedelta(hours=8)))
    moved.move_to(to)
    assert moved.now().tzinfo is UTC
    assert to <= moved.now() < to + HAIR
