"""When the bot is meant: mentioned, replied to; and what platforms bring beside words."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.chat.message import FileKind, FileRef, Incoming, Sender
from core.domain.case import Case
from core.domain.category import Visibility
from core.domain.fact import CaseAppended
from core.testing import Site, open_site
from core.testing.site import SITE

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
UNCLEAR = "在我这,食堂窗口捡的,红绳子那串"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site(at=MORNING, plugins=["prompts", "intake"]) as here:
        for one in ("wu", "ma"):
            await here.tells(one, "在吗")
        here.theatre.recorder.clear()
        yield here


def said(site: Site, text: str, message: str = "direct") -> Incoming:
    return Incoming(
        account="sandbox.main",
        chat=SITE,
        id=message,
        at=site.now,
        sender=Sender("sandbox:wu", "仵金生"),
        private=False,
        text=text,
    )


async def hear(site: Site, incoming: Incoming) -> None:
    await site.theatre.app.desks["sandbox.main"].hear(incoming)
    await site.theatre.settle()


async def added(site: Site, case: Case) -> list[str]:
    history = await site.theatre.app.house.store.cases.history(case.id)
    return [row.fact.text for row in history if isinstance(row.fact, CaseAppended)]


async def test_unclear_words_in_the_group_are_left_alone(site: Site) -> None:
    await hear(site, said(site, UNCLEAR))
    assert await site.cases() == []
    assert site.theatre.records == []


async def test_whoever_mentions_the_bot_is_asked_in_private(site: Site) -> None:
    await hear(site, replace(said(site, UNCLEAR), addressed=True))
    assert site.texts(SITE) == []
    assert site.last("@wu") == "要帮您办吗?"
    await site.presses("wu", "帮我办")
    case = await site.case()
    assert (case.text, case.visibility) == (UNCLEAR, Visibility.BOARD)
    belongs = await site.theatre.app.house.store.cases.messages(case.id)
    assert [message for _, message in belongs] == ["direct"]


async def test_a_reply_to_the_prompt_is_meant_for_the_bot(site: Site) -> None:
    await site.until(NOON)
    prompt = site.seen(SITE)[-1]
    await site.says("wu", UNCLEAR, quotes=prompt.id)
    assert site.last("@wu") == "要帮您办吗?"


async def test_a_reply_to_somebody_elses_request_is_not(site: Site) -> None:
    request = await site.says("ma", "谁捡到一串钥匙")
    await site.says("wu", UNCLEAR, quotes=request)
    assert site.texts("@wu") == []
    assert len(await site.cases()) == 1


async def test_what_quotes_ones_own_request_belongs_to_it(site: Site) -> None:
    request = await site.says("wu", "谁捡到一串钥匙")
    await site.passes(timedelta(hours=5))
    await site.says("wu", "钥匙是红绳子那串,没找到", quotes=request)
    (case,) = await site.cases()
    assert await added(site, case) == ["钥匙是红绳子那串,没找到"]


async def test_a_file_too_large_is_left_out_and_the_case_opens(site: Site) -> None:
    large = FileRef(FileKind.FILE, "far away", "film.mp4", 30 * 1024 * 1024)
    await hear(site, replace(said(site, "3号楼西边护栏松了"), files=(large,)))
    case = await site.case()
    assert await site.theatre.app.house.store.files.of_case(case.id) == ()
    assert any("20 MB" in words for words in site.texts("@wu"))


async def test_a_message_that_comes_twice_opens_one_case(site: Site) -> None:
    site.theatre.faults.duplicate = True
    await site.says("wu", "谁捡到一串钥匙")
    assert len(await site.cases()) == 1
    assert len(site.texts(SITE)) == 1


@pytest.mark.parametrize("when", ["before_commit", "after_commit", "after_send"])
async def test_a_crash_neither_loses_nor_doubles_a_request(site: Site, when: str) -> None:
    site.theatre.faults.crash = when
    await site.says("wu", "谁捡到一串钥匙")
    assert site.theatre.faults.crash == ""
    assert len(await site.cases()) == 1
    assert len(site.texts(SITE)) == 1


async def test_what_is_asked_in_the_open_never_goes_into_a_more_secret_case(site: Site) -> None:
    await site.tells("wu", "宿舍漏雨了")
    await site.passes(timedelta(minutes=12))
    await site.says("wu", "能不能修下水龙头")
    await site.passes(timedelta(minutes=12))
    await site.says("wu", "水龙头还在漏,能不能修下")
    secret, public = await site.cases()
    assert secret.category == public.category
    assert (secret.visibility, public.visibility) == (Visibility.STAFF, Visibility.BOARD)
    assert await added(site, secret) == []
    assert await added(site, public) == ["水龙头还在漏,能不能修下"]
