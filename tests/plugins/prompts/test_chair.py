"""The chair's hand on the day's post, and her own words to a group."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from core.chat.message import Incoming, Kind, Sender
from core.rehearsal.record import Record
from core.testing import Site, open_site
from core.testing.site import PEOPLE, SITE

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
DAY = timedelta(days=1)
TAPS = ["照发", "换一句开场", "我自己来"]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site(at=MORNING, plugins=["prompts"]) as here:
        yield here


def posts(site: Site, to: str = SITE) -> list[Record]:
    return [one for one in site.seen(to) if one.kind in {"prompt", "bulk"}]


async def test_she_sees_the_post_exactly_as_it_will_look(site: Site) -> None:
    await site.tells("zhang", "/today")
    preview = site.last("@zhang")
    assert preview.startswith("11月23日 12:15 发到“西柏梁”:\n\n")
    assert site.buttons("zhang") == TAPS
    await site.until(NOON)
    (post,) = posts(site)
    assert preview.endswith(post.text)


async def test_another_opening_is_shown_in_place_and_posted(site: Site) -> None:
    await site.tells("zhang", "今天")
    first = site.last("@zhang")
    await site.presses("zhang", "换一句开场")
    second = site.seen("@zhang")[-1]
    assert second.edits is not None
    assert second.text != first
    assert site.buttons("zhang") == TAPS
    await site.until(NOON)
    assert second.text.endswith(posts(site)[0].text)


async def test_her_own_words_open_that_day_alone(site: Site) -> None:
    await site.tells("zhang", "/today 大家早!药箱今天换新的")
    await site.until(NOON + DAY)
    first, second = posts(site)
    assert first.text.startswith("大家早!药箱今天换新的 ——张莉\n")
    assert "药箱今天换新的" not in second.text


async def test_where_she_opens_the_day_herself_the_bot_is_silent(site: Site) -> None:
    await site.tells("zhang", "/today")
    await site.presses("zhang", "我自己来")
    assert site.buttons("zhang") == ["照发"]
    await site.until(NOON + DAY - timedelta(minutes=1))
    assert posts(site) == []
    await site.until(NOON + DAY)
    assert len(posts(site)) == 1


async def test_she_may_change_her_mind(site: Site) -> None:
    await site.tells("zhang", "/today")
    await site.presses("zhang", "我自己来")
    await site.presses("zhang", "照发")
    await site.until(NOON)
    assert len(posts(site)) == 1


async def test_after_the_post_the_next_one_is_shown_and_old_buttons_are_refused(
    site: Site,
) -> None:
    await site.tells("zhang", "/today")
    await site.until(NOON)
    await site.presses("zhang", "我自己来")
    assert site.last("@zhang").startswith("这天的已经发了")
    await site.tells("zhang", "/today")
    assert site.last("@zhang").startswith("11月24日 12:15 ")


async def test_nobody_else_may_touch_the_post(site: Site) -> None:
    await site.tells("zhang", "/today")
    await site.tells("wu", "/today")
    assert "不是给您用的" in site.last("@wu")
    _, message, data = site.theatre.recorder.newest(["@zhang"], "我自己来") or ("", "", "")
    pressed = Incoming(
        account="sandbox.main",
        chat="@wu",
        id="forged",
        at=site.now,
        sender=Sender("sandbox:wu"),
        private=True,
        kind=Kind.PRESSED,
        quotes=message,
        press=data,
    )
    await site.theatre.app.desks["sandbox.main"].hear(pressed)
    await site.theatre.settle()
    assert "过期" in site.last("@wu")
    await site.until(NOON)
    assert len(posts(site)) == 1


async def test_words_too_long_are_refused(site: Site) -> None:
    await site.tells("zhang", "/today " + "好" * 301)
    assert "300" in site.last("@zhang")


async def test_an_announcement_is_seen_before_it_is_sent(site: Site) -> None:
    await site.tells("zhang", "/announce 明天上午九点在食堂发药箱")
    assert site.last("@zhang").endswith("明天上午九点在食堂发药箱\n——张莉")
    assert posts(site) == []
    await site.presses("zhang", "发出")
    (post,) = posts(site)
    assert (post.kind, post.text) == ("bulk", "明天上午九点在食堂发药箱\n——张莉")
    assert site.buttons("zhang") == []


async def test_an_older_preview_sends_nothing_else_than_it_showed(site: Site) -> None:
    await site.tells("zhang", "/announce 明天停水")
    _, message, data = site.theatre.recorder.newest(["@zhang"], "发出") or ("", "", "")
    await site.tells("zhang", "/announce 明天停电")
    await site.theatre.stage.press("zhang", None, message, data)
    await site.theatre.settle()
    assert posts(site) == []
    assert "过期" in site.last("@zhang")


async def test_an_announcement_that_is_not_sent_is_forgotten(site: Site) -> None:
    await site.tells("zhang", "/announce 明天停水")
    await site.presses("zhang", "不发")
    assert posts(site) == []
    assert site.buttons("zhang") == []


async def test_announcements_keep_to_the_attention_budget(site: Site) -> None:
    for words in ("一", "二", "三"):
        await site.tells("zhang", f"/announce {words}")
        await site.presses("zhang", "发出")
        await site.passes(timedelta(minutes=1))
    assert len(posts(site)) == 2
    await site.until(NOON)
    assert len(posts(site)) == 2, "the prompt is dropped, the announcement waits"
    await site.until(MORNING + DAY)
    assert [one.text[0] for one in posts(site)] == ["一", "二", "三"]


async def test_with_several_groups_she_is_asked_which() -> None:
    more = [
        {
            "group": "yulin",
            "group_name": "榆林",
            "handle": "zhang",
            "name": "张莉",
            "role": "chair",
        }
    ]
    async with open_site(at=MORNING, plugins=["prompts"], people=[*PEOPLE, *more]) as site:
        await site.tells("zhang", "/announce 明天停水")
        await site.presses("zhang", "榆林")
        await site.presses("zhang", "发出")
        assert len(posts(site, "yulin")) == 1
        assert posts(site) == []
