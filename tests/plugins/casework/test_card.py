"""What a card shows, to whom, and that it changes in its place."""

from datetime import timedelta
from pathlib import Path

from core.chat.message import FileKind
from core.store.step import Step, Writer
from core.store.unit import Deed
from core.testing.site import PEOPLE, open_site
from tests.plugins.casework.given import (
    PLUGINS,
    SHED,
    WAGES,
    card_of,
    open_desk,
    parked,
    taken_shed,
)


async def test_a_card_says_what_who_and_the_words() -> None:
    async with open_desk() as site:
        await site.says("wu", SHED)
        number = (await site.case()).number
        assert card_of(site, "li").text == f"{number} · 吃住行\n仵金生(水暖工)\n“{SHED}”"


async def test_a_secret_card_opens_with_a_neutral_line() -> None:
    async with open_desk() as site:
        await site.says("ma", WAGES)
        assert card_of(site, "li").text.splitlines()[0] == "连心有新消息"


async def test_a_voice_message_is_named_where_there_are_no_words(tmp_path: Path) -> None:
    voice, photo = tmp_path / "a.ogg", tmp_path / "x.jpg"
    voice.write_bytes(b"OggS a voice")
    photo.write_bytes(b"\xff\xd8 a leak")
    async with open_desk() as site:
        await site.says("wu", "", None, files=[(FileKind.VOICE, voice)])
        number = (await site.case()).number
        assert "(发来语音)" in card_of(site, "li").text
        assert "“”" not in card_of(site, "li").text
        await site.presses("li", "我来")
        await site.tells("li", "待办")
        assert f"{number} 别的事 仵师傅:语音(在办)" in site.last("@li")
        await site.says("wu", "", None, files=[(FileKind.PHOTO, photo)])
        assert site.last("@li").endswith(f"{number} 仵师傅发来照片。")
        await site.says(
            "li", "", None, quotes=card_of(site, "li").id, files=[(FileKind.PHOTO, photo)]
        )
        assert site.last("@wu").endswith("李红梅发来照片。")
        await site.tells("wu", f"/status {number}")
        assert "(发来语音)" in site.last("@wu")


async def test_a_file_that_comes_after_the_card_reaches_who_is_asked_and_who_takes_it(
    tmp_path: Path,
) -> None:
    photo = tmp_path / "x.jpg"
    photo.write_bytes(b"\xff\xd8 a leak")
    files = [(FileKind.PHOTO, photo)]
    async with open_desk() as site:
        await site.tells("wu", "宿舍漏雨了")
        await site.says("wu", "", None, files=files)
        number = (await site.case()).number
        [brought] = [one.text for one in site.seen("@li") if one.files]
        assert brought.endswith(f"{number} 仵师傅发来照片。")
        await site.presses("li", "转交")
        await site.says("wu", "", None, files=files)
        assert [len(one.files) for one in site.seen("@wang") if one.files] == [1, 1]
        assert len([one for one in site.seen("@li") if one.files]) == 1
        await site.tells("li", f"我来 {number}")
        assert [len(one.files) for one in site.seen("@li") if one.files] == [1, 1]
        assert len([one for one in site.seen("@wang") if one.files]) == 2
        assert await parked(site) == 0


async def test_an_emergency_is_marked() -> None:
    async with open_desk() as site:
        await site.says("ma", "三号楼有人从架子上摔下来了,快来人!")
        assert "🔴 十万火急" in card_of(site, "li").text


async def test_long_words_are_cut() -> None:
    async with open_desk() as site:
        await site.tells("wu", SHED + "。" + "东门边上有块空地" * 60)
        await site.presses("li", "我来")
        assert all(len(one) < 260 for one in site.texts("@li"))


async def test_a_declined_card_passes_on_and_keeps_no_words() -> None:
    async with open_desk() as site:
        await site.says("wu", SHED)
        number = (await site.case()).number
        await site.presses("li", "转交")
        assert site.last("@li") == f"{number} 号,转给下一位了。"
        assert site.buttons("li") == []
        assert card_of(site, "wang").labels == ["我来", "转交"]


async def test_a_late_cadre_reads_who_has_it() -> None:
    async with open_desk() as site:
        await site.says("wu", SHED)
        number = (await site.case()).number
        await site.tells("wang", f"我来 {number}")
        assert site.last("@li") == f"{number} 号,王建国在办。"
        assert site.buttons("li") == []


async def test_one_card_for_a_person_and_a_case() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        await site.tells("li", f"/done {case.number}")
        await site.presses("wu", "没解决")
        await site.tells("li", f"/done {case.number}")
        await site.presses("wu", "好了")
        cards = [one for one in site.seen("@li") if "·" in one.text and not one.edits]
        assert len(cards) == 1


async def test_asked_again_he_finds_his_old_card_alive() -> None:
    async with open_desk() as site:
        await site.says("wu", SHED)
        number = (await site.case()).number
        await site.tells("zhang", f"/shelve {number} 等材料进场 12-01")
        assert site.buttons("li") == []
        await site.passes(timedelta(days=9))
        cards = [one for one in site.seen("@li") if "·" in one.text and not one.edits]
        assert len(cards) == 1
        assert site.buttons("li")[:2] == ["我来", "转交"]


async def test_a_reminders_button_takes_it_too() -> None:
    async with open_desk() as site:
        await site.says("wu", SHED)
        number = (await site.case()).number
        await site.passes(timedelta(hours=3, minutes=20))
        assert site.last("@li") == f"{number} 号还等您一句话:接,还是转?"
        await site.presses("li", "我来")
        assert f"{number} 归您了,仵师傅知道了。" in site.texts("@li")
        assert site.buttons("li") == ["回复", "追问", "请办", "办好了"]


async def test_an_offered_card_is_answered_only_by_taking_it_first() -> None:
    async with open_desk() as site:
        await site.says("wu", SHED)
        await site.tells("li", "明天去看", quotes=card_of(site, "li").id)
        assert site.last("@li") == "先接下来,再跟他说。"
        assert (await site.case()).lead is None


async def test_the_list_puts_red_things_first_and_leads_to_the_card() -> None:
    async with open_desk() as site:
        await taken_shed(site)
        await site.says("ma", WAGES)
        shed, wages = await site.cases()
        await site.tells("li", "待办")
        assert site.last("@li").splitlines() == [
            "手上 2 件:",
            f"{wages.number} 工资 马师傅:{WAGES}(等您接)",
            f"{shed.number} 吃住行 仵师傅:{SHED[:19]}(在办)",
        ]
        card = card_of(site, "li")
        await site.presses("li", str(wages.number))
        assert site.seen("@li")[-1].reply_to == card.id


async def test_a_chair_sees_what_waits_with_nobody() -> None:
    people = [one for one in PEOPLE if one["role"] in ("chair", "worker")]
    rows = [{**one, "cadre": "", "deputy": ""} for one in people]
    async with open_site(plugins=PLUGINS, people=rows) as site:
        await site.says("wu", SHED)
        number = (await site.case()).number
        await site.tells("zhang", "/cases")
        assert f"{number} 吃住行" in site.last("@zhang")
        assert "没人接" in site.last("@zhang")


async def test_who_may_not_read_it_any_more_is_followed_by_the_next() -> None:
    async with open_desk() as site:
        case, _ = await taken_shed(site)
        store = site.theatre.app.house.store
        wang = (await store.people.find(None, "wang"))[0].id
        unit = store.unit()
        unit.write(put_on_pay_roll(case.lead))
        await store.commit(unit)
        site.theatre.app.after_commit(unit)
        await site.tells("wu", "私下说")
        await site.presses("wu", "不给项目上的人看")
        assert site.last("@li") == "这件不用您管了。"
        assert (await site.case()).offered_to == wang
        assert card_of(site, "wang").labels == ["我来", "转交"]
        assert await parked(site) == 0


def put_on_pay_roll(person: int | None) -> Deed:
    async def write(writer: Writer) -> None:
        sql = "UPDATE membership SET tied = ? WHERE person_id = ?"
        await writer.run([Step(sql, [(True, person)])])

    return write
