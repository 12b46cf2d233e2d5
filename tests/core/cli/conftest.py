"""The command line as tests call it: in this process, or as a program of its own."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import structlog

from core.cli.menu import answer
from core.crypto import Sealer

ROOT = Path(__file__).parents[3]
SWITCHBOARD = "[accounts.sandbox.main]\n[plugins.admin]\n[plugins.help]\n[plugins.prompts]\n"


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str


Lianxin = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with a switchboard, a key, and no settings of the outside."""
    for name in [name for name in os.environ if name.startswith("LIANXIN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LIANXIN_SECRET_KEYS", Sealer.fresh_key())
    monkeypatch.setenv("LIANXIN_WEB__PORT", "0")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "lianxin.toml").write_text(SWITCHBOARD, encoding="utf-8")
    return tmp_path


@pytest.fixture
def lianxin(home: Path, capfd: pytest.CaptureFixture[str]) -> Lianxin:
    del home

    def call(*words: str) -> Outcome:
        capfd.readouterr()
        code = answer(words)
        out, err = capfd.readouterr()
        return Outcome(code, out, err)

    return call


@dataclass
class Program:
    """A process of its own; what it said so far is in ``said``."""

    process: "subprocess.Popen[str]"
    said: list[str] = field(default_factory=list)

    def until(self, word: str) -> str:
        """Return the line of its output in which *word* stands; fails when it ends before."""
        stream = self.process.stdout
        assert stream is not None
        for line in stream:
            self.said.append(line)
            if word in line:
                return line
        pytest.fail(f"it ended without saying {word!r}: {''.join(self.said)}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


Start = Callable[..., Program]


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """Start programs whose stdout and stderr are read as one; none outlives its test."""
    programs: list[Program] = []

    def begin(*words: str) -> Program:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-u", "-m", "core", *words],
            cwd=home,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        programs.append(Program(process))
        return programs[-1]

    yield begin
    for program in programs:
        program.process.kill()
        program.process.wait()
        if program.process.stdout is not None:
            program.process.stdout.close()
