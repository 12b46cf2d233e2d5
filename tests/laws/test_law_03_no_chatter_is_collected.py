"""Law 3: talk that became nothing leaves no row and no word on the disk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.testing import open_site
from tests.laws.deployment import BELL, Deployment, deployed, on_disk, row_counts

TALK = [f"今天食堂的{dish}{number}真咸" for number in range(20) for dish in "菜汤饭面饼"]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


async def talk(site: Deployment) -> None:
    for number, line in enumerate(TALK):
        await site.says(("wu", "ma", "hai", "stranger")[number % 4], line)


async def test_a_hundred_lines_of_talk_leave_every_table_as_it_was(site: Deployment) -> None:
    before = await site.counts()
    await talk(site)
    assert len(TALK) == site.app.dispatcher.heard - 9  # the nine who opened their private chats
    assert await site.counts() == before


async def test_no_word_of_it_is_on_the_disk(site: Deployment) -> None:
    await talk(site)
    assert "食堂".encode() not in site.on_disk()


async def test_talk_costs_no_commit(site: Deployment) -> None:
    """Not even one that writes nothing: the writer is for those who have something to write."""

    async def refuse(_unit: object) -> None:
        raise AssertionError("chatter reached the writer")

    site.app.house.store.commit = refuse  # type: ignore[method-assign,assignment]
    await talk(site)
    assert await site.app.house.store.parked.count() == 0


async def test_a_stranger_who_only_talks_stays_unknown(site: Deployment) -> None:
    await talk(site)
    assert await site.app.house.store.people.by_user("sandbox:stranger") is None


async def test_talk_in_a_chat_that_is_bound_to_nothing_leaves_nothing(site: Deployment) -> None:
    before = await site.counts()
    for line in TALK:
        await site.says("wu", line, "somewhere")
    assert await site.counts() == before
    assert site.slate.letters == []


async def test_talk_around_a_request_is_not_kept_with_it(site: Deployment) -> None:
    await talk(site)
    await site.says("wu", "/open")
    await talk(site)
    assert "食堂".encode() not in site.on_disk()


async def test_what_was_kept_is_not_legible(site: Deployment) -> None:
    """A request's own words stand in the database, sealed."""
    await site.says("wu", "ring 棚子")
    assert "棚子".encode() not in site.on_disk()
    assert site.slate.texts() == ["rang ring 棚子"]


async def test_talk_leaves_nothing_behind_a_platform_either() -> None:
    async with open_site(plugins=[BELL]) as site:
        app, folder = site.theatre.app, site.theatre.settings.data
        before = await row_counts(app)
        for line in TALK:
            await site.says("wu", line)
        assert await row_counts(app) == before
        assert "食堂".encode() not in on_disk(folder)
