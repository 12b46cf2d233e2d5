"""The author's small site: people speak, press, wait; and what each saw can be read."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core.testing import Site, open_site
from core.testing.site import MONDAY, PEOPLE, SITE
from tests.laws.deployment import BELL


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site(plugins=[BELL]) as opened:
        yield opened


async def test_nothing_was_said_before_the_curtain(site: Site) -> None:
    assert site.theatre.records == []
    assert site.now == MONDAY


async def test_everybody_of_the_roster_is_there(site: Site) -> None:
    people = site.theatre.app.house.store.people
    for row in PEOPLE:
        person = await people.by_user(f"sandbox:{row['handle']}")
        assert person is not None
        assert person.name == row["name"]


async def test_what_is_said_in_the_group_is_answered_there(site: Site) -> None:
    message = await site.says("wu", "ring")
    (record,) = site.seen(SITE)
    assert (record.text, record.reply_to) == ("rang ring", message)
    assert site.buttons("wu", SITE) == ["again"]


async def test_what_is_told_in_private_is_answered_in_private(site: Site) -> None:
    await site.tells("wu", "ring")
    assert (site.texts("@wu"), site.texts(SITE)) == (["rang ring"], [])


async def test_an_edit_is_heard(site: Site) -> None:
    message = await site.says("wu", "talk")
    await site.edits("wu", message, "ring")
    assert site.last(SITE) == "rang ring"


async def test_a_button_that_is_not_there_is_told_with_those_that_are(site: Site) -> None:
    await site.says("wu", "ring")
    with pytest.raises(LookupError, match="again"):
        await site.presses("wu", "agian", SITE)


async def test_time_passes_and_what_falls_due_happens_on_the_way(site: Site) -> None:
    await site.says("wu", "/later 30")
    await site.passes(timedelta(hours=1))
    assert site.seen(SITE)[-1].at == MONDAY + timedelta(minutes=30)
    assert site.now == MONDAY + timedelta(hours=1)


async def test_cases_can_be_looked_at(site: Site) -> None:
    await site.says("wu", "/open")
    assert (await site.case()).number == (await site.cases())[0].number


async def test_nothing_seen_is_an_empty_text(site: Site) -> None:
    assert site.last("@pan") == ""


async def test_two_sites_live_side_by_side(site: Site) -> None:
    async with open_site(plugins=[BELL]) as other:
        await other.says("wu", "ring")
        assert site.texts(SITE) == []
        assert other.texts(SITE) == ["rang ring"]
