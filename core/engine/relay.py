"""The one door out: letters are claimed, carried by their adapter, and their outcome written down.

Rule 1: in order per (place, urgency); urgent before ordinary before bulk; one letter per place at
a time.
Rule 2: claimed before it is sent, finished after; a crash in between leaves it *unknown*.
Rule 3: unknown goes again where the platform is idempotent, or where the letter's own policy says
so.
Rule 4: before sending, ``may`` is asked again, and the attention budget.
Rule 5: a retry holds its queue; parked and unknown letters do not.
Rule 6: what cannot be written down, because the store failed, is written down before anything else
is sent.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core import log
from core.chat.adapter import Adapter
from core.chat.letter import Letter
from core.clock import Clock
from core.domain.category import Visibility
from core.domain.policy import Action, Actor, may
from core.engine.budget import Budget
from core.engine.pace import Throttle
from core.engine.scheduler import Waker
from core.errors import DeliveryError, Scope
from core.store.records import FileState, LetterState, Outcome, Outgoing
from core.store.store import Store

LOG = log.get(__name__)
AT_ONCE: Final = 32
"""Letters of one account under way together, each to another place."""
TRIES: Final = 30
"""Failures of one letter before it is parked: about two days at the longest pause."""
LONGEST: Final = timedelta(hours=2)
FILES_LATE: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class PostRoom:
    """What all carriers of a deployment share."""

    store: Store
    clock: Clock
    budget: Budget
    waker: Waker


class Carrier:
    """Carries one account's letters."""

    def __init__(self, account: str, adapter: Adapter, room: PostRoom) -> None:
        self._account = account
        self._adapter = adapter
        self._store = room.store
        self._clock = room.clock
        self._budget = room.budget
        self._waker = room.waker
        self._throttle = Throttle(adapter.can.paces, adapter.can.chat_paces)
        self._bell = asyncio.Event()
        self._under_way: set[int] = set()
        self._open: dict[int, tuple[Outgoing, Outcome | None]] = {}
        self.sent = 0
        self.doubled = 0

    def wake(self) -> None:
        """Look for letters now."""
        self._bell.set()

    async def run(self) -> None:
        """Carry letters until cancelled."""
        await self._catch_up()
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._bell.clear()
                if not await self._take_up(tasks):
                    await self._set_bell()
                    await self._bell.wait()

    async def drain(self) -> int:
        """Carry all that may go now; return how many letters met with an end."""
        carried = 0
        while True:
            async with asyncio.TaskGroup() as tasks:
                started = await self._take_up(tasks)
            if not started:
                return carried
            carried += started

    async def settle_doubt(self, outgoing: Outgoing) -> None:
        """Decide about a letter that was under way when the process died."""
        if self._sends_again(outgoing):
            await self._store.letters.send_again([outgoing.id])
        else:
            await self._store.letters.leave([outgoing.id])

    async def next_at(self) -> datetime | None:
        """Return when there will be something to send that cannot go now."""
        now = self._clock.now()
        times = [*self._throttle.held_places(now).values(), self._throttle.free_at(now)]
        due = await self._store.letters.next_due(self._account, now)
        return min((at for at in (*times, due) if at is not None and at > now), default=None)

    async def _take_up(self, tasks: asyncio.TaskGroup) -> int:
        now = self._clock.now()
        if self._throttle.free_at(now) > now:
            return 0
        waiting = self._under_way | self._throttle.held_places(now).keys()
        free = AT_ONCE - len(self._under_way)
        due = await self._store.letters.due(self._account, now, free, waiting) if free > 0 else []
        fit = await self._fit(due, now)
        chosen = [one for one in fit if self._claim_place(one, now)]
        self._open |= {one.id: (one, None) for one in chosen}
        await self._store.letters.mark_sending([one.id for one in chosen])
        for one in chosen:
            tasks.create_task(self._carry(one))
        return len(chosen) + len(due) - len(fit)

    def _claim_place(self, outgoing: Outgoing, now: datetime) -> bool:
        """Take the place and its share of the limits; False when either is used up."""
        place = outgoing.place.id
        if place in self._under_way or self._throttle.free_at(now) > now:
            return False
        if self._throttle.chat_free_at(place, now) > now:
            return False
        self._under_way.add(place)
        self._throttle.take(place, now)
        return True

    async def _fit(self, due: Sequence[Outgoing], now: datetime) -> list[Outgoing]:
        """Return those of *due* that may go now; write down what becomes of the others."""
        fit, ends = [], []
        for outgoing in due:
            end = await self._judge(outgoing, now)
            if end is None:
                fit.append(outgoing)
            elif isinstance(end, Outcome):
                ends.append(end)
            else:
                await self._store.letters.postpone([outgoing.id], end)
        await self._store.letters.finish(ends)
        return fit

    async def _judge(self, outgoing: Outgoing, now: datetime) -> Outcome | datetime | None:
        """Return how the letter ends unsent, until when it waits, or None when it may go."""
        letter = outgoing.letter
        if letter.expires_at is not None and letter.expires_at <= now:
            return Outcome(outgoing.id, LetterState.EXPIRED, now, reason="too late")
        if not await self._allowed(outgoing, now):
            return Outcome(
                outgoing.id, LetterState.PARKED, now, reason="the reader may no longer know"
            )
        if letter.files and not await self._files_ready(outgoing, now):
            return now + FILES_LATE
        verdict = await self._budget.verdict(outgoing, now)
        if verdict.drop:
            return Outcome(outgoing.id, LetterState.EXPIRED, now, reason=verdict.drop)
        return verdict.wait

    async def _allowed(self, outgoing: Outgoing, now: datetime) -> bool:
        letter = outgoing.letter
        if letter.case is None or letter.neutral:
            return True
        case = await self._store.cases.get(letter.case)
        if case is None:
            return False
        if letter.person is None:
            return case.published and case.visibility is Visibility.BOARD
        memberships = await self._store.people.memberships(letter.person)
        return may(Actor(letter.person, memberships), Action.READ, case, now)

    async def _files_ready(self, outgoing: Outgoing, now: datetime) -> bool:
        if now - outgoing.created_at > FILES_LATE * 60:
            return True
        kept = [await self._store.files.get(one.id) for one in outgoing.letter.files]
        return all(one is None or one.state is not FileState.WAITING for one in kept)

    async def _carry(self, outgoing: Outgoing) -> None:
        try:
            await self._close(outgoing, await self._send(outgoing))
        finally:
            self._under_way.discard(outgoing.place.id)
            self._bell.set()

    async def _close(self, outgoing: Outgoing, outcome: Outcome) -> None:
        self._open[outgoing.id] = (outgoing, outcome)
        await self._store.letters.finish([outcome])
        if outcome.state is LetterState.UNKNOWN:
            await self._store.letters.leave([outgoing.id])
        del self._open[outgoing.id]

    async def _catch_up(self) -> None:
        """Write down what the last run could not: it fell over, and nothing is under way now."""
        self._under_way.clear()
        for outgoing, known in list(self._open.values()):
            end = known
            if end is None:
                end = self._doubtful(outgoing, self._clock.now(), "stopped half-way")
            await self._close(outgoing, end)

    async def _send(self, outgoing: Outgoing) -> Outcome:
        try:
            message = await self._adapter.send(_letter(outgoing))
        except DeliveryError as error:
            return self._failed(outgoing, error)
        except Exception as error:
            LOG.exception("adapter_failed", letter=outgoing.id)
            return self._failed(outgoing, DeliveryError(repr(error), unknown=True))
        self.sent += 1
        return Outcome(outgoing.id, LetterState.SENT, self._clock.now(), message=message)

    def _failed(self, outgoing: Outgoing, error: DeliveryError) -> Outcome:
        now = self._clock.now()
        if error.unknown:
            return self._doubtful(outgoing, now, error.reason)
        worn = outgoing.tries >= TRIES and error.scope is not Scope.ACCOUNT
        if error.retry_after is None or worn:
            LOG.error("letter_parked", letter=outgoing.id, reason=error.reason)
            return Outcome(outgoing.id, LetterState.PARKED, now, reason=error.reason)
        until = now + error.retry_after
        if error.scope is not Scope.LETTER:
            self._throttle.hold(until, outgoing.place.id if error.scope is Scope.CHAT else None)
        LOG.warning("letter_waits", letter=outgoing.id, reason=error.reason, until=str(until))
        return Outcome(outgoing.id, LetterState.RETRY, now, reason=error.reason, again_at=until)

    def _doubtful(self, outgoing: Outgoing, now: datetime, reason: str) -> Outcome:
        """Return what becomes of a letter that the platform may have or not."""
        if outgoing.tries >= TRIES:
            return Outcome(outgoing.id, LetterState.PARKED, now, reason=reason)
        if not self._sends_again(outgoing):
            LOG.warning("letter_unknown", letter=outgoing.id, reason=reason)
            return Outcome(outgoing.id, LetterState.UNKNOWN, now, reason=reason)
        again = now if outgoing.tries == 0 else now + _backoff(outgoing.tries)
        return Outcome(outgoing.id, LetterState.RETRY, now, reason=reason, again_at=again)

    def _sends_again(self, outgoing: Outgoing) -> bool:
        """Whether what may have arrived goes again: harmless where the platform knows its id."""
        can = self._adapter.can
        age = self._clock.now() - outgoing.created_at
        if can.idempotent and (can.remembers is None or age < can.remembers):
            return True
        self.doubled += outgoing.letter.resend
        return outgoing.letter.resend

    async def _set_bell(self) -> None:
        at = await self.next_at()
        if at is not None:
            self._waker.ring(f"letters.{self._account}", at, self.wake)


class Relay:
    """All accounts' carriers."""

    def __init__(self, carriers: Mapping[str, Carrier]) -> None:
        self.carriers = carriers

    def wake(self) -> None:
        for carrier in self.carriers.values():
            carrier.wake()

    async def recover(self, store: Store) -> None:
        """Settle every letter that was under way when the process died; before sending."""
        await store.letters.recover()
        while doubtful := await store.letters.unknown(AT_ONCE):
            for outgoing in doubtful:
                carrier = self.carriers.get(outgoing.place.account)
                if carrier is None:
                    await store.letters.leave([outgoing.id])
                else:
                    await carrier.settle_doubt(outgoing)

    async def drain(self) -> int:
        """Carry all that may go now; return how many letters met with an end."""
        return sum([await carrier.drain() for carrier in self.carriers.values()])

    async def next_at(self) -> datetime | None:
        times = [await carrier.next_at() for carrier in self.carriers.values()]
        return min((at for at in times if at is not None), default=None)

    @property
    def sent(self) -> int:
        return sum(carrier.sent for carrier in self.carriers.values())

    @property
    def doubled(self) -> int:
        return sum(carrier.doubled for carrier in self.carriers.values())


def _backoff(tries: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(tries, 13)), LONGEST)


def _letter(outgoing: Outgoing) -> Letter:
    letter = outgoing.letter
    return Letter(
        id=outgoing.id,
        account=outgoing.place.account,
        chat=outgoing.place.chat,
        kind=letter.kind,
        text=letter.text,
        buttons=letter.buttons,
        files=letter.files,
        reply_to=letter.reply_to,
        edits=outgoing.edits_message,
        deletes=letter.deletes,
        silent=letter.silent,
    )
