"""One statement of a transaction, and what the two databases must both be able to do."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from core.errors import BotError

Row = tuple[Any, ...]
"""A row as the driver gives it; columns are read by position, in the order of the SELECT."""

CHUNK: Final = 200
"""Rows written by one statement at most, so that nobody waits long behind a writer."""


@dataclass(frozen=True, slots=True)
class Step:
    """One statement for all ``rows``; ``otherwise`` is raised when a row changes not just one."""

    sql: str
    rows: Sequence[Row]
    otherwise: BotError | None = None


class Reader(Protocol):
    """Something to read from."""

    async def fetch(self, sql: str, *params: object) -> list[Row]: ...


class Writer(Reader, Protocol):
    """An open transaction; ``connection`` is for ``using_db``. Await nothing but SQL here."""

    @property
    def connection(self) -> BaseDBAsyncClient: ...

    async def execute(self, sql: str, *params: object) -> int:
        """Run a statement and return how many rows it changed."""
        ...

    async def run(self, steps: Sequence[Step]) -> None: ...

    def leave(self, steps: Sequence[Step]) -> None:
        """Have *steps* run right before the commit, in one go with it."""
        ...

    def part(self) -> AbstractAsyncContextManager[None]:
        """Return a block that leaves no trace when it raises; the transaction goes on."""
        ...


class Database(Protocol):
    """A database that is open."""

    async def fetch(self, sql: str, *params: object) -> list[Row]: ...

    async def run(self, steps: Sequence[Step]) -> None:
        """Run all *steps* in one transaction, or none."""
        ...

    def transaction(self, first: Sequence[Step] = ()) -> AbstractAsyncContextManager[Writer]:
        """Begin with *first*, commit at the end of the block; if it raises, nothing is written."""
        ...


def insert(model: type[Model], *, tail: str = "") -> str:
    """Return the INSERT for whole rows of *model*, in the order its fields are declared in."""
    names = columns_of(model)
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table_of(model)}" ({columns}) VALUES ({marks(len(names))}) {tail}'


def columns_of(model: type[Model]) -> tuple[str, ...]:
    """Return the columns of *model* in the order its fields are declared in."""
    fields = model._meta.fields_map.items()  # noqa: SLF001 - Tortoise's own way to describe a model
    return tuple(field.source_field or name for name, field in fields)


def stored_columns(model: type[Model]) -> tuple[str, ...]:
    """Return the columns that *model* has in the database: no relations, in no order."""
    return tuple(model._meta.fields_db_projection.values())  # noqa: SLF001 - as above


def table_of(model: type[Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 - as above


def marks(count: int) -> str:
    """Return *count* question marks."""
    return ", ".join("?" * count)
