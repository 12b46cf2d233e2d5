"""Law 1: a message is acknowledged when its turn has committed or was parked, and never before."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.chat.adapter import Desk
from core.chat.message import Incoming
from core.domain.fact import WasAway
from core.errors import Conflict, StoreError
from core.rehearsal.faults import Backstage
from core.rehearsal.theatre import ACCOUNT, Theatre
from core.store.unit import Unit
from core.testing import Site, open_site
from tests.laws import bell
from tests.laws.deployment import BELL, Deployment, deployed, on_disk

SECRET = "break 我的工钱"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


@pytest.fixture
async def stage() -> AsyncIterator[Site]:
    async with open_site(plugins=[BELL]) as opened:
        yield opened


def ringer(site: Deployment) -> bell.Ringer:
    kept = site.app.house.shelf.setdefault("bell", bell.Ringer())
    assert isinstance(kept, bell.Ringer)
    return kept


async def parked(site: Deployment) -> int:
    return await site.app.house.store.parked.count()


class Breaking:
    """A store whose commits fail as told; ``tried`` counts them."""

    def __init__(self, deployment: Deployment, *errors: Exception) -> None:
        self.tried = 0
        self._errors = list(errors)
        self._store = deployment.app.house.store
        self._commit = self._store.commit
        self._store.commit = self.commit  # type: ignore[method-assign]

    async def commit(self, unit: Unit) -> None:
        self.tried += 1
        if self._errors:
            raise self._errors.pop(0)
        await self._commit(unit)


@pytest.mark.parametrize("when", ["before_commit", "after_commit", "after_send"])
async def test_a_message_is_handled_once_though_the_process_dies(stage: Site, when: str) -> None:
    stage.theatre.faults.crash = when
    await stage.says("wu", "/open")
    assert not stage.theatre.faults.crash, "nothing has died"
    assert len(await stage.cases()) == 1
    assert stage.texts("@wu")[-1].startswith("opened")
    assert len(stage.texts("@wu")) == len(stage.texts("@li")) == 1


@pytest.mark.parametrize("when", ["before_commit", "after_commit", "after_send"])
async def test_it_is_handled_once_though_the_process_dies_again_and_again(
    stage: Site, when: str
) -> None:
    for number in range(4):
        stage.theatre.faults.crash = when
        await stage.says("wu", f"ring {number}")
    assert stage.texts("xiboliang") == [f"rang ring {number}" for number in range(4)]


async def test_a_handler_that_always_fails_is_tried_three_times_then_parked(
    site: Deployment,
) -> None:
    await site.says("wu", SECRET)
    assert ringer(site).failures == 3
    assert await parked(site) == 1


async def test_a_handler_that_comes_round_is_not_parked(site: Deployment) -> None:
    await site.says("wu", "wobble")
    assert site.slate.texts() == ["stood at try 3"]
    assert await parked(site) == 0


async def test_what_was_parked_is_kept_whole(site: Deployment) -> None:
    message = site.message("wu", SECRET)
    await site.hears(message)
    (kept,) = await site.app.house.store.parked.list()
    assert kept.raw.count(SECRET) == 1
    assert kept.account == message.account
    assert "ValueError" in kept.error
    assert "fail_always" in kept.error


async def test_what_was_parked_cannot_be_read_off_the_disk(site: Deployment) -> None:
    await site.says("wu", SECRET)
    assert "工钱".encode() not in site.on_disk()
    assert b"stand" not in site.on_disk()


async def test_whoever_wrote_what_was_parked_hears_of_it(site: Deployment) -> None:
    await site.says("wu", SECRET)
    assert site.slate.texts() == ["刚才没办成,已经记下,会有人来看。着急就直接找您的工会干部。"]


async def test_what_was_parked_does_not_come_back(site: Deployment) -> None:
    message = site.message("wu", SECRET)
    await site.hears(message)
    await site.hears(message)
    await site.app.settle()
    assert await parked(site) == 1
    assert len(site.slate.texts()) == 1


async def test_the_chat_goes_on_behind_what_was_parked(site: Deployment) -> None:
    await asyncio.gather(
        site.hears(site.message("wu", SECRET)), site.hears(site.message("wu", "ring"))
    )
    await site.app.settle()
    assert site.slate.texts()[-1] == "rang ring"


async def test_a_refusal_that_cannot_be_put_into_words_is_parked(site: Deployment) -> None:
    await site.says("wu", "stumble")
    await site.says("wu", "ring")
    assert ringer(site).failures == 3
    assert await parked(site) == 1
    assert site.slate.texts()[-1] == "rang ring"


async def test_what_cannot_even_be_parked_aloud_is_parked_in_silence(site: Deployment) -> None:
    store = Breaking(site, *[Conflict("again")] * 4)
    await site.says("wu", "ring")
    assert store.tried == 5
    assert await parked(site) == 1
    assert site.slate.letters == []


async def test_a_job_that_always_fails_is_parked_and_gone(site: Deployment) -> None:
    await site.hears(site.message("wu", "/later 5"))
    await site.app.settle()
    Breaking(site, *[ValueError("broken")] * 3)
    await site.app.advance(site.clock.now() + timedelta(minutes=5))
    (kept,) = await site.app.house.store.parked.list()
    left = await site.rows("SELECT COUNT(*) FROM job WHERE owner = 'bell'")
    assert (kept.kind, left) == ("job", [(0,)])
    assert '"chime"' in kept.raw


async def test_a_store_failure_parks_nothing_and_acknowledges_nothing(site: Deployment) -> None:
    message = site.message("wu", "ring")
    store = Breaking(site, StoreError("disk full"))
    with pytest.raises(StoreError):
        await site.hears(message)
    assert (await parked(site), store.tried) == (0, 1)
    await site.hears(message)
    await site.app.settle()
    assert site.slate.texts() == ["rang ring"]


async def test_hearing_stops_while_the_store_is_away(stage: Site) -> None:
    """The sandbox offers a message again and again until the store is back, then once no more."""
    store = stage.theatre.app.house.store
    commit, failures = store.commit, [StoreError("locked")] * 2
    offered: list[str] = []

    async def fail_first(unit: Unit) -> None:
        offered.append("commit")
        if failures:
            raise failures.pop()
        await commit(unit)

    store.commit = fail_first  # type: ignore[method-assign]
    await stage.says("wu", "ring")
    assert stage.texts("xiboliang") == ["rang ring"]
    assert len(offered) >= 3


async def test_what_arrived_while_we_were_down_is_heard_when_we_are_back(stage: Site) -> None:
    await stage.theatre.go_offline()
    await stage.theatre.stage.say("wu", "xiboliang", "ring one")
    await stage.theatre.stage.say("ma", "xiboliang", "ring two")
    assert stage.texts("xiboliang") == []
    await stage.theatre.restart()
    await stage.theatre.come_back()
    assert stage.texts("xiboliang") == ["rang ring one", "rang ring two"]


async def test_a_message_is_acknowledged_after_its_commit(stage: Site) -> None:
    """Whoever dies between commit and acknowledgement is offered the message again."""
    heard: list[tuple[str, int]] = []
    inner = stage.theatre.parts.adapters[ACCOUNT]
    desk = stage.theatre.app.desks[ACCOUNT]

    class Watching:
        async def hear(self, incoming: Incoming) -> None:
            await desk.hear(incoming)
            rows = await desk_rows(stage.theatre)
            heard.append((incoming.text, rows))

        def __getattr__(self, name: str) -> object:
            return getattr(desk, name)

    async def desk_rows(theatre: Theatre) -> int:
        rows = await theatre.app.house.store.reader.fetch("SELECT COUNT(*) FROM cases")
        return int(rows[0][0])

    await stage.theatre.go_offline()
    stage.theatre.faults.offline = False
    watching: Desk = Watching()  # type: ignore[assignment]
    run = asyncio.ensure_future(inner.run(watching))
    await stage.theatre.stage.say("wu", "xiboliang", "/open")
    await stage.theatre.stage.settled()
    run.cancel()
    assert heard == [("/open", 1)]


async def away(theatre: Theatre, time: timedelta) -> list[WasAway]:
    """Let the process be down for *time* on a platform that keeps messages a day."""
    backstage = theatre.parts.adapters[ACCOUNT]
    assert isinstance(backstage, Backstage)
    backstage.can = replace(backstage.can, keeps=timedelta(hours=24))
    await theatre.restart()
    await theatre.settle()
    theatre.clock.move_to(theatre.clock.now() + time)
    await theatre.restart()
    await theatre.settle()
    store = theatre.app.house.store
    rows = await store.reader.fetch("SELECT id FROM fact WHERE name = 'WasAway'")
    facts = [await store.cases.fact(row[0]) for row in rows]
    return [one.fact for one in facts if one and isinstance(one.fact, WasAway)]


async def test_an_absence_longer_than_the_platform_keeps_is_a_fact(stage: Site) -> None:
    begin = stage.now
    (fact,) = await away(stage.theatre, timedelta(hours=25))
    assert (fact.account, fact.since) == (ACCOUNT, begin)


async def test_a_short_absence_is_none(stage: Site) -> None:
    assert await away(stage.theatre, timedelta(hours=23)) == []


async def test_listening_is_written_down_while_nothing_happens(stage: Site) -> None:
    """A quiet weekend with the bot running is no absence."""
    backstage = stage.theatre.parts.adapters[ACCOUNT]
    assert isinstance(backstage, Backstage)
    backstage.can = replace(backstage.can, keeps=timedelta(hours=24))
    await stage.theatre.restart()
    await stage.passes(timedelta(days=2))
    assert await away(stage.theatre, timedelta(hours=1)) == []


async def test_the_secret_does_not_reach_the_disk_of_a_dying_process(tmp_path: Path) -> None:
    async with deployed(tmp_path) as site:
        await site.hears(site.message("wu", SECRET))
    assert "工钱".encode() not in on_disk(tmp_path)
