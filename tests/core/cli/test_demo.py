"""``demo``: seeded once, its clock never goes back, its folder is its own."""

import json
import re
import signal
import socket
import stat
import urllib.request
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.cli.keeping import KeptClock, demo_key, first_hour
from core.errors import ConfigError
from tests.core.cli.conftest import Lianxin, Program, Start

SHANGHAI = ZoneInfo("Asia/Shanghai")


def url_of(program: Program) -> str:
    found = re.search(r"http://[\d.:]+", program.until("http://"))
    assert found
    return found[0]


def ask(url: str, body: dict[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=30) as reply:  # noqa: S310
        return json.load(reply)


def test_a_seeded_site_is_there_and_time_can_be_moved(start: Start, home: Path) -> None:
    program = start("demo", "--data", "d", "--port", "0")
    url = url_of(program)
    people = ask(f"{url}/people")
    labels = {one["user"]: one["label"] for one in people}
    assert len(people) > 100
    assert (labels["zhang"], labels["operator"]) == ("chair", "operator")
    assert labels["wu"] == "worker 水暖工"
    now = datetime.fromisoformat(ask(f"{url}/demo")["now"]).astimezone(SHANGHAI)
    assert (now.hour, now.minute) == (11, 30)
    moved = datetime.fromisoformat(ask(f"{url}/demo/advance", {"to": "next"})["now"])
    assert moved.astimezone(SHANGHAI).strftime("%H:%M") == "12:15"
    assert program.stop(signal.SIGINT) == 0
    assert stat.S_IMODE((home / "d" / "demo.key").stat().st_mode) == 0o600

    again = start("demo", "--data", "d", "--port", "0")
    url = url_of(again)
    assert datetime.fromisoformat(ask(f"{url}/demo")["now"]) >= moved
    assert len(ask(f"{url}/people")) == len(people)
    assert ask(f"{url}/health")["parked"] == 0


def test_a_taken_port_is_one_sentence_with_the_way_out(lianxin: Lianxin, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        told = lianxin("demo", "--data", "d", "--port", str(other.getsockname()[1]))
    assert told.code == 2
    assert told.err.count("\n") == 1
    assert "--port" in told.err
    assert not (home / "d").exists()


def test_fresh_removes_a_demo_and_nothing_else(lianxin: Lianxin, home: Path) -> None:
    other = home / "letters"
    other.mkdir()
    (other / "dear.txt").write_text("dear")
    told = lianxin("demo", "--data", "letters", "--fresh", "--yes", "--port", "0")
    assert told.code == 2
    assert "no demo's folder" in told.err
    assert (other / "dear.txt").exists()


def test_a_deployments_folder_is_refused(lianxin: Lianxin, home: Path) -> None:
    (home / "real").mkdir()
    (home / "real" / "lianxin.db").write_bytes(b"everything that was ever asked")
    told = lianxin("demo", "--data", "real", "--port", "0")
    assert told.code == 2
    assert told.err.count("\n") == 1
    assert "real holds a deployment's database and no demo" in told.err
    assert [path.name for path in (home / "real").iterdir()] == ["lianxin.db"]


def test_fresh_asks_first(lianxin: Lianxin, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "d").mkdir()
    demo_key(home / "d" / "demo.key")
    monkeypatch.setattr("sys.stdin", StringIO())
    assert lianxin("demo", "--data", "d", "--fresh", "--port", "0").code == 1
    assert (home / "d" / "demo.key").exists()


def test_the_clock_goes_on_where_it_was(tmp_path: Path) -> None:
    first = KeptClock(tmp_path / "clock", SHANGHAI)
    moved = first.now() + timedelta(days=3)
    first.move_to(moved)
    assert KeptClock(tmp_path / "clock", SHANGHAI).now() >= moved
    (tmp_path / "clock").write_text("yesterday")
    with pytest.raises(ConfigError, match="--fresh"):
        KeptClock(tmp_path / "clock", SHANGHAI)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23T08:00", "2026-11-23T11:30"),
        ("2026-11-23T11:31", "2026-11-24T11:30"),
        ("2026-11-27T12:00", "2026-11-30T11:30"),
        ("2026-10-01T08:00", "2026-10-08T11:30"),
    ],
)
def test_a_demo_begins_before_the_next_noon_of_a_workday(now: str, opens: str) -> None:
    local = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)
    begins = local.astimezone(UTC) + first_hour(local.astimezone(UTC), SHANGHAI)
    assert begins.astimezone(SHANGHAI).isoformat(timespec="minutes").startswith(opens)


def test_a_key_is_made_once(tmp_path: Path) -> None:
    assert demo_key(tmp_path / "key") == demo_key(tmp_path / "key")
