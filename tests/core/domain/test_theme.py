"""What a day is about, which prompt it brings, and when."""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.calendar import WorkCalendar
from core.domain.theme import (
    NAMES,
    Prompt,
    Theme,
    Window,
    is_due,
    is_missed,
    parse_theme,
    prompt_on,
    theme_on,
    window_on,
)
from core.errors import ConfigError

CHINA = WorkCalendar.china()
WEEK = [
    Theme(
        name,
        weekday,
        {"zh": name},
        tuple(Prompt(f"{name[:3]}-{n}", {"zh": "今天谁有需要帮忙的事情?"}) for n in range(4)),
    )
    for weekday, name in enumerate(NAMES, start=1)
]
NEW_YORK = ZoneInfo("America/New_York")


def about(day: date) -> str | None:
    theme = theme_on(WEEK, day, CHINA)
    return theme.id if theme else None


@pytest.mark.parametrize(
    ("day", "theme"),
    [
        (date(2026, 11, 23), "monday"),
        (date(2026, 11, 27), "friday"),
        (date(2026, 11, 28), None),
        (date(2026, 10, 1), None),
        (date(2026, 2, 14), "friday"),
        (date(2026, 9, 20), "monday"),
    ],
)
def test_every_workday_has_its_theme(day: date, theme: str | None) -> None:
    assert about(day) == theme
    assert (prompt_on(WEEK, day, CHINA) is None) is (theme is None)


def test_a_weekday_without_a_theme_stays_silent() -> None:
    assert prompt_on(WEEK[1:], date(2026, 11, 23), CHINA) is None


@given(st.dates(date(2024, 1, 1), date(2027, 12, 1)))
def test_the_prompts_take_turns_week_by_week_over_new_year_too(day: date) -> None:
    class Always(WorkCalendar):
        def is_workday(self, day: date) -> bool:
            return day.isoweekday() <= 5

    shown = [prompt_on(WEEK, day + timedelta(weeks=n), Always("every weekday")) for n in range(4)]
    ids = {prompt.id for prompt in shown if prompt}
    assert len(ids) == (4 if day.isoweekday() <= 5 else 0)


def test_a_worked_saturday_does_not_repeat_friday_s_words() -> None:
    friday, saturday = date(2026, 2, 13), date(2026, 2, 14)
    assert prompt_on(WEEK, friday, CHINA) != prompt_on(WEEK, saturday, CHINA)


def test_a_prompt_of_a_season_is_passed_over_in_the_other() -> None:
    prompts = (
        Prompt("always", {"zh": "早"}),
        Prompt("heat", {"zh": "热"}, "summer"),
        Prompt("frost", {"zh": "冷"}, "winter"),
    )
    themes = [Theme("monday", 1, {"zh": "医药健康"}, prompts)]
    shown = {
        month: {
            prompt.id
            for day in range(1, 29)
            if (prompt := prompt_on(themes, date(2026, month, day), CHINA))
        }
        for month in (7, 12)
    }
    assert shown == {7: {"always", "heat"}, 12: {"always", "frost"}}
    assert (
        prompt_on([Theme("monday", 1, {"zh": "医"}, prompts[1:2])], date(2026, 12, 7), CHINA)
        is None
    )


def test_a_text_missing_in_a_language_is_said_in_the_first() -> None:
    prompt = Prompt("mon-01", {"zh": "早", "en": "Morning"})
    theme = Theme("monday", 1, {"zh": "医药健康", "en": "Health"}, (prompt,))
    assert [prompt.text_in(language) for language in ("en", "fr")] == ["Morning", "早"]
    assert [theme.title_in(language) for language in ("en", "fr")] == ["Health", "医药健康"]


@pytest.mark.parametrize(
    ("day", "at", "opens"),
    [
        (date(2026, 3, 7), time(2, 30), datetime(2026, 3, 7, 7, 30, tzinfo=UTC)),
        (date(2026, 3, 8), time(2, 30), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
        (date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_a_window_opens_once_on_the_days_when_clocks_change(
    day: date, at: time, opens: datetime
) -> None:
    length = timedelta(hours=3)
    assert window_on(day, at, length, NEW_YORK) == Window(opens, opens + length)


def test_a_prompt_is_due_inside_its_window_and_missed_after_it() -> None:
    opens, closes = window = window_on(
        date(2026, 11, 23), time(12, 15), timedelta(hours=4), ZoneInfo("Asia/Shanghai")
    )
    second = timedelta(seconds=1)
    due = [is_due(at, window, posted=False) for at in (opens - second, opens, closes - second)]
    assert due == [False, True, True]
    assert not is_due(closes, window, posted=False)
    assert not is_due(opens, window, posted=True)
    assert is_missed(closes, window, posted=False)
    assert not is_missed(closes, window, posted=True)
    assert not is_missed(closes - second, window, posted=False)


GOOD = '''
weekday = 3
private_answers = true
[title]
zh = "学法讲理"
en = "Know your rights"
[[prompt]]
id = "wed-01"
[prompt.zh]
text = """
有法律上的事想问?私下说就行。
"""
[prompt.en]
text = "A question about the law? Write to me in private."
'''


def test_a_theme_file_is_read() -> None:
    theme = parse_theme(tomllib.loads(GOOD))
    assert (theme.id, theme.weekday, theme.private_answers) == ("wednesday", 3, True)
    assert theme.title == {"zh": "学法讲理", "en": "Know your rights"}
    assert [prompt.id for prompt in theme.prompts] == ["wed-01"]
    assert theme.prompts[0].text["zh"] == "有法律上的事想问?私下说就行。"


def test_answers_are_public_where_nothing_is_said() -> None:
    text = GOOD.replace("private_answers = true", "")
    assert not parse_theme(tomllib.loads(text)).private_answers


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("weekday = 3", "weekday = 6", "weekday must be 1"),
        ("weekday = 3", "weekday = true", "weekday must be 1"),
        (
            "weekday = 3",
            "wekday = 3\nweekday = 3",
            'wekday is no setting; did you mean "weekday"?',
        ),
        ("weekday = 3", "zzz = 3\nweekday = 3", "zzz is no setting"),
        ("answers = true", 'answers = "yes"', "private_answers must be true or false"),
        ('zh = "学法讲理"', "zh = 3", "title.zh must be text"),
        ('id = "wed-01"', "", "prompt 1 needs an id"),
        ('id = "wed-01"', 'id = ""', "prompt 1 needs an id"),
        ("[prompt.en]", "[prompt.en]\nvoice = 1", "prompt 1 (wed-01).en must hold text and"),
        ("[prompt.en]", "[prompt.fr]", "prompt 1 (wed-01) says nothing in en, the title does"),
        (
            'text = "A question about the law? Write to me in private."',
            'text = " "',
            ".en must be",
        ),
        (
            "[[prompt]]",
            '[[prompt]]\nid = "wed-01"\nzh.text = "a"\nen.text = "b"\n[[prompt]]',
            "already",
        ),
        (GOOD[GOOD.index("[[prompt]]") :], "", "there must be a [[prompt]] at least"),
        ("[title]", "[titel]", "title needs text in a language at least"),
    ],
)
def test_what_is_wrong_in_a_theme_file_is_told(right: str, wrong: str, told: str) -> None:
    assert right in GOOD
    with pytest.raises(ConfigError) as refusal:
        parse_theme(tomllib.loads(GOOD.replace(right, wrong)))
    assert [problem for problem in refusal.value.problems if told in problem]


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as refusal:
        parse_theme({"prompt": ["a"], "weekday": 9, "x": 1})
    assert len(refusal.value.problems) == 4


def test_a_season_and_a_source_may_stand_beside_the_text() -> None:
    noted = GOOD.replace('id = "wed-01"', 'id = "wed-01"\nseason = "winter"\nsource = "第10条"', 1)
    assert parse_theme(tomllib.loads(noted)).prompts[0].season == "winter"


def test_an_unknown_season_and_an_odd_source_are_both_told() -> None:
    odd = GOOD.replace('id = "wed-01"', 'id = "wed-01"\nseason = "rain"\nsource = 10', 1)
    with pytest.raises(ConfigError) as caught:
        parse_theme(tomllib.loads(odd))
    assert [problem.split(")")[1].split(" ")[0] for problem in caught.value.problems] == [
        ".season",
        ".source",
    ]
