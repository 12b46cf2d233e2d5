"""The shipped prompts: enough for weeks, short, in two languages, in plain words."""

import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from core.domain.calendar import WorkCalendar
from core.domain.theme import NAMES, Prompt, parse_theme, prompt_on

FOLDER = Path(__file__).parents[2] / "config" / "themes"
THEMES = [
    parse_theme(tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))) for name in NAMES
]
PROMPTS = [prompt for theme in THEMES for prompt in theme.prompts]
OPENINGS = tomllib.loads((FOLDER / "openings.toml").read_text("utf-8"))["opening"]
WEEKS, CHARACTERS, LINES = 8, 120, 5
FULL_WIDTH = re.compile("[,?!:;()]".translate({ord(c): ord(c) + 0xFEE0 for c in ",?!:;()"}))
OFFICIALESE = re.compile("诉求|受理|贵单位|特此|予以|兹|届时|登记")


def test_every_weekday_has_its_theme_and_only_wednesday_is_answered_in_private() -> None:
    assert [theme.id for theme in THEMES] == list(NAMES)
    assert [theme.private_answers for theme in THEMES] == [False, False, True, False, False]


@pytest.mark.parametrize("month", range(1, 13))
def test_eight_weeks_pass_before_words_come_again(month: int) -> None:
    for theme in THEMES:
        assert sum(prompt.suits(date(2026, month, 1)) for prompt in theme.prompts) >= WEEKS


def test_summer_and_winter_are_equally_long_so_that_no_turn_is_skipped() -> None:
    for theme in THEMES:
        seasons = Counter(prompt.season for prompt in theme.prompts)
        assert seasons["summer"] == seasons["winter"], theme.id


def test_every_prompt_has_its_own_id() -> None:
    assert len({prompt.id for prompt in PROMPTS}) == len(PROMPTS)


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.id)
def test_a_prompt_is_short_plain_and_ends_with_a_question(prompt: Prompt) -> None:
    chinese, english = prompt.text["zh"], prompt.text["en"]
    assert len(chinese.replace("\n", "")) <= CHARACTERS
    for text in (chinese, english):
        assert 2 <= len(text.splitlines()) <= LINES
    assert not FULL_WIDTH.search(chinese)
    assert not OFFICIALESE.search(chinese)
    assert re.search("[?]|说一声|也一起说|给后面来的人看|给大家看|找我们查", chinese)
    assert re.search("[?]|Tell us", english)


def test_wednesday_asks_for_answers_in_private_each_time() -> None:
    for prompt in THEMES[2].prompts:
        assert prompt.text["zh"].endswith("想问自己的事,点下面私下说。")
        assert prompt.text["en"].endswith("For your own case, tap below and tell us in private.")


def test_the_chairs_first_line_is_her_own() -> None:
    assert OPENINGS[0]["zh"] == "今天谁有需要帮忙的事情?请讲哈"
    assert len(OPENINGS) == 12
    for opening in OPENINGS:
        assert set(opening) == {"zh", "en"}
        assert not FULL_WIDTH.search(opening["zh"])


def test_in_november_nobody_hears_of_heat_stroke() -> None:
    calendar = WorkCalendar.china()
    shown = [prompt_on(THEMES, date(2026, 11, day), calendar) for day in range(1, 31)]
    assert {prompt.season for prompt in shown if prompt} <= {"", "winter"}
