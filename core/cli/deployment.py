"""Which deployment a command is about: its settings, its keys, its database."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from core.app.build import choose_plugins, wrong_tables
from core.app.vault import check_keys, lay_out, sealer_of
from core.clock import SystemClock
from core.errors import ConfigError
from core.loader import ROOT
from core.settings import Settings, load_settings, read_tables
from core.store.records import PluginTables
from core.store.store import Store

DEFAULT: Final = Path("config/lianxin.toml")
NO_KEY: Final = (
    "secret_keys: there is none, and nothing may be stored unsealed; `lianxin new key` prints one:"
    " set LIANXIN_SECRET_KEYS to it, or put it into the file that LIANXIN_SECRETS_FILE names"
)

Config = Annotated[
    Path | None,
    typer.Option("--config", help=f"The switchboard; {DEFAULT} unless named.", metavar="F"),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]


def settings_of(config: Path | None) -> Settings:
    """Return the settings of *config*, else of the folder we stand in, else the shipped ones.

    Raises ConfigError with all that is wrong, with what plugins and accounts find in theirs too.
    """
    if config is None:
        config = DEFAULT if DEFAULT.exists() else ROOT / DEFAULT
    try:
        return load_settings(config, os.environ)
    except ConfigError as error:
        others = wrong_tables(read_tables(config, os.environ))
        raise ConfigError(*error.problems, *others) from error


def with_keys(settings: Settings) -> Settings:
    """Return *settings* if there is a key to seal with; raises ConfigError with the way out."""
    if not settings.secret_keys:
        raise ConfigError(NO_KEY)
    return settings


def tables_of(settings: Settings) -> Sequence[PluginTables]:
    """Return the tables that the plugins bring."""
    return [plugin.tables for plugin, _ in choose_plugins(settings) if plugin.tables]


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Store]:
    """Open the deployment's database for a short deed; nothing else may have it open."""
    plugins = [plugin for plugin, _ in choose_plugins(with_keys(settings))]
    sealer = sealer_of(settings)
    lay_out(settings)
    tables = [plugin.tables for plugin in plugins if plugin.tables]
    facts = [fact for plugin in plugins for fact in plugin.declared.new_facts]
    opening = Store.open(settings.database, sealer, SystemClock(), tables=tables, facts=facts)
    async with opening as store:
        await check_keys(store, sealer)
        yield store
