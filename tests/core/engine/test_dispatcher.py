"""The dispatcher's own: dialogs before matchers, loops of facts, handlers that pass, chatter."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.chat.message import Kind
from core.domain.fact import CaseFact, CaseNoted, CaseOpened
from core.errors import Conflict
from core.kit.plugin import Plugin
from core.kit.turn import DEEPEST, Turn
from core.store.unit import Unit
from tests.laws import bell
from tests.laws.deployment import Deployment, deployed


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


async def test_facts_that_follow_from_each_other_without_end_are_parked(site: Deployment) -> None:
    loop = Plugin("loop")
    heard: list[int] = []

    @loop.on(CaseOpened, CaseNoted)
    async def again(turn: Turn, fact: CaseFact) -> None:
        heard.append(turn.depth)
        case = await turn.case(fact.case)
        turn.record(CaseNoted(at=turn.now, case=case.id))

    site.app.take_up([bell.plugin, loop])
    await site.says("wu", "/open")
    assert max(heard) == DEEPEST
    (kept,) = await site.app.house.store.parked.list()
    assert kept.kind == "job"
    assert "RecursionError" in kept.error


async def test_a_handler_that_passes_leaves_the_message_to_the_next(site: Deployment) -> None:
    shy = Plugin("shy")

    @shy.hears(lambda heard: heard.text.startswith("ring") or None)
    async def no(_turn: Turn, _match: object) -> bool:
        return False

    site.app.take_up([shy, bell.plugin])
    await site.says("wu", "ring")
    assert site.slate.texts() == ["rang ring"]


async def test_a_conflict_is_tried_again_without_waiting(site: Deployment) -> None:
    store = site.app.house.store
    commit, left = store.commit, [Conflict("x"), Conflict("y")]

    async def clash(unit: Unit) -> None:
        if left:
            raise left.pop()
        await commit(unit)

    store.commit = clash  # type: ignore[method-assign]
    await site.says("wu", "ring")
    assert site.slate.texts() == ["rang ring"]
    assert await store.parked.count() == 0


async def test_a_step_of_a_plugin_that_was_switched_off_lets_the_message_pass(
    site: Deployment,
) -> None:
    await site.says("wu", "/name", None)
    site.app.switch([])
    await site.says("wu", "ring", None)
    site.app.switch(["bell"])
    await site.says("wu", "ring", None)
    assert site.slate.texts("@wu") == ["what name?", "hello ring, asked 1"]


async def test_a_dialog_that_ran_out_lets_the_message_pass(site: Deployment) -> None:
    await site.says("wu", "/name", None)
    await site.app.advance(site.clock.now() + timedelta(days=4))
    await site.says("wu", "ring", None)
    assert site.slate.texts("@wu")[-1] == "rang ring"


async def test_a_refused_job_is_done_with(site: Deployment) -> None:
    """Its case is gone, or it may not be touched any more: nobody is there to be told."""
    await site.hears(site.message("wu", "/open"))
    await site.app.house.store.commit(await drop_cases(site))
    await site.app.settle()
    assert await site.rows("SELECT COUNT(*) FROM job WHERE owner = 'bell'") == [(0,)]
    assert await site.app.house.store.parked.count() == 0


async def drop_cases(site: Deployment) -> Unit:
    unit = site.app.house.store.unit()

    async def drop(writer: object) -> None:
        await writer.execute("DELETE FROM cases")  # type: ignore[attr-defined]

    unit.write(drop)
    return unit


@pytest.mark.parametrize("kind", [Kind.LEFT, Kind.REMOVED, Kind.MOVED])
async def test_an_event_that_no_plugin_wants_leaves_nothing(site: Deployment, kind: Kind) -> None:
    before = await site.counts()
    await site.hears(replace(site.message("wu", ""), kind=kind))
    assert await site.counts() == before


async def test_whoever_is_heard_is_counted_once(site: Deployment) -> None:
    before = site.app.dispatcher.heard
    await site.says("wu", "talk")
    await site.says("wu", "ring")
    await site.says("wu", "break")
    assert site.app.dispatcher.heard == before + 3
