"""Finds plugins and adapters by the config's names; nothing else imports by name."""

from importlib import import_module, util
from pathlib import Path
from typing import Any

from core.chat.adapter import AdapterKind
from core.errors import ConfigError
from core.kit.plugin import Plugin
from core.settings import did_you_mean

ROOT = Path(__file__).parent.parent


def load_plugin(name: str) -> Plugin[Any]:
    """Return the plugin *name*: one of ours, or a dotted path to somebody else's module."""
    path = name if "." in name else f"plugins.{name}.plugin"
    found = getattr(_module(path, f"plugins.{name}", "plugins"), "plugin", None)
    if not isinstance(found, Plugin):
        raise ConfigError(f"plugins.{name}: {path} holds no Plugin named plugin")
    return found


def load_adapter(platform: str) -> AdapterKind:
    """Return what the platform's package declares; imports its library, so only when needed."""
    path = f"adapters.{platform}.adapter"
    found = getattr(_module(path, f"accounts.{platform}", "adapters"), "KIND", None)
    if not isinstance(found, AdapterKind):
        raise ConfigError(f"accounts.{platform}: {path} holds no AdapterKind named KIND")
    return found


def load_command(room: str) -> Any:  # noqa: ANN401 - a module has no better type
    """Return the file of ``core.cli`` that holds a command."""
    return import_module(f"core.cli.{room}")


def shipped(folder: str) -> list[str]:
    """Return the names of the plugins or adapters that come with the house."""
    return sorted(path.parent.name for path in (ROOT / folder).glob("*/__init__.py"))


def _module(path: str, where: str, folder: str) -> Any:  # noqa: ANN401 - a module has no better type
    try:
        if util.find_spec(path) is None:
            raise ModuleNotFoundError(path)  # noqa: TRY301 - one way to say it
    except ModuleNotFoundError:
        name = where.partition(".")[2]
        hint = did_you_mean(name, shipped(folder))
        raise ConfigError(f"{where} is not there: no module {path}{hint}") from None
    try:
        return import_module(path)
    except ImportError as error:
        raise ConfigError(
            f"{where} cannot be loaded: {error}; its extra may not be installed"
        ) from error
