"""When somebody means: 明天, 周一 8:00, 12月1日, tomorrow, 2026-12-01; the coming one is meant.

A day alone means the morning of that day, a time alone the next time it strikes.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.calendar import at_local
from core.domain.clocks import MORNING

_DAY: Final = timedelta(days=1)
_AHEAD: Final = {
    "今天": 0,
    "today": 0,
    "明天": 1,
    "明早": 1,
    "tomorrow": 1,
    "后天": 2,
    "大后天": 3,
}
_WEEKDAYS: Final = {
    **{sign: index for index, sign in enumerate("一二三四五六日")},
    "天": 6,
    **{
        name: index for index, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    },
}
_WEEKDAY: Final = re.compile(
    r"(?P<next>下)?(?:周|星期|礼拜)(?P<sign>[一二三四五六日天])|(?P<name>mon|tue|wed|thu|fri|sat|sun)[a-z]*"
)
_DATE: Final = re.compile(
    r"(?:(?P<year>\d{4})[-./年])?(?P<month>\d{1,2})[-./月](?P<day>\d{1,2})[日号]?"
)
_TIME: Final = re.compile(
    r"(?P<half>早上|上午|中午|下午|晚上)?(?P<hour>\d{1,2})(?:[:点](?P<minute>\d{2})?)(?P<thirty>半)?分?"
)
_NOON: Final = 12
_LATE: Final = frozenset({"下午", "晚上"})


def read_moment(words: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the moment after *now* that *words* (folded) name, in UTC; None for anything else."""
    today = now.astimezone(zone).date()
    first, _, rest = words.strip().lower().partition(" ")
    day, rest = _day_and_rest(first, rest.strip(), today)
    clock = _time(rest) if rest else None
    if rest and clock is None:
        return None
    if day is None:
        return _next_strike(clock, now, zone) if clock else None
    moment = at_local(day, clock or MORNING, zone)
    return moment if moment > now else None


def read_day(words: str, now: datetime, zone: ZoneInfo) -> date | None:
    """Return the day to come that *words* (folded) name; None for anything else."""
    today = now.astimezone(zone).date()
    day = _day(words.strip().lower(), today)
    return day if day is not None and day > today else None


def _day_and_rest(first: str, rest: str, today: date) -> tuple[date | None, str]:
    """Return the day that *first* names, and what is left to be a time."""
    day = _day(first, today)
    if day is not None:
        return day, rest
    # Chinese needs no space between the day and the time.
    for end in range(len(first) - 1, 1, -1):
        day = _day(first[:end], today)
        if day is not None:
            return day, first[end:] + rest
    return None, f"{first}{rest}"


def _day(word: str, today: date) -> date | None:
    if word in _AHEAD:
        return today + _AHEAD[word] * _DAY
    if found := _WEEKDAY.fullmatch(word):
        wanted = _WEEKDAYS[found["sign"] or found["name"]]
        if found["next"]:
            return today + (7 - today.weekday() + wanted) * _DAY
        return today + ((wanted - today.weekday() - 1) % 7 + 1) * _DAY
    if found := _DATE.fullmatch(word):
        return _date(found, today)
    return None


def _date(found: re.Match[str], today: date) -> date | None:
    month, day = int(found["month"]), int(found["day"])
    for year in (int(found["year"]),) if found["year"] else (today.year, today.year + 1):
        try:
            named = date(year, month, day)
        except ValueError:
            continue
        if named >= today:
            return named
    return None


def _time(word: str) -> time | None:
    found = _TIME.fullmatch(word)
    if found is None or (found["minute"] and found["thirty"]):
        return None
    hour = int(found["hour"])
    if found["half"] in _LATE and hour < _NOON:
        hour += _NOON
    try:
        return time(hour, 30 if found["thirty"] else int(found["minute"] or 0))
    except ValueError:
        return None


def _next_strike(clock: time, now: datetime, zone: ZoneInfo) -> datetime:
    today = now.astimezone(zone).date()
    first = at_local(today, clock, zone)
    return (first if first > now else at_local(today + _DAY, clock, zone)).astimezone(UTC)
