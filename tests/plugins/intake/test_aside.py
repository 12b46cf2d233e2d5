"""The way from the group into private, and taking one's words out of the group."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core.domain.case import Case
from core.domain.fact import CaseAppended
from core.testing import Site, open_site
from core.testing.site import PEOPLE, SITE

WAGES = "我们班三个月没发工资了"
COME = "这事我私下跟您说"
ABROAD = "yulin"
TWO_GROUPS = (
    *PEOPLE,
    {"group": ABROAD, "group_name": "榆林", "handle": "wu", "name": "仵金生", "role": "worker"},
)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site(plugins=["intake"]) as here:
        for one in ("wu", "ma"):
            await here.tells(one, "在吗")
        here.theatre.recorder.clear()
        yield here


async def added(site: Site, case: Case) -> list[str]:
    history = await site.theatre.app.house.store.cases.history(case.id)
    return [row.fact.text for row in history if isinstance(row.fact, CaseAppended)]


async def test_the_button_leads_the_reporter_to_his_number(site: Site) -> None:
    await site.says("wu", WAGES)
    case = await site.case()
    await site.presses("wu", "私下说", SITE)
    assert site.last("@wu").endswith(f"这里只有工会看得见。您的事是 {case.number} 号。")
    assert len(site.texts(SITE)) == 1, "nothing more in the group"


async def test_what_he_says_then_belongs_to_his_case(site: Site) -> None:
    await site.says("wu", WAGES)
    await site.passes(timedelta(minutes=20))
    await site.presses("wu", "私下说", SITE)
    for words in ("钢筋一班,我这份两万一", "宿舍也没热水"):
        await site.tells("wu", words)
    (case,) = await site.cases()
    assert await added(site, case) == ["钢筋一班,我这份两万一", "宿舍也没热水"]


async def test_somebody_else_who_presses_learns_nothing(site: Site) -> None:
    await site.says("wu", WAGES)
    await site.presses("ma", "私下说", SITE)
    assert site.texts("@ma") == ["有事在这里跟我说,只有工会看得见。"]


async def test_without_a_private_chat_everybody_hears_the_same(site: Site) -> None:
    for one in ("chen", "niu"):
        await site.theatre.stage.seat(one, one, private=False)
        await site.theatre.stage.join(SITE, one, one)
    await site.says("chen", WAGES)
    assert len(site.texts(SITE)) == 1, "not a word more than for any other request"
    for one in ("chen", "niu"):
        await site.presses(one, "私下说", SITE)
    own, other = site.texts(SITE)[1:]
    assert own == other
    assert COME in own


async def test_words_typed_in_public_are_deleted_at_his_wish(site: Site) -> None:
    message = await site.says("wu", WAGES)
    assert site.last("@wu").endswith("群里那句话要删掉吗?")
    await site.presses("wu", "删掉")
    assert [one.deletes for one in site.seen(SITE)] == [None, message]
    assert site.last("@wu").startswith("好,群里那句我去删。")
    assert site.buttons("wu") == []


async def test_words_typed_in_public_stay_at_his_wish(site: Site) -> None:
    await site.says("wu", WAGES)
    await site.presses("wu", "留着")
    assert [one.deletes for one in site.seen(SITE)] == [None]
    assert site.buttons("wu") == []


async def test_a_public_matter_is_not_asked_about_deleting(site: Site) -> None:
    await site.says("wu", "能不能给大家搭个棚子?")
    assert site.buttons("wu") == []


async def test_who_is_in_several_groups_is_asked_which_one() -> None:
    async with open_site(plugins=["intake"], people=TWO_GROUPS) as site:
        await site.tells("wu", "宿舍没热水,谁来看看?")
        assert await site.cases() == []
        assert sorted(site.buttons("wu")) == ["榆林", "西柏梁"]
        await site.presses("wu", "榆林")
        case = await site.case()
        group = await site.theatre.app.house.store.people.group_by_key(ABROAD)
        assert group is not None
        assert (case.group, case.text) == (group.id, "宿舍没热水,谁来看看?")


async def test_the_group_may_be_named_in_words() -> None:
    async with open_site(plugins=["intake"], people=TWO_GROUPS) as site:
        await site.tells("wu", "宿舍没热水,谁来看看?")
        await site.tells("wu", "榆林")
        assert len(await site.cases()) == 1


async def test_what_is_said_before_the_group_is_named_is_not_lost() -> None:
    async with open_site(plugins=["intake"], people=TWO_GROUPS) as site:
        await site.tells("wu", "宿舍没热水,谁来看看?")
        await site.tells("wu", "想买火车票回家")
        await site.presses("wu", "西柏梁")
        text = (await site.case()).text
        assert text == "宿舍没热水,谁来看看?\n想买火车票回家"


async def test_a_request_whose_group_nobody_names_is_opened_all_the_same() -> None:
    async with open_site(plugins=["intake"], people=TWO_GROUPS) as site:
        await site.tells("wu", "宿舍没热水,谁来看看?")
        await site.passes(timedelta(minutes=29))
        assert await site.cases() == []
        await site.passes(timedelta(minutes=1))
        case = await site.case()
        assert case.text == "宿舍没热水,谁来看看?"
        assert str(case.number) in site.last("@wu")
        await site.passes(timedelta(hours=1))
        assert len(await site.cases()) == 1


async def test_a_group_that_was_named_is_not_asked_again() -> None:
    async with open_site(plugins=["intake"], people=TWO_GROUPS) as site:
        await site.tells("wu", "宿舍没热水,谁来看看?")
        await site.presses("wu", "榆林")
        await site.passes(timedelta(hours=1))
        assert len(await site.cases()) == 1
