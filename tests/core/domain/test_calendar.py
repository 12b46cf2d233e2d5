"""Workdays as China works them."""

import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.calendar import WorkCalendar, at_local, parse_holiday_cn
from core.errors import ConfigError

CHINA = WorkCalendar.china()
DAYS = st.dates(date(2024, 1, 1), date(2028, 11, 30))
BERLIN = ZoneInfo("Europe/Berlin")
NOTICE_2027 = {date(2027, 2, 20): True, date(2027, 2, 11): False}


@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
)
def test_adjusted_weekends_are_worked(day: str) -> None:
    assert CHINA.is_workday(date.fromisoformat(day))
    assert CHINA.holiday_name(date.fromisoformat(day), "zh") is None


@pytest.mark.parametrize(
    "day", ["2026-02-15", "2026-01-02", "2026-02-23", "2026-10-05", "2026-11-21", "2027-01-01"]
)
def test_holidays_swapped_days_and_weekends_are_off(day: str) -> None:
    assert not CHINA.is_workday(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "chinese", "english"),
    [
        (date(2026, 2, 17), "春节", "Chinese New Year (Spring Festival)"),
        (date(2026, 2, 20), "春节", "Chinese New Year (Spring Festival)"),
        (date(2026, 2, 22), "春节", "Chinese New Year (Spring Festival)"),
        (date(2026, 10, 7), "国庆节", "National Day"),
        (date(2026, 1, 3), "元旦", "New Year's Day"),
        (date(2026, 11, 21), None, None),
        (date(2026, 11, 23), None, None),
    ],
)
def test_all_days_of_a_holiday_carry_its_name(
    day: date, chinese: str | None, english: str | None
) -> None:
    assert CHINA.holiday_name(day, "zh") == chinese
    assert CHINA.holiday_name(day, "en") == CHINA.holiday_name(day, "fr") == english


def test_the_holiday_s_own_name_stands_before_a_neighbour_s() -> None:
    assert CHINA.holiday_name(date(2026, 2, 16), "zh") == "农历除夕"


def test_a_year_without_a_notice_is_provisional_and_still_counted() -> None:
    assert [year for year in range(2024, 2029) if CHINA.is_provisional(year)] == [2027, 2028]
    assert not CHINA.is_workday(date(2027, 10, 1))
    assert not CHINA.is_workday(date(2027, 2, 9))
    assert not CHINA.is_workday(date(2027, 2, 20))


def test_an_imported_notice_replaces_the_guesses_of_its_year() -> None:
    calendar = WorkCalendar.china(NOTICE_2027)
    assert not calendar.is_provisional(2027)
    assert calendar.is_workday(date(2027, 2, 20))
    assert not calendar.is_workday(date(2027, 2, 11))
    assert calendar.is_workday(date(2027, 2, 9)), "the library guessed a day in lieu"
    assert not calendar.is_workday(date(2027, 10, 1))
    assert calendar.is_provisional(2028)


def test_an_override_holds_against_the_library() -> None:
    calendar = WorkCalendar.china({date(2026, 2, 14): False, date(2026, 11, 24): False})
    assert not calendar.is_workday(date(2026, 2, 14))
    assert not calendar.is_workday(date(2026, 11, 24))
    assert not calendar.is_workday(date(2026, 10, 5)), "one day off is no notice of a year"
    assert calendar.name == "china"


def test_a_day_worked_besides_leaves_the_year_s_notice_as_it_is() -> None:
    calendar = WorkCalendar.china({date(2026, 3, 7): True})
    assert calendar.is_workday(date(2026, 3, 7))
    assert not calendar.is_workday(date(2026, 10, 5)), "a day in lieu stays off"


def test_a_friday_before_an_adjusted_weekend_is_followed_by_saturday() -> None:
    assert CHINA.next_workday(date(2026, 2, 13)) == date(2026, 2, 14)
    assert CHINA.add_workdays(date(2026, 2, 13), 2) == date(2026, 2, 24)


def test_a_payday_in_a_holiday_falls_before_it() -> None:
    assert CHINA.previous_workday(date(2026, 2, 20)) == date(2026, 2, 14)
    assert CHINA.add_workdays(date(2026, 2, 20), -3) == date(2026, 2, 12)


@given(DAYS)
def test_the_next_workday_is_the_first_one(day: date) -> None:
    following = CHINA.next_workday(day)
    between = [day + timedelta(days=n) for n in range(1, (following - day).days)]
    assert CHINA.is_workday(following)
    assert not [other for other in between if CHINA.is_workday(other)]


@given(DAYS, st.integers(-30, 30))
def test_counting_there_and_back_comes_home(day: date, count: int) -> None:
    workday = CHINA.next_workday(day)
    assert CHINA.add_workdays(CHINA.add_workdays(workday, count), -count) == workday


@given(DAYS, st.integers(0, 20), st.integers(0, 20))
def test_counting_in_two_goes_is_counting_at_once(day: date, one: int, two: int) -> None:
    halfway = CHINA.add_workdays(day, one)
    assert CHINA.add_workdays(halfway, two) == CHINA.add_workdays(day, one + two)


@given(DAYS)
def test_a_day_with_a_holiday_s_name_is_off(day: date) -> None:
    assert not (CHINA.holiday_name(day, "zh") and CHINA.is_workday(day))


def notice(*days: object) -> str:
    return json.dumps({"year": 2027, "papers": [], "days": days})


def test_a_notice_is_read() -> None:
    text = notice(
        {"name": "春节", "date": "2027-02-11", "isOffDay": True},
        {"name": "春节", "date": "2027-02-20", "isOffDay": False},
    )
    assert parse_holiday_cn(text) == NOTICE_2027
    assert parse_holiday_cn(notice()) == {}


def test_every_bad_row_of_a_notice_is_told() -> None:
    text = notice(
        {"date": "2027-02-30", "isOffDay": True},
        {"date": "2027-02-11", "isOffDay": True},
        {"date": "2027-02-11", "isOffDay": False},
        {"date": "2027-02-12", "isOffDay": "yes"},
        "2027-02-13",
    )
    with pytest.raises(ConfigError) as refusal:
        parse_holiday_cn(text)
    rows = [problem.split(":")[0] for problem in refusal.value.problems]
    assert rows == ["days, row 1", "days, row 3", "days, row 4", "days, row 5"]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"days": null}', '{"days": {"a": 1}}'])
def test_what_is_no_notice_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="the calendar is no"):
        parse_holiday_cn(text)


@pytest.mark.parametrize(
    ("day", "at", "moment"),
    [
        (date(2026, 7, 1), time(12, 15), datetime(2026, 7, 1, 10, 15, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30, fold=1), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_an_hour_left_out_or_doubled_is_one_moment(day: date, at: time, moment: datetime) -> None:
    assert at_local(day, at, BERLIN) == moment
