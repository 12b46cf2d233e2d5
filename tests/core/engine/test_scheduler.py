"""Due work: rows say what is due, the waker only rings, and the lanes keep their order."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.engine.scheduler import AT_ONCE, Waker
from core.store.records import NewJob
from tests.laws.deployment import Deployment, deployed

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


async def plan(site: Deployment, *minutes: int, owner: str = "bell") -> None:
    store = site.app.house.store
    unit, now = store.unit(), site.clock.now()
    for number in minutes:
        unit.job(NewJob(owner, "chime", now + number * MINUTE, "lane", {"minutes": number}))
    await store.commit(unit)


async def test_only_what_is_due_is_due(site: Deployment) -> None:
    await plan(site, 1, 2, 3)
    assert [job.data["minutes"] for job in await site.app.scheduler.due(site.clock.now())] == []
    due = await site.app.scheduler.due(site.clock.now() + 2 * MINUTE)
    assert [job.data["minutes"] for job in due] == [1, 2]


async def test_jobs_of_a_plugin_that_is_off_are_not_due(site: Deployment) -> None:
    await plan(site, 0, owner="somebody else")
    assert await site.app.scheduler.due(site.clock.now()) == []


async def test_the_next_time_is_that_of_the_earliest(site: Deployment) -> None:
    await plan(site, 7, 5, 9)
    assert await site.app.scheduler.next_at() == site.clock.now() + 5 * MINUTE


async def test_more_jobs_than_are_taken_up_at_once_are_all_done(site: Deployment) -> None:
    await plan(site, *[0] * (AT_ONCE + 10))
    await site.app.scheduler.drain()
    assert await site.rows("SELECT COUNT(*) FROM job WHERE owner = 'bell'") == [(0,)]


async def test_jobs_of_one_lane_are_done_in_the_order_they_fell_due(site: Deployment) -> None:
    await plan(site, 3, 1, 2)
    site.clock.move_to(site.clock.now() + 5 * MINUTE)
    await site.app.scheduler.drain()
    rows = await site.rows("SELECT COUNT(*) FROM letter WHERE state = 'due'")
    assert rows == [(6,)]
    letters = await site.app.house.store.letters.due("slate.main", site.clock.now(), 10)
    assert [one.letter.text for one in letters][::2] == ["chime 1", "chime 2", "chime 3"]


async def test_a_job_that_nobody_knows_any_more_is_dropped(site: Deployment) -> None:
    store = site.app.house.store
    unit = store.unit()
    unit.job(NewJob("bell", "forgotten", site.clock.now(), "lane"))
    await store.commit(unit)
    await site.app.settle()
    assert await site.rows("SELECT COUNT(*) FROM job WHERE owner = 'bell'") == [(0,)]


async def test_a_running_app_does_what_falls_due_by_itself(site: Deployment) -> None:
    """The bell is rung by the commit and by the waker; nobody drains by hand."""
    stop, sent = asyncio.Event(), asyncio.Event()

    async def note(_letter: object) -> None:
        sent.set()

    site.slate.before = note
    running = asyncio.ensure_future(site.app.run(stop))
    await site.hears(site.message("wu", "/later 0"))
    await asyncio.wait_for(sent.wait(), 20)
    stop.set()
    await running


async def test_the_same_bell_moves_and_does_not_multiply(site: Deployment) -> None:
    waker = Waker(site.clock)
    waker.open()
    for minutes in range(1, 10):
        waker.ring("one", site.clock.now() + minutes * MINUTE, lambda: None)
    waker.ring("two", site.clock.now() + MINUTE, lambda: None)
    assert len(waker) == 2
    waker.close()


async def test_a_bell_rings(site: Deployment) -> None:
    waker, rung = Waker(site.clock), asyncio.Event()
    waker.open()
    waker.ring("one", site.clock.now(), rung.set)
    await asyncio.wait_for(rung.wait(), 20)
    waker.close()


async def test_a_bell_set_anew_while_it_rings_rings_again(site: Deployment) -> None:
    waker, rung, done = Waker(site.clock), list[str](), asyncio.Event()

    def bell() -> None:
        rung.append("ding")
        if len(rung) == 3:
            done.set()
        else:
            waker.ring("one", site.clock.now(), bell)

    waker.open()
    waker.ring("one", site.clock.now(), bell)
    await asyncio.wait_for(done.wait(), 20)
    waker.close()
