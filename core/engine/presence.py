"""Presence: when we last listened to each account, so that a long absence is noticed and told.

Source of the limit: each platform's own documentation, in its adapter's ``can.keeps`` (Telegram
keeps updates 24 hours).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from core.chat.adapter import Adapter
from core.domain.fact import WasAway
from core.kit.house import House
from core.kit.turn import fresh_turn
from core.store.records import Job, NewJob
from core.store.unit import Unit

EVERY: Final = timedelta(minutes=10)
KEY: Final = "listened"
JOB: Final = "listening"


class Presence:
    """Writes down every ten minutes that we are here."""

    def __init__(self, house: House, adapters: Mapping[str, Adapter]) -> None:
        self._house = house
        self._keeps = {
            account: adapter.can.keeps
            for account, adapter in adapters.items()
            if adapter.can.keeps is not None
        }

    async def arrive(self) -> None:
        """Report accounts whose messages may be lost, and begin to write down our presence."""
        now = self._house.clock.now()
        turn = fresh_turn(self._house, "core")
        for account, keeps in self._keeps.items():
            since = await self._last(account)
            if since is not None and now - since > keeps:
                turn.record(WasAway(at=now, account=account, since=since))
        if self._keeps:
            turn.unit.job(NewJob("core", JOB, now, JOB, key=JOB))
            await self._house.store.commit(turn.unit)

    async def note(self, _job: Job, unit: Unit) -> None:
        """Write down that we are listening, and plan to do so again."""
        now = self._house.clock.now()
        for account in self._keeps:
            await self._house.store.state.save(account, KEY, now.isoformat())
        unit.job(NewJob("core", JOB, now + EVERY, JOB, key=JOB))

    async def _last(self, account: str) -> datetime | None:
        kept = await self._house.store.state.load(account, KEY)
        return datetime.fromisoformat(kept) if kept else None
