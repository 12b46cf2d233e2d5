"""What only SQLite can show: locks, full disks, a reader beside a writer, a killed process."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from core.chat.letter import LetterKind
from core.clock import FrozenClock
from core.crypto import Sealer
from core.domain import fact as f
from core.errors import ConfigError, DriftError, StoreError
from core.store.migrate import migrate
from core.store.records import NewLetter
from core.store.store import Store
from core.store.unit import Writer
from tests.core.store.example import ACCOUNT, MINUTE, NOON, SEALER, Site, site_at, url_in


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with site_at(url_in(tmp_path)) as site:
        yield site


async def test_a_second_start_on_the_same_file_is_refused(site: Site, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"lianxin\.db is in use"):
        async with Store.open(url_in(tmp_path), SEALER, site.clock):
            pass
    assert await site.store.people.person(site.wu.id) == site.wu


async def test_a_closed_store_can_be_opened_again_with_all_in_it(tmp_path: Path) -> None:
    async with site_at(url_in(tmp_path)) as site:
        case = await site.case(317, f.CaseAccepted)
    async with Store.open(url_in(tmp_path), SEALER, FrozenClock(NOON)) as store:
        assert await store.cases.get(case.id) == case
        assert store.ids.next() > case.id


async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    async with site_at(url_in(tmp_path)) as site:
        pass
    with pytest.raises(StoreError, match="closed"):
        await site.store.people.person(site.wu.id)
    unit = site.store.unit()
    unit.mark(ACCOUNT, "g1", "m1", 0)
    with pytest.raises(StoreError, match="closed"):
        await site.store.commit(unit)


async def test_a_reader_does_not_wait_for_a_running_transaction(site: Site) -> None:
    seen: list[object] = []

    async def write(writer: Writer) -> None:
        await writer.execute("UPDATE person SET name = 'new'")
        seen.append(await site.store.people.person(site.wu.id))

    unit = site.store.unit()
    unit.write(write)
    await site.store.commit(unit)
    assert seen == [site.wu]


async def test_the_reader_cannot_write(site: Site) -> None:
    with pytest.raises(StoreError, match="readonly"):
        await site.store.reader.fetch("DELETE FROM person")
    assert await site.store.people.person(site.wu.id) == site.wu


async def test_a_full_disk_writes_nothing_and_keeps_what_is_there(site: Site) -> None:
    case = await site.case(317)

    async def fill(writer: Writer) -> None:
        ((pages,),) = await writer.fetch("PRAGMA page_count")
        await writer.fetch(f"PRAGMA max_page_count = {pages}")

    limiting = site.store.unit()
    limiting.write(fill)
    await site.store.commit(limiting)
    unit = site.store.unit()
    unit.mark(ACCOUNT, "g1", "m1", 0)
    unit.letter(NewLetter(site.chat.id, LetterKind.BULK, "x" * 500_000))
    with pytest.raises(StoreError, match="full"):
        await site.store.commit(unit)
    assert await site.store.letters.backlog() == {}
    assert await site.store.cases.get(case.id) == case

    async def free(writer: Writer) -> None:
        await writer.fetch("PRAGMA max_page_count = 1000000")

    widening = site.store.unit()
    widening.write(free)
    await site.store.commit(widening)
    await site.store.commit(unit)
    assert sum((await site.store.letters.backlog()).values()) == 1


async def test_a_file_locked_by_somebody_else_is_a_store_error(site: Site, tmp_path: Path) -> None:
    async def be_quick(writer: Writer) -> None:
        await writer.fetch("PRAGMA busy_timeout = 0")

    hurrying = site.store.unit()
    hurrying.write(be_quick)
    await site.store.commit(hurrying)
    unit = site.store.unit()
    unit.mark(ACCOUNT, "g1", "m1", 0)
    with closing(sqlite3.connect(tmp_path / "lianxin.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            await site.store.commit(unit)
        other.execute("ROLLBACK")
    await site.store.commit(unit)


async def test_a_wrong_statement_is_a_bug_and_no_store_error(site: Site) -> None:
    async def wrong(writer: Writer) -> None:
        await writer.execute("INSERT INTO nowhere VALUES (1)")

    unit = site.store.unit()
    unit.write(wrong)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await site.store.commit(unit)


async def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "lianxin.db"
    file.write_bytes(b"somebody's letter, no database at all" * 200)
    before = file.read_bytes()
    with pytest.raises(StoreError, match="not a database"):
        async with Store.open(url_in(tmp_path), SEALER, FrozenClock(NOON)):
            pass
    assert file.read_bytes() == before


async def test_a_cancelled_commit_leaves_the_store_usable(site: Site) -> None:
    started = asyncio.Event()

    async def hang(_: Writer) -> None:
        started.set()
        await asyncio.Event().wait()

    unit = site.store.unit()
    unit.mark(ACCOUNT, "g1", "m1", 0)
    unit.write(hang)
    task = asyncio.create_task(site.store.commit(unit))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    unit.writes.clear()
    await site.store.commit(unit)


async def test_words_are_nowhere_in_the_file(tmp_path: Path) -> None:
    async with site_at(url_in(tmp_path)) as site:
        unit = site.store.unit()
        site.opening(unit, 317, "SECRETWORDS")
        unit.letter(NewLetter(site.chat.id, LetterKind.REPLY, "SECRETWORDS"))
        await site.store.commit(unit)
    assert b"SECRETWORDS" not in (tmp_path / "lianxin.db").read_bytes()


async def test_another_key_opens_nothing(tmp_path: Path) -> None:
    async with site_at(url_in(tmp_path)) as site:
        case = await site.case(317)
    stranger = Sealer([Sealer.fresh_key()])
    async with Store.open(url_in(tmp_path), stranger, FrozenClock(NOON)) as store:
        with pytest.raises(StoreError, match="secret key"):
            await store.cases.get(case.id)


@pytest.mark.parametrize("url", ["sqlite://:memory:", "mysql://x/y", "lianxin.db"])
async def test_a_database_we_cannot_open_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="database"):
        async with Store.open(url, SEALER, FrozenClock(NOON)):
            pass


async def test_a_missing_migration_refuses_to_start_and_says_what_to_do(tmp_path: Path) -> None:
    await migrate(url_in(tmp_path), (), tmp_path)
    change(tmp_path, "DELETE FROM tortoise_migrations")
    with pytest.raises(DriftError, match="run `lianxin migrate`"):
        async with Store.open(url_in(tmp_path), SEALER, FrozenClock(NOON)):
            pass


async def test_an_unknown_migration_refuses_to_start(tmp_path: Path) -> None:
    await migrate(url_in(tmp_path), (), tmp_path)
    change(tmp_path, "UPDATE tortoise_migrations SET name = '0999_later'")
    with pytest.raises(DriftError, match="0999_later"):
        async with Store.open(url_in(tmp_path), SEALER, FrozenClock(NOON)):
            pass


async def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    change(tmp_path, "CREATE TABLE photos (id INTEGER)")
    with pytest.raises(DriftError):
        async with Store.open(url_in(tmp_path), SEALER, FrozenClock(NOON)):
            pass
    with closing(sqlite3.connect(tmp_path / "lianxin.db")) as database:
        names = database.execute("SELECT name FROM sqlite_master").fetchall()
    assert names == [("photos",)]


async def test_a_migration_backs_up_what_is_there_first(tmp_path: Path) -> None:
    async with site_at(url_in(tmp_path)):
        pass
    change(tmp_path, "DELETE FROM tortoise_migrations")
    for count in (1, 2):
        with pytest.raises(StoreError, match="nothing was changed"):
            await migrate(url_in(tmp_path), (), tmp_path / "backups")
        copies = sorted((tmp_path / "backups").iterdir())
        assert len(copies) == count
    with closing(sqlite3.connect(copies[0])) as database:
        assert database.execute("SELECT COUNT(*) FROM person").fetchone() == (2,)


async def test_migrating_twice_does_nothing_the_second_time(tmp_path: Path) -> None:
    assert await migrate(url_in(tmp_path), (), tmp_path / "backups") == ["lianxin.0001_initial"]
    assert await migrate(url_in(tmp_path), (), tmp_path / "backups") == []
    assert not (tmp_path / "backups").exists()


def change(folder: Path, sql: str) -> None:
    with closing(sqlite3.connect(folder / "lianxin.db")) as database, database:
        database.execute(sql)


WRITER = """
import asyncio, sys
from core.chat.letter import LetterKind
from core.clock import FrozenClock
from core.crypto import Sealer
from core.store.records import NewJob, NewLetter
from core.store.store import Store
from tests.core.store.example import MINUTE, NOON, settle

async def main(url, key):
    clock = FrozenClock(NOON)
    async with Store.open(url, Sealer([key]), clock) as store:
        site = await settle(store, clock)
        for number in range(100_000):
            unit = store.unit()
            unit.mark("sandbox.main", "g1", str(number), 0)
            case = site.opening(unit, number)
            unit.letter(NewLetter(site.chat.id, LetterKind.REPLY, str(number), case=case.id))
            unit.job(NewJob("routing", "offer", NOON, "lane", case=case.id))
            await store.commit(unit)
            print(number, flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_killed_process_leaves_whole_units_and_loses_none_it_reported(
    tmp_path: Path,
) -> None:
    key = Sealer.fresh_key()
    with subprocess.Popen(  # noqa: S603, ASYNC220 - our own program; the test has nothing else to do
        [sys.executable, "-c", WRITER, url_in(tmp_path), key], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        reported = [int(process.stdout.readline()) for _ in range(50)]
        os.kill(process.pid, signal.SIGKILL)
        reported += [int(line) for line in process.stdout if line.strip()]
    async with Store.open(url_in(tmp_path), Sealer([key]), FrozenClock(NOON + MINUTE)) as store:
        counts = [
            (await store.reader.fetch(f"SELECT COUNT(*) FROM {table}"))[0][0]  # noqa: S608
            for table in ("mark", "cases", "fact", "letter", "job")
        ]
        assert len(set(counts)) == 1
        assert counts[0] >= len(reported)
        for number in range(counts[0]):
            case = await store.cases.by_number(number)
            assert case is not None
            assert await store.cases.is_intact(case.id)
