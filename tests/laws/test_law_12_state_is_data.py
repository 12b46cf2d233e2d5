"""Law 12: dialogs, buttons and timers stand in the database; nobody notices a restart."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core.testing import Site, open_site
from tests.laws.deployment import BELL


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site(plugins=[BELL]) as opened:
        yield opened


async def restart(site: Site) -> None:
    await site.theatre.restart()
    await site.theatre.settle()


async def test_a_conversation_goes_on_after_a_restart(site: Site) -> None:
    await site.tells("wu", "/name")
    await restart(site)
    await site.tells("wu", "老仵")
    assert site.texts("@wu") == ["what name?", "hello 老仵, asked 1"]


async def test_a_conversation_in_a_group_is_with_one_person_there(site: Site) -> None:
    await site.says("wu", "/name")
    await restart(site)
    await site.says("ma", "天气真好")
    await site.tells("wu", "在私下说的")
    await site.says("wu", "老仵")
    assert site.texts("xiboliang") == ["what name?", "hello 老仵, asked 1"]


async def test_a_conversation_ends_once(site: Site) -> None:
    await site.tells("wu", "/name")
    await site.tells("wu", "老仵")
    await restart(site)
    await site.tells("wu", "再说一句")
    assert len(site.texts("@wu")) == 2


async def test_a_conversation_that_ran_out_does_not_come_back(site: Site) -> None:
    await site.tells("wu", "/name")
    await site.passes(timedelta(days=4))
    await restart(site)
    await site.tells("wu", "老仵")
    assert site.texts("@wu") == ["what name?"]


async def test_a_command_goes_before_the_conversation(site: Site) -> None:
    await site.tells("wu", "/name")
    await site.tells("wu", "/open")
    await site.tells("wu", "老仵")
    assert site.texts("@wu")[-1] == "hello 老仵, asked 1"
    assert len(await site.cases()) == 1


async def test_a_button_works_after_a_restart(site: Site) -> None:
    await site.says("wu", "ring")
    await restart(site)
    await site.presses("ma", "again", "xiboliang")
    assert site.last("xiboliang") == "pressed 7"


async def test_what_was_planned_happens_after_a_restart_once(site: Site) -> None:
    await site.tells("wu", "/later 30")
    await restart(site)
    await site.passes(timedelta(minutes=30))
    await restart(site)
    await site.passes(timedelta(minutes=30))
    assert site.texts("xiboliang") == ["chime 30"]


async def test_what_fell_due_while_we_were_away_happens_at_once(site: Site) -> None:
    await site.tells("wu", "/later 30")
    site.theatre.clock.move_to(site.now + timedelta(hours=2))
    await restart(site)
    assert site.texts("xiboliang") == ["chime 30"]


async def test_a_fact_is_told_though_the_process_died_before_it_was(site: Site) -> None:
    site.theatre.faults.crash = "after_commit"
    await site.says("wu", "/open")
    assert [text.split()[0] for text in site.texts("@li")] == ["about"]


async def test_the_numbers_of_cases_stay_unlike_after_a_restart(site: Site) -> None:
    for _ in range(3):
        await site.says("wu", "/open")
        await restart(site)
    numbers = {case.number for case in await site.cases()}
    assert len(numbers) == 3
