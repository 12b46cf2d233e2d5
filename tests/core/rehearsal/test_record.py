"""The recorder: one record a letter, buttons as they stand, the newest found first."""

from datetime import UTC, datetime

import pytest

from core.chat.letter import Button, Letter, LetterKind
from core.clock import FrozenClock
from core.rehearsal.record import Recorder

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(FrozenClock(NOON), {"@wu": "@wu", "chat": "xiboliang"})


def letter(number: int, *labels: str, edits: str | None = None, chat: str = "chat") -> Letter:
    buttons = tuple(Button(label, f"{label}:{number}") for label in labels)
    return Letter(
        id=number, account="a", chat=chat, kind=LetterKind.REPLY, text="x", buttons=buttons,
        edits=edits,
    )  # fmt: skip


def test_a_letter_is_written_down_once_however_often_it_was_sent(recorder: Recorder) -> None:
    for _ in range(3):
        recorder.carried(letter(1), "m1")
    (record,) = recorder.records
    assert (record.to, record.at, record.id) == ("xiboliang", NOON, "m1")


def test_the_newest_button_of_a_label_is_found(recorder: Recorder) -> None:
    recorder.carried(letter(1, "go"), "m1")
    recorder.carried(letter(2, "go"), "m2")
    assert recorder.newest(["chat"], "go") == ("chat", "m2", "go:2")


def test_the_first_chat_comes_first(recorder: Recorder) -> None:
    recorder.carried(letter(1, "go", chat="@wu"), "m1")
    recorder.carried(letter(2, "go"), "m2")
    assert recorder.newest(["@wu", "chat"], "go") == ("@wu", "m1", "go:1")


def test_a_number_counts_the_buttons_of_the_newest_message_that_has_any(
    recorder: Recorder,
) -> None:
    recorder.carried(letter(1, "a", "b"), "m1")
    recorder.carried(letter(2), "m2")
    assert recorder.newest(["chat"], 2) == ("chat", "m1", "b:1")
    assert recorder.newest(["chat"], 3) is None


def test_an_edited_card_has_its_new_buttons_alone(recorder: Recorder) -> None:
    recorder.carried(letter(1, "old"), "m1")
    recorder.carried(letter(2, "new", edits="m1"), "m1")
    assert recorder.newest(["chat"], "old") is None
    assert recorder.newest(["chat"], "new") == ("chat", "m1", "new:2")
    assert len(recorder.records) == 2


def test_a_message_that_was_taken_out_has_no_buttons(recorder: Recorder) -> None:
    recorder.carried(letter(1, "go"), "m1")
    gone = Letter(id=2, account="a", chat="chat", kind=LetterKind.REPLY, text="", deletes="m1")
    recorder.carried(gone, "m1")
    assert recorder.newest(["chat"], "go") is None


def test_what_came_before_the_curtain_is_forgotten_and_its_buttons_stay(
    recorder: Recorder,
) -> None:
    recorder.carried(letter(1, "go"), "m1")
    recorder.clear()
    assert recorder.records == []
    assert recorder.newest(["chat"], "go") is not None
