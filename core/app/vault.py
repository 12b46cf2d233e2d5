"""Where the data lies, closed to others, and whether the present keys open it."""

import os
from collections.abc import Sequence
from typing import Final

from core.crypto import Sealer
from core.errors import ConfigError, StoreError
from core.settings import Settings
from core.store.connect import WRITER, sqlite_file
from core.store.migrate import opened
from core.store.records import PluginTables
from core.store.store import Store

PLACE: Final = ("core", "sealed")
WORD: Final = "lianxin"
WRONG_KEYS: Final = (
    "secret_keys: none of these keys opens this database; put back the key that it was begun with,"
    " behind the new one if there is a new one"
)


def sealer_of(settings: Settings) -> Sealer:
    return Sealer([key.get_secret_value() for key in settings.secret_keys])


def lay_out(settings: Settings) -> None:
    """Make the data folder and the database's empty file, both for our own user alone.

    What is there already stays as its owner left it.
    """
    file = sqlite_file(settings.database)
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if file is not None and not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # SQLite gives the files it puts beside a database the same rights.
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError(f"{error.filename or settings.data}: {error.strerror}") from error


async def check_keys(store: Store, sealer: Sealer) -> None:
    """Raise ConfigError unless *sealer* opens this database; a new one is marked as its own."""
    token = await store.state.load(*PLACE)
    if token is None:
        await store.state.save(*PLACE, sealer.seal(WORD).decode())
    elif not _opens(sealer, token):
        raise ConfigError(WRONG_KEYS)


async def keys_fit(settings: Settings, tables: Sequence[PluginTables]) -> bool:
    """Tell whether the keys open a database that matches *tables*, without locking it."""
    async with opened(settings.database, tables) as context:
        sql = f"SELECT value FROM desk_state WHERE account = '{PLACE[0]}' AND key = '{PLACE[1]}'"  # noqa: S608 - two constants
        _, rows = await context.db(WRITER).execute_query(sql)
    return all(_opens(sealer_of(settings), row["value"]) for row in rows)


def _opens(sealer: Sealer, token: str) -> bool:
    try:
        return sealer.open_text(token.encode()) == WORD
    except StoreError:
        return False
