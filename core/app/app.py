"""A built deployment: running it, settling it, moving its time, switching its plugins."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import log
from core.bus.port import Bus
from core.chat.adapter import Adapter
from core.clock import DemoClock, FrozenClock
from core.engine.anchor import plan_anchor
from core.engine.directory import Directory
from core.engine.dispatcher import Dispatcher
from core.engine.keeper import Run, keep
from core.engine.presence import Presence
from core.engine.receiver import Receiver
from core.engine.relay import Relay
from core.engine.router import Router
from core.engine.scheduler import Scheduler, Waker
from core.errors import ConfigError, StoreError
from core.kit.house import House
from core.kit.plugin import Deed, Plugin
from core.kit.turn import fresh_turn
from core.store.unit import Unit
from core.web.server import WebServer

LOG = log.get(__name__)


@dataclass(slots=True, kw_only=True)
class App:
    """All parts of one deployment, joined."""

    house: House
    plugins: Sequence[Plugin[Any]]
    bus: Bus
    dispatcher: Dispatcher
    directory: Directory
    scheduler: Scheduler
    relay: Relay
    waker: Waker
    presence: Presence
    adapters: Mapping[str, Adapter]
    desks: Mapping[str, Receiver]
    web: WebServer | None = None

    async def start(self) -> None:
        """Let every plugin plan what it must; one that fails is reported, the others go on.

        Raises ConfigError with what all plugins found wrong in their files, StoreError.
        """
        await self.relay.recover(self.house.store)
        self.dispatcher.dialogs = set(await self.house.store.dialogs.standing())
        await self.presence.arrive()
        await plan_anchor(self.house.store, self.house.clock.now())
        problems: list[str] = []
        for plugin in self.plugins:
            for deed in plugin.declared.starts:
                problems += await self._begin(plugin.name, deed)
        if problems:
            raise ConfigError(*problems)

    async def _begin(self, plugin: str, deed: Deed) -> Sequence[str]:
        turn = fresh_turn(self.house, plugin)
        try:
            await deed.handler(turn)
            if not turn.unit.is_empty:
                await self.house.store.commit(turn.unit)
        except ConfigError as error:
            return error.problems
        except StoreError:
            raise
        except Exception:
            LOG.exception("plugin_start_failed", plugin=plugin)
        return ()

    async def run(self, stop: asyncio.Event | None = None) -> None:
        """Hear, handle and send until *stop* is set or the task is cancelled."""
        self.waker.open()
        try:
            async with asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(keep(name, run)) for name, run in self._long_lived()]
                if stop is not None:
                    await stop.wait()
                    for task in running:
                        task.cancel()
        finally:
            self.waker.close()

    def after_commit(self, unit: Unit) -> None:
        """Wake whoever has work now, and forget what is known wrongly."""
        if unit.writes:
            self.directory.forget()
        if unit.letters or unit.writes:
            self.relay.wake()
        if unit.jobs:
            self.scheduler.wake()

    async def settle(self) -> None:
        """Return once nothing is left to do now; for clocks that are moved by hand."""
        while await self.scheduler.drain() + await self.relay.drain():
            pass

    async def next_at(self) -> datetime | None:
        """Return when something will be due next."""
        times = (await self.scheduler.next_at(), await self.relay.next_at())
        return min((at for at in times if at is not None), default=None)

    async def advance(self, to: datetime) -> None:
        """Move a clock that can be moved to *to*, doing in order what falls due on the way."""
        clock = self.house.clock
        if not isinstance(clock, FrozenClock | DemoClock):
            raise TypeError("this clock is not moved by hand")
        await self.settle()
        while (at := await self.next_at()) is not None and at <= to:
            clock.move_to(at)
            await self.settle()
        clock.move_to(to)
        await self.settle()

    def switch(self, names: Sequence[str]) -> None:
        """Let exactly the plugins *names* be on, in this order of routing."""
        by_name = {plugin.name: plugin for plugin in self.plugins}
        self.take_up([by_name[name] for name in names])

    def take_up(self, plugins: Sequence[Plugin[Any]]) -> None:
        """Route to *plugins* alone; rows of the others wait in the database for their return."""
        router = Router(plugins)
        self.dispatcher.router = router
        self.scheduler.owners = ("core", *(plugin.name for plugin in plugins))
        self.house.plugins = [plugin.name for plugin in plugins]
        self.house.commands = [one for plugin in plugins for one in plugin.declared.commands]
        self.house.subscribers = router.subscribers

    def _long_lived(self) -> list[tuple[str, Run]]:
        runs: list[tuple[str, Run]] = [("scheduler", self.scheduler.run)]
        runs += [(f"relay {name}", one.run) for name, one in self.relay.carriers.items()]
        runs += [(name, _listening(one, self.desks[name])) for name, one in self.adapters.items()]
        if self.web is not None:
            runs.append(("web", self.web.run))
        return runs


def _listening(adapter: Adapter, desk: Receiver) -> Run:
    return lambda: adapter.run(desk)
