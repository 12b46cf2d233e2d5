"""The demo site: its people, its pictures, and which lines of its story ask for something."""

import csv
import json
from collections import Counter
from pathlib import Path

from plugins.intake.rules import Rules

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "config" / "demo"
ROSTER = list(csv.DictReader((DEMO / "roster.csv").read_text("utf-8").splitlines()))
STORY = [json.loads(line) for line in (DEMO / "story.jsonl").read_text("utf-8").splitlines()]
RULES = Rules.load(ROOT / "plugins" / "intake" / "rules.toml")
PICTURE_BYTES = 40_000
NEWCOMERS = {"xiaoliu"}
OPENERS = [
    ("wu", "living"),
    ("tianxiaohu", "lost"),
    ("luodayong", "wages"),
    ("yangerwa", "safety"),
    ("huangsuizhen", "living"),
    ("hanchunmei", "schooling"),
    ("wanggensheng", "family"),
    ("gaomingliang", "training"),
    ("ali", "living"),
    ("tangxiaojun", "living"),
    ("suli", "living"),
]


def test_every_handle_is_one_person_and_every_name_too() -> None:
    for column in ("handle", "name"):
        assert max(Counter(row[column] for row in ROSTER).values()) == 1
    assert all(row["handle"].isascii() and row["handle"].islower() for row in ROSTER)


def test_each_cadre_answers_for_thirty_and_has_a_deputy_beside_him() -> None:
    cadres = {row["handle"] for row in ROSTER if row["role"] == "cadre"}
    workers = [row for row in ROSTER if row["role"] == "worker"]
    assert Counter(row["cadre"] for row in workers) == dict.fromkeys(cadres, 30)
    assert all(row["deputy"] in cadres - {row["cadre"]} for row in workers)


def test_the_story_knows_its_people_and_goes_forward_in_time() -> None:
    known = {row["handle"] for row in ROSTER} | NEWCOMERS
    assert {line["from"] for line in STORY if "from" in line} <= known
    moments = [line["at"] for line in STORY]
    assert moments == sorted(moments)
    assert 60 <= len(STORY) <= 95


def test_of_all_that_is_typed_in_the_group_these_lines_ask_for_something() -> None:
    said = [line for line in STORY if "in" in line and "say" in line and "quotes" not in line]
    asked = [
        (line["from"], verdict.category)
        for line in said
        if (verdict := RULES.judge(line["say"], private=False, asked=False)).decision != "ignore"
    ]
    # The shed is told in two messages; one burst, one request.
    assert [("wu", "living"), *OPENERS] == asked


def test_pictures_are_small_and_there() -> None:
    named = {line["photo"] for line in STORY if "photo" in line}
    assert named == {path.name for path in DEMO.glob("*.jpg")}
    assert all((DEMO / name).stat().st_size <= PICTURE_BYTES for name in named)
