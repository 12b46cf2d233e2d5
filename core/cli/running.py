"""Who is running: a small file beside the data, so that ``lianxin reload`` finds the process."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import StoreError
from core.store.lock import file_lock

NAME = "lianxin.pid"


@dataclass(frozen=True, slots=True)
class Process:
    """A running Lianxin; a restart keeps the number and changes ``start``."""

    pid: int
    start: str


@contextmanager
def running(data: Path) -> Iterator[None]:
    """Let ``find`` know of this process while the block lasts; a second one is a StoreError."""
    path = data / NAME
    with file_lock(path):
        path.write_text(f"{os.getpid()} {secrets.token_hex(8)}\n", encoding="ascii")
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def find(data: Path) -> Process | None:
    """Return the process that runs on the folder *data*.

    The lock tells, not the file: that may outlive its process, whose number is then another's.
    """
    path = data / NAME
    try:
        pid, start = path.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return None
    try:
        with file_lock(path):
            return None
    except StoreError:
        return Process(int(pid), start)
