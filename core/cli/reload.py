"""``lianxin reload``: the config is checked here first, then the running process starts anew."""

import os
import signal
import time
from pathlib import Path
from typing import Final

import typer

from core.cli.deployment import Config, settings_of, tables_of, with_keys
from core.cli.running import Process, find
from core.cli.terminal import say
from core.errors import ConfigError, StoreError

PATIENCE: Final = 30.0
LOOK: Final = 0.05
"""Seconds in all, and between two looks, until the process is back."""
cli = typer.Typer(add_completion=False)


@cli.command()
def reload(config: Config = None) -> None:
    """Check the config; if it is right, restart the running Lianxin gracefully and wait for it."""
    settings = with_keys(settings_of(config))
    tables_of(settings)
    before = find(settings.data)
    if before is None:
        raise ConfigError(f"no lianxin runs on {settings.data}: start it with `lianxin run`")
    os.kill(before.pid, signal.SIGHUP)
    _wait(settings.data, before)
    say(f"restarted (process {before.pid})")


def _wait(data: Path, before: Process) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        now = find(data)
        if now is not None and now != before:
            return
        time.sleep(LOOK)
    raise StoreError(
        f"process {before.pid} is not back after {PATIENCE:.0f} seconds: its log says why"
    )
