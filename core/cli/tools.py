"""The commands that plugins offer: found by name, and only when one is asked for."""

from collections.abc import Iterable, Iterator
from typing import Any

import typer

from core.cli.deployment import settings_of
from core.errors import BotError, ConfigError
from core.kit.plugin import Plugin
from core.loader import load_plugin, shipped
from core.settings import did_you_mean


def find_tool(name: str, commands: Iterable[str]) -> typer.Typer:
    """Return the tool *name* as a command line; raises ConfigError naming the nearest command."""
    offered: list[str] = []
    for plugin in every_plugin():
        tools = plugin.declared.tools
        if name in tools:
            cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            cli.command(name)(tools[name])
            return cli
        offered += tools
    hint = did_you_mean(name, [*commands, *offered])
    raise ConfigError(f"lianxin: there is no command {name}{hint or '; see `lianxin --help`'}")


def every_plugin() -> Iterator[Plugin[Any]]:
    """Yield all plugins that can be loaded: those of the config, then the others that ship."""
    for name in dict.fromkeys([*_listed(), *shipped("plugins")]):
        try:
            yield load_plugin(name)
        except BotError:
            # A plugin that is broken is `check`'s business: the others' tools still work.
            continue


def _listed() -> list[str]:
    try:
        return list(settings_of(None).plugins)
    except ConfigError:
        return []
