"""Law 5: one prompt for a group and a local date, whatever dies, moves or comes late."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.bus.port import Parcel
from core.rehearsal.record import Record
from core.testing import Site, open_site
from core.testing.site import SITE

MORNING = datetime(2026, 11, 23, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
"""12:15 in Shanghai."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CRASHES = ("before_commit", "after_commit", "after_send")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site(at=MORNING, plugins=["prompts"]) as here:
        yield here


def prompts(site: Site) -> list[Record]:
    return [one for one in site.seen(SITE) if one.kind == "prompt"]


async def facts(site: Site) -> list[str]:
    reader = site.theatre.app.house.store.reader
    rows = await reader.fetch("SELECT name FROM fact WHERE name LIKE 'Prompt%' ORDER BY id")
    return [name for (name,) in rows]


async def restart(site: Site, at: datetime | None = None) -> None:
    site.theatre.clock.move_to(at or site.now)
    await site.theatre.restart()
    await site.theatre.settle()


async def move(site: Site, zone: str) -> None:
    store = site.theatre.app.house.store
    group = await store.people.group_by_key(SITE)
    assert group is not None
    unit = store.unit()
    unit.write(store.people.saving_group(replace(group, zone=ZoneInfo(zone))))
    await store.commit(unit)
    site.theatre.app.after_commit(unit)


@pytest.mark.parametrize("first", CRASHES)
@pytest.mark.parametrize("second", CRASHES)
async def test_two_crashes_at_the_post_neither_lose_nor_double_it(
    site: Site, first: str, second: str
) -> None:
    site.theatre.faults.crash = first
    await site.until(NOON)
    site.theatre.faults.crash = second
    await site.until(NOON + HOUR)
    site.theatre.faults.crash = ""
    await restart(site)
    assert len(prompts(site)) == 1
    assert await facts(site) == ["PromptPosted"]


async def test_the_row_and_the_letter_are_written_together(site: Site) -> None:
    """Where the post is not committed there is no row of it either."""
    before = await facts(site)
    site.theatre.faults.crash = "before_commit"
    await site.until(NOON - timedelta(minutes=1))
    assert await facts(site) == before
    await site.until(NOON)
    assert (len(prompts(site)), await facts(site)) == (1, ["PromptPosted"])


async def test_a_round_that_runs_twice_at_once_posts_once(site: Site) -> None:
    await site.until(NOON - timedelta(seconds=1))
    site.theatre.clock.move_to(NOON)
    app = site.theatre.app
    due = await app.scheduler.due(NOON)
    parcels = [Parcel(lane=f"{lane}", job=job.id) for job in due for lane in range(3)]
    await asyncio.gather(*map(app.bus.publish, parcels))
    await site.theatre.settle()
    assert len(prompts(site)) == 1


async def test_a_late_start_inside_the_window_catches_up_once(site: Site) -> None:
    await restart(site, NOON + HOUR)
    await restart(site)
    assert [one.at for one in prompts(site)] == [NOON + HOUR]


async def test_after_the_window_it_is_written_down_as_missed_once(site: Site) -> None:
    await restart(site, NOON + 10 * HOUR)
    await restart(site)
    assert (prompts(site), await facts(site)) == ([], ["PromptMissed"])


@pytest.mark.parametrize("zone", ["Asia/Urumqi", "Asia/Tokyo", "America/New_York", "UTC"])
async def test_a_group_that_moves_after_its_post_gets_no_second_one(site: Site, zone: str) -> None:
    """In its new zone half past twelve of the same date comes again."""
    await site.until(NOON)
    await move(site, zone)
    await restart(site)
    await site.until(NOON + 18 * HOUR)
    dates = [one.at.astimezone(ZoneInfo(zone)).date() for one in prompts(site)]
    assert len(set(dates)) == len(dates)
    assert (await facts(site)).count("PromptPosted") == len(prompts(site)) <= 2


async def test_moving_there_and_back_posts_nothing_again(site: Site) -> None:
    await site.until(NOON)
    for zone in ("Asia/Urumqi", "Asia/Shanghai", "Asia/Tokyo", "Asia/Shanghai"):
        await move(site, zone)
        await restart(site)
        await site.passes(timedelta(minutes=30))
    assert len(prompts(site)) == 1


async def test_every_day_has_its_own(site: Site) -> None:
    await site.until(NOON + 4 * DAY)
    assert len(prompts(site)) == 5
    assert await facts(site) == ["PromptPosted"] * 5
