"""From a database URL to Tortoise's configuration, for both databases."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tortoise.backends.base.config_generator import expand_db_url
from tortoise.exceptions import ConfigurationError

from core.errors import ConfigError
from core.store.records import PluginTables
from core.store.sqlite import credentials

WRITER: Final = "default"
READER: Final = "reader"
APP: Final = "lianxin"
PASSING: Final = "?synchronous=off"
"""At the end of a SQLite URL: the database need not outlive the machine's power, as in plays."""
_TABLES: Final = ("core.store.tables_people", "core.store.tables_case", "core.store.tables_work")
_HOUSE: Final = {
    "models": list(_TABLES),
    "default_connection": WRITER,
    "migrations": "core.store.migrations",
}
TORTOISE: Final = {"connections": {WRITER: "sqlite://:memory:"}, "apps": {APP: _HOUSE}}
"""For ``tortoise -c core.store.connect.TORTOISE makemigrations -n NAME`` while developing."""


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite *url*; None for PostgreSQL. Raises ConfigError for others."""
    scheme, _, rest = url.partition("://")
    path = rest.partition("?")[0]
    if scheme == "sqlite":
        if path in {"", ":memory:"}:
            raise ConfigError(
                "database: a SQLite database needs a file, like sqlite://data/lianxin.db"
            )
        return Path(path)
    if scheme in {"asyncpg", "postgres", "postgresql"}:
        return None
    raise ConfigError(
        f"database: {scheme or url}:// is no database of ours; use sqlite://FILE or asyncpg://USER@HOST/NAME"
    )


def configuration(
    url: str, tables: Sequence[PluginTables], *, foreign_keys: str = "ON"
) -> dict[str, Any]:
    """Return the configuration with a writer and a reader; on PostgreSQL two small pools."""
    apps = {APP: _HOUSE} | {one.name: _app(one) for one in tables}
    file = sqlite_file(url)
    if file is None:
        return {"connections": {WRITER: _postgres(url), READER: _postgres(url)}, "apps": apps}
    path, lasting = str(file), not url.endswith(PASSING)
    engine = "core.store.sqlite"
    return {
        "connections": {
            WRITER: {
                "engine": engine,
                "credentials": credentials(path, foreign_keys=foreign_keys, lasting=lasting),
            },
            READER: {"engine": engine, "credentials": credentials(path, reader=True)},
        },
        "apps": apps,
    }


def _app(tables: PluginTables) -> dict[str, Any]:
    return {
        "models": [tables.module],
        "default_connection": WRITER,
        "migrations": tables.migrations,
    }


def _postgres(url: str) -> dict[str, Any]:
    try:
        expanded = expand_db_url(f"asyncpg://{url.partition('://')[2]}")
    except ConfigurationError as error:
        raise ConfigError(f"database: {error}") from error
    return {"engine": "core.store.postgres", "credentials": expanded["credentials"]}
