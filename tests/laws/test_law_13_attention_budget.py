"""Law 13: nobody is disturbed unasked more than he can bear; the relay sees to it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.testing.site import SITE
from tests.laws import bell
from tests.laws.deployment import Deployment, deployed

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""09:00 in Shanghai, on a Monday."""
EVENING = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
"""21:30 in Shanghai."""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


async def posts(site: Deployment, *texts: str) -> None:
    for text in texts:
        await site.says("zhang", f"/post {text}", None)


async def tells(site: Deployment, *texts: str) -> None:
    for text in texts:
        await site.says("zhang", f"/tell ma {text}", None)


async def until(site: Deployment, at: datetime) -> None:
    await site.app.advance(at)


async def test_a_group_hears_two_unasked_posts_a_day(site: Deployment) -> None:
    await posts(site, "one", "two", "three")
    assert site.slate.texts() == ["one", "two"]


async def test_the_third_waits_until_tomorrow_morning(site: Deployment) -> None:
    await posts(site, "one", "two", "three")
    await until(site, NINE + 21 * HOUR)  # 06:00
    assert site.slate.texts() == ["one", "two"]
    await until(site, NINE + 22 * HOUR)  # 07:00
    assert site.slate.texts() == ["one", "two", "three"]


async def test_what_waits_counts_on_the_day_it_is_heard(site: Deployment) -> None:
    await posts(site, *"abcde")
    await until(site, NINE + DAY)
    assert site.slate.texts() == ["a", "b", "c", "d"]
    await until(site, NINE + 2 * DAY)
    assert site.slate.texts() == ["a", "b", "c", "d", "e"]


async def test_each_group_has_its_own_budget(site: Deployment) -> None:
    await posts(site, "one", "two", "three")
    assert site.slate.texts("other") == ["one", "two"]


async def test_a_prompt_that_does_not_fit_is_dropped(site: Deployment) -> None:
    await posts(site, "one", "two", "prompt three")
    await until(site, NINE + 2 * DAY)
    assert site.slate.texts() == ["one", "two"]
    assert (await site.states())[-2:] == ["expired", "expired"]


async def test_a_person_hears_two_unasked_messages_a_week(site: Deployment) -> None:
    await tells(site, "one", "two", "three")
    await until(site, NINE + 7 * DAY - HOUR)
    assert site.slate.texts("@ma") == ["one", "two"]
    await until(site, NINE + 8 * DAY)
    assert site.slate.texts("@ma") == ["one", "two", "three"]


async def test_answers_are_outside_the_budget(site: Deployment) -> None:
    await posts(site, "one", "two")
    for _ in range(5):
        await site.says("wu", "ring")
    assert site.slate.texts()[2:] == ["rang ring"] * 5


async def test_answers_come_at_any_hour(tmp_path: Path) -> None:
    async with deployed(tmp_path, at=EVENING) as site:
        await site.says("wu", "ring")
        assert site.slate.texts() == ["rang ring"]


async def test_nothing_unasked_is_said_at_night(tmp_path: Path) -> None:
    async with deployed(tmp_path, at=EVENING) as site:
        await posts(site, "late")
        await tells(site, "late")
        await until(site, EVENING + 9 * HOUR)  # 06:30
        assert (site.slate.texts(), site.slate.texts("@ma")) == ([], [])
        await until(site, EVENING + 9.5 * HOUR)  # 07:00
        assert (site.slate.texts(), site.slate.texts("@ma")) == (["late"], ["late"])
        assert site.clock.now() == datetime(2026, 11, 23, 23, tzinfo=UTC)


async def test_the_night_ends_for_each_group_by_its_own_clock(tmp_path: Path) -> None:
    """Urumqi is two hours behind: there it is only half past seven in the evening."""
    async with deployed(tmp_path, at=EVENING) as site:
        await move(site, SITE, "Asia/Urumqi")
        await posts(site, "late")
        assert (site.slate.texts(), site.slate.texts("other")) == (["late"], [])


async def move(site: Deployment, key: str, zone: str) -> None:
    store = site.app.house.store
    group = await store.people.group_by_key(key)
    assert group is not None
    unit = store.unit()
    unit.write(store.people.saving_group(replace(group, zone=ZoneInfo(zone))))
    await store.commit(unit)
    site.app.after_commit(unit)


async def test_what_is_urgent_passes_at_night_and_over_budget(tmp_path: Path) -> None:
    async with deployed(tmp_path, at=EVENING) as site:
        await posts(site, "late", "alarm one", "alarm two", "alarm three")
        assert site.slate.texts() == ["alarm one", "alarm two", "alarm three"]


async def test_what_waits_holds_nobody_behind_it(site: Deployment) -> None:
    await posts(site, "one", "two", "three")
    await site.says("wu", "ring")
    assert site.slate.texts()[-1] == "rang ring"


async def test_edits_are_free(site: Deployment) -> None:
    await posts(site, "one", "two")
    names = site.slate.names
    cards = {one.chat: names[one.id] for one in site.slate.letters if one.text == "one"}
    site.app.house.shelf["bell"] = bell.Ringer(cards=cards)
    for _ in range(3):
        await site.says("zhang", "/amend better", None)
    changed = [one.edits for one in site.slate.letters if one.text == "better"]
    assert sorted(filter(None, changed)) == sorted(list(cards.values()) * 3)
    await until(site, NINE + DAY)
    await posts(site, "three", "four", "five")
    assert site.slate.texts()[-2:] == ["three", "four"]


async def test_the_count_survives_a_restart(tmp_path: Path) -> None:
    async with deployed(tmp_path) as site:
        await posts(site, "one", "two")
        await tells(site, "one", "two")
    async with deployed(tmp_path, at=NINE + HOUR) as again:
        await posts(again, "three")
        await tells(again, "three")
        assert (again.slate.texts(), again.slate.texts("@ma")) == ([], [])
        await until(again, NINE + DAY)
        assert again.slate.texts() == ["three"]


async def test_a_day_is_the_groups_own(tmp_path: Path) -> None:
    """Two before the evening and two after the night: midnight lies in between."""
    async with deployed(tmp_path, at=NINE + 11 * HOUR) as site:  # 20:00
        await posts(site, "one", "two")
        await until(site, NINE + 23 * HOUR)
        await posts(site, "three", "four")
        assert site.slate.texts() == ["one", "two", "three", "four"]


async def test_waiting_wears_no_letter_out(site: Deployment) -> None:
    """Forty days over budget are forty looks at a letter, and none of them is a failure."""
    await tells(site, *[str(number) for number in range(12)])
    await until(site, NINE + 40 * DAY)
    assert site.slate.texts("@ma") == [str(number) for number in range(12)]
    tries = await site.rows("SELECT MAX(tries) FROM letter")
    assert tries == [(1,)]
