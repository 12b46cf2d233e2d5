"""PostgreSQL for the house: one pool for readers and writers, the same verbs as SQLite's."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from itertools import count
from typing import Any, Final

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import (
    DBConnectionError,
    IntegrityError,
    OperationalError,
    TransactionManagementError,
)

from core.errors import Conflict, StoreError
from core.store.step import Row, Step

_AGAIN: Final = (
    IntegrityError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.TransactionRollbackError,
)
_OURS: Final = (asyncpg.SyntaxOrAccessError, asyncpg.DataError)
_AWAY: Final = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    DBConnectionError,
    TransactionManagementError,
    OSError,
    TimeoutError,
)


@contextmanager
def _plainly(database: str) -> Iterator[None]:
    """Turn what the driver raises into the house's errors; a wrong statement stays our bug."""
    try:
        yield
    except _AGAIN as error:
        raise Conflict(f"{database}: somebody wrote the same meanwhile ({error})") from error
    except (*_OURS, OperationalError) as error:
        raise error from None
    except _AWAY as error:
        raise StoreError(f"{database}: {error}; nothing was written") from error


@lru_cache(maxsize=1000)
def numbered(sql: str) -> str:
    """Return *sql* with ``$1, $2 ...`` for its question marks; no text in it may hold one."""
    numbers = count(1)
    return "".join(f"${next(numbers)}" if sign == "?" else sign for sign in sql)


async def _run(connection: asyncpg.Connection, steps: Sequence[Step]) -> None:
    for step in steps:
        if step.otherwise is None:
            await connection.executemany(numbered(step.sql), step.rows)
            continue
        for row in step.rows:
            if _changed(await connection.execute(numbered(step.sql), *row)) != 1:
                raise step.otherwise


def _changed(status: str) -> int:
    """Return the number of rows in a status like ``UPDATE 1``."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0


class Transaction(TransactionWrapper):
    """An open transaction, and Tortoise's client for it."""

    def __init__(self, parent: AsyncpgDBClient, connection: Any) -> None:  # noqa: ANN401
        super().__init__(parent)
        self._connection = connection
        self.last: Sequence[Step] = ()

    @property
    def connection(self) -> BaseDBAsyncClient:
        return self

    async def fetch(self, sql: str, *params: object) -> list[Row]:
        return [tuple(row) for row in await self._connection.fetch(numbered(sql), *params)]

    async def execute(self, sql: str, *params: object) -> int:
        return _changed(await self._connection.execute(numbered(sql), *params))

    async def run(self, steps: Sequence[Step]) -> None:
        await _run(self._connection, steps)

    def leave(self, steps: Sequence[Step]) -> None:
        """Have *steps* run right before the commit."""
        self.last = steps

    @asynccontextmanager
    async def part(self) -> AsyncIterator[None]:
        """Yield; when the block raises, it leaves no trace and the transaction goes on."""
        async with self._connection.transaction():
            yield


class PostgresClient(AsyncpgDBClient):
    """A pool of connections; each call takes one."""

    async def open(self) -> None:
        with _plainly(str(self.database)):
            await self.create_connection(with_db=True)

    async def fetch(self, sql: str, *params: object) -> list[Row]:
        with _plainly(str(self.database)):
            return [tuple(row) for row in await self._opened().fetch(numbered(sql), *params)]

    async def run(self, steps: Sequence[Step]) -> None:
        """Run all *steps* in one transaction, or none."""
        async with self.transaction(steps):
            pass

    @asynccontextmanager
    async def transaction(self, first: Sequence[Step] = ()) -> AsyncIterator[Transaction]:
        """Yield a transaction; it is committed unless the block raises."""
        with _plainly(str(self.database)):
            async with self._opened().acquire() as connection, connection.transaction():
                await _run(connection, first)
                transaction = Transaction(self, connection)
                yield transaction
                await _run(connection, transaction.last)

    def _opened(self) -> asyncpg.Pool:
        if self._pool is None:
            raise StoreError(f"{self.database}: the store is closed")
        return self._pool


client_class = PostgresClient
