"""The flood gate slows commands and presses, tells it once, and forgets."""

from datetime import UTC, datetime, timedelta

import pytest

from core.engine.middleware import ANSWERS, MINUTE, REMEMBERED, Flood, Silent
from core.errors import RuleError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def fill(flood: Flood, user: str = "wu", now: datetime = NOON) -> None:
    for _ in range(ANSWERS):
        flood.count(user, now)


def test_a_minute_full_of_commands_is_answered() -> None:
    fill(Flood())


def test_the_next_is_told_and_those_after_it_are_not() -> None:
    flood = Flood()
    fill(flood)
    with pytest.raises(RuleError, match="slower"):
        flood.count("wu", NOON)
    for _ in range(5):
        with pytest.raises(Silent):
            flood.count("wu", NOON)


def test_another_person_is_answered() -> None:
    flood = Flood()
    fill(flood)
    flood.count("ma", NOON)


def test_after_a_minute_all_is_forgotten() -> None:
    flood = Flood()
    fill(flood)
    flood.count("wu", NOON + MINUTE)


def test_a_steady_hand_is_never_slowed() -> None:
    flood = Flood()
    for second in range(0, 600, 4):
        flood.count("wu", NOON + timedelta(seconds=second))


def test_it_remembers_no_more_people_than_it_must() -> None:
    flood = Flood()
    for number in range(REMEMBERED + 100):
        flood.count(f"user {number}", NOON)
    assert len(flood._answered) == REMEMBERED  # noqa: SLF001 - memory shows nowhere else
