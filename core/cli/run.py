"""``lianxin run``: the deployment, from start to a graceful end; SIGHUP starts it anew."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import typer

from core import log
from core.app import App, open_app
from core.app.build import choose_plugins
from core.cli.deployment import Config, settings_of, with_keys
from core.cli.running import running
from core.cli.terminal import complain
from core.clock import SystemClock
from core.errors import ConfigError
from core.settings import Settings

LOG: Final = log.get(__name__)
cli = typer.Typer(add_completion=False)


@cli.command()
def run(context: typer.Context, config: Config = None) -> None:
    """Run the deployment until SIGTERM or Ctrl-C; on SIGHUP check the config and start anew."""
    settings = with_keys(settings_of(config))
    if not context.find_root().params["debug"]:
        log.configure("info")
    watch = Watch(lambda: choose_plugins(with_keys(settings_of(config))))
    asyncio.run(serve(settings, watch))
    if watch.again:
        # Laws 1 and 12: nothing is lost between two processes, so being a new one is safe.
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves


@dataclass(slots=True)
class Watch:
    """What signals ask for."""

    check: Callable[[], object]
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    again: bool = False

    def listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop.set)
        loop.add_signal_handler(signal.SIGHUP, self.reload)

    def reload(self) -> None:
        """Start anew, unless the configuration is wrong now: then keep running and say so."""
        try:
            self.check()
        except ConfigError as error:
            for problem in error.problems:
                complain(problem)
            LOG.warning("reload_refused", problems=len(error.problems))
            return
        self.again = True
        self.stop.set()


async def serve(settings: Settings, watch: Watch) -> None:
    """Run one App until *watch* says stop."""
    watch.listen()
    async with open_app(settings, SystemClock()) as app:
        with running(settings.data):
            await asyncio.gather(app.run(watch.stop), _tell_when_ready(app, watch.stop))


async def _tell_when_ready(app: App, stop: asyncio.Event) -> None:
    if app.web is not None:
        await app.web.ready.wait()
    LOG.info("running", web=app.web.url if app.web else "", accounts=sorted(app.adapters))
    await stop.wait()
    LOG.info("stopping")
