"""The row that decides about a group's post of a day, and the migration that makes its table."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.clock import FrozenClock
from core.crypto import Sealer
from core.domain.org import Group
from core.errors import Conflict, DriftError
from core.store.migrate import migrate
from core.store.store import Store
from core.store.unit import Deed
from plugins.prompts.declare import plugin
from plugins.prompts.tables import Posting, State, choosing, postings_on, settling

NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
DAY = date(2026, 11, 23)
GROUP = 7
TABLES = [plugin.tables] if plugin.tables else []


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url, sealer = f"sqlite://{tmp_path / 'a.db'}", Sealer([Sealer.fresh_key()])
    async with Store.open(url, sealer, FrozenClock(NOW), tables=TABLES) as opened:
        yield opened


def posting(number: int, state: State, opening: str = "") -> Posting:
    return Posting(
        id=number, group=GROUP, day=DAY, state=state, prompt="mon-01", opening=opening, at=NOW
    )


async def write(store: Store, deed: Deed) -> None:
    unit = store.unit()
    unit.write(deed)
    await store.commit(unit)


@pytest.mark.parametrize("first", [State.POSTED, State.MISSED, State.SELF])
async def test_a_day_that_has_its_end_gets_no_second_one(store: Store, first: State) -> None:
    await write(store, settling(posting(1, first)))
    with pytest.raises(Conflict):
        await write(store, settling(posting(2, State.POSTED)))
    assert await postings_on(store.reader, DAY, [GROUP]) == {GROUP: (first, "")}


async def test_her_wish_stands_until_the_post_goes_out(store: Store) -> None:
    await write(store, choosing(posting(1, State.CHOSEN, "大家早")))
    await write(store, choosing(posting(2, State.CHOSEN, "大家好")))
    assert await postings_on(store.reader, DAY, [GROUP]) == {GROUP: (State.CHOSEN, "大家好")}
    await write(store, settling(posting(3, State.POSTED, "大家好")))
    with pytest.raises(Conflict):
        await write(store, choosing(posting(4, State.CHOSEN, "晚了")))


async def test_the_table_comes_to_a_database_with_rows(tmp_path: Path) -> None:
    url, sealer = f"sqlite://{tmp_path / 'a.db'}", Sealer([Sealer.fresh_key()])
    async with Store.open(url, sealer, FrozenClock(NOW)) as store:
        site = Group(GROUP, "xiboliang", "西柏梁", ZoneInfo("Asia/Shanghai"))
        await write(store, store.people.saving_group(site))
    with pytest.raises(DriftError, match="lianxin migrate"):
        async with Store.open(url, sealer, FrozenClock(NOW), tables=TABLES):
            pass
    assert await migrate(url, TABLES, tmp_path / "backups") == ["prompts.0001_initial"]
    async with Store.open(url, sealer, FrozenClock(NOW), tables=TABLES) as store:
        assert await store.people.group(GROUP) == site
        await write(store, settling(posting(1, State.POSTED)))
