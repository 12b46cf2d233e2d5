"""The log: facts with fields, no word of anybody's, the turn in every line."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from core import log


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def lines(captured: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    out, err = captured.readouterr()
    assert not out, "standard output belongs to the command"
    return [json.loads(line) for line in err.splitlines()]


def test_a_fact_is_one_line_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(json=True)
    log.get("relay").info("letter_sent", letter=841, group="工地")
    (line,) = lines(capsys)
    assert line.pop("timestamp")
    assert line == {
        "event": "letter_sent",
        "part": "relay",
        "level": "info",
        "letter": 841,
        "group": "工地",
    }


@pytest.mark.parametrize("field", ["text", "body", "token", "bot_token", "secret_keys", "raw"])
def test_talk_and_secrets_are_left_out(capsys: pytest.CaptureFixture[str], field: str) -> None:
    log.configure(json=True)
    log.get("x").warning("heard", **{field: "工资没发", "letter": 3})
    (line,) = lines(capsys)
    assert field not in line
    assert (line["left_out"], line["letter"]) == ([field], 3)


def test_they_are_left_out_of_what_people_read_too(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure()
    log.get("x").info("heard", text="工资没发")
    err = capsys.readouterr().err
    assert "heard" in err
    assert "工资没发" not in err


def test_the_turn_is_bound_once_and_let_go(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(json=True)
    with log.turn("t-7"):
        log.get("x").info("inside")
    log.get("x").info("outside")
    inside, outside = lines(capsys)
    assert inside["turn"] == "t-7"
    assert "turn" not in outside


def test_below_the_level_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("warning", json=True)
    log.get("x").info("letter_sent")
    assert lines(capsys) == []


def test_our_bug_is_told_whole(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(json=True)
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        log.get("x").exception("turn_failed")
    (line,) = lines(capsys)
    assert "ZeroDivisionError" in str(line["exception"])


@pytest.mark.parametrize("json", [True, False])
def test_a_traceback_shows_nobodys_words(
    capsys: pytest.CaptureFixture[str], *, json: bool
) -> None:
    log.configure(json=json)
    message = "工资没发"
    try:
        _ = 1 / (len(message) - 4)
    except ZeroDivisionError:
        log.get("x").exception("turn_failed")
    err = capsys.readouterr().err
    assert "ZeroDivisionError" in err
    assert message not in err


@given(
    st.dictionaries(st.sampled_from(["text", "token", "letter", "place", "caption"]), st.text())
)
def test_whatever_is_given_only_harmless_fields_stay(event: dict[str, object]) -> None:
    kept = log.leave_out_talk_and_secrets(None, "info", dict(event))
    assert kept.keys() - {"left_out"} == event.keys() & {"letter", "place"}
