"""The themes and openings of ``config/themes``, and a day's post made of them.

``<weekday>.toml`` is a theme (see ``core.domain.theme``); ``openings.toml`` holds tables
``[[opening]]`` with a sentence per language, which take turns day by day.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from core.api.plugin import ConfigError, Text, Turn, text
from core.api.time import Prompt, Theme, WorkCalendar, parse_theme, prompt_on, theme_on
from plugins.prompts.declare import plugin

OPENINGS: Final = "openings.toml"
LONGEST: Final = 300
"""Characters of an opening: it stands above the theme, on a small screen."""
AHEAD: Final = 30
"""Days looked ahead for the next post; no run of holidays is as long."""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What a day brings to every group."""

    day: date
    theme: Theme
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Almanac:
    """All themes and openings of a deployment; an opening is by language, and there is one."""

    themes: tuple[Theme, ...]
    openings: tuple[Mapping[str, str], ...]

    def plan(self, day: date, calendar: WorkCalendar) -> DayPlan | None:
        """Return what *day* brings; None on a day off."""
        theme = theme_on(self.themes, day, calendar)
        prompt = prompt_on(self.themes, day, calendar)
        return DayPlan(day, theme, prompt) if theme and prompt else None

    def first_plan(self, day: date, calendar: WorkCalendar) -> DayPlan | None:
        """Return the plan of the first day, from *day* on, that has one."""
        plans = (self.plan(day + timedelta(days=ahead), calendar) for ahead in range(AHEAD))
        return next((plan for plan in plans if plan), None)

    def opening(self, day: date, language: str) -> str:
        """Return the opening whose turn it is on *day*."""
        choice = self._openings_in(language)
        return choice[day.toordinal() % len(choice)]

    def another(self, opening: str, language: str) -> str:
        """Return the opening that follows *opening*; her own words are followed by the first."""
        choice = self._openings_in(language)
        after = choice.index(opening) + 1 if opening in choice else 0
        return choice[after % len(choice)]

    def _openings_in(self, language: str) -> list[str]:
        return [one.get(language) or next(iter(one.values())) for one in self.openings]


def read_almanac(folder: Path) -> Almanac:
    """Read *folder*; raises ConfigError with every problem of every file."""
    problems: list[str] = []
    themes: dict[int, Theme] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == OPENINGS:
            continue
        try:
            theme = parse_theme(_read(path))
        except ConfigError as error:
            problems += [f"{path.name}: {problem}" for problem in error.problems]
            continue
        if theme.weekday in themes:
            problems.append(f"{path.name}: another file has this weekday already")
        themes[theme.weekday] = theme
    openings = _openings(folder / OPENINGS, problems)
    if problems:
        raise ConfigError(*problems)
    return Almanac(tuple(themes[day] for day in sorted(themes)), openings)


def almanac_of(turn: Turn) -> Almanac:
    """Return what this deployment has on its shelf, reading it when it is not there yet."""
    found = turn.house.shelf.get(plugin.name)
    if not isinstance(found, Almanac):
        found = turn.house.shelf[plugin.name] = read_almanac(turn.house.themes)
    return found


def post_of(plan: DayPlan, opening: str, chair: str, language: str) -> Text:
    """Return the day's post: the opening, signed by the chair, then theme and prompt."""
    return text(
        "post",
        opening=opening,
        chair=chair or text("union"),
        theme=plan.theme.title_in(language),
        prompt=plan.prompt.text_in(language),
    )


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}") from error


def _openings(path: Path, problems: list[str]) -> tuple[Mapping[str, str], ...]:
    try:
        rows = _read(path).get("opening")
    except ConfigError as error:
        problems += [f"{path.name}: {problem}" for problem in error.problems]
        return ()
    found = []
    for number, row in enumerate(rows if isinstance(rows, list) else (), start=1):
        if isinstance(row, dict) and row and all(map(_is_opening, row.values())):
            found.append({str(language): str(said).strip() for language, said in row.items()})
        else:
            problems.append(
                f"{path.name}: opening {number} must be sentences by language, each"
                f" at most {LONGEST} characters"
            )
    if not rows:
        problems.append(f"{path.name}: there must be an [[opening]] at least")
    return tuple(found)


def _is_opening(said: object) -> bool:
    return isinstance(said, str) and 0 < len(said.strip()) <= LONGEST
