"""Which days are workdays in China, adjusted ones among them, and what a day off is called.

Rule 1: a Saturday can be a workday and a Monday none: nobody counts days without asking here.
Rule 2: a year whose adjusted days nobody has announced yet is provisional, and is counted by the
regulation's own holidays; nothing fails, and the imported notice mends it.
Rule 3: what the operator imported holds against what the library knows.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final, Self
from zoneinfo import ZoneInfo

from holidays import country_holidays

from core.errors import ConfigError

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_LANGUAGES: Final = {"zh": "zh_CN", "en": "en_US"}
_SWAPPED: Final = "Day off"
"""How the library's English calls a day that is only off because another one is worked."""


def at_local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the moment, in UTC, when clocks in *zone* show *at* on *day*.

    An hour that comes twice counts when it comes first; one that is left out, by the clocks as
    they were before.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Knows workdays. ``overrides`` say True for a workday, False for a day off."""

    name: str
    overrides: Mapping[date, bool] = field(default_factory=dict)

    @classmethod
    def china(cls, overrides: Mapping[date, bool] | None = None) -> Self:
        """Return the calendar of the State Council's notices."""
        return cls("china", dict(overrides or {}))

    def is_workday(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        if day in _worked_weekends(day.year):
            return True
        # Where the library has no notice, its days in lieu are a guess that an import replaces.
        in_lieu = bool(_worked_weekends(day.year)) or not self._is_announced(day.year)
        return not _is_weekend(day) and day not in _days_off(day.year, in_lieu=in_lieu)

    def is_provisional(self, year: int) -> bool:
        """Whether the adjusted workdays of *year* are not known yet."""
        return not _worked_weekends(year) and not self._is_announced(year)

    def holiday_name(self, day: date, language: str) -> str | None:
        """Return the holiday that *day* is off for, None for a workday or a mere weekend.

        All days of a holiday's run carry the name of the nearest statutory day in it. There is
        Chinese and English; every other language gets English.
        """
        near = min(self._run(day), key=lambda other: abs(other - day), default=None)
        return _statutory(near.year, _LANGUAGES.get(language, "en_US"))[near] if near else None

    def next_workday(self, day: date) -> date:
        """Return the first workday after *day*."""
        return self._step(day, _DAY)

    def previous_workday(self, day: date) -> date:
        """Return the last workday before *day*."""
        return self._step(day, -_DAY)

    def add_workdays(self, day: date, count: int) -> date:
        """Return the workday *count* workdays after *day* (before it, if negative).

        Counting begins with the day after; none to count leaves the day as it is.
        """
        for _ in range(abs(count)):
            day = self.next_workday(day) if count > 0 else self.previous_workday(day)
        return day

    def _step(self, day: date, step: timedelta) -> date:
        day += step
        while not self.is_workday(day):
            day += step
        return day

    def _is_announced(self, year: int) -> bool:
        return any(
            worked and day.year == year and _is_weekend(day)
            for day, worked in self.overrides.items()
        )

    def _run(self, day: date) -> Iterator[date]:
        """Yield the statutory days among the days off that *day* stands in."""
        if self.is_workday(day):
            return
        for other in _between(self.previous_workday(day) + _DAY, self.next_workday(day)):
            if other in _statutory(other.year, "en_US"):
                yield other


def parse_holiday_cn(text: str) -> dict[date, bool]:
    """Read a year's file of the holiday-cn project (JSON) into overrides.

    Raises ConfigError with every bad row.
    """
    days: dict[date, bool] = {}
    problems = []
    for number, row in enumerate(_rows(text), start=1):
        try:
            day, worked = _parse_row(row)
        except ValueError as error:
            problems.append(f"days, row {number}: {error}")
            continue
        if days.setdefault(day, worked) is not worked:
            problems.append(f"days, row {number}: {day} was said to be otherwise before")
    if problems:
        raise ConfigError(*problems)
    return days


def _rows(text: str) -> list[object]:
    try:
        table = json.loads(text)
    except ValueError as error:
        raise ConfigError(f"the calendar is no JSON: {error}") from error
    match table:
        case {"days": list(rows)}:
            return rows
        case _:
            raise ConfigError('the calendar is no holiday-cn file: it has no list "days"')


def _parse_row(row: object) -> tuple[date, bool]:
    match row:
        case {"date": str(day), "isOffDay": bool(off)}:
            return date.fromisoformat(day), not off
        case _:
            raise ValueError(f'{row!r} needs "date": "2026-02-14" and "isOffDay": true or false')


def _is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY


def _between(first: date, end: date) -> Iterator[date]:
    return (first + n * _DAY for n in range((end - first).days))


@cache
def _worked_weekends(year: int) -> frozenset[date]:
    """Return the adjusted workdays of *year*; the library tells those of old years with them."""
    known = country_holidays("CN", years=year).weekend_workdays
    return frozenset(day for day in known if day.year == year)


@cache
def _days_off(year: int, *, in_lieu: bool) -> frozenset[date]:
    """Return the holidays of *year*, with or without the days off in lieu of a weekend's."""
    return frozenset(country_holidays("CN", years=year, observed=in_lieu))


@cache
def _statutory(year: int, language: str) -> Mapping[date, str]:
    """Return the holidays that the regulation itself names."""
    english = country_holidays("CN", years=year, observed=False, language="en_US")
    named = country_holidays("CN", years=year, observed=False, language=language)
    return {day: named[day] for day in english if not english[day].startswith(_SWAPPED)}
