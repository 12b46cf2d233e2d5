"""What one may see of a case and what not: numbers, secrecy, who has read, the clock's end."""

from datetime import timedelta

import pytest

from core.domain.case import State
from core.domain.category import Visibility
from core.domain.fact import CaseEscalated, CaseUnconfirmed, CaseWithdrawn
from core.testing.site import SITE
from tests.plugins.casework.given import SHED, WAGES, happened, open_desk, taken_shed

COMMANDS = (
    "/status {n}", "{n}", "/withdraw {n}", "/private {n}", "/reply {n} x", "/take {n}",
    "/note {n} x",
    "/question {n} x", "/visit {n}", "/done {n}", "/task {n} @pan x", "/who {n}",
)  # fmt: skip


@pytest.mark.parametrize("who", ["hai", "pan", "liu"])
@pytest.mark.parametrize("command", COMMANDS)
async def test_a_hidden_number_is_answered_like_an_unknown_one(who: str, command: str) -> None:
    async with open_desk() as site:
        await site.says("ma", WAGES)
        await site.passes(timedelta(minutes=2))
        hidden = (await site.case()).number
        await site.tells(who, command.format(n=hidden))
        first = site.last(f"@{who}")
        unknown = 998 if hidden != 998 else 997
        await site.tells(who, command.format(n=unknown))
        assert site.last(f"@{who}").replace(str(unknown), "#") == first.replace(str(hidden), "#")


async def test_a_sealed_number_is_unknown_even_to_other_cadres() -> None:
    async with open_desk() as site:
        await site.tells("ma", "班长说我再告状就不让我干了,还要打我")
        case = await site.case()
        assert case.visibility is Visibility.SEALED
        await site.tells("wang", f"/status {case.number}")
        assert site.last("@wang") == f"没找到 {case.number} 号。发“我的事”看看您的事。"


async def test_a_manager_sees_how_an_open_case_stands_but_no_words_and_no_names() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        await site.passes(timedelta(minutes=2))
        await site.tells("pan", f"/status {case.number}")
        assert site.last("@pan") == f"{case.number} · 吃住行\n李红梅在办"


async def test_my_cases_are_told_in_plain_words() -> None:
    async with open_desk() as site:
        await site.tells("wu", "我的事")
        assert site.last("@wu").startswith("您这儿没有在办的事")
        await site.says("wu", SHED)
        number = (await site.case()).number
        await site.tells("wu", "我的事")
        assert site.last("@wu") == f"您的事:\n{number} 吃住行:等人接"
        await site.presses("li", "我来")
        await site.presses("wu", str(number))
        assert site.last("@wu").splitlines()[2:] == ["李红梅在办", "今天 李红梅接了"]


async def test_private_raises_it_and_keeps_the_site_out() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        await site.passes(timedelta(minutes=2))
        await site.tells("wu", "私下说")
        assert (await site.case()).visibility is Visibility.UNION_ONLY
        assert site.last("@wu") == f"{case.number} 只有工会看得到了。"
        await site.presses("wu", "不给项目上的人看")
        assert (await site.case()).withheld
        await site.tells("pan", f"/status {case.number}")
        assert site.last("@pan").startswith("没找到")


async def test_withdrawing_asks_nothing_and_tells_the_lead() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        await site.tells("wu", "不办了")
        assert site.last("@wu") == f"好,{case.number} 不办了。想再办就跟我说。"
        assert f"{case.number} 仵师傅不办了。" in site.texts("@li")
        assert any(isinstance(one, CaseWithdrawn) for one in await happened(site, case))


async def test_who_has_read_is_answered_with_names() -> None:
    async with open_desk() as site:
        await site.says("ma", WAGES)
        number = (await site.case()).number
        await site.presses("li", "我来")
        await site.tells("zhang", f"/status {number}")
        await site.tells("ma", "谁看过我的事")
        assert site.last("@ma") == f"{number}:李红梅、张莉看过。"


async def test_who_had_the_card_before_it_was_a_secret_is_named_too() -> None:
    async with open_desk() as site:
        await site.says("wu", SHED)
        number = (await site.case()).number
        await site.tells("wu", "私下说")
        await site.tells("wu", "谁看过我的事")
        assert site.last("@wu") == f"{number}:李红梅看过。"


async def test_an_unanswered_question_is_asked_again_and_ends_unconfirmed() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        await site.tells("li", f"/done {case.number}")
        await site.passes(timedelta(days=1, minutes=1))
        assert site.last("@wu") == f"{case.number} 号,李红梅说办好了。您那边好了吗?"
        await site.passes(timedelta(days=6))
        assert sum("您那边好了吗?" in one for one in site.texts("@wu")) == 2
        assert (await site.case()).state is State.UNCONFIRMED


async def test_a_rights_case_is_never_ended_by_the_clock() -> None:
    async with open_desk() as site:
        await site.says("ma", WAGES)
        await site.presses("li", "我来")
        case = await site.case()
        await site.tells("li", f"/done {case.number}")
        await site.passes(timedelta(days=8))
        facts = await happened(site, case)
        assert (await site.case()).state is State.VERIFYING
        assert not any(isinstance(one, CaseUnconfirmed) for one in facts)
        rung = [one for one in facts if isinstance(one, CaseEscalated)]
        assert rung[-1].trigger == "call_back"
        assert any("请您打个电话问问" in one for one in site.texts("@zhang"))


async def test_commands_in_the_group_are_answered_in_private() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        before = site.texts(SITE)
        for words in (f"/status {case.number}", "/mine"):
            await site.says("wu", words)
        for words in ("/cases", f"/note {case.number} 谈过了", f"/reply {case.number} 明天去"):
            await site.says("li", words)
        assert site.texts(SITE) == before


async def test_shelving_tells_worker_and_lead_and_comes_up_again() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        await site.tells("zhang", f"/shelve {case.number} 等材料进场 12-01")
        assert site.last("@wu") == "先放一放,12月1日再看:等材料进场"
        assert f"{case.number} 先放一放,12月1日再看:等材料进场" in site.texts("@li")
        await site.passes(timedelta(days=9))
        assert (await site.case()).state is State.ACTIVE
        assert f"{case.number} 到日子了,该接着办了。" in site.texts("@li")


async def test_a_cadre_opens_a_case_for_somebody() -> None:
    async with open_desk() as site:
        await site.tells("li", "/for @wu 想给家里人找间房")
        case = await site.case()
        assert case.visibility is Visibility.UNION_ONLY
        assert site.last("@wu").endswith(f"李红梅替您记了一件事,编号 {case.number}。")
        await site.tells("li", f"/visit {case.number} 去宿舍看过")
        assert site.last("@li") == f"{case.number} 走访记下了。"
        await site.tells("li", "/cases")
        assert site.last("@li").startswith("手上 1 件:")
