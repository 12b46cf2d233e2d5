"""Help: exactly what this person may do here, and nothing else."""

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.testing import Site, open_site

TEXTS = Path(__file__).parents[3] / "plugins" / "help" / "texts"
COMMANDS = (
    "help ask mine status private withdraw language me forget cases mypeople take pass reply"
    " question note task done escalate visit for duty assign shelve announce today stats roster"
    " plugins health parked bind"
)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site(plugins=["admin", "help", "prompts", "casework"]) as one:
        yield one


async def test_a_worker_gets_a_few_lines_of_his_own(site: Site) -> None:
    await site.tells("wu", "帮助")
    lines = site.last("@wu").splitlines()
    assert lines[0] == "有事直接说就行,会有人来。也可以发:"
    assert "帮助:看看能做什么" in lines
    assert len(lines) <= 12
    assert not any(word in site.last("@wu") for word in ("我来:", "统计", "插件", "通知"))


async def test_a_cadre_sees_the_work_first_and_her_own_lines_in_one(site: Site) -> None:
    await site.tells("li", "/help")
    lines = site.last("@li").splitlines()
    assert lines[0] == "【办事】"
    assert lines[1] == "待办:等着办的事,急的在前"
    assert any(line.startswith("自己的事:") for line in lines)
    assert not any("统计" in line for line in lines)


async def test_a_chair_also_sees_what_chairs_may(site: Site) -> None:
    await site.tells("zhang", "/help")
    assert "统计:这七天的数" in site.last("@zhang").splitlines()


@pytest.mark.parametrize("mark", ["?", "？", "菜单", "/help"])
async def test_a_question_mark_is_enough_in_private(site: Site, mark: str) -> None:
    await site.tells("wu", mark)
    assert site.last("@wu").startswith("有事直接说就行")


async def test_a_question_mark_in_the_group_is_talk(site: Site) -> None:
    await site.says("wu", "?")
    assert not site.theatre.records


async def test_in_the_group_it_answers_in_private(site: Site) -> None:
    await site.says("wu", "/help")
    assert site.last("@wu").startswith("有事直接说就行")
    assert not site.seen("xiboliang")


async def test_who_has_not_opened_his_chat_is_shown_the_way_in(site: Site) -> None:
    await site.theatre.stage.seat("xin", "新来的", private=False)
    await site.theatre.stage.join("xiboliang", "xin", "新来的", quietly=True)
    await site.says("xin", "/help")
    assert "点我的头像" in site.last("xiboliang")


async def test_one_commands_usage_comes_with_an_example(site: Site) -> None:
    await site.tells("li", "/help take")
    first, second, third = site.last("@li").splitlines()
    assert first.startswith("/take · 我来")
    assert second == "这件事我来办。"
    assert third.startswith("这样写:")
    await site.tells("li", "/help 我来")
    assert site.last("@li").splitlines()[0] == first


async def test_an_unknown_name_gets_the_nearest_that_is_his(site: Site) -> None:
    await site.tells("li", "/help tkae")
    assert site.last("@li") == "没有“tkae”,您是想发 /take 吗?"
    await site.tells("wu", "/help health")
    assert "/help" in site.last("@wu")
    assert "health 吗" not in site.last("@wu")


async def test_a_plugin_that_is_off_in_the_group_is_not_offered(site: Site) -> None:
    store = site.theatre.app.house.store
    group = await store.people.group_by_key("xiboliang")
    assert group is not None
    unit = store.unit()
    unit.write(store.people.setting(group.id, "plugin.casework", "off"))
    await store.commit(unit)
    site.theatre.app.directory.forget()
    await site.says("li", "/help")
    assert "【办事】" not in site.last("@li")
    await site.tells("li", "/help")
    assert "【办事】" in site.last("@li")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_of_the_contract_has_its_line(language: str) -> None:
    texts = tomllib.loads((TEXTS / f"{language}.toml").read_text(encoding="utf-8"))
    assert set(COMMANDS.split()) <= set(texts["command"])


async def test_english_speakers_get_slashes(site: Site) -> None:
    store = site.theatre.app.house.store
    (person,) = await store.people.find(None, "wu")
    unit = store.unit()
    unit.write(store.people.changing_person(type(person)(person.id, person.name, "en")))
    await store.commit(unit)
    site.theatre.app.directory.forget()
    await site.tells("wu", "help")
    assert "/help: see what you can do" in site.last("@wu").splitlines()
