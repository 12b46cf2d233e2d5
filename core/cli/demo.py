"""``lianxin demo``: a seeded building site in the browser, with a clock that can be moved."""

import asyncio
import os
import shutil
import signal
import socket
from contextlib import closing
from pathlib import Path
from typing import Annotated, Final

import typer

from core import log
from core.app import App, open_app
from core.cli.deployment import settings_of
from core.cli.keeping import KeptClock, demo_key
from core.cli.seed import OPERATOR, seed
from core.cli.terminal import say
from core.errors import ConfigError
from core.loader import ROOT
from core.settings import Settings, load_settings
from core.store.lock import file_lock
from core.store.roster_file import read_roster

DATA: Final = Path("data/demo")
DATABASE: Final = "lianxin.db"
KEY: Final = "demo.key"
CLOCK: Final = "clock"
ROSTER: Final = ROOT / "config" / "demo" / "roster.csv"
NOT_OURS: Final = ("LIANXIN_DATABASE", "LIANXIN_ACCOUNTS", "LIANXIN_SECRETS_FILE")
"""Variables of the real deployment that a demo must not touch."""
cli = typer.Typer(add_completion=False)

Data = Annotated[Path, typer.Option("--data", help="The demo's own folder.", metavar="FOLDER")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any free one.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Forget the demo's folder and begin anew.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@cli.command()
def demo(
    context: typer.Context,
    *,
    data: Data = DATA,
    port: Port = 8080,
    fresh: Fresh = False,
    yes: Yes = False,
) -> None:
    """Play with a seeded building site: people, their chats and the clock are in your browser."""
    shipped = settings_of(None)
    _refuse_taken_port(shipped.web.host, port)
    if fresh:
        _forget(data, yes=yes)
    _refuse_real(data)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not context.find_root().params["debug"]:
        log.configure("error")
    asyncio.run(_play(_settings(shipped, data, port), data))


def _settings(shipped: Settings, data: Path, port: int) -> Settings:
    """Return the shipped settings with the sandbox alone, and with all that is the demo's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)}
    own = {
        "LIANXIN_DATA": str(data),
        "LIANXIN_WEB__HOST": shipped.web.host,
        "LIANXIN_WEB__PORT": str(port),
        "LIANXIN_OPERATOR": shipped.operator or f"sandbox:{OPERATOR}",
        "LIANXIN_SECRET_KEYS": demo_key(data / KEY),
    }
    return load_settings(shipped.source, {**kept, **own}).model_copy(
        update={"accounts": {"sandbox": {"main": {}}}}
    )


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with closing(socket.create_server((host, port), family=family)):
            return
    except OSError as error:
        raise ConfigError(
            f"{host}:{port} is taken or not to be had: stop the other program, or choose another"
            " port with `lianxin demo --port 8081`"
        ) from error


def _forget(data: Path, *, yes: bool) -> None:
    """Remove the demo's folder and no other: the key in it tells that it is one."""
    if not data.exists():
        return
    if not (data / KEY).is_file():
        raise ConfigError(f"{data} is no demo's folder (no {KEY} in it); nothing was removed")
    with file_lock(data / DATABASE):
        if not yes:
            typer.confirm(f"Remove {data} with all that was said in it?", abort=True, err=True)
        shutil.rmtree(data)


def _refuse_real(data: Path) -> None:
    """Keep off a deployment's folder: its people would get a site that was made up."""
    if (data / DATABASE).exists() and not (data / KEY).is_file():
        raise ConfigError(
            f"{data} holds a deployment's database and no demo (no {KEY} in it): name another"
            " folder with --data; nothing was changed"
        )


async def _play(settings: Settings, data: Path) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    clock = KeptClock(data / CLOCK, settings.timezone)
    async with open_app(settings, clock) as app:
        await seed(app, read_roster(ROSTER))
        await asyncio.gather(app.run(stop), _announce(app))


async def _announce(app: App) -> None:
    if app.web is not None:
        await app.web.ready.wait()
        say(f"连心 · Lianxin: {app.web.url}   (Ctrl-C stops it; it goes on where it was)")
