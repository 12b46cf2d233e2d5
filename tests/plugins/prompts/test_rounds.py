"""The day's post in every group: once, in time, and on workdays alone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.domain.org import Group
from core.rehearsal.record import Record
from core.store.records import Place
from core.store.step import Reader, Row
from core.testing import Site, open_site
from core.testing.site import SITE

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site(at=MORNING, plugins=["prompts"]) as here:
        yield here


def prompts(site: Site, to: str = SITE) -> list[Record]:
    return [one for one in site.seen(to) if one.kind == "prompt"]


async def facts(site: Site, name: str) -> int:
    sql = "SELECT COUNT(*) FROM fact WHERE name = ?"
    return int((await site.theatre.app.house.store.reader.fetch(sql, name))[0][0])


class Counting:
    """A reader that counts what it is asked."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.statements = 0

    async def fetch(self, sql: str, *params: object) -> list[Row]:
        self.statements += 1
        return await self._reader.fetch(sql, *params)


async def restart(site: Site) -> None:
    await site.theatre.restart()  # the process ends here, as a crash would end it
    await site.theatre.settle()


async def group_of(site: Site) -> Group:
    group = await site.theatre.app.house.store.people.group_by_key(SITE)
    assert group is not None
    return group


async def change(site: Site, zone: str | None = None, **settings: str) -> None:
    """Change the group's zone or settings, as its plugin would."""
    store, group = site.theatre.app.house.store, await group_of(site)
    unit = store.unit()
    if zone:
        moved = Group(group.id, group.key, group.name, ZoneInfo(zone), group.organization)
        unit.write(store.people.saving_group(moved))
    for key, value in settings.items():
        unit.write(store.people.setting(group.id, key.replace("_", "."), value))
    await store.commit(unit)


async def test_the_post_goes_out_at_its_time_with_the_chairs_opening(site: Site) -> None:
    await site.until(NOON - MINUTE)
    assert prompts(site) == []
    await site.until(NOON)
    (post,) = prompts(site)
    assert post.at == NOON
    first, theme, *prompt = post.text.splitlines()
    assert first.endswith(" ——张莉")
    assert theme == "【医药健康】"
    assert prompt
    assert post.labels == []


async def test_openings_take_turns_day_by_day(site: Site) -> None:
    await site.until(NOON + 4 * DAY)
    firsts = [one.text.splitlines()[0] for one in prompts(site)]
    assert len(firsts) == 5
    assert len(set(firsts)) == 5


async def test_wednesday_is_answered_in_private() -> None:
    async with open_site(at=MORNING, plugins=["prompts", "intake"]) as site:
        await site.until(NOON + 2 * DAY)
        assert [one.labels for one in prompts(site)] == [[], [], ["私下说"]]


async def test_a_restart_posts_nothing_twice(site: Site) -> None:
    await site.until(NOON)
    for _ in range(3):
        await restart(site)
        await site.passes(10 * MINUTE)
    assert len(prompts(site)) == 1
    assert await facts(site, "PromptPosted") == 1
    assert await site.theatre.app.house.store.parked.count() == 0


@pytest.mark.parametrize("when", ["before_commit", "after_commit", "after_send"])
async def test_a_crash_at_the_post_neither_loses_nor_doubles_it(site: Site, when: str) -> None:
    site.theatre.faults.crash = when
    await site.until(NOON + MINUTE)
    assert site.theatre.faults.crash == ""
    assert len(prompts(site)) == 1


async def test_a_late_start_inside_the_window_catches_up(site: Site) -> None:
    site.theatre.clock.move_to(NOON + 2 * HOUR)
    await restart(site)
    assert [one.at for one in prompts(site)] == [NOON + 2 * HOUR]
    assert await facts(site, "PromptMissed") == 0


async def test_after_the_window_a_post_is_missed_and_the_next_one_comes(site: Site) -> None:
    site.theatre.clock.move_to(NOON + 3 * HOUR)
    await restart(site)
    assert prompts(site) == []
    assert await facts(site, "PromptMissed") == 1
    await site.until(NOON + DAY)
    assert len(prompts(site)) == 1


async def test_every_day_of_an_absence_is_written_down_as_missed(site: Site) -> None:
    site.theatre.clock.move_to(NOON + 7 * DAY + 4 * HOUR)
    await restart(site)
    assert prompts(site) == []
    assert await facts(site, "PromptMissed") == 6, "Monday to Friday, and Monday again"


async def test_a_limit_that_holds_the_post_beyond_its_window_drops_it(site: Site) -> None:
    site.theatre.faults.limit = 4 * HOUR
    await site.until(NOON + 5 * HOUR)
    assert prompts(site) == []


async def test_a_weekend_and_a_holiday_are_silent() -> None:
    friday = datetime(2026, 9, 25, 1, 0, tzinfo=UTC)
    async with open_site(at=friday, plugins=["prompts"]) as site:
        await site.passes(3 * DAY)
        assert prompts(site) == [], "Mid-Autumn begins on that Friday"
        await site.passes(DAY)
        assert len(prompts(site)) == 1


async def test_an_adjusted_workday_has_its_post() -> None:
    saturday = datetime(2026, 2, 14, 1, 0, tzinfo=UTC)
    async with open_site(at=saturday, plugins=["prompts"]) as site:
        await site.passes(2 * DAY)
        assert [one.at for one in prompts(site)] == [saturday + 3 * HOUR + 15 * MINUTE]
        assert "【大家谈】" in prompts(site)[0].text


async def test_a_change_of_zone_never_posts_twice(site: Site) -> None:
    await site.until(NOON)
    await change(site, zone="Asia/Urumqi")
    await restart(site)
    await site.until(NOON + 6 * HOUR)
    assert len(prompts(site)) == 1
    await site.until(NOON + DAY + HOUR)
    assert len(prompts(site)) == 1
    await site.until(NOON + DAY + 2 * HOUR)
    assert [one.at for one in prompts(site)] == [NOON, NOON + DAY + 2 * HOUR]


async def test_a_zone_that_nobody_had_before_is_noticed_at_the_next_round(site: Site) -> None:
    await change(site, zone="Asia/Urumqi")
    await site.until(NOON + 2 * HOUR)
    assert [one.at for one in prompts(site)] == [NOON + 2 * HOUR]


async def test_a_group_has_its_own_time(site: Site) -> None:
    await change(site, prompts_at="07:30")
    await restart(site)
    await site.until(NOON + DAY)
    assert [one.at.hour for one in prompts(site)] == [1, 23]


@pytest.mark.parametrize("key", ["prompts_off", "plugin_prompts"])
async def test_a_group_may_switch_the_post_off(site: Site, key: str) -> None:
    await change(site, **{key: "off"})
    await site.until(NOON + HOUR)
    assert prompts(site) == []


async def test_two_hundred_groups_are_served_in_pages_and_each_once(site: Site) -> None:
    store, count = site.theatre.app.house.store, 200
    unit = store.unit()
    groups = [
        Group(store.ids.next(), f"g{n}", f"{n}号", ZoneInfo("Asia/Shanghai")) for n in range(count)
    ]
    unit.write(store.people.saving_group(*groups))
    for group in groups:
        place = Place(store.ids.next(), "sandbox.main", group.key, group=group.id)
        unit.write(store.places.adding(place))
        await site.theatre.stage.join(group.key, "wu", "仵金生", quietly=True)
    await store.commit(unit)
    counted = Counting(store.reader)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(store), "reader", property(lambda _self: counted))
        site.theatre.clock.move_to(NOON)
        while await site.theatre.app.scheduler.drain():
            pass
    await site.theatre.settle()
    assert all(len(prompts(site, group.key)) == 1 for group in groups)
    assert await facts(site, "PromptPosted") == count + 1
    assert counted.statements < 30, "a few statements a page, none a group"
