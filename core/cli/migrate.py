"""``lianxin migrate``: the database is copied, then brought up to this version."""

import asyncio

import typer

from core.app.vault import lay_out
from core.cli.deployment import Config, settings_of, tables_of
from core.cli.terminal import say
from core.store.migrate import migrate as apply

cli = typer.Typer(add_completion=False)


@cli.command()
def migrate(config: Config = None) -> None:
    """Apply the migrations that the database lacks, all of them or none, after a copy."""
    settings = settings_of(config)
    tables = tables_of(settings)
    lay_out(settings)
    done = asyncio.run(apply(settings.database, tables, settings.data / "backups"))
    for name in done:
        say(f"applied {name}")
    say(f"{len(done)} migrations applied" if done else "the database is up to date")
