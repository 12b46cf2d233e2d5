"""Law 2: a message, a press, a job has its effects once, however often it comes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.bus.port import Parcel
from core.chat.message import Incoming, Kind
from tests.laws.deployment import Deployment, deployed


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


async def twice(site: Deployment, incoming: Incoming) -> None:
    await site.hears(incoming)
    await site.hears(incoming)
    await site.app.settle()


async def test_a_message_that_comes_twice_is_answered_once(site: Deployment) -> None:
    await twice(site, site.message("wu", "ring"))
    assert site.slate.texts() == ["rang ring"]


async def test_a_message_that_comes_twice_at_once_is_answered_once(site: Deployment) -> None:
    message = site.message("wu", "ring")
    await asyncio.gather(*(site.hears(message) for _ in range(5)))
    await site.app.settle()
    assert site.slate.texts() == ["rang ring"]


async def test_a_request_that_comes_twice_opens_one_case(site: Deployment) -> None:
    await twice(site, site.message("wu", "/open"))
    assert await site.rows("SELECT COUNT(*) FROM cases") == [(1,)]
    assert len(site.slate.texts("@li")) == 1


async def test_a_refusal_is_said_once(site: Deployment) -> None:
    await twice(site, site.message("wu", "refuse somebody"))
    assert len(site.slate.texts()) == 1


async def test_a_press_that_comes_twice_is_answered_once(site: Deployment) -> None:
    await site.says("wu", "ring")
    press = replace(site.message("wu", ""), kind=Kind.PRESSED, quotes="s1", press="bell.again:7")
    await twice(site, press)
    assert site.slate.texts() == ["rang ring", "pressed 7"]


async def test_two_presses_are_two(site: Deployment) -> None:
    for _ in range(2):
        press = replace(
            site.message("wu", ""), kind=Kind.PRESSED, quotes="s1", press="bell.again:7"
        )
        await twice(site, press)
    assert site.slate.texts() == ["pressed 7", "pressed 7"]


async def test_an_edit_counts_as_new_and_its_repeat_does_not(site: Deployment) -> None:
    said = site.message("wu", "ring one")
    edited = replace(said, kind=Kind.EDITED, text="ring two", version=1)
    await twice(site, said)
    await twice(site, edited)
    assert site.slate.texts() == ["rang ring one", "rang ring two"]


async def test_the_same_id_in_another_chat_is_another_message(site: Deployment) -> None:
    said = site.message("wu", "ring")
    await twice(site, said)
    await twice(site, replace(said, chat="other"))
    assert site.slate.texts() == site.slate.texts("other") == ["rang ring"]


async def test_a_repeat_after_a_restart_is_known(tmp_path: Path) -> None:
    async with deployed(tmp_path) as site:
        message = site.message("wu", "ring")
        await site.hears(message)
        await site.app.settle()
    async with deployed(tmp_path) as again:
        await twice(again, message)
        assert again.slate.texts() == []


async def test_a_due_job_that_is_handed_on_twice_is_done_once(site: Deployment) -> None:
    await site.hears(site.message("wu", "/later 0"))
    (job,) = await site.app.scheduler.due(site.clock.now())
    parcel = Parcel(lane="one", job=job.id)
    other = Parcel(lane="another", job=job.id)
    await asyncio.gather(*map(site.app.bus.publish, (parcel, other, parcel)))
    await site.app.settle()
    assert site.slate.texts().count("chime 0") == 1


async def test_a_repeat_leaves_no_row_behind(site: Deployment) -> None:
    message = site.message("wu", "/open")
    await site.hears(message)
    await site.app.settle()
    before = await site.counts()
    await twice(site, message)
    assert await site.counts() == before
