"""Case numbers: each once, none left out, nothing to read from them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.number import CaseNumbers
from core.errors import RuleError

KEYS = st.binary(min_size=1, max_size=80)
LAST = 999_899


@given(KEYS)
def test_the_first_900_cases_share_the_numbers_of_three_digits(key: bytes) -> None:
    numbers = CaseNumbers(key)
    assert {numbers.number(n) for n in range(900)} == set(range(100, 1000))


@pytest.mark.parametrize(("first", "digits"), [(900, 4), (9_900, 5)])
def test_the_next_ones_share_the_longer_numbers(first: int, digits: int) -> None:
    numbers = CaseNumbers(b"house")
    lowest = 10 ** (digits - 1)
    given_out = {numbers.number(n) for n in range(first, first + 9 * lowest)}
    assert given_out == set(range(lowest, 10 * lowest))


@given(KEYS, st.integers(0, LAST), st.integers(0, LAST))
def test_no_two_cases_share_a_number(key: bytes, one: int, other: int) -> None:
    numbers = CaseNumbers(key)
    assert (numbers.number(one) == numbers.number(other)) is (one == other)
    assert 100 <= numbers.number(one) <= 999_999


def test_the_last_case_has_six_digits_and_the_next_is_refused() -> None:
    numbers = CaseNumbers(b"house")
    assert 100_000 <= numbers.number(LAST) <= 999_999
    with pytest.raises(RuleError, match="numbers_are_used_up"):
        numbers.number(LAST + 1)


def test_another_key_is_another_order() -> None:
    one, other = CaseNumbers(b"one"), CaseNumbers(b"other")
    assert [one.number(n) for n in range(20)] != [other.number(n) for n in range(20)]


def test_numbers_do_not_grow_with_the_cases() -> None:
    numbers = [CaseNumbers(b"house").number(n) for n in range(100)]
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    assert 30 < sum(step > 0 for step in steps) < 70
    assert len(set(steps)) > 50


def test_a_number_stays_what_it_was() -> None:
    assert [CaseNumbers(b"k").number(n) for n in (0, 1, 2, 900, LAST)] == [
        581,
        938,
        125,
        8617,
        999840,
    ]


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="key"):
        CaseNumbers(b"")
    with pytest.raises(ValueError, match="begins with 0"):
        CaseNumbers(b"k").number(-1)
