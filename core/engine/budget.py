"""The attention budget: how often people may be disturbed unasked, and when not at all.

Rule 1: what answers somebody's own act, a human's words about one's own case, and urgent things
always pass.
Rule 2: between ``quiet_from`` and ``quiet_until`` of the group's own time everything else waits
for the morning.
Rule 3: a group hears at most ``group_posts_per_day`` unasked posts a local day, a person at most
``person_messages_per_week`` unasked messages in any seven days; what does not fit waits or is
dropped, by its kind.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.chat.letter import LetterKind, Urgency
from core.settings import Attention
from core.store.records import NewLetter, Outgoing
from core.store.store import Store

WEEK: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
MOMENT: Final = timedelta(milliseconds=1)
"""Added to now: what was sent in this very moment counts."""
DROPPED: Final = frozenset({LetterKind.PROMPT, LetterKind.DIGEST})
"""Kinds that are stale tomorrow: what does not fit of them is not sent at all."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Send now, wait until ``wait``, or (``drop``) never."""

    wait: datetime | None = None
    drop: str = ""


SEND: Final = Verdict()


class Budget:
    """Decides whether an unasked letter may disturb now."""

    def __init__(self, store: Store, attention: Attention, zone: ZoneInfo) -> None:
        self._store = store
        self._law = attention
        self._zone = zone

    async def verdict(self, outgoing: Outgoing, now: datetime) -> Verdict:
        """Return what may be done with the letter at *now*."""
        letter = outgoing.letter
        if not is_unasked(letter):
            return SEND
        zone = await self._zone_of(outgoing)
        morning = self._end_of_quiet(now.astimezone(zone))
        if morning is not None:
            return Verdict(wait=morning)
        if outgoing.place.private:
            return await self._personal(letter, now)
        return await self._public(letter, now.astimezone(zone))

    async def _personal(self, letter: NewLetter, now: datetime) -> Verdict:
        sent = await self._store.letters.unprompted_sent(letter.place, now - WEEK, now + MOMENT)
        if sent < self._law.person_messages_per_week:
            return SEND
        return _over(letter, now + DAY)

    async def _public(self, letter: NewLetter, local: datetime) -> Verdict:
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        sent = await self._store.letters.unprompted_sent(letter.place, midnight, local + MOMENT)
        if sent < self._law.group_posts_per_day:
            return SEND
        return _over(letter, midnight + DAY)

    def _end_of_quiet(self, local: datetime) -> datetime | None:
        """Return when the quiet hours around *local* end; None outside them."""
        begins, ends = self._law.quiet_from, self._law.quiet_until
        if not _between(local.time(), begins, ends):
            return None
        morning = local.replace(hour=ends.hour, minute=ends.minute, second=0, microsecond=0)
        return morning if morning > local else morning + DAY

    async def _zone_of(self, outgoing: Outgoing) -> ZoneInfo:
        if outgoing.place.group is None:
            return self._zone
        group = await self._store.people.group(outgoing.place.group)
        return group.zone if group else self._zone


def is_unasked(letter: NewLetter) -> bool:
    """Whether the budget counts *letter*: a new message nobody asked for."""
    return not (
        letter.prompted
        or letter.urgency is Urgency.URGENT
        or letter.edits is not None
        or letter.deletes is not None
    )


def _between(moment: time, begins: time, ends: time) -> bool:
    if begins <= ends:
        return begins <= moment < ends
    return moment >= begins or moment < ends


def _over(letter: NewLetter, again: datetime) -> Verdict:
    if letter.kind in DROPPED:
        return Verdict(drop="the attention budget is spent")
    return Verdict(wait=again)
