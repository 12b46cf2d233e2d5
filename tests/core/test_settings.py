"""Settings: every problem at once, each with its source, its key and the way out."""

from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, SecretStr

from core.errors import ConfigError
from core.settings import Settings, check_table, did_you_mean, load_settings

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
SHIPPED = Path(__file__).parents[2] / "config" / "lianxin.toml"


@pytest.fixture
def switchboard(tmp_path: Path) -> Path:
    return tmp_path / "lianxin.toml"


def problems(path: Path, text: str, **environ: str) -> tuple[str, ...]:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_settings(path, environ)
    return tuple(one.replace(f"{path.parent}/", "") for one in refused.value.problems)


def settings(path: Path, text: str = "", **environ: str) -> Settings:
    path.write_text(text, encoding="utf-8")
    return load_settings(path, environ)


def test_the_shipped_switchboard_is_right_and_in_routing_order() -> None:
    shipped = load_settings(SHIPPED, {})
    assert [*shipped.active_plugins][-4:] == ["casework", "myside", "routing", "intake"]
    assert shipped.accounts == {"sandbox": {"main": {}}}
    assert shipped.source == SHIPPED
    assert len(shipped.categories) == 14


def test_wages_and_injury_claims_ship_as_union_only() -> None:
    rows = {row.id: row for row in load_settings(SHIPPED, {}).categories}
    assert rows["wages"].visibility == rows["injury"].visibility == "union_only"
    assert rows["living"].visibility == "board"


def test_an_empty_switchboard_has_the_defaults(switchboard: Path) -> None:
    plain = settings(switchboard)
    assert plain.timezone == ZoneInfo("Asia/Shanghai")
    assert plain.database == "sqlite://data/lianxin.db"
    assert plain.attention.prompt_at == time(12, 15)
    assert plain.themes == SHIPPED.parent / "themes", "those that Lianxin comes with"


def test_the_database_lives_with_the_data_unless_told_otherwise(switchboard: Path) -> None:
    assert settings(switchboard, 'data = "/srv/l"').database == "sqlite:///srv/l/lianxin.db"
    own = settings(switchboard, 'database = "asyncpg://db/lianxin"')
    assert own.database == "asyncpg://db/lianxin"


def test_all_problems_are_told_at_once(switchboard: Path) -> None:
    text = 'langage = "zh"\n[web]\nprot = 1\nport = "x"\n[attention]\ngroup_posts_per_day = 9\n'
    assert problems(switchboard, text) == (
        'lianxin.toml: langage is no setting; did you mean "language"?',
        "lianxin.toml: web.port must be a whole number",
        'lianxin.toml: web.prot is no setting; did you mean "port"?',
        "lianxin.toml: attention.group_posts_per_day must be less than or equal to 2",
    )


def test_a_slip_of_the_pen_is_told_with_its_line(switchboard: Path) -> None:
    (told,) = problems(switchboard, 'language = "zh"\ntimezone Asia\n')
    assert told.startswith("lianxin.toml:2: is no TOML: expected '='")


def test_a_missing_switchboard_says_how_to_name_another(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file; name another with --config"):
        load_settings(tmp_path / "none.toml", {})


def test_a_switchboard_in_another_encoding_is_refused_plainly(switchboard: Path) -> None:
    switchboard.write_bytes('operator = "张莉"'.encode("gb18030"))
    with pytest.raises(ConfigError, match="is not written in UTF-8"):
        load_settings(switchboard, {})


def test_a_byte_order_mark_does_no_harm(switchboard: Path) -> None:
    switchboard.write_bytes(b"\xef\xbb\xbflanguage = 'en'")
    assert load_settings(switchboard, {}).language == "en"


@pytest.mark.parametrize("name", ["source", "categories"])
def test_what_the_loader_decides_cannot_be_set(switchboard: Path, name: str) -> None:
    assert problems(switchboard, f'{name} = "x"') == (f"lianxin.toml: {name} is no setting",)


def test_a_misspelt_time_zone_is_guessed(switchboard: Path) -> None:
    (told,) = problems(switchboard, 'timezone = "Asia/Shanghay"')
    assert told.endswith('a time zone such as Asia/Shanghai; did you mean "Asia/Shanghai"?')


@pytest.mark.parametrize("value", ["25:00", "21:00+08:00", "soon"])
def test_a_time_of_day_is_local_and_real(switchboard: Path, value: str) -> None:
    (told,) = problems(switchboard, f'[attention]\nquiet_from = "{value}"')
    assert told.startswith("lianxin.toml: attention.quiet_from must be a ")


def test_only_known_databases_are_taken(switchboard: Path) -> None:
    (told,) = problems(switchboard, 'database = "mysql://h/d"')
    assert told == (
        "lianxin.toml: database must start with sqlite:// or, for PostgreSQL, asyncpg://"
    )


def test_the_environment_wins_and_reaches_into_tables(switchboard: Path) -> None:
    text = '[web]\nport = 1\nhost = "::1"\n[plugins.intake]\n'
    environ = {"LIANXIN_WEB__PORT": "99", "LIANXIN_PLUGINS__INTAKE__WINDOW": "5", "HOME": "/x"}
    mine = settings(switchboard, text, **environ)
    assert (mine.web.port, mine.web.host) == (99, "::1")
    assert mine.active_plugins == {"intake": {"window": "5"}}


def test_an_empty_variable_is_none(switchboard: Path) -> None:
    assert settings(switchboard, LIANXIN_LANGUAGE="").language == "zh"


def test_a_wrong_variable_is_blamed_by_its_own_name(switchboard: Path) -> None:
    assert problems(switchboard, LIANXIN_WEB__PORT="x", text="[web]\nport = 1") == (
        "LIANXIN_WEB__PORT must be a whole number",
    )


def test_an_unknown_variable_is_an_error_with_the_nearest_name(switchboard: Path) -> None:
    told = problems(switchboard, "", LIANXIN_PORT="1", LIANXIN_SECRET_FILE="x")
    assert told == (
        'LIANXIN_PORT is no setting; did you mean "LIANXIN_WEB__PORT"?',
        'LIANXIN_SECRET_FILE is no setting; did you mean "LIANXIN_SECRETS_FILE"?',
    )


def test_a_variable_cannot_be_a_value_and_a_table(switchboard: Path) -> None:
    (told,) = problems(switchboard, "", LIANXIN_WEB="1", LIANXIN_WEB__PORT="2")
    assert told == "LIANXIN_WEB__PORT and LIANXIN_WEB contradict each other"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f'secret_keys = ["{KEY}"]', "secret_keys"),
        ('[accounts.telegram.main]\ntoken = "1:a"', "accounts.telegram.main.token"),
        ('[plugins.x]\nsms_password = "p"', "plugins.x.sms_password"),
    ],
)
def test_a_secret_in_the_switchboard_is_refused_with_the_way_out(
    switchboard: Path, text: str, key: str
) -> None:
    (told,) = problems(switchboard, text)
    variable = f"LIANXIN_{key.upper().replace('.', '__')}"
    assert told == (
        f"lianxin.toml: {key} is a secret and must not stand here; set {variable} "
        "or put it into the file that LIANXIN_SECRETS_FILE names"
    )


def test_a_password_in_the_address_of_the_database_is_a_secret(switchboard: Path) -> None:
    (told,) = problems(switchboard, 'database = "asyncpg://u:hush@h/d"')
    assert told.startswith("lianxin.toml: database has a password in it; set LIANXIN_DATABASE")
    assert "hush" not in told


def test_a_sentence_may_be_named_after_a_token(switchboard: Path) -> None:
    mine = settings(switchboard, '[texts.zh]\ncore.token = "口令"\n"core.ack" = "收到"')
    assert mine.texts == {"zh": {"core.token": "口令", "core.ack": "收到"}}


def test_secrets_come_from_their_file(switchboard: Path, tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text(f'secret_keys = ["{KEY}"]\n[accounts.telegram.main]\ntoken = "1:a"')
    file.chmod(0o600)
    text = "[accounts.telegram.main]\npolling = true"
    mine = settings(switchboard, text, LIANXIN_SECRETS_FILE=str(file))
    assert mine.accounts["telegram"]["main"] == {"polling": True, "token": "1:a"}
    assert mine.secret_keys == (SecretStr(KEY),)
    assert KEY not in repr(mine)
    assert "1:a" not in repr(mine)


def test_a_secrets_file_that_everybody_may_read_is_refused(
    switchboard: Path, tmp_path: Path
) -> None:
    file = tmp_path / "secrets.toml"
    file.touch()
    file.chmod(0o644)
    (told,) = problems(switchboard, "", LIANXIN_SECRETS_FILE=str(file))
    assert told == (
        "secrets.toml: everybody on this machine may read it; run chmod 600 secrets.toml"
    )


def test_a_secrets_file_that_is_not_there_is_told(switchboard: Path, tmp_path: Path) -> None:
    (told,) = problems(switchboard, "", LIANXIN_SECRETS_FILE=str(tmp_path / "no"))
    assert told == "LIANXIN_SECRETS_FILE: there is no file no"


def test_several_sealing_keys_stand_in_one_variable(switchboard: Path) -> None:
    assert len(settings(switchboard, LIANXIN_SECRET_KEYS=f"{KEY}, {KEY}").secret_keys) == 2


def test_a_broken_sealing_key_is_told_once_and_never_shown(switchboard: Path) -> None:
    (told,) = problems(switchboard, "", LIANXIN_SECRET_KEYS="hush,hush hush")
    assert told == "LIANXIN_SECRET_KEYS must be 32 bytes in URL-safe base64 (44 signs)"


def test_a_secret_alone_switches_nothing_on(switchboard: Path) -> None:
    account, plugin = problems(
        switchboard,
        "[accounts.telegram.main]\n[plugins.intake]",
        LIANXIN_ACCOUNTS__TELEGRAM__MAN__TOKEN="1",
        LIANXIN_PLUGINS__INTAK__X="1",
    )
    assert account == (
        "LIANXIN_ACCOUNTS__TELEGRAM__MAN belongs to no table of lianxin.toml; "
        'did you mean "accounts.telegram.main"?'
    )
    assert plugin.endswith('of lianxin.toml; did you mean "plugins.intake"?')


def test_a_plugin_is_off_when_its_table_says_so(switchboard: Path) -> None:
    text = "[plugins.b]\n[plugins.a]\nenabled = false\n[plugins.c]\nx = 1"
    assert settings(switchboard, text).active_plugins == {"b": {}, "c": {"x": 1}}
    later = settings(switchboard, text, LIANXIN_PLUGINS__A__ENABLED="true")
    assert [*later.active_plugins] == ["b", "a", "c"], "the order is the file's"


def test_a_switch_knows_only_on_and_off(switchboard: Path) -> None:
    (told,) = problems(switchboard, '[plugins.a]\nenabled = "perhaps"')
    assert told == ("lianxin.toml: plugins.a is switched by enabled = true or false, nothing else")


def test_an_account_is_a_table(switchboard: Path) -> None:
    assert problems(switchboard, "[accounts.telegram]\nmain = 3") == (
        "lianxin.toml: accounts.telegram.main must be a table",
    )


def test_categories_beside_the_switchboard_count(switchboard: Path) -> None:
    row = '{zh = "别的事", en = "Other", visibility = "board", priority = 4}'
    (switchboard.parent / "categories.toml").write_text(f"other = {row}", encoding="utf-8")
    assert [one.id for one in settings(switchboard).categories] == ["other"]


def test_a_wrong_category_is_told_by_file_and_key(switchboard: Path) -> None:
    (switchboard.parent / "categories.toml").write_text(
        'wages = {zh = "工资", en = "Wages", visibilty = "board", priority = 7}', encoding="utf-8"
    )
    assert problems(switchboard, "") == (
        "categories.toml: wages.visibility is missing",
        "categories.toml: wages.priority must be less than or equal to 4",
        'categories.toml: wages.visibilty is no setting; did you mean "visibility"?',
        "categories.toml: other is missing; what fits nowhere else goes there",
    )


def test_settings_cannot_be_changed_afterwards(switchboard: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings(switchboard).language = "en"  # type: ignore[misc]


class Window(BaseModel):
    model_config = ConfigDict(extra="forbid")
    seconds: int = 90


class Topics(BaseModel):
    model_config = ConfigDict(extra="forbid")
    topics: tuple[Window, ...] = ()
    token: SecretStr = SecretStr("")


def test_a_plugins_table_is_told_in_the_same_sentences() -> None:
    table = {"topcis": [], "topics": [{"secnds": 1}], "token": 5}
    assert check_table(Topics, table, "l.toml: plugins.intake") == (
        None,
        (
            'l.toml: plugins.intake.topics.0.secnds is no setting; did you mean "seconds"?',
            "l.toml: plugins.intake.token must be a text in quotes",
            'l.toml: plugins.intake.topcis is no setting; did you mean "topics"?',
        ),
    )


def test_a_right_table_becomes_its_model() -> None:
    assert check_table(Window, {"seconds": 5}, "x") == (Window(seconds=5), ())


def test_nothing_near_is_not_guessed() -> None:
    assert did_you_mean("zzz", ["port", "host"]) == ""


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=8), max_size=4))
def test_any_table_is_read_or_refused_in_sentences(table: dict[str, object]) -> None:
    read, told = check_table(Topics, table, "x")
    assert (read is None) == bool(told)
    assert all(one.startswith("x.") for one in told)
