"""When somebody means, said as people say it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.spoken import read_day, read_moment

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("明天", "2026-11-24T08:00"),
        ("tomorrow", "2026-11-24T08:00"),
        ("后天", "2026-11-25T08:00"),
        ("周一", "2026-11-30T08:00"),
        ("星期五", "2026-11-27T08:00"),
        ("下周一", "2026-11-30T08:00"),
        ("下周五", "2026-12-04T08:00"),
        ("friday", "2026-11-27T08:00"),
        ("12-01", "2026-12-01T08:00"),
        ("12月1日", "2026-12-01T08:00"),
        ("2027-02-20", "2027-02-20T08:00"),
        ("1-05", "2027-01-05T08:00"),
        ("8:00", "2026-11-24T08:00"),
        ("18:30", "2026-11-23T18:30"),
        ("下午3点", "2026-11-23T15:00"),
        ("明天 8:30", "2026-11-24T08:30"),
        ("明天下午2点半", "2026-11-24T14:30"),
        ("12-01 13:00", "2026-12-01T13:00"),
        ("今天 18:00", "2026-11-23T18:00"),
    ],
)
def test_a_moment_is_understood(words: str, moment: str) -> None:
    read = read_moment(words, MONDAY, ZONE)
    assert read is not None
    assert read.astimezone(ZONE) == datetime.fromisoformat(moment).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    "words", ["", "今天", "今天 8:00", "不知道", "25:00", "13-40", "2020-01-01", "明天 再说"]
)
def test_what_is_past_or_no_moment_is_not_guessed(words: str) -> None:
    assert read_moment(words, MONDAY, ZONE) is None


def test_a_day_is_one_that_comes() -> None:
    assert read_day("周一", MONDAY, ZONE) == date(2026, 11, 30)
    assert read_day("今天", MONDAY, ZONE) is None
    assert read_day("2月30日", MONDAY, ZONE) is None


@given(st.text(max_size=12))
def test_whatever_is_said_the_moment_lies_ahead(words: str) -> None:
    read = read_moment(words, MONDAY, ZONE)
    assert read is None or read > MONDAY
