"""``run`` and ``reload``: real processes, real signals, one deployment at a time."""

import signal
import socket
from pathlib import Path

import pytest

from core.cli.running import NAME, find
from tests.core.cli.conftest import Lianxin, Start


def pid_in(data: Path) -> str:
    return (data / NAME).read_text().split()[0]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_it_is_told_to_stop(start: Start, home: Path, number: int) -> None:
    program = start("run")
    program.until("running")
    assert pid_in(home / "data") == str(program.process.pid)
    assert program.stop(number) == 0
    assert not (home / "data" / NAME).exists()


def test_a_second_one_is_refused_while_the_first_goes_on(start: Start, lianxin: Lianxin) -> None:
    program = start("run")
    program.until("running")
    told = lianxin("run")
    assert told.code == 1
    assert "is in use by another lianxin: stop it first" in told.err
    assert lianxin("check").code == 0
    assert program.process.poll() is None


def test_a_taken_port_is_one_sentence(lianxin: Lianxin, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("LIANXIN_WEB__PORT", str(port))
        told = lianxin("run")
    assert told.code == 2
    problems = [line for line in told.err.splitlines() if " is taken" in line]
    assert problems == [
        f"127.0.0.1:{port} is taken: stop the other program, or set another web.port"
    ]
    assert "Traceback" not in told.err


def test_reload_starts_the_same_process_anew(start: Start, lianxin: Lianxin, home: Path) -> None:
    program = start("run")
    program.until("running")
    before = find(home / "data")
    told = lianxin("reload")
    assert (told.code, told.out) == (0, f"restarted (process {program.process.pid})\n")
    program.until("running")
    after = find(home / "data")
    assert before is not None
    assert after is not None
    assert (before.pid, before.start) != (after.pid, after.start)
    assert before.pid == after.pid
    assert program.stop() == 0


def test_reload_with_a_wrong_config_changes_nothing(
    start: Start, lianxin: Lianxin, home: Path
) -> None:
    program = start("run")
    program.until("running")
    before = find(home / "data")
    (home / "config" / "lianxin.toml").write_text("langauge = 1\n")
    told = lianxin("reload")
    assert told.code == 2
    assert 'did you mean "language"?' in told.err
    program.process.send_signal(signal.SIGHUP)
    assert 'did you mean "language"?' in program.until("langauge")
    program.until("reload_refused")
    assert find(home / "data") == before
    assert program.stop() == 0


def test_reload_without_anybody_running_says_so(lianxin: Lianxin, home: Path) -> None:
    told = lianxin("reload")
    assert told.code == 2
    assert "no lianxin runs on data: start it with `lianxin run`" in told.err
    data = home / "data"
    data.mkdir(exist_ok=True)
    (data / NAME).write_text("1 of-a-process-that-is-gone\n")
    assert find(data) is None
