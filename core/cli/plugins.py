"""``lianxin plugins``: what is there, what is on, and what it brings."""

from dataclasses import asdict, dataclass, field
from typing import Any

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from core.cli.deployment import Config, Json, settings_of
from core.cli.terminal import say_json
from core.errors import BotError
from core.kit.plugin import Plugin
from core.loader import load_plugin, shipped
from core.settings import Settings

cli = typer.Typer(add_completion=False)


@dataclass(slots=True)
class Row:
    """One plugin; ``settings`` are those of the config, the defaults where it says nothing."""

    name: str
    on: bool
    commands: list[str] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    settings: dict[str, object] = field(default_factory=dict)
    problem: str = ""


@cli.command()
def plugins(*, config: Config = None, json: Json = False) -> None:
    """List all plugins in routing order, with their commands, settings and tools."""
    settings = settings_of(config)
    rows = [_row(name, settings) for name in _names(settings)]
    if json:
        for row in rows:
            say_json(asdict(row))
    else:
        Console().print(_table(rows))
    if any(row.on and row.problem for row in rows):
        raise typer.Exit(1)


def _names(settings: Settings) -> list[str]:
    return list(dict.fromkeys([*settings.plugins, *shipped("plugins")]))


def _row(name: str, settings: Settings) -> Row:
    row = Row(name, name in settings.active_plugins)
    try:
        plugin = load_plugin(name)
    except BotError as error:
        row.problem = str(error)
        return row
    row.commands = [f"/{one.name}" for one in plugin.declared.commands]
    row.tools = [f"lianxin {tool}" for tool in plugin.declared.tools]
    row.settings = _settings(plugin, settings.plugins.get(name, {}))
    return row


def _settings(plugin: Plugin[Any], table: dict[str, object]) -> dict[str, object]:
    kind: type[BaseModel] = plugin.settings_type
    shown: dict[str, object] = {}
    for name, one in kind.model_fields.items():
        default = one.get_default(call_default_factory=True)
        value = table.get(name, default)
        shown[name] = value if isinstance(value, bool | int | float | None) else str(value)
    return shown


def _table(rows: list[Row]) -> Table:
    table = Table("plugin", "", "commands", "settings", "tools", pad_edge=False, box=None)
    for row in rows:
        set_to = "\n".join(f"{name} = {value}" for name, value in row.settings.items())
        table.add_row(
            row.name,
            "on" if row.on else "off",
            row.problem or " ".join(row.commands),
            set_to,
            "\n".join(row.tools),
        )
    return table
