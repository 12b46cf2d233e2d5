"""``lianxin check``: everything that is wrong, at once, before anything is started."""

import asyncio

import typer

from core.cli.deployment import Config, Json, settings_of
from core.cli.faults import Findings, inspect
from core.cli.terminal import complain, say, say_json
from core.clock import SystemClock
from core.errors import ConfigError

cli = typer.Typer(add_completion=False)


@cli.command()
def check(*, config: Config = None, json: Json = False) -> None:
    """Tell all that is wrong with configuration, texts, themes and database; start nothing."""
    found = _find(config)
    if json:
        say_json({"ok": not found.faults, "faults": found.faults, "notes": found.notes})
    else:
        _print(found)
    if found.faults:
        raise typer.Exit(1)


def _find(config: Config) -> Findings:
    try:
        settings = settings_of(config)
    except ConfigError as error:
        return Findings([*error.problems])
    today = SystemClock().now().astimezone(settings.timezone).date()
    return asyncio.run(inspect(settings, today))


def _print(found: Findings) -> None:
    for fault in found.faults:
        complain(fault)
    for note in found.notes:
        say(f"note: {note}")
    count = len(found.faults)
    say(f"{count} {'fault' if count == 1 else 'faults'} found" if count else "all is well")
