"""A request on its whole way: asked, offered, taken, answered, done, confirmed, rated."""

from datetime import timedelta
from pathlib import Path

from core.chat.message import FileKind
from core.domain.case import State
from core.domain.category import Visibility
from core.domain.fact import CaseAccepted, CaseRated, CaseReopened, ProofAdded, WorkerTold
from core.testing.site import SITE, Site
from tests.plugins.casework.given import (
    SHED,
    WAGES,
    card_of,
    happened,
    open_desk,
    parked,
    taken_shed,
)


async def test_from_asked_to_rated() -> None:
    async with open_desk() as site:
        await site.says("wu", SHED)
        card = card_of(site, "li")
        assert card.labels == ["我来", "转交"]
        assert "仵金生(水暖工)" in card.text
        assert SHED in card.text
        await site.presses("li", "我来")
        assert site.last("@wu") == "李红梅在办您的事了。"
        assert site.buttons("li") == ["回复", "追问", "请办", "办好了"]
        await site.tells("li", "明天上午去看", quotes=card.id)
        assert site.last("@wu") == "李红梅:明天上午去看"
        assert site.last("@li") == "转给仵师傅了。"
        await site.presses("li", "办好了")
        await site.tells("li", "棚搭好了,在东门")
        assert site.last("@wu") == "李红梅说办好了:棚搭好了,在东门。好了吗?"
        await site.presses("wu", "好了")
        assert site.buttons("wu") == ["★", "★★", "★★★", "★★★★", "★★★★★"]
        await site.presses("wu", "★★★★★")
        case = await site.case()
        assert (case.state, case.stars) == (State.SOLVED, 5)
        assert site.buttons("wu") == site.buttons("li") == []
        assert "解决了 ★★★★★" in site.last("@li")
        assert await parked(site) == 0


async def test_the_group_thanks_the_doers_by_name_where_it_was_confirmed() -> None:
    async with open_desk() as site:
        _, request = await taken_shed(site)
        await site.passes(timedelta(minutes=2))
        await site.says("pan", "马上安排", quotes=request)
        await site.presses("li", "办好了")
        await site.presses("li", "就这样")
        said = await site.says("wu", "好了 谢谢")
        thanks = [one for one in site.seen(SITE) if not one.edits][-1]
        assert (thanks.text, thanks.reply_to) == ("太好了!谢谢潘瑶、李红梅。", said)
        assert site.buttons("wu")[-1] == "★★★★★"


async def test_a_secret_case_is_confirmed_in_the_group_without_a_word_there() -> None:
    async with open_desk() as site:
        await site.says("ma", WAGES)
        await site.presses("li", "我来")
        await site.presses("li", "办好了")
        await site.presses("li", "就这样")
        before = site.texts(SITE)
        await site.says("ma", "解决了,谢谢")
        assert (await site.case()).state is State.SOLVED
        assert site.texts(SITE) == before


async def test_not_solved_goes_back_to_the_same_lead() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        await site.tells("li", f"/done {case.number} 好了")
        await site.presses("wu", "没解决")
        again = await site.case()
        assert (again.state, again.lead) == (State.ACTIVE, case.lead)
        assert site.last("@wu") in ("知道了,李红梅接着办。", "这件接着办。")
        assert f"{case.number} 仵师傅说还没好。" in site.texts("@li")
        await site.tells("li", f"/done {case.number}")
        await site.says("wu", "好了,谢谢")
        await site.passes(timedelta(days=20))
        await site.says("wu", "又漏了")
        assert (await site.case()).reopened == 2


async def test_after_a_month_it_is_another_matter() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        await site.tells("li", f"/done {case.number}")
        await site.says("wu", "好了,谢谢")
        await site.passes(timedelta(days=31))
        await site.says("wu", "又漏了")
        assert (await site.cases())[0].state is State.SOLVED


async def test_a_photo_goes_with_the_reply(tmp_path: Path) -> None:
    photo = tmp_path / "shed.jpg"
    photo.write_bytes(b"\xff\xd8 a shed")
    async with open_desk() as site:
        case, request = await taken_shed(site)
        card = card_of(site, "li")
        files = [(FileKind.PHOTO, photo)]
        await site.says("li", "搭成这样", None, quotes=card.id, files=files)
        letter = [one for one in site.seen("@wu") if one.files][-1]
        assert (letter.text, letter.files) == ("李红梅:搭成这样", ("shed.jpg",))
        facts = await happened(site, case)
        assert [type(one) for one in facts[-2:]] == [ProofAdded, WorkerTold]
        await site.passes(timedelta(minutes=2))
        await site.says("wu", "", quotes=request, files=files)
        assert [one.files for one in site.seen("@li")][-1] == ("shed.jpg",)


async def test_what_the_worker_answers_reaches_the_lead_and_opens_nothing_new() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        await site.presses("li", "追问")
        await site.tells("li", "要停几辆?")
        assert site.last("@wu") == "李红梅问您:要停几辆?"
        assert (await site.case()).state is State.ASKED
        await site.tells("wu", "二十来辆")
        assert f"{case.number} 仵师傅:二十来辆" in site.texts("@li")
        assert (await site.case()).state is State.ACTIVE
        await site.tells("wu", "最好在东门")
        assert f"{case.number} 仵师傅:最好在东门" in site.texts("@li")
        assert len(await site.cases()) == 1


async def test_words_about_wages_are_no_part_of_the_shed() -> None:
    async with open_desk() as site:
        shed, _ = await taken_shed(site)
        await site.tells("wu", WAGES)
        assert len(await site.cases()) == 2
        assert not any("工资" in fact.text for fact in await happened(site, shed))


async def test_wage_talk_in_other_words_is_a_case_of_its_own() -> None:
    async with open_desk() as site:
        shed, _ = await taken_shed(site)
        await site.passes(timedelta(minutes=5))
        await site.tells("wu", "三个月没发了")
        await site.tells("wu", "老板拖着不给钱")
        wages = await site.case()
        assert [one.category for one in await site.cases()] == [shed.category, "wages"]
        assert wages.visibility is Visibility.UNION_ONLY
        assert not any("没发" in fact.text for fact in await happened(site, shed))


async def test_repaired_ends_a_case_that_nobody_has_taken() -> None:
    async with open_desk() as site:
        await site.says("wu", "能不能修下水龙头")
        await site.says("wu", "好了 谢谢")
        assert (await site.case()).state is State.OFFERED
        await site.says("wu", "修好了")
        assert (await site.case()).state is State.SOLVED
        assert site.buttons("li") == []
        assert await parked(site) == 0


async def test_good_thanks_is_enough_where_somebody_has_promised() -> None:
    async with open_desk() as site:
        await site.tells("wu", WAGES)
        request = await site.says("wu", "能不能修下水龙头")
        await site.passes(timedelta(minutes=2))
        await site.says("pan", "办", quotes=request)
        await site.says("wu", "好了 谢谢")
        assert [one.state for one in await site.cases()] == [State.OFFERED, State.SOLVED]
        assert "太好了!谢谢潘瑶。" in site.texts(SITE)


async def test_two_cadres_at_once_and_one_wins() -> None:
    async with open_desk() as site:
        await site.says("wu", SHED)
        case = await site.case()
        stage = site.theatre.stage
        for who in ("li", "wang"):
            await stage.say(who, None, f"/take {case.number}")
        await site.theatre.settle()
        accepted = [f for f in await happened(site, case) if isinstance(f, CaseAccepted)]
        assert len(accepted) == 1
        assert (await site.case()).lead == accepted[0].actor
        answers = site.texts("@li") + site.texts("@wang")
        assert sum("先接了" in one for one in answers) == 1


async def test_taken_twice_is_taken_once() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        await press_again(site, "li", card_of(site, "li").id, f"casework.take:{case.id}")
        facts = await happened(site, case)
        assert sum(isinstance(one, CaseAccepted) for one in facts) == 1
        assert site.last("@li") == f"{case.number} 已经在您手上了。"


async def test_stars_given_twice_count_once() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        await site.tells("li", f"/done {case.number}")
        await site.tells("wu", "好了,谢谢")
        stars = next(one for one in site.seen("@wu") if len(one.labels) == 5)
        await site.presses("wu", "★★★")
        await press_again(site, "wu", stars.id, f"myside.stars:{case.id}:5")
        facts = await happened(site, case)
        assert [one.stars for one in facts if isinstance(one, CaseRated)] == [3]


async def press_again(site: Site, who: str, message: str, data: str) -> None:
    """Press a button that has just gone, as a slow phone does."""
    await site.theatre.stage.press(who, None, message, data)
    await site.theatre.settle()
    assert await parked(site) == 0


async def test_doubt_pressed_twice_reopens_once() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        await site.tells("li", f"/done {case.number}")
        question = [one for one in site.seen("@wu") if "好了吗?" in one.text][-1]
        for _ in range(2):
            await press_again(site, "wu", question.id, f"myside.unsolved:{case.id}")
        facts = await happened(site, case)
        assert sum(isinstance(one, CaseReopened) for one in facts) == 1
        assert site.last("@wu") == "知道了,李红梅接着办。"


async def test_nobody_else_can_answer_a_question_in_the_group() -> None:
    async with open_desk(away=("wu",)) as site:
        case, _ = await taken_shed(site)
        await site.passes(timedelta(minutes=2))
        await site.tells("li", f"/done {case.number} 搭好了")
        asked = site.seen(SITE)[-1]
        assert (asked.text, asked.labels) == ("李红梅说办好了:搭好了。好了吗?", ["好了", "没解决"])
        before = site.texts("@ma")
        for label in asked.labels:
            await site.presses("ma", label, SITE)
        assert (await site.case()).state is State.VERIFYING
        assert site.texts("@ma") == before
        await site.presses("wu", "好了", SITE)
        assert (await site.case()).state is State.SOLVED
        assert "太好了!谢谢李红梅。" in site.texts(SITE)


async def test_who_is_away_in_private_is_answered_under_his_request() -> None:
    async with open_desk(away=("wu",)) as site:
        request = await site.says("wu", SHED)
        await site.passes(timedelta(minutes=2))
        await site.presses("li", "我来")
        await site.tells("li", "明天去看", quotes=card_of(site, "li").id)
        told = site.seen(SITE)[-1]
        assert (told.text, told.reply_to) == ("李红梅:明天去看", request)
        assert site.last("@li") == "仵师傅没开私聊,在群里回他了。"


async def test_a_secret_case_only_calls_its_worker_and_waits_for_him() -> None:
    async with open_desk(away=("ma",)) as site:
        request = await site.says("ma", WAGES)
        await site.passes(timedelta(minutes=2))
        await site.presses("li", "我来")
        card = card_of(site, "li")
        await site.tells("li", "欠了几个月?", quotes=card.id)
        await site.tells("li", "合同在不在手上?", quotes=card.id)
        call = site.seen(SITE)[-1]
        assert (call.text, call.reply_to) == ("李红梅想跟您说句话,请私下找我。", request)
        assert sum("想跟您说句话" in one for one in site.texts(SITE)) == 1
        await site.tells("ma", "在吗")
        assert site.texts("@ma")[-2:] == ["李红梅:欠了几个月?", "李红梅:合同在不在手上?"]
