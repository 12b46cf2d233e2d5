"""``lianxin import``: rosters and calendars come in whole or not at all."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from core.cli.deployment import Config, opened_store, settings_of
from core.cli.terminal import say
from core.clock import SystemClock
from core.domain.calendar import parse_holiday_cn
from core.domain.roster import RosterPlan
from core.errors import ConfigError
from core.settings import Settings
from core.store.records import CalendarDay
from core.store.roster import ImportReport, import_roster
from core.store.roster_file import read_roster

File = Annotated[Path, typer.Argument(metavar="F", show_default=False)]
cli = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Take in a roster or a year's calendar."
)


@cli.command()
def roster(file: File, config: Config = None) -> None:
    """Take in who belongs to which group: a CSV or XLSX file with a header row."""
    settings = settings_of(config)
    plan = read_roster(file)
    report = asyncio.run(_take_roster(settings, plan))
    if not report.changes:
        say("nothing new: the database says the same already")
        return
    told = (f"{name.replace('_', ' ')} {count}" for name, count in asdict(report).items() if count)
    say(", ".join(told))


@cli.command()
def calendar(file: File, config: Config = None) -> None:
    """Take in a year's workdays and days off: a JSON file of the holiday-cn project."""
    settings = settings_of(config)
    days = _read_calendar(file)
    asyncio.run(_take_days(settings, days))
    say(f"{len(days)} days taken in")


async def _take_roster(settings: Settings, plan: RosterPlan) -> ImportReport:
    async with opened_store(settings) as store:
        return await import_roster(store, plan, SystemClock().now(), settings.timezone)


async def _take_days(settings: Settings, days: list[CalendarDay]) -> None:
    async with opened_store(settings) as store:
        unit = store.unit()
        unit.write(store.calendar.saving(days))
        await store.commit(unit)


def _read_calendar(file: Path) -> list[CalendarDay]:
    try:
        worked = parse_holiday_cn(file.read_text(encoding="utf-8-sig"))
    except ConfigError as error:
        raise ConfigError(*(f"{file.name}: {problem}" for problem in error.problems)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read as UTF-8 text ({error})") from error
    return [CalendarDay(day, not is_worked) for day, is_worked in sorted(worked.items())]
