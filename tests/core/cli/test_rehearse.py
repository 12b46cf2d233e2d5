"""``rehearse``: JSON for programs, a screenplay for people, 1 only when something was parked."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.rehearsal.play import Play, Summary
from tests.core.cli.conftest import Lianxin

ROSTER = "group,handle,name,role,cadre\nsite,li,李红梅,cadre,\nsite,wu,仵金生,worker,li\n"
STORY = (
    {"at": "2026-11-23T09:00:00+08:00", "from": "wu", "say": "帮助"},
    {"at": "2026-11-23T09:01:00+08:00", "in": "site", "from": "wu", "say": "早"},
    {"at": "2026-11-23T09:02:00+08:00", "in": "site", "joins": "xin"},
)


@pytest.fixture
def play(home: Path) -> tuple[str, ...]:
    (home / "roster.csv").write_text(ROSTER, encoding="utf-8")
    lines = (json.dumps(line, ensure_ascii=False) + "\n" for line in STORY)
    (home / "story.jsonl").write_text("".join(lines), encoding="utf-8")
    return ("rehearse", "story.jsonl", "--roster", "roster.csv")


def test_json_is_a_letter_a_line_and_the_summary(lianxin: Lianxin, play: tuple[str, ...]) -> None:
    told = lianxin(*play, "--json")
    assert told.code == 0
    *letters, last = map(json.loads, told.out.splitlines())
    assert letters[0]["to"] == "@wu"
    assert letters[0]["at"] == "2026-11-23T09:00:00+08:00"
    assert letters[0]["text"].startswith("有事直接说就行")
    assert set(letters[0]) == {
        *("id", "at", "to", "text", "buttons", "kind"),
        *("reply_to", "edits", "deletes", "files"),
    }
    assert last["summary"]["heard"] == 2
    assert last["summary"]["parked"] == 0


def test_a_screenplay_tells_who_says_what_and_when(
    lianxin: Lianxin, play: tuple[str, ...]
) -> None:
    lines = lianxin(*play).out.splitlines()
    assert lines[0] == "11-23 09:00:00  仵金生 [private]: 帮助"
    assert lines[1].startswith("11-23 09:00:00  Lianxin → @wu: 有事直接说就行")
    assert "11-23 09:01:00  仵金生 [site]: 早" in lines
    assert "11-23 09:02:00  xin [site]: comes in" in lines
    assert lines[-1].startswith("heard 2  sent ")


def test_a_screenplay_shows_only_what_was_played(
    lianxin: Lianxin, play: tuple[str, ...], home: Path
) -> None:
    at = STORY[0]["at"]
    lines = ({"at": at, "from": "wu", "say": "帮助"}, {"at": at, "from": "li", "say": "{case:1}"})
    story = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (home / "story.jsonl").write_text(story, encoding="utf-8")
    told = lianxin(*play)
    assert told.code == 2
    assert "line 2: {case:1}: only 0 cases" in told.err
    assert "{case:1}" not in told.out


def test_it_needs_no_secrets(
    lianxin: Lianxin, play: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIANXIN_SECRET_KEYS")
    assert lianxin(*play, "--json").code == 0


def test_both_bad_files_are_told_at_once_with_their_lines(
    lianxin: Lianxin, play: tuple[str, ...], home: Path
) -> None:
    (home / "roster.csv").write_text("group,handle,name,role\nsite,wu,仵金生,wroker\n")
    (home / "story.jsonl").write_text('{"at": "2026-11-23T09:00:00+08:00", "sya": "x"}\nno\n')
    told = lianxin(*play, "--json")
    assert (told.code, told.out) == (2, "")
    first, second, third = told.err.splitlines()
    assert first.startswith("roster.csv: row 2: ")
    assert second.startswith("story.jsonl: line 1: unknown key 'sya'; did you mean")
    assert third.startswith("story.jsonl: line 2: is no JSON")


def test_an_unknown_name_is_refused_before_anything_is_played(
    lianxin: Lianxin, play: tuple[str, ...], home: Path
) -> None:
    with (home / "story.jsonl").open("a") as story:
        story.write('{"at": "2026-11-23T09:03:00+08:00", "from": "wo", "say": "x"}\n')
    told = lianxin(*play)
    assert (told.code, told.out) == (2, "")
    assert "story.jsonl: line 4: nobody is called 'wo'" in told.err


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ("telegram", "--over telegram: this platform has no stage here yet; use sandbox"),
        ("matrix", "--over matrix: this platform has no stage here yet; use sandbox"),
        ("telegrma", '--over telegrma: there is no such platform; did you mean "telegram"?'),
    ],
)
def test_other_platforms_have_no_stage_yet(
    lianxin: Lianxin, play: tuple[str, ...], over: str, sentence: str
) -> None:
    told = lianxin(*play, "--over", over)
    assert (told.code, told.err) == (2, f"{sentence}\n")


def test_something_parked_is_a_fault(
    lianxin: Lianxin, play: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(self: Play) -> AsyncIterator[dict[str, object]]:
        self.summary = Summary(heard=1, sent=0, cases=0, parked=1, missed=0, doubled=0)
        letters: list[dict[str, object]] = []
        for letter in letters:
            yield letter

    monkeypatch.setattr(Play, "run", run)
    told = lianxin(*play, "--json")
    assert told.code == 1
    assert json.loads(told.out)["summary"]["parked"] == 1
