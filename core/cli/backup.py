"""``lianxin backup``: one file with everything but the secrets, made while Lianxin runs."""

import os
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from core.cli.archive import DATABASE, Writer, attachments, journals
from core.cli.deployment import Config, settings_of
from core.cli.terminal import bar, say
from core.clock import SystemClock
from core.errors import ConfigError, StoreError
from core.settings import Settings
from core.store.look import copy_database

cli = typer.Typer(add_completion=False)
File = Annotated[Path, typer.Argument(metavar="F.tar.gz", show_default=False)]


@cli.command()
def backup(file: File, config: Config = None) -> None:
    """Copy database, attachments and sandbox into one file; keep the secret keys elsewhere."""
    settings = settings_of(config)
    if file.exists():
        raise ConfigError(f"{file} is there already: name a new file")
    fresh = file.with_name(f"{file.name}.part")
    try:
        parts = _write(fresh, settings)
        fresh.rename(file)
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror or error}") from error
    finally:
        fresh.unlink(missing_ok=True)
    say(f"{file}: {parts} parts, {file.stat().st_size} bytes")


def _write(fresh: Path, settings: Settings) -> int:
    data, made_at = settings.data, SystemClock().now().isoformat(timespec="seconds")
    closed = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (
        TemporaryDirectory(dir=fresh.parent) as folder,
        os.fdopen(closed, "wb") as out,
        tarfile.open(fileobj=out, mode="w:gz") as tar,
    ):
        writer = Writer(tar, made_at)
        for path in journals(data):
            writer.add(path.relative_to(data).as_posix(), path)
        copy = Path(folder) / DATABASE
        copy_database(settings.database, copy)
        writer.add(DATABASE, copy)
        kept = attachments(data)
        with bar("attachments", len(kept)) as advance:
            for path in kept:
                writer.add(path.relative_to(data).as_posix(), path)
                advance(1)
        return len(writer.finish().parts)
