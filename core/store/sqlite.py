"""SQLite for the house: one writer that begins IMMEDIATE, one reader that never waits for it.

Rule 1: a transaction takes the write lock when it begins: read-then-write loses no race half-way.
Rule 2: what may wait (the lock, the disk) is done in the connection's thread: ``run`` carries a
whole transaction there in one hop. In between the writer answers in the event loop, for few rows.
Rule 3: a reader answers in the event loop itself: under WAL it waits for no writer, and a hop to a
thread would cost several times the read. So reads are short: an index, a limit.
Rule 4: full disk, locks, broken files are StoreErrors; a wrong statement is our bug and stays one.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, NoReturn

import aiosqlite
from tortoise.backends.base.client import (
    BaseDBAsyncClient,
    NestedTransactionContext,
    TransactionContext,
)
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.exceptions import IntegrityError, OperationalError, TransactionManagementError

from core.errors import Conflict, StoreError
from core.store.step import Row, Step

STATEMENTS: Final = 400
"""Statements that stay prepared on a connection."""
FEW: Final = 50
"""Rows that are written in the event loop at most: a hop to the thread would cost as much."""
_LOG: Final = {"wal_autocheckpoint": 4000, "journal_size_limit": 16 * 1024**2}
"""The log is emptied every 16 MB and written over where it lies: to cut and grow it is slow."""
_OURS: Final = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_RANGE})
_TOLD: Final = (sqlite3.Error, IntegrityError, OperationalError, TransactionManagementError)


@contextmanager
def _plainly(file: str) -> Iterator[None]:
    """Turn what the driver raises into the house's errors, as rule 4 says."""
    try:
        yield
    except _TOLD as error:
        inner = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
        if isinstance(inner, (sqlite3.IntegrityError, IntegrityError)):
            raise Conflict(f"{file}: somebody wrote the same meanwhile ({inner})") from error
        if getattr(inner, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _OURS:
            raise
        raise StoreError(f"{file}: {inner}; nothing was written") from error


def _run(connection: sqlite3.Connection, steps: Sequence[Step]) -> None:
    for step in steps:
        if step.otherwise is None:
            connection.executemany(step.sql, step.rows)
            continue
        for row in step.rows:
            if connection.execute(step.sql, row).rowcount != 1:
                raise step.otherwise


def _begin(connection: sqlite3.Connection, first: Sequence[Step]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    _run(connection, first)


def _commit(connection: sqlite3.Connection, last: Sequence[Step]) -> None:
    if not connection.in_transaction:
        # A full or broken disk rolls back by itself, whatever was caught on the way here.
        raise StoreError("the transaction was rolled back; nothing was written")
    _run(connection, last)
    connection.execute("COMMIT")


def _run_whole(connection: sqlite3.Connection, steps: Sequence[Step]) -> None:
    try:
        _begin(connection, ())
        _commit(connection, steps)
    except BaseException:
        connection.rollback()
        raise


async def _in_thread(connection: aiosqlite.Connection, work: Any, steps: Sequence[Step]) -> None:  # noqa: ANN401
    # The private names of aiosqlite we use: its public verbs cost a hop to the thread each.
    await connection._execute(work, _bare(connection), steps)  # type: ignore[no-untyped-call]  # noqa: SLF001


def _bare(connection: aiosqlite.Connection) -> sqlite3.Connection:
    """Return what *connection* wraps: ours alone between two hops of an open transaction."""
    return connection._conn  # noqa: SLF001 - as above


class Transaction(SqliteTransactionWrapper):
    """An open IMMEDIATE transaction, and Tortoise's client for it."""

    @property
    def connection(self) -> BaseDBAsyncClient:
        return self

    _last: Sequence[Step] = ()

    async def begin(self) -> None:
        await self.begin_with(())

    async def begin_with(self, first: Sequence[Step]) -> None:
        await _in_thread(self._connection, _begin, first)

    def leave(self, steps: Sequence[Step]) -> None:
        """Have *steps* run right before the commit, in one hop with it."""
        self._last = steps

    async def commit(self) -> None:
        await _in_thread(self._connection, _commit, self._last)
        self._finalized = True

    async def fetch(self, sql: str, *params: object) -> list[Row]:
        cursor = _bare(self._connection).cursor()
        cursor.row_factory = None
        return cursor.execute(sql, params).fetchall()

    async def execute(self, sql: str, *params: object) -> int:
        return _bare(self._connection).execute(sql, params).rowcount

    async def run(self, steps: Sequence[Step]) -> None:
        if sum(len(step.rows) for step in steps) <= FEW:
            _run(_bare(self._connection), steps)
        else:
            await _in_thread(self._connection, _run, steps)

    @asynccontextmanager
    async def part(self) -> AsyncIterator[None]:
        """Yield; when the block raises, it leaves no trace and the transaction goes on."""
        bare = _bare(self._connection)
        bare.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if bare.in_transaction:
                bare.execute("ROLLBACK TO part")
            raise
        finally:
            if bare.in_transaction:
                bare.execute("RELEASE part")

    async def execute_script(self, query: str) -> None:
        # sqlite3's own executescript commits first, and a migration must be able to roll back.
        for statement in _statements(query):
            await self._connection.execute(statement)

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(Transaction(self))


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip(" \n;"):
        raise StoreError(f"a script ends in the middle of a statement: {statement.strip()}")


class LocalWriter(SqliteClient):
    """The one connection that writes."""

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002, FBT001
        if self._connection is None:
            self._connection = await aiosqlite.connect(
                self.filename,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=STATEMENTS,
            )
            _bare(self._connection).row_factory = sqlite3.Row
            for name, value in self.pragmas.items():
                await self._connection.execute_fetchall(f"PRAGMA {name}={value}")
            await self._post_connect()

    async def open(self) -> None:
        with _plainly(self.filename):
            await self.create_connection(with_db=True)

    async def run(self, steps: Sequence[Step]) -> None:
        """Run all *steps* in one transaction, or none."""
        async with self._lock:
            with _plainly(self.filename):
                await _in_thread(self._opened(), _run_whole, steps)

    async def fetch(self, sql: str, *params: object) -> list[Row]:
        async with self._lock:
            with _plainly(self.filename):
                rows = await self._opened().execute_fetchall(sql, params)
        return [tuple(row) for row in rows]

    @asynccontextmanager
    async def transaction(self, first: Sequence[Step] = ()) -> AsyncIterator[Transaction]:
        """Yield an IMMEDIATE transaction; it is committed unless the block raises."""
        async with self._lock:
            self._opened()
            transaction = Transaction(self)
            with _plainly(self.filename):
                try:
                    await transaction.begin_with(first)
                    yield transaction
                    await transaction.commit()
                except BaseException:
                    await transaction.rollback()
                    raise

    def _opened(self) -> aiosqlite.Connection:
        if self._connection is None:
            raise StoreError(f"{self.filename}: the store is closed")
        return self._connection

    def _in_transaction(self) -> TransactionContext:
        return SqliteTransactionContext(Transaction(self), self._lock)


class LocalReader(SqliteClient):
    """The connection that reads, and cannot write; answers at once, in the event loop."""

    _reader: sqlite3.Connection | None = None

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002, FBT001
        if self._reader is None:
            with _plainly(self.filename):
                self._reader = sqlite3.connect(
                    self.filename, isolation_level=None, cached_statements=STATEMENTS
                )
                for name, value in self.pragmas.items():
                    self._reader.execute(f"PRAGMA {name}={value}").fetchall()
            await self._post_connect()

    async def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    async def open(self) -> None:
        await self.create_connection(with_db=True)

    async def fetch(self, sql: str, *params: object) -> list[Row]:
        with _plainly(self.filename):
            return self._opened().execute(sql, params).fetchall()

    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, Sequence[Any]]:
        cursor = self._opened().cursor()
        cursor.row_factory = sqlite3.Row
        try:
            rows = cursor.execute(query, values or ()).fetchall()
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        return len(rows), rows

    async def execute_query_dict(
        self, query: str, values: list[Any] | None = None
    ) -> list[dict[str, Any]]:
        return [dict(row) for row in (await self.execute_query(query, values))[1]]

    def acquire_connection(self) -> NoReturn:
        raise OperationalError("the reader connection reads only: write with a unit")

    def _in_transaction(self) -> NoReturn:
        raise OperationalError("the reader connection reads only: write with a unit")

    def _opened(self) -> sqlite3.Connection:
        if self._reader is None:
            raise StoreError(f"{self.filename}: the store is closed")
        return self._reader


def get_client_class(info: dict[str, Any]) -> type[SqliteClient]:
    """Return which client Tortoise shall build for *info*; the hook it has for engines."""
    return LocalReader if "query_only" in info["credentials"] else LocalWriter


def credentials(
    path: str, *, reader: bool = False, foreign_keys: str = "ON", lasting: bool = True
) -> dict[str, object]:
    """Return Tortoise's credentials. FULL: NORMAL may lose the last commits when power fails."""
    only = {"query_only": 1} if reader else {}
    synchronous = "FULL" if lasting else "OFF"
    return {
        "file_path": path,
        "synchronous": synchronous,
        "foreign_keys": foreign_keys,
        **_LOG,
        **only,
    }
