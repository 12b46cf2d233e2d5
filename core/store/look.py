"""A look at a database from outside, beside whoever runs on it: nothing is made or locked."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.errors import ConfigError, DriftError, StoreError
from core.store.connect import WRITER, sqlite_file
from core.store.migrate import check_drift, opened
from core.store.records import PluginTables


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen: ``drift`` says what does not match; ``worked`` are imported days."""

    drift: str = ""
    worked: dict[date, bool] | None = None


async def look_at(url: str, tables: Sequence[PluginTables]) -> Look:
    """Return what a program with *tables* finds at *url*; StoreError when it cannot be read."""
    file = sqlite_file(url)
    if file is not None and (not file.exists() or file.stat().st_size == 0):
        return Look()
    async with opened(url, tables) as context:
        try:
            await check_drift(context, url, tables)
        except DriftError as error:
            return Look(drift=str(error))
        _, rows = await context.db(WRITER).execute_query("SELECT day, off FROM calendar_day")
        return Look(worked={date.fromisoformat(row["day"]): not row["off"] for row in rows})


def copy_database(url: str, target: Path) -> None:
    """Write a consistent copy of a SQLite database to *target* while others use it.

    Raises ConfigError for PostgreSQL and for a database that is not there.
    """
    file = sqlite_file(url)
    if file is None:
        raise ConfigError("a PostgreSQL database is backed up by its own pg_dump")
    if not file.exists():
        raise ConfigError(f"there is no database {file} to back up")
    try:
        with (
            closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
    except sqlite3.Error as error:
        raise StoreError(f"{file} cannot be copied to {target}: {error}") from error
