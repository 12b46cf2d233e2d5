"""A story's lines: read whole, or refused with every bad line and its number."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chat.message import FileKind
from core.errors import ConfigError
from core.rehearsal.story import Line, check_names, read_story

AT = "2026-11-23T09:12:00+08:00"


def story(folder: Path, *lines: object) -> Path:
    path = folder / "day.jsonl"
    rows = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def problems(folder: Path, *lines: object) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as told:
        read_story(story(folder, *lines))
    return told.value.problems


GOOD = (
    {"at": AT, "in": "g", "from": "wu", "say": "hello", "as": "m1"},
    {"at": AT, "from": "zhang", "say": "/take {case:1}"},
    {"at": AT, "in": "g", "from": "wu", "say": "x", "quotes": "m1"},
    {"at": AT, "in": "g", "from": "wu", "say": "x", "edit": "m1"},
    {"at": AT, "in": "g", "from": "wu", "press": "私下说"},
    {"at": AT, "from": "wu", "press": 1},
    {"at": AT, "in": "g", "from": "wu", "photo": "shed.jpg"},
    {"at": AT, "in": "g", "joins": "li"},
    {"at": AT, "in": "g", "leaves": "li"},
    {"at": AT, "fault": "crash", "when": "before_commit"},
    {"at": AT, "fault": "duplicate"},
    {"at": AT, "fault": "limit", "retry_after": 30},
    {"at": AT, "fault": "offline"},
    {"at": AT},
)


def test_every_kind_of_line_is_read(tmp_path: Path) -> None:
    lines = read_story(story(tmp_path, *GOOD))
    assert [one.number for one in lines] == list(range(1, len(GOOD) + 1))
    assert lines[0].line.name == "m1"
    assert lines[6].line.files == [(FileKind.PHOTO, "shed.jpg")]


def test_blank_lines_are_counted_and_left_out(tmp_path: Path) -> None:
    lines = read_story(story(tmp_path, "", {"at": AT}, "  ", {"at": AT}))
    assert [one.number for one in lines] == [2, 4]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "is no JSON"),
        ({"in": "g"}, "'at' field required"),
        ({"at": "2026-11-23T09:12:00"}, "timezone"),
        ({"at": AT, "from": "wu", "sya": "x"}, "unknown key 'sya'; did you mean \"say\"?"),
        ({"at": AT, "say": "x"}, '"say" needs "from"'),
        ({"at": AT, "press": 1}, '"press" needs "from"'),
        ({"at": AT, "joins": "li"}, '"joins" needs "in"'),
        ({"at": AT, "from": "wu", "say": "x", "press": 1}, "several things at once: say, press"),
        ({"at": AT, "fault": "crash"}, '"crash" and "when" go together'),
        ({"at": AT, "fault": "limit"}, '"limit" and "retry_after" go together'),
        ({"at": AT, "fault": "fire"}, "'fault'"),
        ({"at": AT, "from": "wu"}, "does nothing"),
        ({"at": AT, "in": "g"}, "does nothing"),
        ({"at": AT, "from": "wu", "press": 1, "as": "m"}, 'go with "say"'),
        ("[]", "line 1"),
        ("3", "line 1"),
    ],
)
def test_a_bad_line_is_told_with_its_number(tmp_path: Path, line: object, told: str) -> None:
    (problem,) = problems(tmp_path, line)
    assert problem.startswith("day.jsonl: line 1: ")
    assert told in problem


def test_all_bad_lines_are_told_at_once(tmp_path: Path) -> None:
    told = problems(tmp_path, "{", {"at": AT}, "{", {"at": AT, "say": "x"})
    assert [problem.split(": ")[1] for problem in told] == ["line 1", "line 3", "line 4"]


def test_time_does_not_run_back(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, {"at": AT}, {"at": "2026-11-23T08:00:00+08:00"})
    assert problem == "day.jsonl: line 2: its time is before that of line 1"


def test_equal_times_are_allowed(tmp_path: Path) -> None:
    assert len(read_story(story(tmp_path, {"at": AT}, {"at": AT}))) == 2


def test_a_story_without_a_line_is_none(tmp_path: Path) -> None:
    assert problems(tmp_path, "") == ("day.jsonl: has no line to play",)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_story(tmp_path / "gone.jsonl")


def names(folder: Path, *lines: object) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as told:
        check_names(read_story(story(folder, *lines)), "day.jsonl", ["wu"], ["g"])
    return told.value.problems


def test_unknown_people_groups_and_messages_are_told(tmp_path: Path) -> None:
    told = names(
        tmp_path,
        {"at": AT, "in": "gg", "from": "wuu", "say": "x"},
        {"at": AT, "in": "g", "from": "wu", "say": "x", "quotes": "m1"},
    )
    assert told == (
        "day.jsonl: line 1: no group 'gg'; did you mean \"g\"?",
        "day.jsonl: line 1: nobody is called 'wuu'; did you mean \"wu\"?",
        "day.jsonl: line 2: no message was named 'm1' before",
    )


def test_whoever_joined_is_known_from_then_on(tmp_path: Path) -> None:
    lines = (
        {"at": AT, "in": "g", "joins": "li"},
        {"at": AT, "in": "g", "from": "li", "say": "x"},
    )
    check_names(read_story(story(tmp_path, *lines)), "day.jsonl", ["wu"], ["g"])
    assert len(names(tmp_path, *lines[::-1])) == 1


@given(st.dictionaries(st.text(max_size=8), st.none() | st.text(max_size=8) | st.integers()))
def test_no_line_whatever_breaks_the_reading(row: dict[str, object]) -> None:
    try:
        line = Line.model_validate({"at": AT, **row})
    except ValueError:
        return
    assert line.at.tzinfo is not None
