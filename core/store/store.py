"""The store: opened once per App; reads by small classes, writes by committing units.

Rule 1: a unit is committed whole or not at all, in one transaction that awaits nothing but SQL.
Rule 2: reads use another connection and wait for no writer.
Rule 3: it makes no tables over data: migrations make an empty database, any other must match.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from copy import copy
from functools import partial
from typing import cast

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext

from core.clock import Clock
from core.crypto import Sealer
from core.domain.fact import CaseFact, Fact
from core.errors import Conflict, Repeated
from core.store.cabinet import Cabinet
from core.store.case_rows import FactRows
from core.store.cases import Cases
from core.store.commit import Ends, Flush
from core.store.connect import READER, WRITER, sqlite_file
from core.store.fact_book import FactBook
from core.store.ids import Ids
from core.store.jobs import Jobs
from core.store.keeping import CalendarDays, DeskStates, Dialogs, Files, Numbers, Parking
from core.store.letters import Letters
from core.store.lock import file_lock
from core.store.migrate import check_drift, migrate_if_empty, opened
from core.store.people import People
from core.store.places import Places
from core.store.records import PluginTables
from core.store.step import Database, Reader, Writer, columns_of, marks, table_of
from core.store.unit import Unit


class Store:
    """Everything that is remembered. Made by ``Store.open`` alone."""

    def __init__(self, at: Cabinet, context: TortoiseContext) -> None:
        self._at = at
        self._context = context
        self.ids = at.ids
        self.people = People(at)
        self.places = Places(at)
        self.cases = Cases(at)
        self.letters = Letters(at)
        self.jobs = Jobs(at)
        self.dialogs = Dialogs(at)
        self.parked = Parking(at)
        self.state = DeskStates(at)
        self.files = Files(at)
        self.numbers = Numbers(at)
        self.calendar = CalendarDays(at)

    @staticmethod
    @asynccontextmanager
    async def open(
        url: str,
        sealer: Sealer,
        clock: Clock,
        *,
        tables: Sequence[PluginTables] = (),
        facts: Sequence[type[Fact]] = (),
    ) -> AsyncIterator["Store"]:
        """Open the database, making it if it is empty; it is closed with the block.

        Raises StoreError when it is in use or broken, DriftError when it is not this program's.
        """
        file = sqlite_file(url)
        with ExitStack() as held:
            if file is not None:
                held.enter_context(file_lock(file))
            await migrate_if_empty(url, tables)
            async with opened(url, tables) as context:
                await check_drift(context, url, tables)
                database = cast("Database", context.db(WRITER))
                reader = cast("Reader", context.db(READER))
                ids = Ids(clock, await _highest_id(context, database))
                rows = FactRows(FactBook(facts), sealer)
                yield Store(Cabinet(reader, database, sealer, clock, ids, rows), context)

    def unit(self) -> Unit:
        """Return an empty unit of work."""
        return Unit(self._at.ids, self._at.clock)

    @property
    def reader(self) -> Reader:
        """For SQL of one's own, ``?`` for each value on both databases; ask by an index."""
        return self._at.reader

    def models(self) -> AbstractContextManager[None]:
        """Return a block in which a plugin may read its own tables by Tortoise's models."""
        on = self._at.open
        return self._speaking(on.connection if on else self._context.db(READER))

    async def commit(self, unit: Unit) -> None:
        """Write the whole unit or nothing.

        Raises Repeated (message or job had its effects before), Conflict (a case moved on, or
        somebody wrote the same row), StoreError, and whatever a guard or the sequel raises.
        """
        flush = await self._flush(unit)
        first, steps = flush.first_steps(), flush.steps()
        if not unit.guards and not unit.writes and unit.sequel is None:
            await self._at.database.run([*first, *steps])
            return
        async with self._at.database.transaction(first) as writer:
            await self._do_deeds(unit, writer)
            if unit.sequel is None:
                writer.leave(steps)
                return
            await writer.run(steps)
            with self._at.on(writer):
                await unit.sequel(partial(self._write_on, writer))

    async def _write_on(self, writer: Writer, unit: Unit) -> None:
        """Write *unit* too on an open transaction; when that fails, it alone leaves no trace."""
        flush = await self._flush(unit)
        first, steps = flush.first_steps(), flush.steps()
        async with writer.part():
            await writer.run(first)
            await self._do_deeds(unit, writer)
            await writer.run(steps)

    async def _flush(self, unit: Unit) -> Flush:
        return Flush(unit, self._at.sealer, self._at.facts, await self._ends(unit))

    async def _do_deeds(self, unit: Unit, writer: Writer) -> None:
        if unit.guards or unit.writes:
            with self._speaking(writer.connection):
                for deed in (*unit.guards, *unit.writes):
                    await deed(writer)

    @contextmanager
    def _speaking(self, client: BaseDBAsyncClient) -> Iterator[None]:
        """Let Tortoise's models use *client* in this task, whichever store was opened last.

        A copy, since a context remembers one entry only, and tasks enter it side by side.
        """
        with copy(self._context) as context:
            token = context.connections.set(WRITER, client)
            try:
                yield
            finally:
                context.connections.reset(token)

    async def _ends(self, unit: Unit) -> Ends:
        """Return version and digest of the cases that *unit* changes.

        Read before the transaction: the UPDATE checks both again, so nothing can slip in between.
        """
        for _, fact in unit.facts:
            known = unit.opened_cases.keys() | unit.changed_cases.keys()
            if isinstance(fact, CaseFact) and fact.case not in known:
                raise ValueError(f"{type(fact).__name__} of case {fact.case} without its change")
        cases = tuple(unit.changed_cases)
        if not cases:
            return {}
        sql = f"SELECT id, version, digest FROM cases WHERE id IN ({marks(len(cases))})"
        rows = await self._at.reader.fetch(sql, *cases)
        ends = {case: (version, bytes(digest)) for case, version, digest in rows}
        for case, (before, _) in unit.changed_cases.items():
            if case not in ends or ends[case][0] != before:
                await self._refuse_stale(unit, case)
        return ends

    async def _refuse_stale(self, unit: Unit, case: int) -> None:
        # A repeat finds its case changed, by itself: it must stop here and not run again.
        sql = f"SELECT 1 FROM mark WHERE key IN ({marks(len(unit.marks))})"
        if unit.marks and await self._at.reader.fetch(sql, *unit.marks):
            raise Repeated("this message had its effects before")
        raise Conflict(f"case {case} changed meanwhile")


async def _highest_id(context: TortoiseContext, database: Database) -> int:
    models = [model for app in (context.apps or {}).values() for model in app.values()]
    named = [table_of(model) for model in models if "id" in columns_of(model)]
    parts = [f'SELECT MAX(id) FROM "{name}"' for name in named]
    rows = await database.fetch(" UNION ALL ".join(parts))
    return max((row[0] or 0 for row in rows), default=0)
