"""Admin: health, parked things, switches; and the chair's figures."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

import pytest

from core.domain.category import Priority, Visibility
from core.domain.fact import (
    CaseAccepted,
    CaseOffered,
    CaseOpened,
    CasePublished,
    OfferLapsed,
)
from core.kit.turn import Turn, fresh_turn
from core.kit.writing import Tap
from core.testing import Site, open_site
from core.testing.site import PEOPLE
from plugins.admin.parked import what_failed
from plugins.help import answer

OPERATOR: Final = {"handle": "op", "name": "运维员", "role": "operator"}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    people = [*PEOPLE, OPERATOR]
    async with open_site(plugins=["admin", "help", "prompts"], people=people) as one:
        yield one


@pytest.fixture
async def broken(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site where /help failed for wu while the plugin had a bug."""

    def boom(*_: object) -> None:
        raise ZeroDivisionError("仵金生 said 三个月没发了")

    with monkeypatch.context() as patch:
        patch.setattr(answer, "overview", boom)
        await site.tells("wu", "/help")
    assert "已经记下" in site.last("@wu")
    return site


def number_in(site: Site) -> str:
    return site.buttons("op")[0].rpartition(" ")[2]


async def test_health_tells_what_worked_last_and_what_waits(site: Site) -> None:
    await site.tells("wu", "/help")
    await site.passes(timedelta(minutes=3))
    await site.tells("op", "/health")
    told = site.last("@op")
    assert told.startswith("运行情况 11-23 09:03")
    assert "上次发出: 11-23 09:00" in told
    assert "没有办不成的" in told
    assert "2027 年的调休还没公布" in told


async def test_only_operators_ask_for_health(site: Site) -> None:
    for who in ("wu", "li", "zhang", "pan"):
        await site.tells(who, "/health")
        assert "不是给您用的" in site.last(f"@{who}")


async def test_what_failed_is_listed_without_anybodys_words(broken: Site) -> None:
    await broken.tells("op", "/parked")
    told = broken.last("@op")
    assert told.startswith("有 1 件没办成:")
    assert "ZeroDivisionError (test_admin.py:" in told
    assert "三个月" not in told
    assert len(broken.buttons("op")) == 2


async def test_what_failed_is_tried_again_the_normal_way(broken: Site) -> None:
    await broken.tells("op", "/parked")
    await broken.tells("op", f"/parked {number_in(broken)} again")
    assert broken.last("@wu").startswith("有事直接说就行")
    assert await broken.theatre.app.house.store.parked.count() == 0


async def test_pressing_twice_tries_it_once(broken: Site) -> None:
    await broken.tells("op", "/parked")
    label = broken.buttons("op")[0]
    await broken.presses("op", label)
    await broken.presses("op", label)
    helped = [one for one in broken.texts("@wu") if one.startswith("有事直接说就行")]
    assert len(helped) == 1


async def test_what_fails_again_is_parked_again(
    broken: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await broken.tells("op", "/parked")
    with monkeypatch.context() as patch:
        patch.delattr(answer, "overview")
        await broken.presses("op", broken.buttons("op")[0])
    assert await broken.theatre.app.house.store.parked.count() == 1
    await broken.tells("op", "/parked")
    await broken.tells("op", f"/parked {broken.buttons('op')[-2].rpartition(' ')[2]} again")
    assert broken.last("@wu").startswith("有事直接说就行")


async def test_what_is_dropped_is_gone(broken: Site) -> None:
    await broken.tells("op", "/parked")
    await broken.tells("op", f"/parked {number_in(broken)} drop")
    assert await broken.theatre.app.house.store.parked.count() == 0
    await broken.tells("op", "/parked")
    assert broken.last("@op") == "没有办不成的。"


async def test_the_button_is_an_operators_wherever_it_went(broken: Site) -> None:
    house = broken.theatre.app.house
    (cadre,) = await house.store.people.find(None, "li")
    (parked,) = await house.store.parked.list()
    turn = fresh_turn(house, "admin")
    await turn.tell(cadre.id, "x", Tap("press me", "retry", (parked.id, "drop")))
    await house.store.commit(turn.unit)
    await broken.theatre.settle()
    await broken.presses("li", "press me")
    assert "不是给您用的" in broken.last("@li")
    assert await house.store.parked.count() == 1


@pytest.mark.parametrize("words", ["/parked 1 again", "/parked 1", "/parked 1 maybe"])
async def test_a_wrong_number_or_deed_gets_the_way_out(broken: Site, words: str) -> None:
    await broken.tells("op", words)
    assert "/parked 123456 again" in broken.last("@op")
    assert await broken.theatre.app.house.store.parked.count() == 1


def test_an_error_is_its_kind_and_where_it_arose() -> None:
    assert what_failed("a.py:1 f > y.py:7 g > Odd") == "Odd (y.py:7 g)"
    assert what_failed("Odd") == "Odd"
    assert what_failed("") == "?"


async def test_a_plugin_is_off_in_one_group_until_it_is_on_again(site: Site) -> None:
    await site.tells("op", "/plugins off help xiboliang")
    assert site.last("@op") == "help 在“西柏梁”里关了。"
    await site.says("wu", "/help")
    assert not site.seen("@wu")
    await site.says("op", "/plugins")
    assert "help · 关" in site.last("@op")
    await site.says("op", "/plugins on help")
    await site.says("wu", "/help")
    assert site.last("@wu").startswith("有事直接说就行")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("/plugins off hlep xiboliang", "您是想说 help 吗"),
        ("/plugins off nothing_like_it xiboliang", "没有“nothing_like_it”这个插件"),
        ("/plugins off help", "是哪个群"),
        ("/plugins off help nowhere", "没有代号是“nowhere”的群"),
        ("/plugins off admin xiboliang", "不能关"),
        ("/plugins sideways", "这样写:/plugins off prompts xiboliang"),
    ],
)
async def test_a_wrong_switch_gets_one_sentence(site: Site, words: str, told: str) -> None:
    await site.tells("op", words)
    assert told in site.last("@op")


async def a_case(site: Site, number: int, visibility: Visibility) -> Turn:
    house = site.theatre.app.house
    turn = fresh_turn(house, "admin")
    group = await house.store.people.group_by_key("xiboliang")
    (worker,) = await house.store.people.find(None, "wu")
    assert group is not None
    turn.record(
        CaseOpened(
            at=site.now,
            actor=worker.id,
            case=house.store.ids.next(),
            number=number,
            group=group.id,
            reporter=worker.id,
            category="living",
            visibility=visibility,
            priority=Priority.P2,
        )
    )
    return turn


async def test_a_chair_gets_her_week_and_nobody_else_does(site: Site) -> None:
    store = site.theatre.app.house.store
    (cadre,) = await store.people.find(None, "li")
    for number, in_time in ((1, True), (2, False)):
        turn = await a_case(site, number, Visibility.BOARD)
        (case,) = turn.unit.opened_cases
        turn.record(CasePublished(at=site.now, case=case))
        await store.commit(turn.unit)
        turn = fresh_turn(site.theatre.app.house, "admin")
        await turn.case(case)
        if not in_time:
            late = site.now + timedelta(hours=2)
            turn.record(CaseOffered(at=site.now, case=case, to=cadre.id, until=late, level="x"))
            turn.record(OfferLapsed(at=site.now, case=case, to=cadre.id))
        turn.record(CaseAccepted(at=site.now, actor=cadre.id, case=case))
        await store.commit(turn.unit)
    await site.passes(timedelta(days=2))
    await site.tells("zhang", "统计")
    told = site.last("@zhang").splitlines()
    assert told[0] == "西柏梁 · 近 7 天"
    assert told[1] == "请求 2 · 按时接下 1 · 办好 0 · 工友确认 0"
    assert told[2] == "还没办完: 1 天内 0 · 1 到 3 天 2 · 3 到 7 天 0 · 更久 0"
    for who in ("wu", "li", "pan", "op"):
        await site.tells(who, "/stats")
        assert "不是给您用的" in site.last(f"@{who}")


async def test_a_request_before_the_week_is_not_counted_but_ages(site: Site) -> None:
    turn = await a_case(site, 1, Visibility.UNION_ONLY)
    await site.theatre.app.house.store.commit(turn.unit)
    await site.passes(timedelta(days=8))
    await site.says("zhang", "/stats")
    told = site.last("@zhang").splitlines()
    assert told[1].startswith("请求 0")
    assert told[2].endswith("更久 1")


async def test_whoever_is_not_of_the_union_gets_no_small_figures() -> None:
    people = [*PEOPLE, {"handle": "odd", "name": "怪", "role": "chair", "side": "employer"}]
    async with open_site(plugins=["admin"], people=people) as site:
        await site.tells("odd", "/stats")
        assert "请求 不到 5 · 按时接下 不到 5" in site.last("@odd")


async def test_another_groups_figures_are_not_hers(site: Site) -> None:
    await site.tells("zhang", "/stats elsewhere")
    assert "您名下没有这个群" in site.last("@zhang")
