"""Arguments are typed by annotations; what does not fit is said, never guessed."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import PluginError
from core.kit.arguments import CaseNumber, OnOff, Rest, Unfit, Who, compile_parameters, parse

NO_WORDS = Rest()
NO_CASE = CaseNumber(0)


async def number(_turn: object, number: CaseNumber) -> None: ...
async def who(_turn: object, who: Who) -> None: ...
async def handing(_turn: object, number: CaseNumber, who: Who, why: Rest = NO_WORDS) -> None: ...
async def switch(_turn: object, on: OnOff, until: Rest = NO_WORDS) -> None: ...
async def plain(_turn: object, count: int, word: str = "") -> None: ...
async def maybe(_turn: object, number: CaseNumber = NO_CASE, text: Rest = NO_WORDS) -> None: ...
async def untyped(_turn, word) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001
async def strange(_turn: object, when: float) -> None: ...


def given_words(handler: Callable[..., Any], words: str) -> dict[str, Any]:
    return parse(compile_parameters(handler), words)


@pytest.mark.parametrize("words", ["317", "#317", "＃317", "317号", " 317 ", "№317"])
def test_a_case_number_is_read_in_any_dress(words: str) -> None:
    assert given_words(number, words) == {"number": 317}


@pytest.mark.parametrize("words", ["", "abc", "3.5", "12345678901", "317 more", "-3"])
def test_what_is_no_case_number_is_unfit(words: str) -> None:
    with pytest.raises(Unfit):
        given_words(number, words)


@pytest.mark.parametrize("words", ["@wu", "wu", "@wu,", "@wu:", " @wu "])
def test_a_person_is_read_with_or_without_his_sign(words: str) -> None:
    assert given_words(who, words) == {"who": "wu"}


@pytest.mark.parametrize(
    ("words", "why"), [("317 @wu", ""), ("317 @wu 他在现场", "他在现场"), ("317@wu 急", "急")]
)
def test_number_person_and_reason_follow_each_other(words: str, why: str) -> None:
    values = given_words(handing, words)
    assert (values["number"], values["who"], values.get("why", "")) == (317, "wu", why)


@pytest.mark.parametrize(
    ("words", "on"), [("on", 1), ("开", 1), ("上班", 1), ("OFF", 0), ("不在", 0), ("下 周五", 0)]
)
def test_on_and_off_are_read_in_both_languages(words: str, on: int) -> None:
    assert given_words(switch, words)["on"] == on


def test_neither_on_nor_off_is_unfit() -> None:
    with pytest.raises(Unfit):
        given_words(switch, "perhaps")


@pytest.mark.parametrize(("words", "count"), [("5", 5), ("-5 x", -5)])
def test_plain_numbers_and_words(words: str, count: int) -> None:
    assert given_words(plain, words)["count"] == count


@pytest.mark.parametrize("words", ["five", "5x", "5 x y", ""])
def test_too_much_or_too_little_is_unfit(words: str) -> None:
    with pytest.raises(Unfit):
        given_words(plain, words)


def test_what_may_be_missing_may_be_missing() -> None:
    assert given_words(maybe, "") == {}
    assert given_words(maybe, "just words") == {"text": "just words"}
    assert given_words(maybe, "317 words") == {"number": 317, "text": "words"}


def test_a_parameter_without_a_type_is_a_word() -> None:
    assert given_words(untyped, "hello") == {"word": "hello"}


def test_a_type_that_nobody_can_type_is_refused_at_load() -> None:
    with pytest.raises(PluginError, match="strange: parameter when"):
        compile_parameters(strange)
