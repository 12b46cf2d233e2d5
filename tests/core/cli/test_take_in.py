"""``import``, ``migrate`` and ``plugins``: what they change, and what they refuse."""

import json
from pathlib import Path

from tests.core.cli.conftest import SWITCHBOARD, Lianxin

CALENDAR = {
    "year": 2030,
    "days": [
        {"name": "春节", "date": "2030-02-02", "isOffDay": False},
        {"name": "春节", "date": "2030-02-04", "isOffDay": True},
    ],
}


def test_a_roster_comes_in_once(lianxin: Lianxin, home: Path) -> None:
    (home / "r.csv").write_text("group,handle,name,role\nsite,wu,仵金生,worker\n", "utf-8")
    first, second = lianxin("import", "roster", "r.csv"), lianxin("import", "roster", "r.csv")
    assert "new people 1" in first.out
    assert (second.code, second.out) == (0, "nothing new: the database says the same already\n")


def test_a_bad_roster_is_told_row_by_row_and_changes_nothing(lianxin: Lianxin, home: Path) -> None:
    (home / "r.csv").write_text(
        "group,handle,name,role\nsite,wu,,worker\nsite,li,李,boss\n", "utf-8"
    )
    told = lianxin("import", "roster", "r.csv")
    assert told.code == 2
    assert [line[:14] for line in told.err.splitlines()] == ["r.csv: row 2: ", "r.csv: row 3: "]
    assert not (home / "data").exists()


def test_a_calendar_comes_in_and_the_year_is_known(lianxin: Lianxin, home: Path) -> None:
    (home / "2030.json").write_text(json.dumps(CALENDAR), "utf-8")
    assert lianxin("import", "calendar", "2030.json").out.startswith("2 days taken in")
    (home / "bad.json").write_text('{"days": [{"date": "soon"}]}')
    told = lianxin("import", "calendar", "bad.json")
    assert told.code == 2
    assert told.err.startswith("bad.json: days, row 1: ")


def test_migrating_twice_changes_nothing_the_second_time(lianxin: Lianxin, home: Path) -> None:
    assert "migrations applied" in lianxin("migrate").out
    assert lianxin("migrate").out == "the database is up to date\n"
    assert (home / "data" / "lianxin.db").exists()


def test_a_plugins_tables_come_later_after_a_copy(lianxin: Lianxin, home: Path) -> None:
    switchboard = home / "config" / "lianxin.toml"
    switchboard.write_text("[plugins.admin]\n")
    lianxin("migrate")
    switchboard.write_text(SWITCHBOARD)
    told = lianxin("check")
    assert told.code == 1
    assert "run `lianxin migrate`" in told.err
    assert "prompts" in lianxin("migrate").out
    assert len(list((home / "data" / "backups").iterdir())) == 1
    assert lianxin("check").code == 0


def test_plugins_are_listed_with_what_they_bring(lianxin: Lianxin) -> None:
    rows = [json.loads(line) for line in lianxin("plugins", "--json").out.splitlines()]
    by_name = {row["name"]: row for row in rows}
    assert [row["name"] for row in rows[:3]] == ["admin", "help", "prompts"]
    assert by_name["help"]["commands"] == ["/help"]
    assert by_name["prompts"]["settings"] == {"window_hours": 3.0}
    assert by_name["intake"]["on"] is False
    assert "lianxin classify" in by_name["intake"]["tools"]
    table = lianxin("plugins")
    assert table.code == 0
    assert "/stats" in table.out


def test_a_plugin_that_cannot_be_loaded_is_a_fault(lianxin: Lianxin, home: Path) -> None:
    (home / "config" / "lianxin.toml").write_text("[plugins.hlep]\n")
    told = lianxin("plugins", "--json")
    assert told.code == 1
    assert 'did you mean "help"?' in json.loads(told.out.splitlines()[0])["problem"]
