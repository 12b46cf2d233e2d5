"""What each clock does beyond what all of them owe (see tests/contracts/test_clock.py)."""

from datetime import UTC, datetime, timedelta, timezone

from core.clock import DemoClock, FrozenClock, SystemClock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_frozen_clock_stands_still() -> None:
    clock = FrozenClock(NOON)
    assert clock.now() == clock.now() == NOON


def test_the_frozen_clock_takes_a_time_of_any_zone() -> None:
    shanghai = timezone(timedelta(hours=8))
    clock = FrozenClock(datetime(2026, 11, 23, 20, tzinfo=shanghai))
    assert clock.now() == NOON
    assert clock.now().tzinfo is UTC


def test_the_demo_clock_goes_on_from_where_it_was_moved_to() -> None:
    clock = DemoClock(timedelta(hours=1))
    clock.move_to(clock.now() + timedelta(hours=2))
    assert timedelta(hours=2) < clock.ahead < timedelta(hours=3, seconds=30)
    assert clock.now() > SystemClock().now() + timedelta(hours=2)
