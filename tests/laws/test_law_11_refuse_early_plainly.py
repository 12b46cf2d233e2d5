"""Law 11: what is wrong is told at once and plainly, and nothing is made over data."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.app import open_app
from core.clock import FrozenClock
from core.errors import ConfigError, DriftError, StoreError
from core.settings import Settings, load_settings
from core.testing.site import MONDAY
from tests.laws.deployment import BELL, Deployment, deployed, settings_in


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


async def problems_of(settings: Settings) -> list[str]:
    """Return what opening complains of; it must complain."""
    with pytest.raises(ConfigError) as told:
        async with open_app(settings, FrozenClock(MONDAY)):
            pass
    return list(told.value.problems)


def test_a_switchboard_with_five_mistakes_is_told_of_all_five(tmp_path: Path) -> None:
    file = tmp_path / "lianxin.toml"
    file.write_text(
        'langauge = "zh"\n'
        'timezone = "Asia/Shanghia"\n'
        "[attention]\n"
        "group_posts_per_day = 9\n"
        "[web]\n"
        "prot = 80\n"
        "[plugins.bell]\n"
        'enabled = "perhaps"\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as told:
        load_settings(file, {})
    assert len(told.value.problems) == 5
    assert {problem.split()[1] for problem in told.value.problems} == {
        "attention.group_posts_per_day",
        "langauge",
        "plugins.bell",
        "timezone",
        "web.prot",
    }
    assert all(problem.startswith(f"{file}: ") for problem in told.value.problems)
    assert any('did you mean "language"?' in problem for problem in told.value.problems)
    assert any('did you mean "port"?' in problem for problem in told.value.problems)


async def test_wrong_plugins_and_wrong_accounts_are_told_together(tmp_path: Path) -> None:
    settings = settings_in(tmp_path).model_copy(
        update={
            "plugins": {
                "intke": {"enabled": True},
                BELL: {"enabled": True, "loud": 3},
            },
            "accounts": {"sandbx": {"main": {}}, "sandbox": {"main": {"bot_nam": "x"}}},
        }
    )
    problems = await problems_of(settings)
    assert len(problems) == 4
    assert [problem.split(": ")[0] for problem in problems] == [f"{settings.source}"] * 4
    told = "\n".join(problems)
    assert "plugins.intke is not there" in told
    assert 'did you mean "intake"?' in told
    assert f"plugins.{BELL}.loud is no setting" in told
    assert 'did you mean "sandbox"?' in told
    assert 'did you mean "bot_name"?' in told


async def test_a_sentence_that_no_plugin_has_is_an_error(tmp_path: Path) -> None:
    texts = {"zh": {"core.usge": "x", "core.usage": "y"}}
    settings = settings_in(tmp_path).model_copy(update={"texts": texts})
    (problem,) = await problems_of(settings)
    sentence = 'texts.zh.core.usge is no sentence; did you mean "core.usage"?'
    assert problem == f"{settings.source}: {sentence}"


async def test_two_plugins_of_one_name_are_refused(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, [BELL, "tests.laws.twin"])
    (problem,) = await problems_of(settings)
    assert "tests.laws.twin is called bell, as another is" in problem


async def test_a_module_that_is_no_plugin_is_refused(tmp_path: Path) -> None:
    (problem,) = await problems_of(settings_in(tmp_path, ["tests.laws.deployment"]))
    assert "holds no Plugin named plugin" in problem


async def test_nothing_is_made_while_the_config_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    await problems_of(settings_in(folder, ["nothing.like.it"]))
    assert not folder.exists()


async def test_a_drifted_database_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    async with deployed(tmp_path) as site:
        await site.says("wu", "/open")
    database = tmp_path / "laws.db"
    with sqlite3.connect(database) as connection:
        connection.execute("ALTER TABLE cases ADD COLUMN surprise TEXT")
    connection.close()
    before = database.read_bytes()
    for _ in range(2):
        with pytest.raises(DriftError) as told:
            async with deployed(tmp_path):
                pass
        assert "cases" in str(told.value)
    assert database.read_bytes() == before


async def test_a_database_that_lost_a_table_does_not_get_an_empty_one(tmp_path: Path) -> None:
    async with deployed(tmp_path) as site:
        await site.says("wu", "/open")
    database = tmp_path / "laws.db"
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TABLE parked")
    connection.close()
    before = database.read_bytes()
    with pytest.raises(DriftError):
        async with deployed(tmp_path):
            pass
    assert database.read_bytes() == before


async def test_a_second_process_is_refused_and_the_first_goes_on(site: Deployment) -> None:
    with pytest.raises(StoreError, match="in use"):
        async with deployed(site.folder):
            pass
    await site.says("wu", "ring")
    assert site.slate.texts() == ["rang ring"]


BAD_INPUT = {
    "/nonsense": "没有“nonsense”这个用法。发 /help 看看能做什么。",
    "/takee 5": "没有“takee”,您是想发 /take 吗?",
    "/take": "这样写:/take",
    "/take abc": "这样写:/take",
    "/later soon": "这样写:/later 5",
    "/later 5 minutes": "这样写:/later 5",
    "/post hello": "/post 请私下跟我说。",
}


@pytest.mark.parametrize("said", BAD_INPUT)
async def test_bad_input_gets_one_calm_sentence_and_leaves_nothing_half_done(
    site: Deployment, said: str
) -> None:
    await site.says("wu", said)
    assert site.slate.texts() == [BAD_INPUT[said]]
    assert await site.app.house.store.parked.count() == 0
    assert await site.rows("SELECT COUNT(*) FROM job WHERE owner = 'bell'") == [(0,)]


@pytest.mark.parametrize("press", ["bell.again:x", "bell.gone:1", "other.again:1", "", ":::"])
async def test_a_button_of_yesterday_gets_the_way_out(site: Deployment, press: str) -> None:
    await site.presses("wu", press)
    assert [one.text for one in site.slate.letters] == ["这个按钮过期了。发“我的事”看最新的。"]
    assert await site.app.house.store.parked.count() == 0


async def test_whoever_speaks_to_the_bot_in_an_unbound_chat_is_told_so(site: Deployment) -> None:
    await site.says("wu", "/open", "nowhere")
    assert site.slate.texts("nowhere") == ["这个群还没有接上工会服务。请管理员发 /bind。"]
    await site.says("wu", "/open", "nowhere")
    assert len(site.slate.texts("nowhere")) == 2
    assert await site.rows("SELECT COUNT(*) FROM cases") == [(0,)]


async def test_a_stranger_is_answered_like_anybody(site: Deployment) -> None:
    await site.says("stranger", "/open")
    assert await site.rows("SELECT COUNT(*) FROM cases") == [(1,)]


async def test_whoever_presses_all_day_is_asked_to_slow_down_once(site: Deployment) -> None:
    for _ in range(30):
        await site.says("wu", "/nonsense")
    said = [text for text in site.slate.texts() if text.startswith("慢一点")]
    assert len(said) == 1
    assert len(site.slate.texts()) == 21
    await site.says("wu", "ring")
    assert site.slate.texts()[-1] == "rang ring"
