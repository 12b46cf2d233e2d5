"""The menu: what there is, and what calling it wrongly leads to."""

import subprocess
import sys

import pytest

from core.cli.menu import COMMANDS, answer
from core.errors import ConfigError, StoreError
from tests.core.cli.conftest import Lianxin, Outcome


def test_help_lists_every_command_and_loads_none(lianxin: Lianxin) -> None:
    told = lianxin("--help")
    assert told.code == 0
    assert all(f" {name} " in told.out for name in COMMANDS)


def test_help_imports_no_engine_and_no_database() -> None:
    code = (
        "import sys\nfrom core.cli.menu import answer\nanswer(['--help'])\n"
        "heavy = {'core.engine', 'core.app', 'tortoise', 'aiohttp', 'apscheduler', 'openpyxl'}\n"
        "sys.exit(', '.join(heavy & sys.modules.keys()) or 0)"
    )
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(lianxin: Lianxin, name: str) -> None:
    told = lianxin(name, "--help")
    assert told.code == 0
    assert f"lianxin {name}" in told.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["chekc"], 'there is no command chekc; did you mean "check"?'),
        (["clasify", "a.csv"], 'there is no command clasify; did you mean "classify"?'),
        (["rehearse"], "lianxin rehearse: Missing argument 'STORY.jsonl'"),
        (["run", "--confg", "x"], "lianxin run: No such option: --confg"),
        (["check", "--config", "nowhere.toml"], "nowhere.toml: there is no such file"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_two(
    lianxin: Lianxin, words: list[str], sentence: str
) -> None:
    told = lianxin(*words)
    assert told.code == 2 or words[0] == "check"
    assert sentence in told.err
    assert len(told.err.splitlines()) == 1
    assert "Traceback" not in told.err


def test_no_command_shows_the_menu_and_is_wrong(lianxin: Lianxin) -> None:
    told = lianxin()
    assert told.code == 2
    assert "rehearse" in told.out


def test_a_plugins_tool_is_a_command(lianxin: Lianxin) -> None:
    told = lianxin("classify", "--help")
    assert told.code == 0
    assert "classify" in told.out


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        (ConfigError("one", "two"), 2, ["one", "two"]),
        (StoreError("the disk is full"), 1, ["the disk is full"]),
        (ZeroDivisionError("x"), 1, ["unexpected ZeroDivisionError: x; --debug shows where"]),
        (ExceptionGroup("run", [ConfigError("taken"), StoreError("full")]), 2, ["taken", "full"]),
    ],
)
def test_what_is_raised_becomes_sentences_and_a_code(
    lianxin: Lianxin,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    code: int,
    lines: list[str],
) -> None:
    def boom(_config: object) -> None:
        raise error

    monkeypatch.setattr("core.cli.plugins.settings_of", boom)
    assert lianxin("plugins") == Outcome(code, "", "".join(f"{line}\n" for line in lines))
    assert "Traceback" in lianxin("--debug", "plugins").err


def test_the_version_is_told(lianxin: Lianxin) -> None:
    assert lianxin("--version").out.startswith("lianxin 0.")


def test_ctrl_c_is_no_fault_of_ours(lianxin: Lianxin, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_config: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("core.cli.plugins.settings_of", stopped)
    assert lianxin("plugins").code == 130
    assert answer(["--version"]) == 0
