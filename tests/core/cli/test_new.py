"""``new``: what it writes works at once, and nothing is ever overwritten."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.crypto import Sealer
from tests.core.cli.conftest import ROOT, Lianxin

HOUSE = ("core", "adapters", "plugins", "config", "pyproject.toml", "tests/conftest.py")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of one's own, to write into."""
    for name in HOUSE:
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return tmp_path


def python(checkout: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", *words],
        cwd=checkout,
        env={"PYTHONPATH": str(checkout), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("kind", "test", "passed"),
    [
        ("plugin", "tests/plugins/tea_time/test_tea_time.py", "2 passed"),
        ("adapter", "tests/adapters/tea_time/test_tea_time.py", "2 passed"),
    ],
)
def test_what_is_new_passes_its_own_test_and_the_house_rules(
    checkout: Path, kind: str, test: str, passed: str
) -> None:
    written = python(checkout, "core", "new", kind, "tea_time")
    assert written.returncode == 0, written.stderr
    tried = python(checkout, "pytest", "-q", "-p", "no:cacheprovider", test)
    assert passed in tried.stdout, tried.stdout
    checked = python(checkout, "ruff", "check", "--no-cache", f"{kind}s/tea_time", test)
    assert checked.returncode == 0, checked.stdout
    formatted = python(
        checkout, "ruff", "format", "--no-cache", "--check", f"{kind}s/tea_time", test
    )
    assert formatted.returncode == 0, formatted.stdout

    again = python(checkout, "core", "new", kind, "tea_time")
    assert again.returncode == 2
    assert again.stderr == f"{kind}s/tea_time is there already: choose another name\n"


@pytest.mark.parametrize("name", ["Tea", "tea-time", "1tea", "class", "../tea", ""])
def test_a_name_must_be_one_of_pythons(lianxin: Lianxin, name: str) -> None:
    told = lianxin("new", "plugin", name)
    assert told.code == 2
    assert "is no name" in told.err


@pytest.mark.parametrize("name", ["os", "email"])
def test_a_name_is_not_taken_from_python(lianxin: Lianxin, name: str) -> None:
    told = lianxin("new", "plugin", name)
    assert told.code == 2
    assert told.err == f"'{name}' is a module of Python itself: choose another name\n"
    assert not (ROOT / "plugins" / name).exists()


def test_a_fresh_key_seals(lianxin: Lianxin) -> None:
    first, second = lianxin("new", "key"), lianxin("new", "key")
    assert first.out != second.out
    sealer = Sealer([first.out.strip()])
    assert sealer.open_text(sealer.seal("仵金生")) == "仵金生"
    assert "backup" in first.err
