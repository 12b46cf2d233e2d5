"""``check``: everything at once, each a sentence; notes are no faults."""

import json
import os
import stat
from datetime import date
from pathlib import Path

import pytest

from core.cli.deployment import settings_of
from core.cli.faults import inspect
from core.cli.wording import overridden, values_of, wordings
from core.crypto import Sealer
from core.kit.words import Texts
from core.settings import load_settings
from tests.core.cli.conftest import ROOT, SWITCHBOARD, Lianxin


def test_the_shipped_configuration_has_no_fault(lianxin: Lianxin) -> None:
    told = lianxin("check", "--config", str(ROOT / "config" / "lianxin.toml"))
    assert told.err == ""
    assert told.code == 0
    assert told.out.endswith("all is well\n")


def test_all_faults_are_told_at_once(lianxin: Lianxin, home: Path) -> None:
    (home / "config" / "lianxin.toml").write_text(
        "[accounts.sandbox.main]\nbot_nam = 1\n[plugins.hlep]\n[plugins.prompts]\nwindow = 3\n"
    )
    told = lianxin("check")
    assert told.code == 1
    assert 'bot_nam is no setting; did you mean "bot_name"?' in told.err
    assert 'plugins.hlep is not there: no module plugins.hlep.plugin; did you mean "help"?' in (
        told.err
    )
    assert "plugins.prompts.window is no setting" in told.err
    assert told.out.endswith("3 faults found\n")


@pytest.mark.parametrize("command", ["check", "run"])
def test_wrong_settings_hide_no_wrong_plugin_or_account(
    lianxin: Lianxin, home: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIANXIN_WEB__PORT")
    (home / "mine.toml").write_text(
        'langage = "zh"\n[web]\nport = "x"\n[accounts.sandbox.main]\nbot_nam = 1\n'
        "[plugins.admn]\n[plugins.help]\nenabled = 3\n[plugins.intake]\nkeywrds = 1\n"
    )
    told = lianxin(command, "--config", "mine.toml")
    parts = (
        'langage is no setting; did you mean "language"?',
        "web.port must be a whole number",
        "plugins.help is switched by",
        "plugins.admn is not there",
        "plugins.intake.keywrds is no setting",
        "accounts.sandbox.main.bot_nam is no setting",
    )
    assert [part for part in parts if part not in told.err] == []
    assert {line.partition(": ")[0] for line in told.err.splitlines()} == {"mine.toml"}


def test_a_missing_key_is_a_fault_with_the_way_out(
    lianxin: Lianxin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIANXIN_SECRET_KEYS")
    told = lianxin("check")
    assert told.code == 1
    assert "`lianxin new key` prints one" in told.err
    assert lianxin("run").code == 2


def test_a_program_reads_one_object(lianxin: Lianxin, home: Path) -> None:
    assert json.loads(lianxin("check", "--json").out)["ok"] is True
    (home / "config" / "lianxin.toml").write_text("langauge = 1\n")
    told = lianxin("check", "--json")
    assert told.code == 1
    found = json.loads(told.out)
    assert found["ok"] is False
    assert 'did you mean "language"?' in found["faults"][0]


async def test_a_year_without_its_notice_is_a_note(home: Path) -> None:
    del home
    found = await inspect(settings_of(None), date(2030, 11, 1))
    assert found.faults == []
    assert [note[:40] for note in found.notes if note.startswith("calendar")] == [
        "calendar: the adjusted workdays of 2030 ",
        "calendar: the adjusted workdays of 2031 ",
    ]


def test_themes_are_read(lianxin: Lianxin, home: Path) -> None:
    themes = home / "config" / "themes"
    themes.mkdir()
    (themes / "monday.toml").write_text("weekday = 2\n")
    told = lianxin("check")
    assert f"{themes}/monday.toml: title needs text" in told.err.replace(
        "config/", f"{home}/config/"
    )
    assert "friday.toml: there is no such file, so friday has no theme" in told.err


def test_a_database_of_another_version_is_a_fault(lianxin: Lianxin, home: Path) -> None:
    lianxin("migrate")
    assert lianxin("check").code == 0
    (home / "config" / "lianxin.toml").write_text(SWITCHBOARD.replace("[plugins.prompts]\n", ""))
    assert lianxin("check").code == 0
    database = Path("data/lianxin.db")
    database.write_bytes(b"no database at all, but long enough to be read as one" * 100)
    told = lianxin("check")
    assert told.code == 1
    assert "database" in told.err


def test_keys_that_do_not_open_the_database_are_a_fault(
    lianxin: Lianxin, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = home / "2026.json"
    days.write_text('{"year": 2026, "days": []}')
    assert lianxin("import", "calendar", str(days)).code == 0
    assert stat.S_IMODE(Path("data").stat().st_mode) == 0o700
    assert stat.S_IMODE(Path("data/lianxin.db").stat().st_mode) == 0o600
    assert lianxin("check").code == 0
    old, new = os.environ["LIANXIN_SECRET_KEYS"], Sealer.fresh_key()
    monkeypatch.setenv("LIANXIN_SECRET_KEYS", new)
    told = lianxin("check")
    assert (told.code, told.err.count("\n")) == (1, 1)
    assert told.err.startswith("secret_keys: none of these keys opens this database")
    for command in (("run",), ("import", "calendar", str(days))):
        told = lianxin(*command)
        assert told.code == 2
        assert "secret_keys: none of these keys opens this database" in told.err
    monkeypatch.setenv("LIANXIN_SECRET_KEYS", f"{new},{old}")
    assert lianxin("check").code == 0


def sentences(tmp_path: Path, **languages: str) -> Texts:
    for language, text in languages.items():
        (tmp_path / f"{language}.toml").write_text(text, encoding="utf-8")
    texts = Texts()
    texts.load("tea", tmp_path)
    return texts


@pytest.mark.parametrize(
    ("zh", "en", "told"),
    [
        ('a = "{cups} 杯"', 'a = "{cups} cups"', []),
        ('a = "{surname}师傅"', 'a = "{full}"', []),
        ('a = "{name}好"', 'a = "hello {nmae}"', ["tea.a has {nmae}, elsewhere it is {name}"]),
        ('a = "好"', 'a = "hello"\nb = "more"', ["tea.b is missing in zh"]),
        ('a = "{"', 'a = "{{"', ["tea.a has a brace too many or too few"]),
    ],
)
def test_slips_in_sentences_are_found(tmp_path: Path, zh: str, en: str, told: list[str]) -> None:
    found = list(wordings(sentences(tmp_path, zh=zh, en=en)))
    assert all(any(part in one for one in found) for part in told)
    assert bool(found) == bool(told)


def test_an_operators_own_sentence_gets_only_values_that_are_given(tmp_path: Path) -> None:
    switchboard = tmp_path / "lianxin.toml"
    switchboard.write_text('[texts.zh]\n"tea.a" = "{cpus} 杯 {"\n"tea.b" = "{cpus} 杯"\n')
    texts = sentences(tmp_path / "", zh='a = "{cups}"\nb = "{cups}"', en='a = "x"\nb = "x"')
    found = list(overridden(texts, load_settings(switchboard, {})))
    assert found[0].endswith(
        "texts.zh.tea.a has a brace too many or too few; write {{ for a brace"
    )
    assert found[1].endswith('nobody gives it the value {cpus}; did you mean "cups"?')


def test_values_are_the_names_in_braces() -> None:
    assert values_of("{{a}} {b} {c}") == frozenset({"b", "c"})
    assert values_of("{") is None


def test_without_a_switchboard_here_the_shipped_one_counts(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings_of(None).source == Path("config/lianxin.toml")
    monkeypatch.chdir(home / "config")
    assert settings_of(None).source == ROOT / "config" / "lianxin.toml"
    assert "LIANXIN_DATA" not in os.environ
