"""When a step of a case is overdue."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.calendar import WorkCalendar
from core.domain.category import Priority
from core.domain.clocks import (
    DEFAULTS,
    Measure,
    Span,
    due,
    limits_from,
    parse_span,
    reminders,
)
from core.errors import ConfigError

ZONE = ZoneInfo("Asia/Shanghai")
CHINA = WorkCalendar.china()
STARTS = st.integers(0, 333 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("span", "start", "end"),
    [
        ("30 min", "2026-11-23T23:50", "2026-11-24T00:20"),
        ("3 d", "2026-11-23T23:50", "2026-11-26T23:50"),
        ("2 h daytime", "2026-11-23T09:00", "2026-11-23T11:00"),
        ("2 h daytime", "2026-11-23T20:00", "2026-11-23T22:00"),
        ("2 h daytime", "2026-11-23T20:01", "2026-11-24T08:00"),
        ("2 h daytime", "2026-11-23T23:00", "2026-11-24T08:00"),
        ("2 h daytime", "2026-11-24T03:00", "2026-11-24T08:00"),
        ("2 h daytime", "2026-11-24T06:30", "2026-11-24T08:30"),
        ("8 h daytime", "2026-11-24T05:00", "2026-11-24T13:00"),
        ("4 h duty", "2026-11-23T09:00", "2026-11-23T13:00"),
        ("4 h duty", "2026-11-23T20:00", "2026-11-24T09:00"),
        ("4 h duty", "2026-11-23T23:00", "2026-11-24T11:00"),
        ("4 h duty", "2026-11-24T03:00", "2026-11-24T11:00"),
        ("15 h duty", "2026-11-23T07:00", "2026-11-23T22:00"),
        ("24 h duty", "2026-11-23T15:00", "2026-11-25T09:00"),
        ("1 workday", "2026-02-13T17:00", "2026-02-14T18:00"),
        ("5 workdays", "2026-02-13T17:00", "2026-02-27T18:00"),
        ("1 workday", "2026-02-16T09:00", "2026-02-24T18:00"),
    ],
)
def test_a_span_is_over_when_its_measure_says(span: str, start: str, end: str) -> None:
    assert due(parse_span(span), local(start), ZONE, CHINA) == local(end)


def test_the_first_word_in_a_rights_case_before_an_adjusted_saturday() -> None:
    opened = local("2026-02-13T17:00")
    contact = DEFAULTS[Priority.P2].contact
    assert contact is not None
    assert due(contact, opened, ZONE, CHINA) == local("2026-02-14T18:00")


@given(STARTS, st.integers(1, 200), st.sampled_from(Measure))
def test_what_is_due_lies_ahead_and_is_told_in_utc(
    start: datetime, hours: int, measure: Measure
) -> None:
    length = timedelta(days=hours) if measure is Measure.WORKDAYS else timedelta(hours=hours)
    end = due(Span(length, measure), start, ZONE, CHINA)
    assert end > start
    assert end.tzinfo is UTC
    if measure is not Measure.WORKDAYS:
        assert end >= start + length


@given(STARTS, st.integers(1, 100))
def test_nothing_measured_by_day_is_due_in_the_night(start: datetime, hours: int) -> None:
    end = due(Span(timedelta(hours=hours), Measure.DAYTIME), start, ZONE, CHINA)
    assert time(8) <= end.astimezone(ZONE).time() <= time(22)


@given(STARTS, st.sampled_from(Priority))
def test_an_acceptance_is_due_before_the_first_reply(start: datetime, priority: Priority) -> None:
    limits = DEFAULTS[priority]
    accept, reply = (due(s, start, ZONE, CHINA) for s in (limits.accept, limits.first_reply))
    assert accept < reply


def test_reminders_come_at_half_and_at_four_fifths() -> None:
    start = local("2026-11-23T09:00")
    half, late = reminders(start, start + timedelta(hours=10))
    assert (half, late) == (start + timedelta(hours=5), start + timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30 min", Span(timedelta(minutes=30))),
        ("7 d", Span(timedelta(days=7))),
        ("2 h daytime", Span(timedelta(hours=2), Measure.DAYTIME)),
        ("12 h duty", Span(timedelta(hours=12), Measure.DUTY)),
        ("1 workday", Span(timedelta(days=1), Measure.WORKDAYS)),
        ("5 workdays", Span(timedelta(days=5), Measure.WORKDAYS)),
    ],
)
def test_spans_are_read(text: str, span: Span) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize(
    "text", ["", "5", "0 h", "h", "2h", "-1 d", "2 h wall", "2 h workdays", "2 workdays duty"]
)
def test_what_is_no_span_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        parse_span(text)


def test_config_replaces_single_limits() -> None:
    limits = limits_from({"P2": {"accept": "1 h"}, "P4": {"contact": "2 d"}})
    assert limits[Priority.P2].accept == Span(timedelta(hours=1))
    assert limits[Priority.P2].resolve == DEFAULTS[Priority.P2].resolve
    assert limits[Priority.P4].contact == Span(timedelta(days=2))
    assert limits_from({}) == DEFAULTS


def test_every_bad_limit_is_told() -> None:
    table = {"P2": {"acept": "1 h", "verify": 3, "zzz": "1 h"}, "P9": {}, "P1": "1 h"}
    with pytest.raises(ConfigError) as refusal:
        limits_from(table)
    assert [problem.split('"')[0].strip() for problem in refusal.value.problems] == [
        "P2.acept: is no limit; did you mean",
        "P2.verify:",
        "P2.zzz: is no limit",
        "P9 is no table of limits; there are P0 to P4",
        "P1 is no table of limits; there are P0 to P4",
    ]
