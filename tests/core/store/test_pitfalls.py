"""The pitfalls of Tortoise that would cost data or sleep, each shown not to bite."""

import asyncio
import contextlib
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tortoise.exceptions import OperationalError

from core.clock import FrozenClock
from core.errors import StoreError
from core.store import migrations
from core.store.migrate import migrate, opened
from core.store.records import PluginTables
from core.store.sqlite import LocalWriter
from core.store.store import Store
from core.store.unit import Writer
from tests.core.store.diary.tables import Author, Entry
from tests.core.store.example import NOON, SEALER, site_at, url_in

DIARY = "tests.core.store.diary"
Shape = dict[str, set[tuple[object, ...]]]


def diary(step: str) -> list[PluginTables]:
    return [PluginTables("diary", f"{DIARY}.tables", f"{DIARY}.{step}.migrations")]


async def migrate_with_rows(folder: Path) -> Path:
    """Make a database by the first step, write rows, take the second step; return its file."""
    file = folder / "lianxin.db"
    await migrate(url_in(folder), diary("first"), folder / "backups")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("INSERT INTO diary_author (id, name) VALUES (1, '仵金生')")
        database.execute("INSERT INTO diary_entry (id, author_id, text) VALUES (1, 1, '下雨')")
    await migrate(url_in(folder), diary("second"), folder / "backups")
    return file


def rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute(sql).fetchall()


def shape(file: Path) -> Shape:
    """Return tables with their columns, keys and indexes, whatever the order and the spaces."""
    tables = [
        str(name) for (name,) in rows(file, "SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    ours = [name for name in tables if name not in {"sqlite_sequence", "tortoise_migrations"}]
    return {name: set(_parts(file, name)) for name in ours}


def _parts(file: Path, table: str) -> Iterator[tuple[object, ...]]:
    yield from (row[1:] for row in rows(file, f"PRAGMA table_info({table})"))
    yield from (row[2:] for row in rows(file, f"PRAGMA foreign_key_list({table})"))
    for _, name, unique, origin, _ in rows(file, f"PRAGMA index_list({table})"):
        columns = tuple(row[2] for row in rows(file, f"PRAGMA index_info({name})"))
        yield (name if origin == "c" else "", unique, columns)


async def test_t1_a_remade_table_keeps_its_children(tmp_path: Path) -> None:
    file = await migrate_with_rows(tmp_path)
    assert rows(file, "SELECT id, author_id, text FROM diary_entry") == [(1, 1, "下雨")]
    assert rows(file, "SELECT id, name FROM diary_author") == [(1, "仵金生")]


async def test_t1_a_migration_that_orphans_rows_is_undone(tmp_path: Path) -> None:
    file = tmp_path / "lianxin.db"
    await migrate(url_in(tmp_path), diary("first"), tmp_path / "backups")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("INSERT INTO diary_entry (id, author_id, text) VALUES (1, 9, 'x')")
    before = shape(file)
    with pytest.raises(StoreError, match="diary_entry"):
        await migrate(url_in(tmp_path), diary("second"), tmp_path / "backups")
    assert shape(file) == before
    assert rows(file, "SELECT name FROM tortoise_migrations WHERE app = 'diary'") == [
        ("0001_initial",)
    ]


async def test_t2_the_migrated_schema_is_the_generated_one(tmp_path: Path) -> None:
    migrated = await migrate_with_rows(tmp_path)
    (tmp_path / "new").mkdir()
    async with opened(url_in(tmp_path / "new"), diary("second")) as context:
        with context:
            await context.generate_schemas()
    assert shape(migrated) == shape(tmp_path / "new" / "lianxin.db")


async def test_t3_a_new_column_without_null_fits_a_table_with_rows(tmp_path: Path) -> None:
    file = await migrate_with_rows(tmp_path)
    assert rows(file, "SELECT mood FROM diary_entry") == [("calm",)]


def test_t4_no_migration_depends_on_what_is_installed_here() -> None:
    files = [file for path in migrations.__path__ for file in Path(path).glob("0*.py")]
    assert files
    for file in files:
        imported = re.findall(r"^(?:from|import) (\w+)", file.read_text("utf-8"), re.MULTILINE)
        assert set(imported) <= {"tortoise", "core"}, file.name


async def test_t5_an_applied_migration_is_never_taken_back(tmp_path: Path) -> None:
    file = await migrate_with_rows(tmp_path)
    before = shape(file)
    assert await migrate(url_in(tmp_path), diary("first"), tmp_path / "backups") == []
    assert shape(file) == before


async def test_t6_a_task_that_is_older_than_the_store_can_use_it(tmp_path: Path) -> None:
    go = asyncio.Event()
    stores: list[Store] = []

    async def write(writer: Writer) -> None:
        await Author.create(id=1, name="仵金生", using_db=writer.connection)
        await Entry.create(id=1, author_id=1, text="下雨")

    async def older() -> list[str]:
        await go.wait()
        unit = stores[0].unit()
        unit.write(write)
        await stores[0].commit(unit)
        with stores[0].models():
            entries = await Entry.filter(author__name="仵金生")
            with pytest.raises(OperationalError, match="readonly"):
                await Entry.create(id=2, author_id=1, text="雪")
        return [entry.text for entry in entries]

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(older())
        clock = FrozenClock(NOON)
        async with Store.open(url_in(tmp_path), SEALER, clock, tables=diary("second")) as store:
            stores.append(store)
            go.set()
            assert await task == ["下雨"]


async def test_t6_tasks_may_read_models_side_by_side(tmp_path: Path) -> None:
    first_is_in, second_is_in, first_is_out = (asyncio.Event() for _ in range(3))
    clock = FrozenClock(NOON)
    async with Store.open(url_in(tmp_path), SEALER, clock, tables=diary("second")) as store:

        async def first() -> None:
            with store.models():
                first_is_in.set()
                await second_is_in.wait()
            first_is_out.set()

        async def second() -> None:
            await first_is_in.wait()
            with store.models():
                second_is_in.set()
                await first_is_out.wait()
                assert await Author.all() == []

        await asyncio.gather(first(), second())


async def test_t6_two_stores_live_in_one_process(tmp_path: Path) -> None:
    folders = (tmp_path / "a", tmp_path / "b")
    for folder in folders:
        folder.mkdir()
    async with site_at(url_in(folders[0])) as one, site_at(url_in(folders[1])) as two:
        first, second = await asyncio.gather(one.case(1), two.case(2))
        assert await one.store.cases.by_number(1) == first
        assert await two.store.cases.by_number(1) is None
        assert await two.store.cases.by_number(2) == second


@pytest.mark.parametrize("end", ["pass", "raise SystemExit(3)"])
def test_t7_a_process_that_used_a_store_ends_by_itself(tmp_path: Path, end: str) -> None:
    program = f"""
import asyncio, datetime
from core.clock import FrozenClock
from core.crypto import Sealer
from core.store.store import Store

async def main():
    sealer = Sealer([Sealer.fresh_key()])
    clock = FrozenClock(datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC))
    async with Store.open({url_in(tmp_path)!r}, sealer, clock) as store:
        await store.numbers.next()
        {end}

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], timeout=60, check=False)  # noqa: S603
    assert done.returncode == (0 if end == "pass" else 3)


async def test_t8_a_transaction_takes_the_write_lock_when_it_begins(tmp_path: Path) -> None:
    async with site_at(url_in(tmp_path)) as site:
        unit = site.store.unit()
        file = tmp_path / "lianxin.db"

        async def guard(_: Writer) -> None:
            with (
                closing(sqlite3.connect(file, timeout=0)) as other,
                pytest.raises(sqlite3.OperationalError, match="locked"),
            ):
                other.execute("BEGIN IMMEDIATE")

        unit.guard(guard)
        await site.store.commit(unit)


async def test_t8_tasks_that_read_and_then_write_never_find_the_database_locked(
    tmp_path: Path,
) -> None:
    async with site_at(url_in(tmp_path)) as site:

        async def count_up(writer: Writer) -> None:
            ((value,),) = await writer.fetch("SELECT COUNT(*) FROM setting")
            await writer.execute(
                "INSERT INTO setting (id, group_id, key, value) VALUES (?, 1, ?, '')",
                site.store.ids.next(),
                str(value),
            )

        async def work() -> None:
            for _ in range(10):
                unit = site.store.unit()
                unit.write(count_up)
                await site.store.commit(unit)

        await asyncio.gather(*(work() for _ in range(8)))
        assert len(await site.store.people.settings(1)) == 80


async def test_a_script_inside_a_transaction_can_be_rolled_back(tmp_path: Path) -> None:
    client = LocalWriter(str(tmp_path / "x.db"), connection_name="x")
    await client.open()
    try:
        with contextlib.suppress(ZeroDivisionError):
            async with client.transaction() as transaction:
                await transaction.execute_script(
                    "CREATE TABLE a (t TEXT DEFAULT ';'); CREATE TABLE b (t TEXT)"
                )
                raise ZeroDivisionError
        assert await client.fetch("SELECT name FROM sqlite_master") == []
    finally:
        await client.close()
