"""What a weekday is about, which prompt it brings, and within which hours that may be posted.

Rule 1: Monday to Friday have a theme each; a holiday has none, and no weekend but a worked one.
Rule 2: no notice says which weekday a worked weekend stands for, so it is fixed here: a worked
Saturday is another Friday, a worked Sunday another Monday.
Rule 3: the prompts take turns by the count of weeks, so all groups show the same one. The count
never starts again at New Year, which would repeat or skip some; a worked weekend looks half way
down the list, so that Friday's words do not come again on Saturday.
Rule 4: a prompt of a season is passed over in the other one. A file with as many of summer as of
winter has a list of the same length all year, so Rule 3 holds across the change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from core.domain.calendar import WorkCalendar, at_local
from core.errors import ConfigError

MONDAY, FRIDAY, SATURDAY, SUNDAY = 1, 5, 6, 7
NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")
_STANDS_FOR: Final = {SATURDAY: FRIDAY, SUNDAY: MONDAY}
SEASONS: Final[Mapping[str, frozenset[int]]] = {
    "summer": frozenset(range(4, 10)),
    "winter": frozenset({10, 11, 12, 1, 2, 3}),
}
"""The months of each season that a prompt may be kept for."""
_KEYS: Final = ("weekday", "title", "private_answers", "prompt")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is said to open a day; ``text`` by language; ``season`` is empty or one of SEASONS."""

    id: str
    text: Mapping[str, str]
    season: str = ""

    def suits(self, day: date) -> bool:
        """Whether it may be said on *day*: nobody wants to hear of heat stroke in the snow."""
        return not self.season or day.month in SEASONS[self.season]

    def text_in(self, language: str) -> str:
        """Return the text in *language*, or in the first one there is."""
        return self.text.get(language) or next(iter(self.text.values()))


@dataclass(frozen=True, slots=True)
class Theme:
    """What a weekday (1 is Monday) is about.

    ``private_answers``: it may touch wages, so nobody is invited to answer in the open.
    """

    id: str
    weekday: int
    title: Mapping[str, str]
    prompts: tuple[Prompt, ...]
    private_answers: bool = False

    def title_in(self, language: str) -> str:
        """Return the title in *language*, or in the first one there is."""
        return self.title.get(language) or next(iter(self.title.values()))


class Window(NamedTuple):
    """From when until before when, in UTC, a prompt may be posted."""

    opens: datetime
    closes: datetime


def theme_on(themes: Iterable[Theme], day: date, calendar: WorkCalendar) -> Theme | None:
    """Return what the local date *day* is about."""
    if not calendar.is_workday(day):
        return None
    weekday = _STANDS_FOR.get(day.isoweekday(), day.isoweekday())
    return next((theme for theme in themes if theme.weekday == weekday), None)


def prompt_on(themes: Iterable[Theme], day: date, calendar: WorkCalendar) -> Prompt | None:
    """Return the prompt of the local date *day*."""
    theme = theme_on(themes, day, calendar)
    if theme is None:
        return None
    prompts = [prompt for prompt in theme.prompts if prompt.suits(day)]
    if not prompts:
        return None
    week = (day.toordinal() - 1) // 7
    shift = len(prompts) // 2 if day.isoweekday() in _STANDS_FOR else 0
    return prompts[(week + shift) % len(prompts)]


def window_on(day: date, at: time, length: timedelta, zone: ZoneInfo) -> Window:
    """Return the window that opens when clocks in *zone* show *at* on *day*; once a day."""
    opens = at_local(day, at, zone)
    return Window(opens, opens + length)


def is_due(at: datetime, window: Window, *, posted: bool) -> bool:
    """Whether the prompt is to be posted at *at*."""
    return not posted and window.opens <= at < window.closes


def is_missed(at: datetime, window: Window, *, posted: bool) -> bool:
    """Whether it is too late for the prompt at *at*."""
    return not posted and at >= window.closes


def parse_theme(table: Mapping[str, object]) -> Theme:
    """Return the theme that *table*, a file of ``config/themes``, describes.

    Raises ConfigError with every problem.
    """
    problems = [_unknown(key) for key in table if key not in _KEYS]
    weekday = _read_weekday(table.get("weekday"), problems)
    title = _read_texts(table.get("title"), "title", problems)
    private = table.get("private_answers", False)
    if not isinstance(private, bool):
        problems.append("private_answers must be true or false")
    prompts = _read_prompts(table.get("prompt"), title, problems)
    if problems:
        raise ConfigError(*problems)
    return Theme(NAMES[weekday - 1], weekday, title, prompts, private_answers=private is True)


def _unknown(key: str) -> str:
    near = get_close_matches(key, _KEYS, n=1)
    return f"{key} is no setting" + (f'; did you mean "{near[0]}"?' if near else "")


def _read_weekday(value: object, problems: list[str]) -> int:
    if type(value) is int and MONDAY <= value <= FRIDAY:
        return value
    problems.append("weekday must be 1 (Monday) to 5 (Friday)")
    return MONDAY


def _read_texts(value: object, where: str, problems: list[str]) -> dict[str, str]:
    """Return texts by language, each stripped."""
    texts = {}
    for language, text in value.items() if isinstance(value, Mapping) else ():
        if isinstance(text, str) and text.strip():
            texts[language] = text.strip()
        else:
            problems.append(f"{where}.{language} must be text")
    if not texts:
        problems.append(f"{where} needs text in a language at least")
    return texts


def _read_prompts(
    rows: object, languages: Iterable[str], problems: list[str]
) -> tuple[Prompt, ...]:
    prompts: dict[str, Prompt] = {}
    for number, row in enumerate(rows if isinstance(rows, list) else (), start=1):
        prompt = _read_prompt(row, f"prompt {number}", languages, problems)
        if prompt.id in prompts:
            problems.append(f"prompt {number}: {prompt.id} is there already")
        prompts[prompt.id] = prompt
    if not prompts:
        problems.append("there must be a [[prompt]] at least")
    return tuple(prompts.values())


def _read_prompt(row: object, where: str, languages: Iterable[str], problems: list[str]) -> Prompt:
    match row:
        case {"id": str(name), **rest} if name:
            pass
        case _:
            problems.append(f'{where} needs an id, such as "mon-01"')
            return Prompt(where, {})
    season = rest.pop("season", "")
    if season not in ("", *SEASONS):
        problems.append(f"{where} ({name}).season must be one of: {', '.join(SEASONS)}")
        season = ""
    if not isinstance(rest.pop("source", ""), str):
        problems.append(f"{where} ({name}).source must be text")
    spoken = {}
    for language, said in rest.items():
        match said:
            case {"text": text, **more} if not more:
                spoken[language] = text
            case _:
                problems.append(f"{where} ({name}).{language} must hold text and nothing else")
    text = _read_texts(spoken, f"{where} ({name})", problems)
    problems.extend(
        f"{where} ({name}) says nothing in {language}, the title does"
        for language in languages
        if language not in rest
    )
    return Prompt(name, text, str(season))
