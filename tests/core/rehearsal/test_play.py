"""A story played: what is printed, which names stand in it, and what the day came to."""

import json
from pathlib import Path

import pytest

from core.domain.roster import RosterPlan, read_rows
from core.errors import ConfigError
from core.rehearsal.play import Play, summary_of
from core.rehearsal.story import read_story
from core.settings import load_settings
from core.testing.site import CONFIG, PEOPLE, SITE
from tests.laws.deployment import BELL

AT = "2026-11-23T09:00:00+08:00"
LATER = "2026-11-23T10:00:00+08:00"
Printed = list[dict[str, object]]


def plan() -> RosterPlan:
    rows = [{"group": SITE, **row} for row in PEOPLE]
    header = list(dict.fromkeys(key for row in rows for key in row))
    return read_rows(header, [[row.get(key, "") for key in header] for row in rows])


def play(folder: Path, *lines: dict[str, object]) -> Play:
    path = folder / "day.jsonl"
    path.write_text("\n".join(json.dumps({"at": AT, **line}) for line in lines), encoding="utf-8")
    settings = load_settings(CONFIG, {})
    settings = settings.model_copy(update={"plugins": {BELL: {"enabled": True}}})
    return Play(settings, plan(), read_story(path), path)


async def printed(one: Play) -> Printed:
    return [row async for row in one.run()]


def in_group(who: str, say: str, **more: object) -> dict[str, object]:
    return {"in": SITE, "from": who, "say": say, **more}


async def test_letters_are_printed_as_the_contract_says(tmp_path: Path) -> None:
    (row,) = await printed(play(tmp_path, in_group("wu", "ring", **{"as": "m1"})))
    assert row == {
        "id": row["id"],
        "at": AT,
        "to": SITE,
        "text": "rang ring",
        "buttons": ["again"],
        "kind": "reply",
        "reply_to": "m1",
        "edits": None,
        "deletes": None,
        "files": [],
    }


async def test_private_letters_are_to_the_persons_handle(tmp_path: Path) -> None:
    (row,) = await printed(play(tmp_path, {"from": "wu", "say": "ring"}))
    assert row["to"] == "@wu"


async def test_a_press_is_found_by_label_or_number(tmp_path: Path) -> None:
    rows = await printed(
        play(
            tmp_path,
            in_group("wu", "ring"),
            {"in": SITE, "from": "ma", "press": "again"},
            {"from": "hai", "press": 1},
        )
    )
    assert [row["text"] for row in rows] == ["rang ring", "pressed 7", "pressed 7"]


async def test_a_case_is_named_by_its_place_in_the_story(tmp_path: Path) -> None:
    rows = await printed(
        play(tmp_path, in_group("wu", "/open"), {"from": "li", "say": "/take {case:1}"})
    )
    assert rows[-1]["text"] == f"yours {str(rows[0]['text']).split()[-1]}"


async def test_the_summary_counts_the_day(tmp_path: Path) -> None:
    one = play(tmp_path, in_group("wu", "/open"), in_group("wu", "talk"), in_group("ma", "break"))
    rows = await printed(one)
    expected = {"heard": 3, "sent": len(rows), "cases": 1, "parked": 1, "missed": 0, "doubled": 0}
    assert summary_of(one) == {"summary": expected}


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "crash", "when": "before_commit"},
        {"fault": "crash", "when": "after_commit"},
        {"fault": "crash", "when": "after_send"},
        {"fault": "duplicate"},
        {"fault": "offline"},
    ],
)
async def test_a_fault_changes_nothing_that_people_see(
    tmp_path: Path, fault: dict[str, object]
) -> None:
    story = (in_group("wu", "/open"), in_group("ma", "ring", at=LATER))
    plain = await printed(play(tmp_path, *story))
    one = play(tmp_path, fault, *story)
    rows = await printed(one)
    assert [row["to"] for row in rows] == [row["to"] for row in plain]
    assert one.summary is not None
    assert (one.summary.cases, one.summary.parked, one.summary.doubled) == (1, 0, 0)


async def test_a_limit_lets_the_letter_wait(tmp_path: Path) -> None:
    fault: dict[str, object] = {"fault": "limit", "retry_after": 30}
    rows = await printed(play(tmp_path, fault, in_group("wu", "ring"), {"at": LATER}))
    assert [row["at"] for row in rows] == ["2026-11-23T09:00:30+08:00"]


async def test_whoever_joins_is_a_stranger_and_is_heard(tmp_path: Path) -> None:
    joins: dict[str, object] = {"in": SITE, "joins": "sun"}
    one = play(tmp_path, joins, in_group("sun", "ring"))
    assert [row["text"] for row in await printed(one)] == ["rang ring"]


async def test_a_stranger_opens_his_private_chat_with_his_first_words_there(
    tmp_path: Path,
) -> None:
    joins: dict[str, object] = {"in": SITE, "joins": "sun"}
    talk: dict[str, object] = {"from": "sun", "say": "ring"}
    rows = await printed(play(tmp_path, joins, talk, talk))
    assert [(row["to"], row["text"]) for row in rows][-2:] == [("@sun", "rang ring")] * 2


async def test_the_lines_played_have_the_cases_numbers(tmp_path: Path) -> None:
    one = play(tmp_path, in_group("wu", "/open"), {"from": "li", "say": "/take {case:1}"})
    rows = await printed(one)
    assert one.played[1].say == f"/take {str(rows[0]['text']).split()[-1]}"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (in_group("wu", "x" * 4001), "line 1: the text is too long: at most 4000 characters go"),
        (in_group("wu", " "), "line 1: there is nothing to say"),
        ({"from": "wu", "press": "gone"}, "line 1: wu sees no button 'gone'"),
        ({"from": "wu", "say": "/take {case:3}"}, "line 1: {case:3}: only 0 cases"),
        ({"in": "nowhere", "from": "wu", "say": "x"}, "line 1: no group 'nowhere'"),
    ],
)
async def test_a_line_that_cannot_be_played_is_told_with_its_number(
    tmp_path: Path, line: dict[str, object], told: str
) -> None:
    with pytest.raises(ConfigError) as error:
        await printed(play(tmp_path, line))
    assert told in str(error.value)


async def test_a_file_that_is_not_there_is_made_up(tmp_path: Path) -> None:
    one = play(tmp_path, {"in": SITE, "from": "wu", "say": "ring", "photo": "shed.jpg"})
    assert [row["text"] for row in await printed(one)] == ["rang ring"]
