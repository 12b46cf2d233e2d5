"""What a backup file holds, and how it is written and read.

Rule 1: the platform's journals are copied before the database: what the copy of a journal calls
heard must be in the copy of the database. The attachments come last, for the database names them.
Rule 2: secrets are not in it: only what is listed here is copied.
Rule 3: a file counts only when every part has the digest that its manifest says.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Final

from pydantic import TypeAdapter, ValidationError

from core.errors import ConfigError

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "lianxin.db"
JOURNALS: Final = "sandbox-*"
FILES: Final = "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the file holds: ``parts`` are paths below the data folder with their digests."""

    format: int
    version: str
    made_at: str
    parts: Mapping[str, str]


READ: Final = TypeAdapter(Manifest)


def journals(data: Path) -> list[Path]:
    """Return the files of all sandbox accounts."""
    return [path for top in sorted(data.glob(JOURNALS)) for path in _below(top)]


def attachments(data: Path) -> list[Path]:
    """Return the attachments that are kept; one that is being written is not among them."""
    return [path for path in _below(data / FILES) if path.suffix != ".new"]


def _below(top: Path) -> Iterator[Path]:
    if top.is_file():
        yield top
    elif top.is_dir():
        yield from (path for path in sorted(top.rglob("*")) if path.is_file())


class Writer:
    """Puts parts into a backup; the manifest goes in last."""

    def __init__(self, tar: tarfile.TarFile, made_at: str) -> None:
        self._tar = tar
        self._made_at = made_at
        self._parts: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        """Copy *path* as it is now: a journal may grow meanwhile."""
        self._parts[name] = self._put(name, path.read_bytes())

    def finish(self) -> Manifest:
        manifest = Manifest(
            format=FORMAT, version=version("lianxin"), made_at=self._made_at, parts=self._parts
        )
        self._put(MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
        return manifest

    def _put(self, name: str, content: bytes) -> str:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        self._tar.addfile(info, io.BytesIO(content))
        return hashlib.sha256(content).hexdigest()


def read_manifest(tar: tarfile.TarFile, name: str) -> Manifest:
    """Return the manifest of a backup; raises ConfigError for any other file."""
    try:
        member = tar.extractfile(MANIFEST)
        manifest = READ.validate_json(member.read() if member else b"")
    except (KeyError, ValidationError) as error:
        raise ConfigError(f"{name} is no backup of Lianxin: it has no {MANIFEST}") from error
    if manifest.format > FORMAT:
        raise ConfigError(f"{name} was made by Lianxin {manifest.version}: install that or newer")
    return manifest


def unpack(tar: tarfile.TarFile, manifest: Manifest, name: str, part: str, folder: Path) -> None:
    """Write one part below *folder*; raises ConfigError when it is missing or damaged."""
    inside = PurePosixPath(part)
    if inside.is_absolute() or ".." in inside.parts:
        raise ConfigError(f"{name}: {part} would be written outside the data folder")
    try:
        member = tar.extractfile(part)
    except KeyError:
        member = None
    content = member.read() if member else b""
    if member is None or hashlib.sha256(content).hexdigest() != manifest.parts[part]:
        raise ConfigError(f"{name} is damaged: {part} is missing or not what was put in")
    target = folder / inside
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    target.chmod(0o600)
