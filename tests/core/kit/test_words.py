"""Sentences: found by key and language, filled, overridden, and never missing without a word."""

from pathlib import Path

import pytest

from core.errors import ConfigError
from core.kit.words import Texts, text


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    (tmp_path / "zh.toml").write_text(
        'hello = "您好,{name}"\nonly = "只有中文"\n[deep]\nkey = "深"\n', encoding="utf-8"
    )
    (tmp_path / "en.toml").write_text('hello = "hello, {name}"\n', encoding="utf-8")
    found = Texts()
    found.load("bell", tmp_path)
    return found


def test_a_sentence_is_said_in_the_language_asked_for(texts: Texts) -> None:
    assert texts.say(text("hello", name="wu"), "bell", "en") == "hello, wu"
    assert texts.say(text("hello", name="wu"), "bell", "zh") == "您好,wu"


@pytest.mark.parametrize("language", ["", "ug", "en"])
def test_what_is_missing_is_said_in_the_default(texts: Texts, language: str) -> None:
    assert texts.say(text("only"), "bell", language) == "只有中文"


def test_a_string_is_said_as_it_stands(texts: Texts) -> None:
    assert texts.say("as {it} is", "bell") == "as {it} is"


def test_several_are_a_line_each_and_empty_ones_none(texts: Texts) -> None:
    assert texts.say(("one", "", text("only")), "bell") == "one\n只有中文"


def test_a_value_may_be_a_sentence_itself(texts: Texts) -> None:
    assert texts.say(text("hello", name=text("only")), "bell", "en") == "hello, 只有中文"


def test_tables_in_the_file_are_dots_in_the_key(texts: Texts) -> None:
    assert texts.say(text("deep.key"), "bell") == "深"


def test_a_plugin_does_not_speak_with_the_sentences_of_another(texts: Texts) -> None:
    assert texts.say(text("only"), "other") == "only"
    assert texts.say(text("bell.only"), "other") == "只有中文"


def test_a_sentence_that_is_nowhere_is_its_key(texts: Texts) -> None:
    assert texts.say(text("gone"), "bell") == "gone"


def test_the_operators_own_sentence_comes_first(texts: Texts) -> None:
    assert texts.override("zh", {"bell.only": "我们的"}) == []
    assert texts.say(text("only"), "bell") == "我们的"


def test_an_override_of_nothing_is_told_and_not_taken(texts: Texts) -> None:
    assert texts.override("zh", {"bell.olny": "x"}) == ["bell.olny"]
    assert "bell.olny" not in texts.keys()  # noqa: SIM118 - no mapping


def test_a_language_of_the_operators_own_may_be_added(texts: Texts) -> None:
    assert texts.override("ug", {"bell.only": "…"}) == []
    assert texts.languages() == ["zh", "en", "ug"]


def test_a_broken_file_is_the_operators_to_mend(tmp_path: Path) -> None:
    (tmp_path / "zh.toml").write_text("hello = ", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"zh\.toml of bell"):
        Texts().load("bell", tmp_path)


def test_the_house_speaks_both_languages_alike() -> None:
    house = Texts()
    house.load("core", Path(__file__).parents[3] / "core" / "kit" / "texts")
    tables = house._sentences  # noqa: SLF001 - both files must hold the same keys
    assert tables["zh"].keys() == tables["en"].keys()
