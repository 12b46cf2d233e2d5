"""What can be wrong with a deployment, found without starting it."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from core.app.build import choose_adapters, choose_plugins, load_texts
from core.app.vault import WRONG_KEYS, keys_fit
from core.cli.deployment import NO_KEY
from core.cli.wording import SPOKEN, overridden, wordings
from core.domain.calendar import WorkCalendar
from core.domain.theme import NAMES, Theme, parse_theme
from core.errors import BotError, ConfigError
from core.settings import Settings
from core.store.look import Look, look_at
from core.store.records import PluginTables

NOVEMBER: Final = 11
"""In which month the State Council tells the next year's workdays."""


@dataclass(slots=True)
class Findings:
    """What was found: ``faults`` must be mended, ``notes`` are good to know."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


async def inspect(settings: Settings, today: date) -> Findings:
    """Return all that is wrong with *settings* and with what they lead to."""
    found = Findings()
    if not settings.secret_keys:
        found.faults.append(NO_KEY)
    tables = _plugins_and_texts(settings, found)
    _adapters(settings, found)
    found.faults += _themes(settings)
    look = await _database(settings, tables, found)
    found.notes += _provisional(WorkCalendar.china(look.worked or {}), today)
    return found


def _plugins_and_texts(settings: Settings, found: Findings) -> list[PluginTables]:
    try:
        plugins = [plugin for plugin, _ in choose_plugins(settings)]
        load_texts(settings, plugins)
    except ConfigError as error:
        found.faults += error.problems
        return []
    shipped = load_texts(settings.model_copy(update={"texts": {}}), plugins)
    found.faults += [*wordings(shipped), *overridden(shipped, settings)]
    return [plugin.tables for plugin in plugins if plugin.tables]


def _adapters(settings: Settings, found: Findings) -> None:
    try:
        choose_adapters(settings)
    except ConfigError as error:
        found.faults += error.problems


def _themes(settings: Settings) -> Iterator[str]:
    if not settings.themes.is_dir():
        yield f"{settings.themes}: there is no such folder; set themes"
        return
    for day, name in enumerate(NAMES, start=1):
        path = settings.themes / f"{name}.toml"
        try:
            theme = parse_theme(tomllib.loads(path.read_text(encoding="utf-8")))
        except ConfigError as error:
            yield from (f"{path}: {problem}" for problem in error.problems)
        except FileNotFoundError:
            yield f"{path}: there is no such file, so {name} has no theme"
        except (OSError, ValueError) as error:
            yield f"{path}: {error}"
        else:
            if theme.weekday != day:
                yield f"{path}: weekday is {theme.weekday}, and {name} is {day}"
            yield from _silent(f"{path}", theme)


def _silent(where: str, theme: Theme) -> Iterator[str]:
    for language in SPOKEN:
        if language not in theme.title:
            yield f"{where}: title.{language} is missing"
        for prompt in theme.prompts:
            if language not in prompt.text:
                yield f"{where}: prompt {prompt.id} has no text.{language}"


async def _database(settings: Settings, tables: list[PluginTables], found: Findings) -> Look:
    try:
        look = await look_at(settings.database, tables)
    except BotError as error:
        found.faults.append(f"database: {error}")
        return Look()
    if look.drift:
        found.faults.append(f"database: {look.drift}")
    if look.worked is None and not look.drift:
        found.notes.append("database: there is none yet; `lianxin run` makes it")
    elif look.worked is not None and settings.secret_keys:
        found.faults += [] if await keys_fit(settings, tables) else [WRONG_KEYS]
    return look


def _provisional(calendar: WorkCalendar, today: date) -> Iterator[str]:
    years = (today.year, today.year + 1) if today.month >= NOVEMBER else (today.year,)
    for year in years:
        if calendar.is_provisional(year):
            yield (
                f"calendar: the adjusted workdays of {year} are not known yet, so that its prompts"
                " follow a guess; take them in with `lianxin import calendar F`"
            )
