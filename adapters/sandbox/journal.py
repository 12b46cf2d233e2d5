"""Where the sandbox's world is written down, so that it outlives the bot like a real platform."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from pydantic import ValidationError

from adapters.sandbox.entry import LINE, Entry
from core.api.adapter import ConfigError

NEWLINE: Final = b"\n"


class Journal(Protocol):
    """An append-only list of entries, and the bytes of files."""

    def entries(self) -> Iterator[Entry]: ...

    def write(self, entry: Entry) -> None:
        """Return once *entry* would survive the death of this process."""
        ...

    def keep(self, ref: str, content: bytes) -> None: ...

    def read(self, ref: str) -> bytes:
        """Return what was kept under *ref*; raises KeyError."""
        ...


class MemoryJournal:
    """Forgets with the process: for tests and rehearsals."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def entries(self) -> Iterator[Entry]:
        return iter(())

    def write(self, entry: Entry) -> None:
        pass

    def keep(self, ref: str, content: bytes) -> None:
        self._files[ref] = content

    def read(self, ref: str) -> bytes:
        return self._files[ref]


class DiskJournal:
    """One file of JSON lines, and a folder beside it for the bytes.

    Every line is handed to the system in one write: a killed process loses none and tears at most
    the last. It is not synced: a machine without power may lose a demo's last moments.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = path.with_suffix("")
        self._folder.mkdir(parents=True, exist_ok=True)

    def entries(self) -> Iterator[Entry]:
        if not self._path.exists():
            return
        *lines, torn = self._path.read_bytes().split(NEWLINE)
        if torn:
            os.truncate(self._path, self._path.stat().st_size - len(torn))
        for number, line in enumerate(lines, start=1):
            yield self._parse(number, line)

    def write(self, entry: Entry) -> None:
        line = LINE.dump_json(entry) + NEWLINE
        with self._path.open("ab", buffering=0) as file:
            before = file.tell()
            if file.write(line) < len(line):
                # A full disk took half a line: the next one must not be glued to it.
                os.truncate(self._path, before)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def keep(self, ref: str, content: bytes) -> None:
        (self._folder / ref).write_bytes(content)

    def read(self, ref: str) -> bytes:
        # Whoever asks over the web must not walk out of the folder.
        if not ref.isalnum():
            raise KeyError(ref)
        try:
            return (self._folder / ref).read_bytes()
        except OSError as error:
            raise KeyError(ref) from error

    def _parse(self, number: int, line: bytes) -> Entry:
        try:
            return LINE.validate_json(line)
        except ValidationError as error:
            raise ConfigError(
                f"{self._path} line {number} is damaged: move the file away to start afresh"
            ) from error


def open_journal(folder: Path | None, account: str) -> Journal:
    """Open the journal of *account* in *folder*; without a folder, one in memory."""
    if folder is None:
        return MemoryJournal()
    return DiskJournal(folder / f"sandbox-{account.rpartition('.')[2]}.jsonl")
