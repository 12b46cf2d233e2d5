"""Law 6: the messages of one chat are handled in order, those of another side by side."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.kit.turn import Turn
from tests.laws import bell
from tests.laws.deployment import Deployment, deployed

PATIENCE = 20.0
"""Seconds after which a test that hangs has failed; no test waits for them."""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


class Gate:
    """Holds the turn of the message that ends with *word*; ``begun`` lists all that began."""

    def __init__(self, site: Deployment, word: str) -> None:
        self.opened = asyncio.Event()
        self.reached = asyncio.Event()
        self.begun: list[str] = []
        self._word = word
        site.app.house.shelf["bell"] = bell.Ringer(meanwhile=self._wait)

    async def _wait(self, turn: Turn) -> None:
        self.begun.append(turn.incoming.text)
        if turn.incoming.text.endswith(self._word):
            self.reached.set()
            await self.opened.wait()


async def test_a_slow_turn_holds_the_messages_behind_it(site: Deployment) -> None:
    gate = Gate(site, "slow")
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        for text in ("ring slow", "ring two", "ring three"):
            tasks.create_task(site.hears(site.message("wu", text)))
        await gate.reached.wait()
        await site.hears(site.message("ma", "ring meanwhile", "other"))
        assert gate.begun == ["ring slow", "ring meanwhile"]
        gate.opened.set()
    await site.app.settle()
    assert site.slate.texts() == ["rang ring slow", "rang ring two", "rang ring three"]


async def test_another_chat_is_answered_meanwhile(site: Deployment) -> None:
    gate = Gate(site, "slow")
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        tasks.create_task(site.hears(site.message("wu", "ring slow")))
        await gate.reached.wait()
        await site.says("ma", "ring quick", "other")
        await site.says("wu", "ring privately", None)
        assert site.slate.texts("other") == ["rang ring quick"]
        assert site.slate.texts("@wu") == ["rang ring privately"]
        assert site.slate.texts() == []
        gate.opened.set()


async def test_many_messages_at_once_are_answered_in_the_order_they_came(site: Deployment) -> None:
    texts = [f"ring {number}" for number in range(50)]
    async with asyncio.TaskGroup() as tasks:
        for text in texts:
            tasks.create_task(site.hears(site.message("wu", text)))
            tasks.create_task(site.hears(site.message("ma", text, "other")))
    await site.app.settle()
    assert site.slate.texts() == [f"rang {text}" for text in texts]
    assert site.slate.texts("other") == [f"rang {text}" for text in texts]


async def test_a_failing_turn_keeps_its_place(site: Deployment) -> None:
    async with asyncio.TaskGroup() as tasks:
        for text in ("wobble", "ring after"):
            tasks.create_task(site.hears(site.message("wu", text)))
    await site.app.settle()
    assert site.slate.texts() == ["stood at try 3", "rang ring after"]


async def test_a_lane_that_is_empty_is_forgotten(site: Deployment) -> None:
    for number in range(20):
        await site.says("wu", "talk", f"chat {number}")
    assert len(site.app.dispatcher.lanes) == 0


async def test_whoever_stops_waiting_leaves_the_lane_to_the_others(site: Deployment) -> None:
    gate = Gate(site, "slow")
    async with asyncio.timeout(PATIENCE):
        first = asyncio.ensure_future(site.hears(site.message("wu", "ring slow")))
        second = asyncio.ensure_future(site.hears(site.message("wu", "ring gone")))
        third = asyncio.ensure_future(site.hears(site.message("wu", "ring stays")))
        await gate.reached.wait()
        second.cancel()
        gate.opened.set()
        await asyncio.gather(first, third)
    await site.app.settle()
    assert site.slate.texts() == ["rang ring slow", "rang ring stays"]
