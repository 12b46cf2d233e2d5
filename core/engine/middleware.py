"""What every message passes before a handler sees it: identity, language, the flood gate."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Final

from core.chat.message import Incoming
from core.engine.directory import Directory
from core.errors import RuleError
from core.kit.heard import Heard

ANSWERS: Final = 20
"""Commands and presses answered to one person in a minute; requests are never counted."""
MINUTE: Final = timedelta(minutes=1)
REMEMBERED: Final = 5_000


class Identity:
    """Finds person, group, roles and language."""

    def __init__(self, directory: Directory, operator: str) -> None:
        self._directory = directory
        self._operator = operator

    async def hear(self, incoming: Incoming) -> Heard:
        """Return *incoming* with all that is known of its speaker and place."""
        scene = await self._directory.scene(incoming)
        return Heard.of(incoming, scene, operator=incoming.sender.user == self._operator)

    async def is_off(self, plugin: str, case: int) -> bool:
        """Whether *plugin* is switched off in the group of *case*."""
        return await self._directory.is_off(plugin, case)

    def forget(self) -> None:
        """Look everybody up anew."""
        self._directory.forget()


class Flood:
    """Keeps one person from making the bot chatter; it never keeps a request out."""

    def __init__(self) -> None:
        self._answered: OrderedDict[str, deque[datetime]] = OrderedDict()

    def count(self, user: str, now: datetime) -> None:
        """Count an answer; raises RuleError once the minute is full, and Silent after that."""
        times = self._answered.setdefault(user, deque(maxlen=ANSWERS + 2))
        self._answered.move_to_end(user)
        if len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        while times and now - times[0] >= MINUTE:
            times.popleft()
        times.append(now)
        if len(times) == ANSWERS + 1:
            raise RuleError("core.slower")
        if len(times) > ANSWERS + 1:
            raise Silent


class Silent(Exception):
    """Say nothing more to this person for now."""
