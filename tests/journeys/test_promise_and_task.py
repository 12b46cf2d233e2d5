"""Managers: a promise by 办 in the open, silence under what is hidden, a task and its report."""

from datetime import date, timedelta
from pathlib import Path

from core.chat.message import FileKind
from core.domain.category import Priority
from core.domain.fact import CaseJoined, TaskGiven, TaskPromised, TaskReported
from core.testing.site import SITE
from tests.plugins.casework.given import (
    SHED,
    WAGES,
    ack_of,
    happened,
    open_desk,
    parked,
    taken_shed,
)

LATER = timedelta(minutes=2)
STALE = "这个按钮过期了。发“我的事”看最新的。"


async def test_a_promise_asks_for_the_day_and_tells_the_worker() -> None:
    async with open_desk() as site:
        request = await site.says("wu", SHED)
        await site.passes(LATER)
        promise = await site.says("pan", "马上安排", quotes=request)
        asked = site.seen(SITE)[-1]
        assert (asked.text, asked.reply_to) == ("潘瑶,哪天能好?", promise)
        assert asked.labels == ["今天", "明天", "这周"]
        await site.presses("pan", "明天", SITE)
        case = await site.case()
        assert case.promised == date(2026, 11, 24)
        assert site.last("@wu") == "潘瑶说明天能好。"
        assert site.last(SITE) == "潘瑶说明天能好。"
        assert site.seen(SITE)[-1].edits == asked.id
        assert "潘瑶说11月24日能好" in site.last("@li")
        assert not any(isinstance(one, TaskGiven) for one in await happened(site, case))


async def test_a_quote_of_the_acknowledgement_promises_too() -> None:
    async with open_desk() as site:
        await site.says("wu", SHED)
        await site.passes(LATER)
        await site.says("pan", "办", quotes=ack_of(site).id)
        assert site.last(SITE) == "潘瑶,哪天能好?"


async def test_a_promise_before_publication_is_kept_for_it() -> None:
    async with open_desk() as site:
        request = await site.says("wu", SHED)
        await site.says("pan", "办", quotes=request)
        assert site.last(SITE).startswith("收到")
        await site.passes(LATER)
        assert site.last(SITE) == "潘瑶,哪天能好?"
        assert (
            sum(isinstance(f, TaskPromised) for f in await happened(site, await site.case())) == 1
        )


async def test_a_promise_under_a_hidden_request_is_talk() -> None:
    async with open_desk() as site:
        request = await site.says("ma", WAGES)
        before, case = site.texts(SITE), await site.case()
        await site.says("pan", "马上办", quotes=request)
        await site.passes(LATER)
        await site.says("pan", "马上办", quotes=ack_of(site).id)
        await site.says("hai", "+1", quotes=request)
        assert site.texts(SITE) == before
        assert site.texts("@pan") == []
        facts = await happened(site, case)
        assert not any(isinstance(one, TaskPromised | CaseJoined) for one in facts)


async def test_only_who_promised_names_the_day() -> None:
    async with open_desk() as site:
        request = await site.says("wu", SHED)
        await site.passes(LATER)
        await site.says("pan", "办", quotes=request)
        await site.presses("ma", "今天", SITE)
        assert (await site.case()).promised is None
        assert site.last("@ma") == STALE
        await site.presses("pan", "这周", SITE)
        assert (await site.case()).promised == date(2026, 11, 29)


async def test_a_question_for_a_day_ends_with_its_case() -> None:
    async with open_desk() as site:
        request = await site.says("wu", SHED)
        await site.passes(LATER)
        await site.says("pan", "办", quotes=request)
        asked = site.seen(SITE)[-1]
        await site.tells("wu", "不办了")
        assert site.buttons("pan", SITE) == ["私下说"]
        assert site.last(SITE) == "不用定日子了。"
        case, before = await site.case(), site.texts(SITE)
        await site.theatre.stage.press("pan", SITE, asked.id, f"casework.day:{case.id}:1")
        await site.theatre.settle()
        assert site.last("@pan") == STALE
        assert site.texts(SITE) == before


async def test_the_group_does_not_hear_that_somebody_else_pressed_it() -> None:
    async with open_desk(away=("ma",)) as site:
        request = await site.says("wu", SHED)
        await site.passes(LATER)
        await site.says("pan", "办", quotes=request)
        before = site.texts(SITE)
        await site.presses("ma", "今天", SITE)
        assert site.texts(SITE) == before


async def test_a_day_that_was_said_stands_when_the_case_is_over() -> None:
    async with open_desk() as site:
        request = await site.says("wu", SHED)
        await site.passes(LATER)
        await site.says("pan", "办", quotes=request)
        await site.presses("pan", "明天", SITE)
        await site.tells("wu", "不办了")
        assert site.last(SITE) == "潘瑶说明天能好。"


async def test_a_task_tells_the_manager_the_leads_words_and_nothing_more() -> None:
    async with open_desk() as site:
        await site.says("ma", WAGES)
        await site.presses("li", "我来")
        case = await site.case()
        await site.presses("li", "请办")
        assert site.buttons("li")[-1] == "潘瑶(工程)"
        await site.presses("li", "潘瑶(工程)")
        await site.tells("li", "请把木工班考勤表给我")
        letter = site.seen("@pan")[-1]
        assert letter.text == "李红梅请您办:请把木工班考勤表给我"
        assert letter.labels == ["办好了", "办不了"]
        assert str(case.number) not in letter.text
        await site.presses("pan", "办好了")
        assert site.last("@pan") == "请把木工班考勤表给我\n谢谢您!这就告诉李红梅。"
        assert site.texts("@li")[-1].endswith(f"{case.number} 潘瑶说办好了。")
        await site.theatre.stage.press("pan", None, letter.id, f"casework.task_done:{case.id}")
        await site.theatre.settle()
        assert sum(isinstance(f, TaskReported) for f in await happened(site, case)) == 1


async def test_a_manager_says_why_not_and_replies_with_words() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        await site.tells("li", f"/task {case.number} @pan 东门边搭个棚")
        letter = site.seen("@pan")[-1]
        await site.presses("pan", "办不了")
        await site.tells("pan", "地是甲方的")
        assert site.last("@li") == f"{case.number} 潘瑶说办不了:地是甲方的"
        await site.tells("pan", "我再问问", quotes=letter.id)
        assert site.last("@li") == f"{case.number} 潘瑶:我再问问"
        await site.tells("pan", "办好了", quotes=letter.id)
        assert site.last("@li") == f"{case.number} 潘瑶说办好了。"
        assert await parked(site) == 0


async def test_a_manager_without_a_private_chat_gets_no_task() -> None:
    async with open_desk(away=("pan",)) as site:
        case, _ = await taken_shed(site)
        await site.tells("li", f"/task {case.number} @pan 东门边搭个棚")
        assert any(one.startswith("潘瑶还没开私聊") for one in site.texts("@li"))
        assert not any(isinstance(one, TaskGiven) for one in await happened(site, case))


async def test_what_a_lead_says_to_nobody_is_no_request_of_his_own(tmp_path: Path) -> None:
    photo = tmp_path / "shed.jpg"
    photo.write_bytes(b"\xff\xd8 a shed")
    async with open_desk() as site:
        await taken_shed(site)
        await site.tells("li", "收到,我晚上来看")
        await site.says("li", "", None, files=[(FileKind.PHOTO, photo)])
        asked = "是哪一件?请带上编号,比如“回复 317 明天去看”。"
        assert site.texts("@li")[-2:] == [asked, asked]
        await site.tells("li", "好的,谢谢")
        assert site.texts("@li").count(asked) == 2
        assert len(await site.cases()) == 1
        await site.tells("li", "/ask 我家孩子上学的事")
        assert len(await site.cases()) == 2


async def test_danger_is_heard_though_a_lead_reports_it() -> None:
    async with open_desk() as site:
        await taken_shed(site)
        await site.tells("li", "三号楼有人从架子上摔下来了,快来人!")
        assert (await site.case()).priority is Priority.P0


async def test_who_leads_nothing_may_ask_in_plain_words() -> None:
    async with open_desk() as site:
        await site.tells("wang", "我家孩子上学的事能不能帮忙问问")
        assert len(await site.cases()) == 1


async def test_me_too_joins_without_noise_and_hears_of_the_end() -> None:
    async with open_desk() as site:
        case, request = await taken_shed(site)
        await site.passes(LATER)
        before = site.texts(SITE)
        await site.says("ma", "我也是", quotes=request)
        await site.says("ma", "+1", quotes=request)
        await site.says("hai", "+1", quotes=ack_of(site).id)
        assert site.texts(SITE) == before
        assert len((await site.case()).joined) == 2
        assert "还有 2 人也要" in site.last("@li")
        await site.tells("li", f"/done {case.number}")
        await site.presses("wu", "好了")
        assert site.last("@ma") == f"您也要的“{SHED}”,办好了。"


async def test_me_too_before_publication_counts_after_it() -> None:
    async with open_desk() as site:
        request = await site.says("wu", SHED)
        await site.says("ma", "+1", quotes=request)
        assert not (await site.case()).joined
        await site.passes(timedelta(minutes=3))
        assert len((await site.case()).joined) == 1


async def test_a_doer_who_says_done_under_the_request_reports_to_the_lead() -> None:
    async with open_desk() as site:
        case, request = await taken_shed(site)
        await site.passes(LATER)
        await site.says("pan", "马上安排", quotes=request)
        before = site.texts(SITE)
        await site.says("pan", "弄好了", quotes=request)
        assert site.last("@li") == f"{case.number} 潘瑶说办好了。"
        assert site.texts(SITE) == before
        await site.says("liu", "弄好了", quotes=request)
        reports = [one for one in await happened(site, case) if isinstance(one, TaskReported)]
        assert len(reports) == 1
