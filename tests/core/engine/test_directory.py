"""Who speaks where is remembered, so that talk costs no query, and forgotten when it changes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain.org import Role
from core.testing.site import SITE
from tests.laws.deployment import ACCOUNT, Deployment, deployed


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


async def test_a_known_speaker_is_found_with_his_group_and_role(site: Deployment) -> None:
    scene = await site.app.directory.scene(site.message("li", "x"))
    assert scene.group is not None
    assert scene.group.key == SITE
    assert scene.person is not None
    assert {one.role for one in scene.memberships} == {Role.CADRE}


async def test_a_stranger_in_an_unknown_chat_is_nobody_nowhere(site: Deployment) -> None:
    scene = await site.app.directory.scene(site.message("stranger", "x", "nowhere"))
    assert (scene.place, scene.group, scene.person, scene.memberships) == (None, None, None, ())


async def test_the_second_look_asks_no_database(site: Deployment) -> None:
    message = site.message("li", "x")
    first = await site.app.directory.scene(message)
    assert await site.app.directory.scene(message) is first


async def test_a_commit_that_changes_people_makes_it_look_again(site: Deployment) -> None:
    await site.says("stranger", "talk")
    await site.says("stranger", "ring")
    scene = await site.app.directory.scene(site.message("stranger", "x"))
    assert scene.person is not None


async def test_a_commit_of_letters_alone_does_not(site: Deployment) -> None:
    message = site.message("wu", "ring")
    first = await site.app.directory.scene(message)
    await site.hears(message)
    await site.app.settle()
    assert await site.app.directory.scene(message) is first


async def test_switching_a_plugin_off_in_a_group_is_seen(site: Deployment) -> None:
    store = site.app.house.store
    group = await store.people.group_by_key(SITE)
    assert group is not None
    unit = store.unit()
    unit.write(store.people.setting(group.id, "plugin.bell", "off"))
    await store.commit(unit)
    site.app.after_commit(unit)
    await site.says("wu", "ring")
    await site.says("wu", "ring", "other")
    assert (site.slate.texts(), site.slate.texts("other")) == ([], ["rang ring"])


async def test_desks_keep_what_an_adapter_saves(site: Deployment) -> None:
    desk = site.app.desks[ACCOUNT]
    assert await desk.load("offset") is None
    await desk.save("offset", "41")
    await desk.save("offset", "42")
    assert await desk.load("offset") == "42"
