"""Ids grow, whatever the clock does."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.store.ids import Ids

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


class Moved:
    """A clock that can be set back."""

    def __init__(self) -> None:
        self.at = NEW_YEAR

    def now(self) -> datetime:
        return self.at


@given(st.lists(st.integers(-(10**6), 10**9)), st.integers(0, 2**53))
def test_ids_grow_even_when_the_clock_goes_back(moves: list[int], floor: int) -> None:
    clock = Moved()
    ids = Ids(clock, floor)
    given_out = [floor]
    for seconds in moves:
        clock.at = NEW_YEAR + timedelta(seconds=seconds)
        given_out += [ids.next(), ids.next()]
    assert given_out == sorted(set(given_out))


def test_an_id_tells_its_time_in_the_high_bits() -> None:
    clock = Moved()
    clock.at = NEW_YEAR + timedelta(milliseconds=7)
    assert Ids(clock).next() == 7 << 12


def test_ids_stay_below_53_bits_for_decades() -> None:
    clock = Moved()
    clock.at = datetime(2090, 1, 1, tzinfo=UTC)
    assert Ids(clock).next() < 2**53
