"""``lianxin restore``: a backup goes back to where there is nothing yet."""

import shutil
import tarfile
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer

from core.cli.archive import (
    DATABASE,
    Manifest,
    attachments,
    journals,
    read_manifest,
    unpack,
)
from core.cli.deployment import Config, settings_of
from core.cli.terminal import bar, say
from core.errors import ConfigError, StoreError
from core.settings import Settings
from core.store.connect import sqlite_file

cli = typer.Typer(add_completion=False)
File = Annotated[Path, typer.Argument(metavar="F.tar.gz", show_default=False)]


@cli.command()
def restore(file: File, config: Config = None) -> None:
    """Put a backup back; nothing that is there is ever overwritten."""
    settings = settings_of(config)
    database = sqlite_file(settings.database)
    if database is None:
        raise ConfigError("a PostgreSQL database is restored by its own pg_restore")
    _refuse_data(settings, database)
    try:
        manifest = _restore(file, settings.data, database)
    except (tarfile.TarError, EOFError) as error:
        raise ConfigError(f"{file} is no backup of Lianxin, or damaged ({error})") from error
    except FileNotFoundError as error:
        raise ConfigError(f"{error.filename}: there is no such file") from error
    except OSError as error:
        raise StoreError(
            f"{settings.data}: {error.strerror or error}; nothing was put back"
        ) from error
    say(f"{len(manifest.parts)} parts of {manifest.made_at} are back in {settings.data}")


def _refuse_data(settings: Settings, database: Path) -> None:
    there = [database] if database.exists() else []
    there += [*journals(settings.data), *attachments(settings.data)]
    if there:
        raise ConfigError(
            f"{there[0]} is there already: move {settings.data} away first; nothing was changed"
        )


def _restore(file: Path, data: Path, database: Path) -> Manifest:
    """Unpack beside the data first, so that a damaged file leaves nothing half done."""
    with tarfile.open(file, "r:gz") as tar:
        manifest = read_manifest(tar, file.name)
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix=".restore-", dir=data))
        try:
            with bar("parts", len(manifest.parts)) as advance:
                for part in manifest.parts:
                    unpack(tar, manifest, file.name, part, folder)
                    advance(1)
            _move(folder, data, database)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return manifest


def _move(folder: Path, data: Path, database: Path) -> None:
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in sorted(folder.iterdir()):
        if path.is_dir() and (data / path.name).is_dir():
            (data / path.name).rmdir()
        if path.name != DATABASE:
            shutil.move(path, data / path.name)
    # The database comes last: where it stands, all that it names stands too.
    shutil.move(folder / DATABASE, database)
