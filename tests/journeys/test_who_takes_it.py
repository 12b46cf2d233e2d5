"""A request finds somebody: accepted, refused, forgotten, nobody there, hands that come free."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core.api.case import State
from core.testing.site import PEOPLE, Site, open_site

HOUR = timedelta(hours=1)
SHED = "能不能给大家搭个棚子?"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site() as built:
        yield built


async def name(site: Site, person: int | None) -> str:
    found = await site.theatre.app.house.store.people.person(person or 0)
    return found.name if found else ""


async def test_the_linked_cadre_takes_it(site: Site) -> None:
    await site.says("wu", SHED)
    await site.presses("li", "我来")
    case = await site.case()
    assert (case.state, await name(site, case.lead)) == (State.ACTIVE, "李红梅")
    await site.tells("li", f"回复 {case.number} 明天上午去看")
    await site.passes(timedelta(days=1))
    assert site.texts("@zhang") == []


async def test_whoever_answers_takes_it_and_has_spoken(site: Site) -> None:
    await site.says("wu", SHED)
    case = await site.case()
    await site.tells("li", f"回复 {case.number} 明天上午去看")
    await site.passes(timedelta(days=1))
    assert await name(site, (await site.case()).lead) == "李红梅"
    assert site.texts("@zhang") == []


async def test_a_request_opened_on_somebodys_behalf_needs_no_first_word(site: Site) -> None:
    await site.tells("li", "/for @仵金生 想给家里人找间房")
    await site.passes(timedelta(days=2))
    assert site.texts("@zhang") == []


async def test_a_refused_request_goes_to_the_deputy(site: Site) -> None:
    await site.says("wu", SHED)
    await site.presses("li", "转交")
    case = await site.case()
    assert await name(site, case.offered_to) == "王建国"
    assert site.buttons("li") == []
    await site.presses("wang", "我来")
    assert await name(site, (await site.case()).lead) == "王建国"


async def test_a_forgotten_request_goes_on_and_reaches_the_chair_who_gives_it_away(
    site: Site,
) -> None:
    await site.says("wu", SHED)
    await site.passes(4 * HOUR)
    assert await name(site, (await site.case()).offered_to) == "王建国"
    await site.passes(4 * HOUR)
    assert "没人应,请您定" in site.last("@zhang")
    await site.presses("zhang", "派给李红梅")
    await site.presses("li", "我来")
    case = await site.case()
    assert await name(site, case.lead) == "李红梅"
    assert site.last("@zhang") == f"{case.number} 号李红梅在办了。"


async def test_with_nobody_free_the_chair_takes_it_herself(site: Site) -> None:
    await site.tells("li", "/duty off 明天")
    await site.tells("wang", "/duty off 明天")
    await site.says("wu", SHED)
    assert "还没人接" in site.last("@zhang")
    assert site.buttons("zhang") == ["我来"]
    await site.presses("zhang", "我来")
    assert await name(site, (await site.case()).lead) == "张莉"


async def test_what_the_chair_asks_for_herself_goes_above_her() -> None:
    people = [{**row, "cadre": "", "deputy": ""} for row in PEOPLE if row["role"] != "cadre"]
    async with open_site(people=people) as site:
        await site.tells("zhang", "找工会 宿舍楼顶漏雨")
        assert "漏雨" in site.last("@shang")
        assert not any("请您定" in text for text in site.texts("@zhang"))


async def test_who_goes_off_duty_leaves_nothing_lying(site: Site) -> None:
    await site.says("wu", SHED)
    await site.tells("li", "/值班 下班 明天")
    case = await site.case()
    assert await name(site, case.offered_to) == "王建国"
    assert f"好,您歇着。\n转给别人的:{case.number} 号。" in site.texts("@li")


async def test_freed_hands_take_the_oldest_first(site: Site) -> None:
    settings = site.theatre.app.house.settings
    narrow = settings["routing"].model_copy(update={"capacity": 1})
    site.theatre.app.house.settings = {**settings, "routing": narrow}
    await site.says("wu", SHED)
    await site.presses("li", "我来")
    await site.says("hai", "工具箱钥匙丢了,谁捡到了?")
    await site.presses("wang", "我来")
    await site.says("ma", "宿舍的热水器坏了,能修一下吗?")
    first, _, waiting = await site.cases()
    assert waiting.state is State.OPEN
    await site.tells("wu", f"不办了 {first.number}")
    waiting = (await site.cases())[2]
    assert await name(site, waiting.offered_to) == "李红梅"
