"""The demo's whole week, with each fault at every line: the same cases, and no word twice."""

import asyncio
import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from core.domain.roster import RosterPlan, read_rows
from core.rehearsal.play import Play
from core.rehearsal.story import Line, Numbered, read_story
from core.settings import load_settings

ROOT = Path(__file__).parents[2]
STORY = ROOT / "config" / "demo" / "story.jsonl"
ROSTER = ROOT / "config" / "demo" / "roster.csv"
FAULTS: dict[str, dict[str, object]] = {
    "dies before the commit": {"fault": "crash", "when": "before_commit"},
    "dies after the commit": {"fault": "crash", "when": "after_commit"},
    "dies after sending": {"fault": "crash", "when": "after_send"},
    "delivers twice": {"fault": "duplicate"},
    "asks for a pause": {"fault": "limit", "retry_after": 5},
    "is away": {"fault": "offline"},
}
PARTS = 8
"""The story's lines are shared out, so that the plays run side by side."""


@dataclass(frozen=True)
class Outcome:
    """What a week came to: each case as it stands, and how often each message was shown."""

    cases: tuple[tuple[object, ...], ...]
    shown: Counter[tuple[str, str]]
    parked: int
    doubled: int


@cache
def cast() -> RosterPlan:
    """Return those people of the roster who have a part, and whoever answers for them."""
    with ROSTER.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    speaking = {one.line.who for one in read_story(STORY)}
    handle, role = header.index("handle"), header.index("role")
    return read_rows(
        header, [row for row in rows if row[role] != "worker" or row[handle] in speaking]
    )


def with_fault(lines: list[Numbered], fault: dict[str, object], at: int) -> list[Numbered]:
    """Return the story with *fault* before its line *at*."""
    here = lines[at]
    armed = Line.model_validate({"at": here.line.at.isoformat(), **fault})
    return [*lines[:at], Numbered(here.number, armed), *lines[at:]]


async def outcome(lines: list[Numbered]) -> Outcome:
    play = Play(load_settings(ROOT / "config" / "lianxin.toml", {}), cast(), lines, STORY)
    shown: Counter[tuple[str, str]] = Counter()
    async for letter in play.run():
        if letter["edits"] is None:
            shown[str(letter["to"]), without_numbers(str(letter["text"]))] += 1
    assert play.summary is not None
    return Outcome(play.cases, shown, play.summary.parked, play.summary.doubled)


def without_numbers(text: str) -> str:
    """Return *text* without case numbers: they are shuffled anew in every deployment."""
    return "".join("#" if sign.isdigit() else sign for sign in text)


@cache
def undisturbed() -> Outcome:
    return asyncio.run(outcome(read_story(STORY)))


def shares() -> Iterator[object]:
    for name in FAULTS:
        for part in range(PARTS):
            yield pytest.param(name, part, id=f"{name}, part {part + 1}")


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("name", "part"), list(shares()))
def test_the_week_comes_to_the_same(name: str, part: int) -> None:
    lines = read_story(STORY)
    expected = undisturbed()
    for at in range(part, len(lines), PARTS):
        found = asyncio.run(outcome(with_fault(lines, FAULTS[name], at)))
        where = f"the platform or process {name} at line {lines[at].number}"
        assert found.cases == expected.cases, where
        assert not found.shown - expected.shown, f"{where}: said too often"
        assert not expected.shown - found.shown, f"{where}: not said"
        assert (found.parked, found.doubled) == (0, 0), where
