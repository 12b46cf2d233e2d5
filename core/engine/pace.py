"""How fast letters may go: exact windows per account and chat, and holds a platform asked for.

Rule 1: in any window of ``per`` no more than ``count`` letters leave.
Rule 2: a hold is for exactly the chat or the account it was meant for.
"""

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from core.chat.capabilities import Pace

CHATS: Final = 10_000
"""Chats remembered before the idle ones are forgotten."""


class Window:
    """One limit, as the times of the last ``count`` letters."""

    __slots__ = ("_pace", "_times")

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._times: deque[datetime] = deque(maxlen=pace.count)

    def free_at(self, now: datetime) -> datetime:
        """Return when the next letter may go, *now* at the earliest."""
        if len(self._times) < self._pace.count:
            return now
        return max(now, self._times[0] + self._pace.per)

    def take(self, now: datetime) -> None:
        self._times.append(now)

    def idle(self, now: datetime) -> bool:
        """Whether forgetting this window would change nothing."""
        return not self._times or self._times[-1] + self._pace.per <= now


class Throttle:
    """All limits of one account."""

    def __init__(self, paces: Iterable[Pace], chat_paces: Iterable[Pace]) -> None:
        self._windows = tuple(Window(pace) for pace in paces)
        self._chat_paces = tuple(chat_paces)
        self._chats: dict[int, tuple[Window, ...]] = {}
        self._held: datetime | None = None
        self._held_chats: dict[int, datetime] = {}

    def free_at(self, now: datetime) -> datetime:
        """Return when the account may send again."""
        return max([window.free_at(now) for window in self._windows] + [self._held or now, now])

    def chat_free_at(self, place: int, now: datetime) -> datetime:
        """Return when *place* may be written to again, the account's own limits aside."""
        windows = self._chats.get(place, ())
        held = self._held_chats.get(place, now)
        return max([window.free_at(now) for window in windows] + [held, now])

    def take(self, place: int, now: datetime) -> None:
        """Count one letter to *place*."""
        for window in self._windows:
            window.take(now)
        if self._chat_paces:
            if place not in self._chats:
                self._forget_idle(now)
                self._chats[place] = tuple(Window(pace) for pace in self._chat_paces)
            for window in self._chats[place]:
                window.take(now)

    def hold(self, until: datetime, place: int | None = None) -> None:
        """Send nothing until *until*: to *place*, or at all."""
        if place is None:
            self._held = max(self._held or until, until)
        else:
            self._held_chats[place] = until

    def held_places(self, now: datetime) -> dict[int, datetime]:
        """Return the places that must wait, each with its release; forget the other holds."""
        self._held_chats = {place: at for place, at in self._held_chats.items() if at > now}
        busy = {place: self.chat_free_at(place, now) for place in self._chats}
        return {place: at for place, at in busy.items() if at > now} | self._held_chats

    def _forget_idle(self, now: datetime) -> None:
        if len(self._chats) >= CHATS:
            self._chats = {
                place: windows
                for place, windows in self._chats.items()
                if not all(window.idle(now) for window in windows)
            }
