"""The sandbox's world: what people may do, and that it outlives the bot."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pytest

from adapters.sandbox.journal import MemoryJournal, open_journal
from adapters.sandbox.world import Words, World
from core.api.adapter import (
    Button,
    ConfigError,
    FileKind,
    Kind,
    Letter,
    LetterKind,
    RuleError,
)
from core.api.clock import FrozenClock

NOON = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
JOURNAL = "sandbox-main.jsonl"


def seated(world: World) -> World:
    for user, name in (("wu", "仵金生"), ("li", "李大勇")):
        world.seat(user, name, "worker")
        world.join("xiboliang", user, quietly=True)
    return world


@pytest.fixture
def world() -> World:
    return seated(World(FrozenClock(NOON), MemoryJournal()))


def reopened(folder: Path) -> World:
    return World(FrozenClock(NOON), open_journal(folder, "sandbox.main"))


def letter(number: int, **fields: Any) -> Letter:  # noqa: ANN401 - any of its fields
    given = {"chat": "xiboliang", "text": "收到", **fields}
    return Letter(id=number, account="sandbox.main", kind=LetterKind.REPLY, **given)


def texts(world: World, chat: str = "xiboliang") -> list[str]:
    return [m.text for m in world.scene.chats[chat].messages.values() if not m.gone]


def waiting(world: World, chat: str = "xiboliang") -> list[str]:
    return [event.text for event in world.scene.waiting.get(chat, ())]


def test_the_world_is_the_same_after_a_restart(tmp_path: Path) -> None:
    before = seated(reopened(tmp_path))
    before.open("wu")
    said = before.say("wu", "xiboliang", Words(text="搭个棚"))
    before.edit("wu", said, "搭个棚子")
    card = before.carry(letter(1, buttons=(Button("我来", "take"),), reply_to=said))
    before.press("li", "xiboliang", card, "take")
    before.carry(letter(2, edits=card, text="接了"))
    before.carry(letter(3, deletes=said))
    before.title("xiboliang", "西柏梁")
    after = reopened(tmp_path)
    for part in ("users", "chats", "messages", "letters", "waiting", "seq"):
        assert getattr(after.scene, part) == getattr(before.scene, part), part
    assert texts(after) == ["接了"]


def test_what_was_not_acknowledged_waits_over_a_restart_in_order(tmp_path: Path) -> None:
    before = seated(reopened(tmp_path))
    for text in ("第一句", "第二句", "第三句"):
        before.say("wu", "xiboliang", Words(text=text))
    first = before.oldest("xiboliang")
    assert first is not None
    before.acknowledge(first)
    assert waiting(reopened(tmp_path)) == ["第二句", "第三句"]


def test_a_letter_is_known_again_after_a_restart(tmp_path: Path) -> None:
    first = seated(reopened(tmp_path)).carry(letter(7))
    assert reopened(tmp_path).carry(letter(7)) == first
    assert texts(reopened(tmp_path)) == ["收到"]


def test_a_file_outlives_the_bot(tmp_path: Path) -> None:
    before = seated(reopened(tmp_path))
    photo = before.upload(FileKind.PHOTO, "shed.jpg", b"\x00\xff")
    before.say("wu", "xiboliang", Words(files=[photo]))
    assert reopened(tmp_path).content(photo.ref) == b"\x00\xff"


@pytest.mark.parametrize("ref", ["", ".", "..", "../sandbox-main.jsonl", "/etc/hostname", "none"])
def test_what_is_no_file_of_this_world_is_not_read(tmp_path: Path, ref: str) -> None:
    world = seated(reopened(tmp_path))
    with pytest.raises(KeyError):
        world.content(ref)


@pytest.mark.parametrize("tail", [b"{", b'{"op":"heard","se', b"\xe4\xb8"])
def test_a_torn_last_line_is_forgotten_and_writing_goes_on(tmp_path: Path, tail: bytes) -> None:
    seated(reopened(tmp_path)).say("wu", "xiboliang", Words(text="在不"))
    with (tmp_path / JOURNAL).open("ab") as file:
        file.write(tail)
    reopened(tmp_path).say("wu", "xiboliang", Words(text="有个事"))
    assert texts(reopened(tmp_path)) == ["在不", "有个事"]


def test_a_damaged_line_inside_is_refused_with_the_way_out(tmp_path: Path) -> None:
    seated(reopened(tmp_path))
    lines = (tmp_path / JOURNAL).read_bytes().splitlines(keepends=True)
    (tmp_path / JOURNAL).write_bytes(b"".join([lines[0], b"garbage\n", *lines[1:]]))
    with pytest.raises(ConfigError, match=r"line 2 is damaged: move the file away"):
        reopened(tmp_path)


def test_a_full_disk_tears_no_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = seated(reopened(tmp_path))
    before = (tmp_path / JOURNAL).read_bytes()
    real = Path.open

    class Full:
        def __init__(self, path: Path) -> None:
            self._file = real(path, "ab", buffering=0)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

        def tell(self) -> int:
            return self._file.tell()

        def write(self, line: bytes) -> int:
            return self._file.write(line[:5]) or 0

    monkeypatch.setattr(Path, "open", lambda path, *_, **__: Full(path))
    with pytest.raises(OSError, match="No space left"):
        world.say("wu", "xiboliang", Words(text="在不"))
    monkeypatch.undo()
    assert (tmp_path / JOURNAL).read_bytes() == before
    assert texts(world) == []


def test_message_ids_are_unique_in_the_world(world: World) -> None:
    world.open("wu")
    ids = [world.say("wu", chat, Words(text="好")) for chat in ("xiboliang", "@wu") * 5]
    ids += [world.carry(letter(number)) for number in range(5)]
    assert len(set(ids)) == 15


def test_a_button_that_has_just_gone_still_arrives_but_an_invented_one_does_not(
    world: World,
) -> None:
    card = world.carry(letter(1, buttons=(Button("我来", "take"),)))
    world.carry(letter(2, edits=card, text="接了"))
    world.press("li", "xiboliang", card, "take")
    assert [event.press for event in world.scene.waiting["xiboliang"]] == ["take"]
    with pytest.raises(RuleError, match=r"sandbox\.no_button"):
        world.press("li", "xiboliang", card, "invented")


def test_only_members_are_told_apart_and_strangers_kept_out(world: World) -> None:
    world.seat("zhao", "赵秀兰")
    with pytest.raises(RuleError, match=r"sandbox\.not_member"):
        world.say("zhao", "xiboliang", Words(text="好"))
    with pytest.raises(RuleError, match=r"sandbox\.no_user"):
        world.say("nobody", "xiboliang", Words(text="好"))
    world.leave("xiboliang", "li")
    with pytest.raises(RuleError, match=r"sandbox\.not_member"):
        world.say("li", "xiboliang", Words(text="好"))
    with pytest.raises(RuleError, match=r"sandbox\.not_member"):
        world.say("wu", "@wu", Words(text="没打开过"))


@pytest.mark.parametrize(
    ("text", "key"), [("", "empty"), (" \n", "empty"), ("长" * 4001, "too_long")]
)
def test_an_empty_or_endless_text_is_refused(world: World, text: str, key: str) -> None:
    with pytest.raises(RuleError, match=rf"sandbox\.{key}"):
        world.say("wu", "xiboliang", Words(text=text))


def test_one_edits_only_ones_own_words_and_the_same_words_are_no_edit(world: World) -> None:
    said = world.say("wu", "xiboliang", Words(text="搭个棚"))
    with pytest.raises(RuleError, match=r"sandbox\.not_yours"):
        world.edit("li", said, "不搭")
    world.edit("wu", said, "搭个棚")
    assert waiting(world) == ["搭个棚"]


def test_one_quotes_only_what_is_in_the_chat(world: World) -> None:
    world.open("wu")
    said = world.say("wu", "@wu", Words(text="私下"))
    with pytest.raises(RuleError, match=r"sandbox\.no_message"):
        world.say("wu", "xiboliang", Words(text="看", quotes=said))


def test_an_answer_to_what_has_gone_is_carried_without_a_quote(world: World) -> None:
    answer = world.carry(letter(1, reply_to="m999"))
    assert world.scene.messages[answer].quotes is None


def test_a_token_opens_the_private_chat_again(world: World) -> None:
    world.open("wu")
    world.open("wu")
    world.open("wu", "row-17")
    events = world.scene.waiting["@wu"]
    assert [(event.kind, event.text) for event in events] == [
        (Kind.OPENED, ""),
        (Kind.OPENED, "row-17"),
    ]


@pytest.mark.parametrize("name", ["", "@wu"])
def test_a_name_that_reads_like_a_private_chat_is_refused(world: World, name: str) -> None:
    with pytest.raises(RuleError, match=r"sandbox\.bad_name"):
        world.seat(name, "x")
    with pytest.raises(RuleError, match=r"sandbox\.bad_name"):
        world.title(name, "x")
