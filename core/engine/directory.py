"""Who is speaking where: a small memory in front of the reader, so that chatter costs no query.

Rule: it serves understanding only (who is this, which group, which language). ``may`` never reads
it.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from core.chat.message import Incoming
from core.store.records import Scene
from core.store.store import Store

SIZE: Final = 20_000
"""Scenes remembered; one is about a kilobyte, so 20 MB at most."""


class Directory:
    """Finds the scene of a message."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._scenes: OrderedDict[tuple[str, str, str], Scene] = OrderedDict()
        self._switched_off: Mapping[int, frozenset[str]] | None = None

    async def scene(self, incoming: Incoming) -> Scene:
        """Return who speaks where, from memory if it is known."""
        key = (incoming.account, incoming.chat, incoming.sender.user)
        scene = self._scenes.get(key)
        if scene is not None:
            self._scenes.move_to_end(key)
            return scene
        scene = await self._store.people.scene(*key)
        self._scenes[key] = scene
        if len(self._scenes) > SIZE:
            self._scenes.popitem(last=False)
        return scene

    async def is_off(self, plugin: str, case: int) -> bool:
        """Whether *plugin* is switched off in the group of *case*."""
        if self._switched_off is None:
            self._switched_off = await self._store.people.switched_off()
        if not any(plugin in names for names in self._switched_off.values()):
            return False
        found = await self._store.cases.get(case)
        return found is not None and plugin in self._switched_off.get(found.group, frozenset())

    def forget(self) -> None:
        """Forget everything: somebody's roles, links, groups or switches changed."""
        self._scenes.clear()
        self._switched_off = None
