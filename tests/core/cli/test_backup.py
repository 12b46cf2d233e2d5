"""``backup`` and ``restore``: whole or not at all, without secrets, over nothing that is there."""

import io
import json
import os
import sqlite3
import stat
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.core.cli.conftest import Lianxin, Start

ROSTER = "group,handle,name,role\nsite,li,李红梅,cadre\nsite,wu,仵金生,worker\n"


@pytest.fixture
def kept(lianxin: Lianxin, home: Path) -> Path:
    """A data folder with people, an attachment and a sandbox journal in it."""
    (home / "roster.csv").write_text(ROSTER, encoding="utf-8")
    assert lianxin("import", "roster", "roster.csv").code == 0
    data = home / "data"
    (data / "files").mkdir()
    (data / "files" / "a1").write_bytes(b"sealed")
    (data / "files" / "b2.new").write_bytes(b"half")
    (data / "sandbox-main.jsonl").write_text("{}\n")
    (data / "secrets.toml").write_text("secret_keys = []")
    return data


def people_in(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM person").fetchone()[0])


def test_everything_but_secrets_goes_there_and_back(
    lianxin: Lianxin, kept: Path, home: Path
) -> None:
    assert lianxin("backup", "b.tar.gz").code == 0
    with tarfile.open("b.tar.gz") as tar:
        assert tar.getnames() == ["sandbox-main.jsonl", "lianxin.db", "files/a1", "manifest.json"]
    assert stat.S_IMODE((home / "b.tar.gz").stat().st_mode) == 0o600
    key = os.environ["LIANXIN_SECRET_KEYS"].encode()
    with tarfile.open("b.tar.gz") as tar:
        parts = [tar.extractfile(name) for name in tar.getnames()]
        assert not any(key in part.read() for part in parts if part is not None)
    kept.rename(home / "old")
    told = lianxin("restore", "b.tar.gz")
    assert (told.code, told.err) == (0, "")
    assert people_in(kept / "lianxin.db") == 2
    assert (kept / "files" / "a1").read_bytes() == b"sealed"
    assert sorted(path.name for path in kept.iterdir()) == [
        *("files", "lianxin.db", "sandbox-main.jsonl"),
    ]
    assert lianxin("check").code == 0


def test_a_copy_can_be_made_while_it_runs(lianxin: Lianxin, kept: Path, start: Start) -> None:
    (kept / "sandbox-main.jsonl").unlink()
    program = start("run")
    program.until("running")
    assert lianxin("backup", "b.tar.gz").code == 0
    assert program.stop() == 0
    kept.rename(kept.with_name("old"))
    assert lianxin("restore", "b.tar.gz").code == 0
    assert people_in(kept / "lianxin.db") == 2


@pytest.mark.parametrize("left", ["lianxin.db", "files/a1", "sandbox-main.jsonl"])
def test_nothing_that_is_there_is_overwritten(
    lianxin: Lianxin, kept: Path, home: Path, left: str
) -> None:
    lianxin("backup", "b.tar.gz")
    kept.rename(home / "old")
    (kept / left).parent.mkdir(parents=True)
    (kept / left).write_bytes(b"mine")
    told = lianxin("restore", "b.tar.gz")
    assert told.code == 2
    assert f"{Path('data') / left} is there already" in told.err
    assert [path for path in kept.rglob("*") if path.is_file()] == [kept / left]
    assert (kept / left).read_bytes() == b"mine"


def changed(name: str, content: bytes) -> None:
    """Write b.tar.gz again as bad.tar.gz, with other *content* in one part."""
    with tarfile.open("b.tar.gz") as old, tarfile.open("bad.tar.gz", "w:gz") as new:
        for member in old.getmembers():
            file = old.extractfile(member)
            raw = content if member.name == name else file.read() if file else b""
            member.size = len(raw)
            new.addfile(member, io.BytesIO(raw))


@pytest.mark.parametrize(
    ("part", "content", "sentence"),
    [
        ("lianxin.db", b"x", "is damaged: lianxin.db is missing or not what was put in"),
        ("manifest.json", b"{}", "is no backup of Lianxin"),
        (
            "manifest.json",
            json.dumps(
                {"format": 1, "version": "1", "made_at": "", "parts": {"../evil": ""}}
            ).encode(),
            "../evil would be written outside the data folder",
        ),
        (
            "manifest.json",
            json.dumps({"format": 99, "version": "9", "made_at": "", "parts": {}}).encode(),
            "was made by Lianxin 9: install that or newer",
        ),
    ],
)
def test_a_bad_file_leaves_nothing_half_done(
    lianxin: Lianxin, kept: Path, part: str, content: bytes, sentence: str
) -> None:
    lianxin("backup", "b.tar.gz")
    changed(part, content)
    kept.rename(kept.with_name("old"))
    told = lianxin("restore", "bad.tar.gz")
    assert told.code == 2
    assert sentence in told.err
    assert not list(kept.glob("*"))


def test_what_is_no_archive_or_not_there_is_refused(lianxin: Lianxin, home: Path) -> None:
    (home / "x.tar.gz").write_bytes(b"hello")
    assert "is no backup of Lianxin" in lianxin("restore", "x.tar.gz").err
    told = lianxin("restore", "nowhere.tar.gz")
    assert (told.code, told.err) == (2, "nowhere.tar.gz: there is no such file\n")


def test_an_older_copy_is_never_overwritten(lianxin: Lianxin, kept: Path, home: Path) -> None:
    del kept
    (home / "b.tar.gz").write_bytes(b"precious")
    assert lianxin("backup", "b.tar.gz").code == 2
    assert (home / "b.tar.gz").read_bytes() == b"precious"


def test_without_a_database_there_is_nothing_to_copy(lianxin: Lianxin, home: Path) -> None:
    told = lianxin("backup", "b.tar.gz")
    assert told.code == 2
    assert "there is no database" in told.err
    assert sorted(path.name for path in home.iterdir()) == ["config"]
