"""``lianxin new``: a plugin or an adapter to begin with, or a fresh secret key."""

import keyword
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Annotated, Final

import typer

from core.cli.terminal import complain, say
from core.crypto import Sealer
from core.errors import ConfigError
from core.loader import ROOT

TEMPLATES: Final = Path(__file__).parent / "templates"
NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,30}")
PLUGIN: Final = {
    "__init__.py": "plugins/{name}/__init__.py",
    "plugin.py": "plugins/{name}/plugin.py",
    "zh.toml": "plugins/{name}/texts/zh.toml",
    "en.toml": "plugins/{name}/texts/en.toml",
    "test_plugin.py": "tests/plugins/{name}/test_{name}.py",
}
ADAPTER: Final = {
    "__init__.py": "adapters/{name}/__init__.py",
    "adapter.py": "adapters/{name}/adapter.py",
    "inbound.py": "adapters/{name}/inbound.py",
    "outbound.py": "adapters/{name}/outbound.py",
    "settings.py": "adapters/{name}/settings.py",
    "test_adapter.py": "tests/adapters/{name}/test_{name}.py",
}
"""Which template becomes which file of the checkout."""

Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]
cli = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Begin a plugin or adapter; make a key."
)


@cli.command()
def plugin(name: Name) -> None:
    """Write a small plugin that works, with its texts and its test."""
    test = _write("plugin", name, PLUGIN)
    say(f"try it: python -m pytest {test}")
    say(f"switch it on: [plugins.{name}] in config/lianxin.toml, where it shall be asked")


@cli.command()
def adapter(name: Name) -> None:
    """Write a small adapter that works on a platform in memory, with its test."""
    test = _write("adapter", name, ADAPTER)
    say(f"try it: python -m pytest {test}")
    say(f"switch it on: [accounts.{name}.main] in config/lianxin.toml")


@cli.command()
def key() -> None:
    """Print a fresh key for LIANXIN_SECRET_KEYS; it is shown once and kept nowhere."""
    say(Sealer.fresh_key())
    complain("keep it apart from backups: what it sealed, nothing else opens")


def _write(kind: str, name: str, files: Mapping[str, str]) -> str:
    """Write all *files*; return the last one's path, which is the test's."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ConfigError(f"{name!r} is no name: small letters, digits and _, such as tea_time")
    if name in sys.stdlib_module_names:
        raise ConfigError(f"{name!r} is a module of Python itself: choose another name")
    paths = {template: path.format(name=name) for template, path in files.items()}
    folder = ROOT / f"{kind}s" / name
    there = [folder, *(ROOT / path for path in paths.values())]
    if taken := next((path for path in there if path.exists()), None):
        raise ConfigError(f"{taken.relative_to(ROOT)} is there already: choose another name")
    values = {"name": name, "Name": "".join(part.title() for part in name.split("_"))}
    for template, path in paths.items():
        source = (TEMPLATES / kind / f"{template}.txt").read_text(encoding="utf-8")
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(source).substitute(values), encoding="utf-8")
        say(path)
    return list(paths.values())[-1]
