"""From what people write to cases, seen from the chats."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.chat.message import FileKind
from core.domain.case import Case
from core.domain.category import Mark, Priority, Visibility
from core.domain.fact import CaseAppended
from core.store.records import Attachment
from core.testing import Site, open_site
from core.testing.site import SITE

MINUTE = timedelta(minutes=1)
SHED = "能不能给大家搭个棚子?"
WAGES = "我们班三个月没发工资了"
ACK = "收到,李红梅来跟您联系。"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site(plugins=["intake"]) as here:
        for one in ("wu", "ma", "hai"):
            await here.tells(one, "在吗")
        here.theatre.recorder.clear()
        yield here


@pytest.fixture
def photo(tmp_path: Path) -> tuple[FileKind, Path]:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"a picture")
    return FileKind.PHOTO, path


async def added(site: Site, case: Case) -> list[str]:
    history = await site.theatre.app.house.store.cases.history(case.id)
    return [row.fact.text for row in history if isinstance(row.fact, CaseAppended)]


async def files(site: Site, case: Case) -> tuple[Attachment, ...]:
    return await site.theatre.app.house.store.files.of_case(case.id)


async def test_a_request_in_the_group_opens_a_case(site: Site) -> None:
    await site.says("wu", SHED)
    case = await site.case()
    assert (case.text, case.category, case.visibility) == (SHED, "living", Visibility.BOARD)
    assert site.texts(SITE) == [ACK]
    assert site.buttons("", SITE) == ["私下说"]
    assert str(case.number) in site.last("@wu")


async def test_chatter_opens_nothing_and_leaves_no_row(site: Site) -> None:
    store = site.theatre.app.house.store
    before = await store.reader.fetch("SELECT COUNT(*) FROM mark")
    for words in ("早上好", "吃饭了吗", "哈哈哈", "今天真热闹", "下雨了"):
        await site.says("wu", words)
    assert await site.cases() == []
    assert site.theatre.records == []
    assert await store.reader.fetch("SELECT COUNT(*) FROM mark") == before


async def test_what_a_manager_or_helper_says_in_the_group_is_no_request(site: Site) -> None:
    for one in ("pan", "li", "zhang"):
        await site.says(one, SHED)
    assert await site.cases() == []
    await site.says("pan", "/ask 宿舍没热水")
    assert len(await site.cases()) == 1


async def test_the_same_thing_within_a_day_is_added_and_acknowledged_alike(site: Site) -> None:
    await site.says("wu", SHED)
    await site.passes(timedelta(hours=2))
    await site.says("wu", "车棚到底能不能搭?雨天没地方停")
    (case,) = await site.cases()
    assert await added(site, case) == ["车棚到底能不能搭?雨天没地方停"]
    assert site.texts(SITE) == [ACK, ACK]
    await site.passes(timedelta(hours=23))
    await site.says("wu", SHED)
    assert len(await site.cases()) == 2


async def test_a_burst_is_one_request_and_heard_once(site: Site) -> None:
    await site.says("wu", SHED)
    await site.passes(MINUTE)
    await site.says("wu", "自行车、电动车都在外头,坐垫都裂了")
    (case,) = await site.cases()
    assert await added(site, case) == ["自行车、电动车都在外头,坐垫都裂了"]
    assert site.texts(SITE) == [ACK]


async def test_another_subject_in_a_burst_is_another_case(site: Site) -> None:
    await site.says("wu", SHED)
    await site.says("wu", WAGES)
    shed, wages = await site.cases()
    assert (shed.category, wages.category) == ("living", "wages")
    assert wages.visibility is Visibility.UNION_ONLY
    assert await added(site, shed) == []


async def test_an_edit_of_a_request_is_added_and_of_chatter_opens(site: Site) -> None:
    message = await site.says("wu", SHED)
    await site.passes(timedelta(minutes=10))
    await site.edits("wu", message, "能不能给大家搭个车棚?")
    (case,) = await site.cases()
    assert await added(site, case) == ["能不能给大家搭个车棚?"]
    assert site.texts(SITE) == [ACK], "an edit is the same message"
    talk = await site.says("ma", "早上好")
    await site.edits("ma", talk, "女浴室没热水了,谁管一下")
    assert len(await site.cases()) == 2
    assert site.texts(SITE) == [ACK, ACK]


async def test_an_edit_that_reveals_danger_opens_a_case_of_its_own(site: Site) -> None:
    message = await site.says("wu", SHED)
    await site.edits("wu", message, "3号楼西边护栏松了")
    shed, rail = await site.cases()
    assert Mark.HAZARD in rail.marks
    assert shed.visibility is Visibility.BOARD


async def test_a_secret_added_to_a_public_case_makes_it_secret(site: Site) -> None:
    message = await site.says("wu", SHED)
    await site.edits("wu", message, WAGES)
    case = (await site.cases())[-1]
    assert case.visibility is Visibility.UNION_ONLY


async def test_a_strangers_request_in_the_group_opens_a_case(site: Site) -> None:
    await site.theatre.stage.join(SITE, "new", "刘小军")
    await site.says("new", "宿舍没热水,谁来看看?")
    case = await site.case()
    person = await site.theatre.app.house.store.people.by_user("sandbox:new")
    assert person is not None
    assert (case.reporter, person.name) == (person.id, "刘小军")
    assert site.texts(SITE) == ["收到,工会来跟您联系。"]


async def test_a_stranger_in_private_is_told_where_to_go(site: Site) -> None:
    await site.theatre.stage.seat("passer", "路人")
    site.theatre.recorder.names["@passer"] = "@passer"
    await site.tells("passer", "三个月没发工资了")
    assert await site.cases() == []
    assert "工会服务群" in site.last("@passer")


async def test_a_private_request_is_answered_with_its_number(site: Site) -> None:
    await site.tells("wu", "想买腊月回家的火车票,手机弄不来")
    case = await site.case()
    assert case.visibility is Visibility.STAFF, "what is said in private is never on the board"
    assert site.texts("@wu") == [f"记下了,您的事是 {case.number} 号。李红梅来跟您联系。"]
    assert site.texts(SITE) == []


async def test_what_is_unclear_in_private_is_asked_and_opened_on_yes(site: Site) -> None:
    await site.tells("wu", "今天有点累")
    assert site.buttons("wu") == ["帮我办", "只是聊聊", "只跟工会说"]
    await site.presses("wu", "帮我办")
    assert (await site.case()).text == "今天有点累"


@pytest.mark.parametrize("answer", ["只是聊聊", "不用了"])
async def test_what_was_only_talk_opens_nothing(site: Site, answer: str) -> None:
    await site.tells("wu", "今天有点累")
    if answer == "只是聊聊":
        await site.presses("wu", answer)
    else:
        await site.tells("wu", answer)
    assert await site.cases() == []
    assert site.last("@wu") == "好,有事随时说。"


async def test_he_may_tell_the_union_alone(site: Site) -> None:
    await site.tells("wu", "今天有点累")
    await site.presses("wu", "只跟工会说")
    assert (await site.case()).visibility is Visibility.UNION_ONLY


async def test_a_question_waits_over_a_restart(site: Site) -> None:
    await site.tells("wu", "今天有点累")
    await site.theatre.restart()
    await site.presses("wu", "帮我办")
    assert (await site.case()).text == "今天有点累"


async def test_an_answered_question_is_stale(site: Site) -> None:
    await site.tells("wu", "今天有点累")
    await site.presses("wu", "帮我办")
    await site.presses("wu", "帮我办")
    assert len(await site.cases()) == 1
    assert "过期" in site.last("@wu")


async def test_unclear_words_go_to_the_case_at_hand_unless_he_says_no(site: Site) -> None:
    await site.tells("wu", "宿舍没热水")
    await site.passes(timedelta(hours=3))
    await site.tells("wu", "洗到一半又凉了")
    (case,) = await site.cases()
    assert await added(site, case) == ["洗到一半又凉了"]
    await site.presses("wu", "这是另一件事")
    assert [one.text for one in await site.cases()] == ["宿舍没热水", "洗到一半又凉了"]


async def test_a_file_in_private_is_always_a_request(
    site: Site, photo: tuple[FileKind, Path]
) -> None:
    await site.says("wu", "", None, files=[photo])
    case = await site.case()
    assert (case.category, case.visibility) == ("other", Visibility.UNION_ONLY)
    assert [file.kind for file in await files(site, case)] == [FileKind.PHOTO]


async def test_a_voice_in_private_is_always_a_request(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "a.ogg"
    path.write_bytes(b"a voice")
    await site.says("wu", "", None, files=[(FileKind.VOICE, path)])
    case = await site.case()
    assert [file.kind for file in await files(site, case)] == [FileKind.VOICE]


async def test_a_photo_in_the_group_is_judged_by_its_words(
    site: Site, photo: tuple[FileKind, Path]
) -> None:
    await site.says("wu", "", files=[photo])
    assert await site.cases() == []
    await site.says("wu", "3号楼西边护栏松了", files=[photo])
    assert len(await files(site, await site.case())) == 1


async def test_a_photo_that_follows_at_once_belongs_to_the_request(
    site: Site, photo: tuple[FileKind, Path]
) -> None:
    await site.says("wu", SHED)
    await site.says("wu", "", files=[photo])
    (case,) = await site.cases()
    assert len(await files(site, case)) == 1
    assert case.visibility is Visibility.BOARD


async def test_too_many_words_are_kept_as_far_as_they_fit(site: Site) -> None:
    await site.tells("wu", "宿舍没热水。" + "很冷。" * 1_000)
    assert len((await site.case()).text) == 2_000
    assert "先记下前面 2000 字" in site.last("@wu")


async def test_ask_opens_whatever_the_rules_say(site: Site) -> None:
    await site.says("wu", "/ask 今天真热闹")
    case = await site.case()
    assert (case.text, case.category) == ("今天真热闹", "other")
    assert site.texts(SITE) == [ACK]


async def test_whatever_is_asked_in_private_is_never_on_the_board(site: Site) -> None:
    await site.tells("wu", "/ask 今天真热闹")
    assert (await site.case()).visibility is Visibility.STAFF


@pytest.mark.parametrize("group", [SITE, None])
async def test_ask_alone_asks_back_for_ten_minutes(site: Site, group: str | None) -> None:
    await site.says("wu", "/ask", group)
    assert site.last(group or "@wu") == "您说,什么事?"
    await site.passes(9 * MINUTE)
    await site.says("wu", "老乡的事", group)
    assert (await site.case()).text == "老乡的事"


async def test_ask_alone_is_forgotten_after_ten_minutes(site: Site) -> None:
    await site.says("wu", "/ask")
    await site.passes(11 * MINUTE)
    await site.says("wu", "今天真热闹")
    assert await site.cases() == []


async def test_an_accident_is_urgent_and_the_staffs_with_the_numbers_to_call(site: Site) -> None:
    await site.says("wu", "3号楼有人从架子上掉下来了,快来人")
    case = await site.case()
    assert Mark.ACCIDENT_NOW in case.marks
    assert (case.priority, case.visibility) == (Priority.P0, Visibility.STAFF)
    assert site.texts(SITE) == [ACK]
    assert any("120" in words for words in site.texts("@wu"))


async def test_talk_of_suicide_is_sealed_and_answered_softly(site: Site) -> None:
    await site.says("wu", "我不想活了")
    case = await site.case()
    assert (case.priority, case.visibility) == (Priority.P0, Visibility.SEALED)
    assert site.texts(SITE) == [ACK]
    (words,) = site.texts("@wu")
    assert "12356" in words
    assert str(case.number) not in words


async def test_the_operators_own_keywords_open_a_case() -> None:
    async with open_site(plugins=["intake"]) as site:
        settings = site.theatre.settings.plugins
        tables = {**settings, "intake": {"enabled": True, "keywords": {"living": ["彩钢瓦"]}}}
        changed = site.theatre.settings.model_copy(update={"plugins": tables})
    async with open_site(plugins=["intake"], settings=changed) as site:
        await site.says("wu", "彩钢瓦")
        assert (await site.case()).category == "living"
