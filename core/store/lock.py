"""One process per SQLite file: a lock that the system lets go of when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import StoreError


@contextmanager
def file_lock(database: Path) -> Iterator[None]:
    """Hold the lock beside *database*. Raises StoreError when somebody else holds it."""
    path = database.with_name(database.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StoreError(
            f"{database} is in use by another lianxin: stop it first (it holds {path})"
        ) from error
    try:
        yield
    finally:
        # The file stays: removing it would let two processes hold locks on two files of one name.
        os.close(handle)
