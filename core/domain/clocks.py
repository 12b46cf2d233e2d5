"""How long each step of a case may take, and when that is over.

Rule 1: limits are data; these are the defaults, and config replaces any of them.
Rule 2: a limit is measured in one of four ways:

- wall: by the clock, day and night.
- daytime: by the clock, but what would fall due in the night (after 22:00, before 08:00) is due at
  08:00 of the coming morning. So offers are measured: "2 h, else 08:00".
- duty: only the hours from 07:00 to 22:00 are counted.
- workdays: due at 18:00 of the n-th workday after the day it began on, adjusted weekends counted.

Hours and days are those of the group's own zone; what comes out is UTC.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, time, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.calendar import WorkCalendar, at_local
from core.domain.category import Priority
from core.errors import ConfigError

DUTY_FROM: Final = time(7)
DUTY_UNTIL: Final = time(22)
MORNING: Final = time(8)
CLOSE: Final = time(18)
_DAY: Final = timedelta(days=1)


class Measure(StrEnum):
    """In what a span is counted."""

    WALL = "wall"
    DAYTIME = "daytime"
    DUTY = "duty"
    WORKDAYS = "workdays"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, and how it is measured; of workdays ``length`` holds whole days."""

    length: timedelta
    measure: Measure = Measure.WALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a case of one priority is given; None where there is no limit.

    ``accept``: from the offer to an answer. ``first_reply``, ``contact``, ``resolve``: from
    opening to a human's first words, to a call or private talk, to "done". ``progress``: from one
    word to the worker to the next. ``verify``: from one asking whether it is solved to the next.
    ``unconfirmed``: from "done" until the clock may close the case as unconfirmed.
    """

    accept: Span
    first_reply: Span
    contact: Span | None
    progress: Span | None
    resolve: Span
    verify: Span
    unconfirmed: Span = Span(timedelta(days=7))


_NAMES: Final = tuple(field.name for field in fields(Limits))
_UNITS: Final = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": _DAY,
}
_SPAN: Final = re.compile(
    r"(?P<count>[1-9]\d{0,3}) "
    r"(?:(?P<unit>min|h|d)(?: (?P<how>daytime|duty))?|(?P<days>workdays?))"
)


def parse_span(text: str) -> Span:
    """Read "30 min", "2 h daytime", "12 h duty", "7 d", "5 workdays"; else raise ValueError."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(
            f'"{text}" is no time limit; write it like "30 min", "2 h daytime", "12 h duty", '
            f'"7 d" or "5 workdays"'
        )
    if found["days"]:
        return Span(int(found["count"]) * _DAY, Measure.WORKDAYS)
    return Span(int(found["count"]) * _UNITS[found["unit"]], Measure(found["how"] or "wall"))


DEFAULTS: Final[Mapping[Priority, Limits]] = {
    Priority.P0: Limits(
        accept=parse_span("5 min"),
        first_reply=parse_span("10 min"),
        contact=parse_span("10 min"),
        progress=parse_span("1 h"),
        resolve=parse_span("12 h"),
        verify=parse_span("2 h"),
    ),
    Priority.P1: Limits(
        accept=parse_span("30 min"),
        first_reply=parse_span("1 h"),
        contact=parse_span("2 h"),
        progress=parse_span("1 d"),
        resolve=parse_span("3 d"),
        verify=parse_span("1 d"),
    ),
    Priority.P2: Limits(
        accept=parse_span("2 h daytime"),
        first_reply=parse_span("4 h duty"),
        contact=parse_span("1 workday"),
        progress=parse_span("3 workdays"),
        resolve=parse_span("5 workdays"),
        verify=parse_span("1 d"),
    ),
    Priority.P3: Limits(
        accept=parse_span("4 h daytime"),
        first_reply=parse_span("12 h duty"),
        contact=parse_span("2 workdays"),
        progress=parse_span("5 workdays"),
        resolve=parse_span("5 workdays"),
        verify=parse_span("1 d"),
    ),
    Priority.P4: Limits(
        accept=parse_span("8 h daytime"),
        first_reply=parse_span("24 h duty"),
        contact=None,
        progress=None,
        resolve=parse_span("3 workdays"),
        verify=parse_span("1 d"),
    ),
}
"""The limits that hold where config says nothing."""


def limits_from(table: Mapping[str, object]) -> dict[Priority, Limits]:
    """Return the defaults with what *table* replaces: ``{"P2": {"accept": "1 h daytime"}}``.

    Raises ConfigError with every problem.
    """
    limits, problems = dict(DEFAULTS), list[str]()
    for name, row in table.items():
        if name not in Priority.__members__ or not isinstance(row, Mapping):
            problems.append(f"{name} is no table of limits; there are P0 to P4")
            continue
        priority = Priority[name]
        for key, text in row.items():
            try:
                limits[priority] = replace(limits[priority], **{key: _read(key, text)})
            except ValueError as error:
                problems.append(f"{name}.{key}: {error}")
    if problems:
        raise ConfigError(*problems)
    return limits


def due(span: Span, start: datetime, zone: ZoneInfo, calendar: WorkCalendar) -> datetime:
    """Return the moment, in UTC, when *span* from *start* is over."""
    match span.measure:
        case Measure.WALL:
            return (start + span.length).astimezone(UTC)
        case Measure.DAYTIME:
            return _not_by_night((start + span.length).astimezone(zone), zone)
        case Measure.DUTY:
            return _on_duty(start.astimezone(UTC), span.length, zone)
        case _:
            last = calendar.add_workdays(start.astimezone(zone).date(), span.length.days)
            return at_local(last, CLOSE, zone)


def reminders(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return when half and when four fifths of the time are over."""
    return start + (end - start) * 0.5, start + (end - start) * 0.8


def _read(key: str, text: object) -> Span:
    if key not in _NAMES:
        near = get_close_matches(key, _NAMES, n=1)
        raise ValueError("is no limit" + (f'; did you mean "{near[0]}"?' if near else ""))
    return parse_span(str(text))


def _not_by_night(local: datetime, zone: ZoneInfo) -> datetime:
    if MORNING <= local.time() <= DUTY_UNTIL:
        return local.astimezone(UTC)
    day = local.date() if local.time() < MORNING else local.date() + _DAY
    return at_local(day, MORNING, zone)


def _on_duty(start: datetime, length: timedelta, zone: ZoneInfo) -> datetime:
    """Count *length* in hours of duty alone, day by day."""
    day = start.astimezone(zone).date()
    while True:
        begin = max(start, at_local(day, DUTY_FROM, zone))
        left_today = max(at_local(day, DUTY_UNTIL, zone) - begin, timedelta())
        if length <= left_today:
            return begin + length
        length -= left_today
        day += _DAY
