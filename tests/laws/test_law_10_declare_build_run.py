"""Law 10: importing fills a list; all that a plugin registers is owned by it and goes with it."""

import asyncio
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from core.app import App
from core.engine.router import Router
from core.kit.plugin import Plugin
from core.loader import ROOT, load_plugin, shipped
from tests.laws import bell
from tests.laws.deployment import BELL, deployed, row_counts

IMPORT = """
import asyncio, sys, threading
asyncio.new_event_loop = lambda: sys.exit("a loop was made")
import {name}
assert threading.active_count() == 1, "a thread was started"
"""


def tables(router: Router) -> dict[str, int]:
    """Return how many entries each table of the router has."""
    held = {name: getattr(router, name) for name in vars(router)}
    sizes = {name: len(one) for name, one in held.items() if hasattr(one, "__len__")}
    return sizes | {"commands": len(vars(router.commands)["_by_name"])}


async def figures(app: App) -> dict[str, object]:
    """Return all that a switched plugin might leave behind."""
    return {
        "tasks": len(asyncio.all_tasks()),
        "router": tables(app.dispatcher.router),
        "timers": len(app.waker),
        "rows": await row_counts(app),
        "commands": len(app.house.commands),
        "subscribers": sum(map(len, app.house.subscribers.values())),
        "owners": list(app.scheduler.owners),
        "lanes": len(app.dispatcher.lanes),
    }


def test_importing_a_plugin_starts_nothing() -> None:
    for name in (BELL, *(f"plugins.{name}.plugin" for name in shipped("plugins"))):
        run = subprocess.run(  # noqa: S603 - our own interpreter and our own source
            [sys.executable, "-c", IMPORT.format(name=name)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"{name}: {run.stderr}"


def test_loading_again_adds_nothing() -> None:
    before = repr(load_plugin(BELL).declared)
    assert load_plugin(BELL) is bell.plugin
    assert repr(load_plugin(BELL).declared) == before


def declared(plugins: Iterable[Plugin[Any]]) -> list[str]:
    found: list[str] = []
    for plugin in plugins:
        found += [one.plugin for one in plugin.declared.commands]
        found += [one.plugin for one in plugin.declared.hearings]
    return found


async def test_everything_declared_knows_its_owner() -> None:
    assert set(declared([bell.plugin])) == {"bell"}


async def test_two_apps_of_the_same_plugin_do_not_see_each_other(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    async with deployed(one) as here, deployed(two) as there:
        await here.says("wu", "/open")
        await here.says("wu", "ring here")
        assert (await here.rows("SELECT COUNT(*) FROM cases"))[0] == (1,)
        assert (await there.rows("SELECT COUNT(*) FROM cases"))[0] == (0,)
        assert here.app.house.shelf is not there.app.house.shelf
        assert "bell" not in there.app.house.shelf
        assert there.slate.letters == []
        await there.says("wu", "ring there")
        assert there.slate.texts() == ["rang ring there"]


async def test_switching_it_off_in_one_app_leaves_it_on_in_the_other(tmp_path: Path) -> None:
    async with deployed(tmp_path / "one") as here, deployed(tmp_path / "two") as there:
        here.app.switch([])
        await here.says("wu", "ring")
        await there.says("wu", "ring")
        assert here.slate.texts() == []
        assert there.slate.texts() == ["rang ring"]


async def test_a_plugin_switched_off_and_on_a_hundred_times_leaves_no_trace(
    tmp_path: Path,
) -> None:
    async with deployed(tmp_path) as site:
        await site.says("wu", "/later 30")
        before = await figures(site.app)
        for _ in range(100):
            site.app.switch([])
            await site.says("wu", "ring unheard")
            site.app.switch(["bell"])
            await site.app.settle()
        assert await figures(site.app) == before
        await site.says("wu", "ring")
        assert site.slate.texts()[-1] == "rang ring"


async def test_it_leaves_no_trace_while_the_app_runs(tmp_path: Path) -> None:
    async with deployed(tmp_path) as site:
        stop = asyncio.Event()
        running = asyncio.ensure_future(site.app.run(stop))
        await a_while()
        before = await figures(site.app)
        for _ in range(100):
            site.app.switch([])
            site.app.switch(["bell"])
        await a_while()
        assert await figures(site.app) == before
        stop.set()
        await running


async def a_while() -> None:
    """Let the long-lived come to rest: nobody has spoken, so they only look around once."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_nothing_of_a_plugin_is_left_while_it_is_off(tmp_path: Path) -> None:
    async with deployed(tmp_path) as site:
        site.app.switch([])
        assert not any(tables(site.app.dispatcher.router).values())
        assert site.app.scheduler.owners == ("core",)


async def test_its_rows_wait_for_its_return(tmp_path: Path) -> None:
    async with deployed(tmp_path) as site:
        await site.says("wu", "/later 0")
        await site.hears(site.message("wu", "/later 0"))
        site.app.switch([])
        await site.app.settle()
        heard = site.slate.texts().count("chime 0")
        site.app.switch(["bell"])
        await site.app.settle()
        assert site.slate.texts().count("chime 0") == heard + 1


def test_no_module_of_core_keeps_a_registry() -> None:
    """A plugin object may sit in two Apps, so a second one of the name is nobody's business."""
    first, second = Plugin("same"), Plugin("same")
    assert first.declared is not second.declared


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_order_of_routing_is_the_order_given(count: int) -> None:
    plugins = [Plugin(f"p{number}") for number in range(count)]
    for plugin in plugins:

        @plugin.hears(lambda _heard: True)
        async def hear(_turn: object, _match: object) -> None:
            return None

    assert declared(plugins) == [plugin.name for plugin in plugins]
