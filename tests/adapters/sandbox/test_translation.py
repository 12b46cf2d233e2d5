"""Into the engine's words and out of them; and the sandbox's settings."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from adapters.sandbox.entry import Happened
from adapters.sandbox.inbound import to_incoming
from adapters.sandbox.journal import MemoryJournal
from adapters.sandbox.outbound import refusal
from adapters.sandbox.settings import SandboxSettings
from adapters.sandbox.world import Words, World
from core.api.adapter import Button, Incoming, Kind, Letter, LetterKind, Pace, Sender
from core.api.clock import FrozenClock

NOON = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    made = World(FrozenClock(NOON), MemoryJournal())
    made.seat("wu", "仵金生")
    made.title("xiboliang", "西柏梁安置房")
    made.join("xiboliang", "wu", quietly=True)
    return made


def heard(world: World, text: str) -> Incoming:
    world.say("wu", "xiboliang", Words(text=text))
    event = world.scene.waiting["xiboliang"][-1]
    return to_incoming("sandbox.main", event, world.scene, "连心")


def test_what_was_said_becomes_an_incoming(world: World) -> None:
    assert heard(world, "钥匙丢了") == Incoming(
        account="sandbox.main",
        chat="xiboliang",
        id="m2",
        at=NOON,
        sender=Sender("sandbox:wu", "仵金生"),
        private=False,
        text="钥匙丢了",
        chat_name="西柏梁安置房",
    )


@pytest.mark.parametrize("text", ["@连心 在不", "问问@连心", "@Lianxin help", "@LIANXIN"])
def test_a_mention_addresses_the_bot(world: World, text: str) -> None:
    assert heard(world, text).addressed


@pytest.mark.parametrize("text", ["连心 在不", "a@b", "@张莉 在不"])
def test_other_talk_does_not(world: World, text: str) -> None:
    assert not heard(world, text).addressed


def test_a_press_carries_data_and_message(world: World) -> None:
    press = Happened(
        seq=9, id="e9", at=NOON, kind=Kind.PRESSED, chat="xiboliang", user="wu",
        quotes="m1", press="take",
    )  # fmt: skip
    incoming = to_incoming("sandbox.main", press, world.scene, "连心")
    assert (incoming.kind, incoming.press, incoming.quotes) == (Kind.PRESSED, "take", "m1")


def wrong(world: World, letter: Letter) -> str | None:
    return refusal(letter, world.scene, SandboxSettings().can())


def make(**fields: object) -> Letter:
    plain = Letter(
        id=1, account="sandbox.main", chat="xiboliang", kind=LetterKind.REPLY, text="好"
    )
    for name, value in fields.items():
        object.__setattr__(plain, name, value)
    return plain


def test_a_refusal_names_the_thing_and_the_limit(world: World) -> None:
    mine = world.say("wu", "xiboliang", Words(text="好"))
    assert wrong(world, make()) is None
    assert wrong(world, make(chat="x")) == "there is no chat x"
    assert wrong(world, make(chat="@wu")) == "wu has not opened the private chat with the bot"
    assert (
        wrong(world, make(edits=mine)) == f"message {mine} is wu's: only its writer may change it"
    )
    assert wrong(world, make(deletes="m9")) == "message m9 is not in xiboliang"
    assert wrong(world, make(deletes=mine)) is None
    assert wrong(world, make(text=" ")) == "the letter is empty"
    assert wrong(world, make(text="长" * 4001)) == "the text has 4001 characters: at most 4000 go"
    nine = (Button("a", "a"),) * 9
    assert wrong(world, make(buttons=nine)) == "the letter has 9 buttons: at most 8 go"
    heavy = (Button("a", "重" * 22),)
    assert wrong(world, make(buttons=heavy)) == "a button carries more than 64 bytes"


def test_paces_become_capabilities() -> None:
    can = SandboxSettings.model_validate({"paces": [[30, 1.0]], "chat_paces": [[20, 60]]}).can()
    assert can.paces == (Pace(30, timedelta(seconds=1)),)
    assert can.chat_paces == (Pace(20, timedelta(minutes=1)),)
    assert can.idempotent
    assert not can.opens_private


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="Asia/Shangai is no time zone"):
        SandboxSettings(timezone="Asia/Shangai")
    with pytest.raises(ValidationError, match="pacess"):
        SandboxSettings.model_validate({"pacess": []})
