"""Migrations: numbered, forward only, all of them or none, after a backup.

Rule 1: on SQLite the foreign keys are off while tables are remade: dropping the old table would
cascade and empty its children. They are checked before the commit.
Rule 2: everything is one transaction, with the records of what was applied.
Rule 3: a database whose records do not match this program's migrations is refused, and left alone.
"""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from itertools import count
from pathlib import Path
from typing import Final

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.loader import MigrationLoader
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.transactions import in_transaction

from core.errors import ConfigError, DriftError, StoreError
from core.store.connect import WRITER, configuration, sqlite_file
from core.store.lock import file_lock
from core.store.records import PluginTables
from core.store.step import stored_columns, table_of

_TABLES_OF: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgres": "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()",
}
_COLUMNS_OF: Final = {
    "sqlite": "SELECT t.name AS place, c.name AS name FROM sqlite_master t,"
    " pragma_table_info(t.name) c WHERE t.type = 'table'",
    "postgres": "SELECT table_name AS place, column_name AS name"
    " FROM information_schema.columns WHERE table_schema = current_schema()",
}
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(20260101)"


async def migrate(url: str, tables: Sequence[PluginTables], backup_dir: Path) -> list[str]:
    """Apply what is missing; return its names. Raises StoreError, and then nothing has changed.

    A SQLite file is copied to *backup_dir* first; PostgreSQL is its operator's to back up.
    """
    file = sqlite_file(url)
    if file is None:
        return await _apply(url, tables)
    with file_lock(file):
        async with opened(url, tables) as context:
            missing = await _missing(context.db(WRITER), url, tables)
            is_new = not await _tables(context.db(WRITER))
        if missing and not is_new:
            _back_up(file, backup_dir, missing[-1])
        return await _apply(url, tables) if missing else []


async def migrate_if_empty(url: str, tables: Sequence[PluginTables]) -> None:
    """Make all tables in a database that has none; the caller holds the lock."""
    async with opened(url, tables) as context:
        is_new = not await _tables(context.db(WRITER))
    if is_new:
        await _apply(url, tables)


async def check_drift(context: TortoiseContext, url: str, tables: Sequence[PluginTables]) -> None:
    """Raise DriftError unless exactly this program's migrations and columns are there."""
    client = context.db(WRITER)
    known, applied = _known(url, tables), await _applied(client)
    ours = {label for label, _ in known}
    strange = sorted(f"{app}.{name}" for app, name in applied - known if app in ours)
    if strange:
        raise DriftError(
            f"the database has migrations that this program does not know ({', '.join(strange)}):"
            " install the version that made them, or restore a backup"
        )
    missing = await _missing(client, url, tables)
    if missing:
        raise DriftError(
            f"the database lacks migrations ({', '.join(missing)}): run `lianxin migrate`"
        )
    odd = await _misshapen(context, client)
    if odd:
        raise DriftError(
            f"the database was changed by hand ({', '.join(odd)}): undo that, or restore a backup"
        )


async def _misshapen(context: TortoiseContext, client: BaseDBAsyncClient) -> list[str]:
    """Return the columns, as ``table.column``, that the database has too many or too few."""
    _, rows = await client.execute_query(_COLUMNS_OF[client.capabilities.dialect])
    there = {(row["place"], row["name"]) for row in rows}
    models = [model for app in (context.apps or {}).values() for model in app.values()]
    wanted = {(table_of(model), name) for model in models for name in stored_columns(model)}
    tables = {place for place, _ in wanted}
    ours = {(place, name) for place, name in there if place in tables}
    return sorted(f"{place}.{name}" for place, name in ours ^ wanted)


@asynccontextmanager
async def opened(
    url: str, tables: Sequence[PluginTables], *, foreign_keys: str = "ON"
) -> AsyncIterator[TortoiseContext]:
    """Yield a context of its own, so that two live in one process; it is always closed."""
    context = TortoiseContext()
    with context:
        try:
            await context.init(config=configuration(url, tables, foreign_keys=foreign_keys))
        except ModuleNotFoundError as error:
            if error.name != "asyncpg":
                raise
            raise ConfigError(
                "database: PostgreSQL needs asyncpg; install lianxin[scaled]"
            ) from error
    try:
        with context:
            for client in context.connections.all():
                await client.open()  # type: ignore[attr-defined]  # the house's own engines
        yield context
    finally:
        with context:
            await context.close_connections()


async def _apply(url: str, tables: Sequence[PluginTables]) -> list[str]:
    done: list[str] = []

    def note(event: str, app: str, name: str) -> None:
        done.extend([f"{app}.{name}"] if event == "apply_done" else [])

    async with opened(url, tables, foreign_keys="OFF") as context:
        with context:
            try:
                async with in_transaction(WRITER) as transaction:
                    if transaction.capabilities.dialect == "postgres":
                        await transaction.execute_query(_ONE_AT_A_TIME)
                    executor = MigrationExecutor(transaction, configuration(url, tables)["apps"])
                    executor.recorder = executor.loader.recorder = _Records(transaction)
                    await executor.migrate(direction="forward", progress=note)
                    await _check_foreign_keys(transaction)
            except (BaseORMException, sqlite3.Error) as error:
                raise StoreError(f"a migration failed, nothing was changed: {error}") from error
    return done


async def _check_foreign_keys(client: BaseDBAsyncClient) -> None:
    if client.capabilities.dialect != "sqlite":
        return
    _, rows = await client.execute_query("PRAGMA foreign_key_check")
    if rows:
        tables = ", ".join(sorted({row["table"] for row in rows}))
        raise StoreError(f"a migration would leave rows without their parents in {tables}: undone")


async def _missing(
    client: BaseDBAsyncClient, url: str, tables: Sequence[PluginTables]
) -> list[str]:
    return sorted(f"{app}.{name}" for app, name in _known(url, tables) - await _applied(client))


def _known(url: str, tables: Sequence[PluginTables]) -> set[tuple[str, str]]:
    recorder = MigrationRecorder(None)
    loader = MigrationLoader(configuration(url, tables)["apps"], recorder)
    loader.load_disk()
    return {(key.app_label, key.name) for key in loader.disk_migrations}


class _Records(MigrationRecorder):
    """Says what was applied; Tortoise's own takes any failure for an empty database.

    And on PostgreSQL a failed question ends the whole transaction.
    """

    async def applied_migrations(self) -> list[MigrationKey]:
        if self.table_name not in await _tables(self.connection):
            return []
        _, rows = await self.connection.execute_query(f"SELECT app, name FROM {self.table_name}")
        return [MigrationKey(row["app"], row["name"]) for row in rows]


async def _applied(client: BaseDBAsyncClient) -> set[tuple[str, str]]:
    keys = await _Records(client).applied_migrations()
    return {(key.app_label, key.name) for key in keys}


async def _tables(client: BaseDBAsyncClient) -> set[str]:
    _, rows = await client.execute_query(_TABLES_OF[client.capabilities.dialect])
    return {row["name"] for row in rows}


def _back_up(file: Path, folder: Path, migration: str) -> None:
    """Copy the database; an older copy is never overwritten."""
    names = (f"{file.stem}-before-{migration}{f'-{n}' if n else ''}.db" for n in count())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = next(folder / name for name in names if not (folder / name).exists())
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"no backup could be made in {folder}, so nothing was changed: {error}"
        ) from error
