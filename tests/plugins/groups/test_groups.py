"""Chats and people: bound, greeted, shown what is kept, forgotten."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core.api.case import State
from core.api.mail import Incoming, Kind
from core.api.people import Membership, Role, Side
from core.chat.message import Sender
from core.settings import load_settings
from core.testing.site import CONFIG, PEOPLE, SITE, Site, open_site
from tests.plugins.routing.given import now, opened, person

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site(plugins=["groups", "routing"]) as built:
        yield built


async def memberships(site: Site, handle: str) -> tuple[Membership, ...]:
    return await site.theatre.app.house.store.people.memberships(await person(site, handle))


async def hears(site: Site, kind: Kind, user: str = "zhang", **more: str) -> None:
    """Let the platform report something that people cannot play on the stage."""
    message = Incoming(
        account="sandbox.main",
        chat=more.get("chat", SITE),
        id=f"{kind}-{user}",
        at=site.now,
        sender=Sender(f"sandbox:{user}", more.get("name", "")),
        private=kind is Kind.OPENED,
        kind=kind,
        text=more.get("text", ""),
    )
    await site.theatre.app.desks["sandbox.main"].hear(message)
    await site.theatre.settle()


# coming and going


async def test_a_newcomer_is_an_unverified_worker_and_the_group_hears_nothing(site: Site) -> None:
    await site.theatre.stage.join(SITE, "xin", "新来的")
    await site.theatre.settle()
    (held,) = await memberships(site, "xin")
    assert (held.role, held.side, held.verified) == (Role.WORKER, Side.UNKNOWN, False)
    assert site.texts(SITE) == []


async def test_somebody_known_who_joins_again_is_who_he_was(site: Site) -> None:
    await site.theatre.stage.join(SITE, "wu", "仵金生")
    await site.theatre.settle()
    (held,) = await memberships(site, "wu")
    assert held.verified


async def test_who_leaves_belongs_no_more_and_his_offers_go_on(site: Site) -> None:
    case = await opened(site)
    await site.theatre.stage.leave(SITE, "li")
    await site.theatre.settle()
    assert await memberships(site, "li") == ()
    after = await now(site, case.id)
    assert after.offered_to == await person(site, "wang")


async def test_the_chair_hears_at_once_that_the_bot_was_shown_out(site: Site) -> None:
    await hears(site, Kind.REMOVED, "pan", name="潘瑶")
    assert site.last("@zhang") == "潘瑶把连心移出“西柏梁”群了,群里的事听不到了。"
    store = site.theatre.app.house.store
    group = await store.people.group_by_key(SITE)
    assert group is not None
    assert await store.places.of_group(group.id) == ()


async def test_a_moved_chat_stays_the_groups(site: Site) -> None:
    await hears(site, Kind.MOVED, text="xiboliang-super")
    place = await site.theatre.app.house.store.places.by_chat("sandbox.main", "xiboliang-super")
    assert place is not None
    assert place.group is not None


# binding


@pytest.fixture
async def operated() -> AsyncIterator[Site]:
    settings = load_settings(CONFIG, {}).model_copy(update={"operator": "sandbox:zhang"})
    async with open_site(plugins=["groups"], settings=settings) as built:
        await built.theatre.stage.join("g9", "zhang", "张莉", quietly=True)
        yield built


async def test_an_operator_binds_a_chat_by_key_or_by_button(operated: Site) -> None:
    store = operated.theatre.app.house.store
    await operated.says("zhang", "/bind nowhere", "g9")
    assert operated.last("g9") == "没有叫“nowhere”的工地。发 /bind 看看有哪些。"
    await operated.says("zhang", "/bind", "g9")
    assert operated.buttons("zhang", "g9") == ["西柏梁"]
    await operated.presses("zhang", "西柏梁", "g9")
    assert operated.last("g9") == "好了,这个群接上“西柏梁”的工会服务了。"
    group = await store.people.group_by_key(SITE)
    assert group is not None
    assert len(await store.places.of_group(group.id)) == 2


async def test_an_operator_of_the_roster_binds_a_chat_too() -> None:
    operator = {"handle": "yun", "name": "云维", "role": "operator"}
    async with open_site(plugins=["groups"], people=[*PEOPLE, operator]) as site:
        await site.theatre.stage.join("g9", "yun", "云维", quietly=True)
        await site.says("yun", "/bind xiboliang", "g9")
        assert site.last("g9") == "好了,这个群接上“西柏梁”的工会服务了。"


async def test_nobody_else_binds_a_chat(operated: Site) -> None:
    await operated.says("li", "/bind xiboliang")
    assert operated.last(SITE).startswith("/bind 不是给您用的")
    await operated.says("zhang", "/bind")
    await operated.presses("li", "西柏梁", SITE)
    assert operated.last("@li").startswith("/bind 不是给您用的")


# oneself


async def test_opening_the_chat_is_answered_warmly(site: Site) -> None:
    greetings = {
        "wu": "仵师傅您好,我是连心,工会的。有事直接跟我说,李红梅帮您办。",
        "li": "李红梅您好,我是连心。工友的事会送到这儿,点按钮就能办。",
        "pan": "潘瑶您好,我是连心。工会请您办的事会送到这儿。",
        "xin": "您好,我是连心,工会的。有事直接跟我说,不花钱。",
    }
    await site.theatre.stage.seat("xin", "新来的")
    await site.theatre.settle()
    for handle in ("wu", "li", "pan"):
        await hears(site, Kind.OPENED, handle, chat=f"@{handle}")
    for handle, greeting in greetings.items():
        assert site.last(f"@{handle}") == greeting
        assert len(greeting) <= 60


async def test_what_is_kept_is_said_in_plain_words(site: Site) -> None:
    await opened(site)
    await site.tells("wu", "我的信息")
    assert site.last("@wu") == (
        "您叫仵金生,账号 sandbox:wu。\n西柏梁:工友,水暖工。\n联系您的干部:李红梅。\n"
        "记着您的事:1 件。群里闲聊不留。\n用的语言:中文。\n要全部删掉,发:注销"
    )


async def test_a_language_is_chosen_by_button(site: Site) -> None:
    await site.tells("wu", "语言")
    assert site.buttons("wu") == ["中文", "English"]
    await site.presses("wu", "English")
    assert site.last("@wu") == "Good, English from now on."
    await site.tells("wu", "/me")
    assert site.last("@wu").startswith("You are 仵金生")


async def test_forgetting_needs_a_second_word(site: Site) -> None:
    case = await opened(site)
    await site.tells("wu", "注销")
    assert site.buttons("wu") == ["注销", "不注销"]
    await site.presses("wu", "不注销")
    assert site.last("@wu") == "好,都还在。"
    await site.presses("wu", "注销")
    assert site.last("@wu") == "都删了。您随时可以再来,保重。"
    store = site.theatre.app.house.store
    assert await store.people.by_user("sandbox:wu") is None
    after = await now(site, case.id)
    assert (after.state, after.text) == (State.WITHDRAWN, "")


async def test_forgetting_ten_minutes_later_needs_asking_again(site: Site) -> None:
    await site.tells("wu", "/forget")
    await site.passes(11 * MINUTE)
    await site.presses("wu", "注销")
    assert site.last("@wu") == "过了十分钟了。真要注销,请再发一次:注销"
    assert await site.theatre.app.house.store.people.by_user("sandbox:wu") is not None


async def test_who_comes_back_after_being_forgotten_is_somebody_new_and_is_reached(
    site: Site,
) -> None:
    before = await person(site, "wu")
    await site.tells("wu", "/forget")
    await site.presses("wu", "注销")
    await site.tells("wu", "/me")
    after = await person(site, "wu")
    assert after != before
    home = await site.theatre.app.house.store.places.private_of(after)
    assert home is not None


# one's people


async def test_a_cadre_sees_his_people_those_with_something_open_first(site: Site) -> None:
    await opened(site, "ma")
    await site.tells("li", "我的人")
    assert site.last("@li") == "您联系 2 位工友,1 位有事在办。\n马强 木工:300 号\n仵金生 水暖工"


async def test_the_chair_sees_the_figures_and_no_names(site: Site) -> None:
    await site.theatre.stage.join(SITE, "xin", "新来的")
    await site.theatre.settle()
    await site.tells("zhang", "花名册")
    assert site.last("@zhang") == (
        "西柏梁,共 10 人:\n工友 4\n班组长 1\n工会干部 2\n主席 1\n项目管理 1\n上级工会 1\n"
        "没有干部联系的工友:1\n扫码进来还没登记的:1"
    )
    await site.tells("wu", "/roster")
    assert site.last("@wu").startswith("/roster 不是给您用的")
