"""What every adapter must do, tried on each; a platform joins with one line in GROUNDS."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox.adapter import KIND, SandboxAdapter
from adapters.sandbox.settings import SandboxSettings
from core.chat.adapter import Surroundings
from core.chat.letter import Button, Letter, LetterKind, OutFile
from core.chat.message import FileKind, Kind
from core.chat.stage import Stage
from core.clock import FrozenClock
from core.errors import DeliveryError, StoreError
from tests.contracts.ground import BYTES, Ground, RecordingDesk, Shown, running

NOON = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)


class SandboxGround:
    account = "sandbox.main"
    group = "xiboliang"
    nowhere = "elsewhere"

    def __init__(self, adapter: SandboxAdapter) -> None:
        self.stage: Stage = adapter.stage()
        self._world = adapter.world

    def adapter(self) -> SandboxAdapter:
        settings = SandboxSettings(retry_seconds=0)
        return SandboxAdapter(self.account, settings, self._world)

    def private(self, user: str) -> str:
        return f"@{user}"

    def shown(self, chat: str) -> list[Shown]:
        messages = self._world.scene.chats[chat].messages.values()
        return [
            Shown(
                message.id,
                message.text,
                tuple(button.label for button in message.buttons),
                message.quotes,
                tuple(file.name for file in message.files),
            )
            for message in messages
            if not message.gone
        ]


@asynccontextmanager
async def open_sandbox() -> AsyncIterator[SandboxGround]:
    around = Surroundings(clock=FrozenClock(NOON))
    adapter = KIND.build("sandbox.main", SandboxSettings(), around)
    assert isinstance(adapter, SandboxAdapter)
    yield SandboxGround(adapter)


GROUNDS: tuple[Callable[[], AbstractAsyncContextManager[Ground]], ...] = (open_sandbox,)


@pytest.fixture(params=GROUNDS, ids=lambda opening: opening.__name__.removeprefix("open_"))
async def ground(request: pytest.FixtureRequest) -> AsyncIterator[Ground]:
    async with request.param() as made:
        for user, name in (("wu", "仵金生"), ("li", "李大勇")):
            await made.stage.seat(user, name)
            await made.stage.join(made.group, user, name, quietly=True)
        async with running(made.adapter(), RecordingDesk()):
            await made.stage.settled()
        yield made


def letter(ground: Ground, **fields: Any) -> Letter:  # noqa: ANN401 - any of its fields
    given = {"id": 1, "chat": ground.group, "text": "收到", **fields}
    return Letter(account=ground.account, kind=LetterKind.REPLY, **given)


def unable(can: bool) -> None:  # noqa: FBT001 - a capability is a yes or no
    if not can:
        pytest.skip("this platform cannot, and says so")


def write(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(BYTES)
    return path


async def test_what_was_said_is_heard_whole(ground: Ground) -> None:
    desk = RecordingDesk()
    async with running(ground.adapter(), desk):
        first = await ground.stage.say("wu", ground.group, "能不能给大家搭个棚子?")
        await ground.stage.say("li", ground.group, "我也是", quotes=first)
        await ground.stage.settled()
    said, joined = desk.heard
    assert (said.account, said.chat, said.id) == (ground.account, ground.group, first)
    assert (said.text, said.kind, said.private) == ("能不能给大家搭个棚子?", Kind.SAID, False)
    assert said.sender.user.partition(":")[0] == ground.account.partition(".")[0]
    assert said.sender.name == "仵金生"
    assert said.at.utcoffset() == timedelta()
    assert joined.quotes == first
    assert joined.sender.user != said.sender.user


async def test_the_private_chat_is_known_as_such(ground: Ground) -> None:
    desk = RecordingDesk()
    async with running(ground.adapter(), desk):
        await ground.stage.say("wu", None, "三个月没发了")
        await ground.stage.settled()
    assert [(one.chat, one.private) for one in desk.heard] == [(ground.private("wu"), True)]


async def test_one_chat_is_heard_in_order(ground: Ground) -> None:
    desk = RecordingDesk()
    said = [f"第{n}句" for n in range(30)]
    for text in said[:15]:
        await ground.stage.say("wu", ground.group, text)
    async with running(ground.adapter(), desk):
        for text in said[15:]:
            await ground.stage.say("li", ground.group, text)
        await ground.stage.settled()
    assert desk.texts(ground.group) == said


async def test_one_chat_does_not_hold_up_another(ground: Ground) -> None:
    desk = RecordingDesk()
    desk.gate[ground.group] = asyncio.Event()
    async with running(ground.adapter(), desk):
        await ground.stage.say("wu", ground.group, "第一句")
        await ground.stage.say("li", ground.group, "第二句")
        await ground.stage.say("wu", None, "私下一句")
        await desk.until_offered(2)
        await ground.stage.say("wu", ground.group, "第三句")
        await ground.stage.say("wu", None, "私下两句")
        await desk.until_offered(3)
        assert sorted(one.text for one in desk.offered) == ["私下一句", "私下两句", "第一句"]
        desk.gate[ground.group].set()
        await ground.stage.settled()
    assert desk.texts(ground.group) == ["第一句", "第二句", "第三句"]


async def test_nothing_is_acknowledged_before_it_was_heard(ground: Ground) -> None:
    dying = RecordingDesk()
    dying.gate[ground.group] = asyncio.Event()
    async with running(ground.adapter(), dying):
        await ground.stage.say("wu", ground.group, "钥匙丢了")
        await dying.until_offered(1)
        settled = asyncio.ensure_future(ground.stage.settled())
        await ground.stage.say("wu", None, "在不")
        await dying.until_offered(2)
        assert not settled.done()
    desk = RecordingDesk()
    desk.saved = dying.saved
    async with running(ground.adapter(), desk):
        await settled
    assert "钥匙丢了" in desk.texts(ground.group)
    again = next(one for one in desk.heard if one.text == "钥匙丢了")
    before = next(one for one in dying.offered if one.text == "钥匙丢了")
    assert (again.id, again.version) == (before.id, before.version)


@pytest.mark.parametrize("failure", [StoreError("disk full"), RuntimeError("a bug")], ids=repr)
async def test_what_could_not_be_heard_is_offered_again(
    ground: Ground, failure: Exception
) -> None:
    desk = RecordingDesk(failure)
    async with running(ground.adapter(), desk):
        await ground.stage.say("wu", ground.group, "第一句")
        await ground.stage.say("wu", ground.group, "第二句")
        await ground.stage.settled()
    assert desk.texts(ground.group) == ["第一句", "第二句"]
    assert [one.text for one in desk.offered] == ["第一句", "第一句", "第二句"]


async def test_what_was_acknowledged_is_not_heard_again(ground: Ground) -> None:
    first = RecordingDesk()
    async with running(ground.adapter(), first):
        await ground.stage.say("wu", ground.group, "早上好")
        await ground.stage.settled()
    second = RecordingDesk()
    second.saved = first.saved
    async with running(ground.adapter(), second):
        await ground.stage.say("wu", ground.group, "中午好")
        await ground.stage.settled()
    assert second.texts(ground.group) == ["中午好"]


async def test_an_edit_keeps_the_id_and_raises_the_version(ground: Ground) -> None:
    desk = RecordingDesk()
    async with running(ground.adapter(), desk):
        said = await ground.stage.say("wu", ground.group, "搭个棚")
        await ground.stage.say("wu", ground.group, "搭个棚子", edits=said)
        await ground.stage.settled()
    before, after = desk.heard
    assert (after.kind, after.id, after.text) == (Kind.EDITED, said, "搭个棚子")
    assert after.version > before.version


async def test_coming_and_going_are_heard_unless_quiet(ground: Ground) -> None:
    desk = RecordingDesk()
    async with running(ground.adapter(), desk):
        await ground.stage.seat("zhao", "赵秀兰", private=False)
        await ground.stage.join(ground.group, "zhao", "赵秀兰")
        await ground.stage.leave(ground.group, "zhao")
        await ground.stage.join(ground.group, "zhao", "赵秀兰", quietly=True)
        await ground.stage.settled()
    assert [one.kind for one in desk.heard] == [Kind.JOINED, Kind.LEFT]
    assert {one.sender.name for one in desk.heard} == {"赵秀兰"}


async def test_opening_the_private_chat_is_heard_once(ground: Ground) -> None:
    desk = RecordingDesk()
    async with running(ground.adapter(), desk):
        await ground.stage.seat("zhao", "赵秀兰")
        await ground.stage.seat("zhao", "赵秀兰")
        await ground.stage.settled()
    [opened] = desk.of(Kind.OPENED)
    assert opened.private
    assert opened.chat == ground.private("zhao")


async def test_a_press_names_its_button_and_message(ground: Ground) -> None:
    adapter, desk = ground.adapter(), RecordingDesk()
    async with running(adapter, desk):
        card = await adapter.send(letter(ground, buttons=(Button("我来", "take:1"),)))
        await ground.stage.press("wu", ground.group, card, "take:1")
        await ground.stage.press("li", ground.group, card, "take:1")
        await ground.stage.settled()
    presses = desk.of(Kind.PRESSED)
    assert [(one.press, one.quotes) for one in presses] == [("take:1", card)] * 2
    assert len({one.id for one in presses}) == 2


async def test_a_letter_shows_with_its_buttons(ground: Ground) -> None:
    adapter = ground.adapter()
    async with running(adapter, RecordingDesk()):
        buttons = (Button("我来", "a"), Button("转交", "b"))
        sent = await adapter.send(letter(ground, text="有人要帮忙", buttons=buttons))
    assert ground.shown(ground.group)[-1] == Shown(sent, "有人要帮忙", ("我来", "转交"))


async def test_an_answer_quotes(ground: Ground) -> None:
    adapter = ground.adapter()
    unable(adapter.can.quotes)
    async with running(adapter, RecordingDesk()):
        asked = await ground.stage.say("wu", ground.group, "钥匙丢了")
        await adapter.send(letter(ground, reply_to=asked))
    assert ground.shown(ground.group)[-1].quotes == asked


async def test_an_edit_changes_the_card_in_its_place(ground: Ground) -> None:
    adapter = ground.adapter()
    unable(adapter.can.edits)
    async with running(adapter, RecordingDesk()):
        card = await adapter.send(
            letter(ground, id=1, text="等人接", buttons=(Button("我来", "a"),))
        )
        await adapter.send(letter(ground, id=2, text="又一条"))
        same = await adapter.send(letter(ground, id=3, text="王建国接了", edits=card))
    assert same == card
    shown = [one for one in ground.shown(ground.group) if one.text in {"王建国接了", "又一条"}]
    assert [(one.text, one.buttons) for one in shown] == [("王建国接了", ()), ("又一条", ())]


async def test_a_delete_removes(ground: Ground) -> None:
    adapter = ground.adapter()
    unable(adapter.can.deletes)
    async with running(adapter, RecordingDesk()):
        typed = await ground.stage.say("wu", ground.group, "三个月没发了")
        await ground.stage.settled()
        await adapter.send(letter(ground, text="", deletes=typed))
    assert typed not in [one.id for one in ground.shown(ground.group)]


async def test_a_letter_sent_twice_shows_once(ground: Ground) -> None:
    adapter = ground.adapter()
    unable(adapter.can.idempotent)
    async with running(adapter, RecordingDesk()):
        first = await adapter.send(letter(ground, id=41, text="只说一遍"))
    restarted = ground.adapter()
    async with running(restarted, RecordingDesk()):
        again = await restarted.send(letter(ground, id=41, text="只说一遍"))
        other = await restarted.send(letter(ground, id=42, text="只说一遍"))
    assert first == again != other
    assert [one.text for one in ground.shown(ground.group)].count("只说一遍") == 2


async def test_a_removal_sent_twice_is_no_fault(ground: Ground) -> None:
    adapter = ground.adapter()
    unable(adapter.can.idempotent and adapter.can.deletes)
    async with running(adapter, RecordingDesk()):
        card = await adapter.send(letter(ground, id=1))
        removal = letter(ground, id=2, text="", deletes=card)
        assert await adapter.send(removal) == await adapter.send(removal)


async def test_a_file_that_was_sent_can_be_fetched(ground: Ground, tmp_path: Path) -> None:
    adapter, desk = ground.adapter(), RecordingDesk()
    unable(adapter.can.files)
    async with running(adapter, desk):
        files = [(FileKind.PHOTO, write(tmp_path, "shed.jpg"))]
        await ground.stage.say("wu", ground.group, "看看", files=files)
        await ground.stage.settled()
        [ref] = desk.heard[0].files
        fetched = b"".join([chunk async for chunk in adapter.fetch(ref)])
    assert ref.kind is FileKind.PHOTO
    assert fetched == BYTES


async def test_a_letter_carries_its_file(ground: Ground) -> None:
    adapter = ground.adapter()
    unable(adapter.can.files)
    async with running(adapter, RecordingDesk()):
        await ground.stage.say("wu", ground.group, "在不")
        await ground.stage.settled()
        file = OutFile(7, FileKind.FILE, "notice.pdf")
        await adapter.send(letter(ground, text="通知", files=(file,)))
    assert ground.shown(ground.group)[-1].files == ("notice.pdf",)


async def test_what_the_platform_says_it_can_it_can(ground: Ground) -> None:
    adapter = ground.adapter()
    most = tuple(
        Button(f"{n}", f"{n}".ljust(adapter.can.button_bytes, "x"))
        for n in range(adapter.can.buttons)
    )
    async with running(adapter, RecordingDesk()):
        await adapter.send(letter(ground, text="长" * adapter.can.text, buttons=most))
    shown = ground.shown(ground.group)[-1]
    assert shown.text == "长" * adapter.can.text
    assert len(shown.buttons) == adapter.can.buttons


@pytest.mark.parametrize(
    "wrong",
    ["too long", "no such chat", "nothing to change", "nothing to say", "never opened"],
)
async def test_what_cannot_be_carried_is_refused_for_good(ground: Ground, wrong: str) -> None:
    adapter = ground.adapter()
    await ground.stage.seat("zhao", "赵秀兰", private=False)
    fields: dict[str, dict[str, str]] = {
        "too long": {"text": "长" * (adapter.can.text + 1)},
        "no such chat": {"chat": ground.nowhere},
        "nothing to change": {"edits": "999999"},
        "nothing to say": {"text": ""},
        "never opened": {"chat": ground.private("zhao")},
    }
    unable(wrong != "never opened" or not adapter.can.opens_private)
    async with running(adapter, RecordingDesk()):
        with pytest.raises(DeliveryError) as refused:
            await adapter.send(letter(ground, **fields[wrong]))
    assert refused.value.retry_after is None
    assert not refused.value.unknown
    assert ground.shown(ground.group) == []
