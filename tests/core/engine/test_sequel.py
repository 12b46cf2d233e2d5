"""What follows from a turn at once is committed with it, or left to the scheduler."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain.fact import CaseFact, CaseNoted, CaseOpened
from core.engine.sequel import LONGEST
from core.errors import Conflict
from core.kit.plugin import Plugin
from core.kit.turn import Turn
from core.store.unit import Unit, Writer
from tests.laws import bell
from tests.laws.deployment import Deployment, deployed


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


class Counted:
    """A store whose commits are counted."""

    def __init__(self, site: Deployment) -> None:
        self.commits = 0
        self._store = site.app.house.store
        self._commit = self._store.commit
        self._store.commit = self.commit  # type: ignore[method-assign]

    async def commit(self, unit: Unit) -> None:
        self.commits += 1
        await self._commit(unit)


async def test_a_request_and_what_follows_from_it_is_one_commit(site: Deployment) -> None:
    counted = Counted(site)
    await site.hears(site.message("wu", "/open"))
    assert counted.commits == 1
    await site.app.settle()
    assert [len(site.slate.texts(chat)) for chat in ("@wu", "@li")] == [1, 1]


async def test_each_turn_sees_what_those_before_it_wrote(site: Deployment) -> None:
    seen: list[list[str]] = []
    echo = Plugin("echo")

    @echo.on(CaseOpened, CaseNoted)
    async def note(turn: Turn, fact: CaseFact) -> None:
        history = await turn.read.cases.history(fact.case)
        seen.append([type(row.fact).__name__ for row in history])
        if len(seen) < 3:
            await turn.case(fact.case)
            turn.record(CaseNoted(at=turn.now, case=fact.case))

    site.app.take_up([bell.plugin, echo])
    await site.hears(site.message("wu", "/open"))
    first = ["CaseOpened", "CasePublished"]
    assert seen == [first, [*first, "CaseNoted"], [*first, "CaseNoted", "CaseNoted"]]


async def test_what_fails_is_tried_by_the_scheduler_and_the_request_stands(
    site: Deployment,
) -> None:
    weak, tries = Plugin("weak"), []

    @weak.on(CaseOpened)
    async def fail_twice(turn: Turn, fact: CaseOpened) -> None:
        tries.append(fact.case)
        await turn.tell(fact.reporter, f"try {len(tries)}")
        if len(tries) < 3:
            raise ValueError("not yet")

    site.app.take_up([weak, bell.plugin])
    await site.hears(site.message("wu", "/open"))
    assert len(tries) == 1
    assert await site.rows("SELECT COUNT(*) FROM cases") == [(1,)]
    await site.app.settle()
    assert site.slate.texts("@wu")[1:] == ["try 3"]
    assert len(site.slate.texts("@li")) == 1
    assert await site.app.house.store.parked.count() == 0


async def test_what_cannot_be_written_leaves_no_trace(site: Deployment) -> None:
    """Its letter is written once, by the scheduler: the failed part was undone."""
    torn, tries = Plugin("torn"), []

    @torn.on(CaseOpened)
    async def clash_once(turn: Turn, fact: CaseOpened) -> None:
        async def clash(writer: Writer) -> None:
            await writer.execute("UPDATE person SET name = 'torn'")
            tries.append(fact.case)
            if len(tries) == 1:
                raise Conflict("somebody was faster")

        turn.unit.write(clash)
        await turn.tell(fact.reporter, "torn")

    site.app.take_up([torn, bell.plugin])
    await site.hears(site.message("wu", "/open"))
    assert await site.rows("SELECT COUNT(*) FROM person WHERE name = 'torn'") == [(0,)]
    await site.app.settle()
    assert site.slate.texts("@wu").count("torn") == 1
    assert len(tries) == 2


async def test_whoever_would_begin_a_transaction_of_his_own_waits_for_the_scheduler(
    site: Deployment,
) -> None:
    counting = Plugin("counting")

    @counting.on(CaseOpened)
    async def take_numbers(turn: Turn, fact: CaseOpened) -> None:
        for _ in range(16):
            await turn.read.numbers.next()
        await turn.post((await turn.case(fact.case)).group, "counted")

    site.app.take_up([counting, bell.plugin])
    await site.says("wu", "/open")
    assert site.slate.texts().count("counted") == 1


async def test_a_long_sequel_is_cut_and_goes_on_later(site: Deployment) -> None:
    crowd, told = Plugin("crowd"), []
    for number in range(LONGEST + 5):

        async def tell(turn: Turn, fact: CaseOpened) -> None:
            told.append(fact.case)
            await turn.tell(fact.reporter, "crowd")

        tell.__name__ = f"tell_{number}"
        crowd.on(CaseOpened)(tell)

    site.app.take_up([bell.plugin, crowd])
    await site.hears(site.message("wu", "/open"))
    assert len(told) == LONGEST - 1
    await site.app.settle()
    assert len(told) == LONGEST + 5
