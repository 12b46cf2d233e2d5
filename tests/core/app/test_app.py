"""The App: what starts, what ends it, how time is moved, and what its health tells."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.app.health import figures
from core.clock import SystemClock
from core.errors import ConfigError, StoreError
from core.kit.plugin import Plugin
from core.kit.turn import Turn
from tests.laws import bell
from tests.laws.deployment import Deployment, deployed

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


def starting(name: str, error: Exception | None = None) -> Plugin:  # type: ignore[type-arg]
    plugin = Plugin(name)

    @plugin.start
    async def begin(turn: Turn) -> None:
        if error is not None:
            raise error
        turn.later("chime", turn.now + MINUTE, {}, key="start")

    return plugin


async def test_a_plugin_that_fails_at_the_start_holds_up_no_other(site: Deployment) -> None:
    site.app.plugins = [starting("bad", ValueError("x")), starting("good")]
    await site.app.start()
    assert await site.rows("SELECT owner FROM job WHERE name = 'chime'") == [("good",)]


async def test_starting_again_plans_nothing_twice(site: Deployment) -> None:
    site.app.plugins = [starting("good")]
    for _ in range(3):
        await site.app.start()
    assert await site.rows("SELECT COUNT(*) FROM job WHERE name = 'chime'") == [(1,)]


async def test_what_all_plugins_find_wrong_is_told_at_once(site: Deployment) -> None:
    site.app.plugins = [starting("one", ConfigError("a", "b")), starting("two", ConfigError("c"))]
    with pytest.raises(ConfigError) as told:
        await site.app.start()
    assert told.value.problems == ("a", "b", "c")


async def test_a_store_that_is_away_at_the_start_is_told(site: Deployment) -> None:
    site.app.plugins = [starting("one", StoreError("disk full"))]
    with pytest.raises(StoreError):
        await site.app.start()


async def test_time_is_moved_and_what_falls_due_is_done_in_order(site: Deployment) -> None:
    await site.says("wu", "/later 2")
    await site.says("wu", "/later 1")
    begin = site.clock.now()
    await site.app.advance(begin + 5 * MINUTE)
    chimes = [text for text in site.slate.texts() if text.startswith("chime")]
    assert chimes == ["chime 1", "chime 2"]
    assert site.clock.now() == begin + 5 * MINUTE


async def test_a_clock_that_runs_by_itself_is_not_moved(site: Deployment) -> None:
    site.app.house.clock = SystemClock()
    with pytest.raises(TypeError, match="not moved by hand"):
        await site.app.advance(site.clock.now())


async def test_it_runs_until_it_is_told_to_stop(site: Deployment) -> None:
    stop = asyncio.Event()
    before = asyncio.all_tasks()
    running = asyncio.ensure_future(site.app.run(stop))
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(asyncio.all_tasks() - before) > 1
    stop.set()
    await running
    assert asyncio.all_tasks() == before


async def test_health_counts_what_worked(site: Deployment) -> None:
    await site.says("wu", "ring")
    await site.says("wu", "break")
    state = await figures(site.app)
    assert (state["parked"], state["waiting_letters"]) == (1, 0)
    assert state["sent"] == len(site.slate.names)


async def test_only_the_plugins_named_are_on(site: Deployment) -> None:
    site.app.plugins = [bell.plugin, starting("good")]
    site.app.switch(["good"])
    assert site.app.house.plugins == ["good"]
    await site.says("wu", "ring")
    assert site.slate.letters == []
