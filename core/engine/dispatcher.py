"""The dispatcher: a parcel becomes a turn, a turn a commit; what fails is tried, then parked.

Rule 1: three tries within ten seconds, then the parcel is parked with its raw message, and is done
with.
Rule 2: a store failure parks nothing: it is raised to whoever heard the message, who must not
acknowledge it.
Rule 3: a refusal rolls everything back; a fresh unit carries the refusal alone.
Rule 4: chatter ends in the router and has cost no write.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from core import log
from core.bus.port import Parcel
from core.chat.message import Incoming, Kind
from core.domain.fact import Fact
from core.domain.org import Role
from core.engine.lanes import CaseHold, Lanes
from core.engine.middleware import Flood, Identity, Silent
from core.engine.router import Route, Router
from core.engine.sequel import Sequel
from core.errors import Conflict, Repeated, RuleError, StoreError
from core.kit.heard import Heard
from core.kit.house import House
from core.kit.turn import DEEPEST, Turn, fresh_turn
from core.kit.words import text
from core.store.records import Job, NewParked
from core.store.unit import Unit

LOG = log.get(__name__)
TRIES: Final = 3
INCOMING: Final = TypeAdapter(Incoming)
JOB: Final = TypeAdapter(Job)
DEEP: Final = 8
"""Frames of a traceback that are kept with what was parked."""
ASIDE: Final = frozenset({"core.no_such_case", "core.not_yours", "core.case_cannot"})
"""Refusals that are about a case, so they are said in private alone."""

AfterCommit = Callable[[Unit], None]
Errand = Callable[[Job, Unit], Awaitable[None]]
Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How the dispatcher waits between tries, in seconds; tests and rehearsals do not wait."""

    pauses: tuple[float, ...] = (0.3, 2.0)
    sleep: Pause = asyncio.sleep


class Dispatcher:
    """Handles parcels.

    ``after_commit`` wakes whoever has work now; ``errands`` are the house's own jobs that go
    outside.
    """

    def __init__(
        self,
        house: House,
        router: Router,
        identity: Identity,
        *,
        patience: Patience,
    ) -> None:
        self._house = house
        self._identity = identity
        self._patience = patience
        self._flood = Flood()
        self.router = router
        self.lanes = Lanes()
        self.after_commit: AfterCommit = lambda _unit: None
        self.errands: Mapping[str, Errand] = {}
        self.dialogs: set[tuple[int, int]] = set()
        self.heard = 0

    async def handle(self, parcel: Parcel) -> None:
        """Return once *parcel* is committed, parked, or was chatter. Raises StoreError."""
        async with self.lanes.of(parcel.lane):
            await self._try(parcel)
            if parcel.incoming is not None:
                self.heard += 1
                self._house.heard_at = self._house.clock.now()

    async def _try(self, parcel: Parcel) -> None:
        async with self.lanes.case_hold(parcel.lane) as hold:
            await self._until_done(parcel, hold)

    async def _until_done(self, parcel: Parcel, hold: CaseHold) -> None:
        failures: list[Exception] = []
        while True:
            try:
                await self._once(parcel, hold)
            except (Repeated, Silent):
                return
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - a border: whatever is raised ends here
                failures.append(error)
            else:
                return
            if len(failures) >= TRIES:
                await self._park(parcel, failures[-1])
                return
            await self._before_next(failures)

    async def _before_next(self, failures: list[Exception]) -> None:
        if isinstance(failures[-1], Conflict):
            # What was remembered of the speaker may be what was wrong.
            self._identity.forget()
            return
        LOG.warning("turn_failed", attempt=len(failures), error=type(failures[-1]).__name__)
        await self._patience.sleep(self._patience.pauses[len(failures) - 1])

    async def _once(self, parcel: Parcel, hold: CaseHold) -> None:
        try:
            if parcel.incoming is not None:
                await self._hear(parcel.incoming, hold)
            elif parcel.job is not None:
                await self._work(parcel.job, hold)
        except RuleError as refusal:
            await self._refuse(parcel, refusal)

    # messages

    async def _hear(self, incoming: Incoming, hold: CaseHold) -> None:
        heard = await self._identity.hear(incoming)
        if heard.group is None and not heard.private and Role.OPERATOR not in heard.roles:
            self._turn_away(heard)
        for route in await self._routes(heard):
            turn = fresh_turn(self._house, route.plugin, heard)
            if await self._ask(route, turn):
                await self._commit(await turn.finish(), hold)
                return
        if heard.opens:
            await self._commit(await fresh_turn(self._house, "core", heard).finish())

    async def _ask(self, route: Route, turn: Turn) -> bool:
        """Return whether the handler took it on; its refusals speak with its own texts."""
        message = turn.incoming
        try:
            with log.turn(f"{message.account} {message.id}"):
                return await route.handle(turn) is not False
        except RuleError as refusal:
            refusal.owner = refusal.owner or route.plugin
            raise

    async def _routes(self, heard: Heard) -> Iterable[Route]:
        """Return whom to ask: a command first, else an open dialog, else the matchers."""
        incoming = heard.incoming
        if incoming.kind is Kind.PRESSED or (heard.said and self.router.is_command(heard)):
            self._flood.count(incoming.sender.user, self._house.clock.now())
        elif heard.said and heard.person and heard.scene.place:
            dialog = await self._dialog(heard.scene.place.id, heard.person.id)
            if dialog is not None:
                return (dialog, *self.router.routes(heard))
        return self.router.routes(heard)

    async def _dialog(self, place: int, person: int) -> Route | None:
        if (place, person) not in self.dialogs:
            return None
        dialog = await self._house.store.dialogs.get(place, person)
        if dialog is None or dialog.until <= self._house.clock.now():
            return None
        return self.router.step(dialog)

    def _turn_away(self, heard: Heard) -> None:
        """In a chat that is bound to no group, say so to those who speak to the bot."""
        if heard.incoming.addressed or (heard.said and self.router.is_command(heard)):
            raise RuleError("core.unbound_chat")
        raise Silent

    # facts and due jobs

    async def _work(self, number: int, hold: CaseHold) -> None:
        job = await self._house.store.jobs.get(number)
        if job is None:
            return
        turn = fresh_turn(self._house, job.owner, depth=job.depth)
        with log.turn(f"job {job.id}"):
            await self._do(job, turn, {})
        turn.unit.take_job(job.id)
        await self._commit(turn.unit, hold)

    async def _do(self, job: Job, turn: Turn, facts: Mapping[int, Fact]) -> None:
        if job.depth > DEEPEST:
            raise RecursionError(
                f"{job.owner} {job.name}: facts that follow from each other without end"
            )
        if job.owner == "core":
            await self.errands[job.name](job, turn.unit)
            return
        deed = self.router.job(job.owner, job.name)
        if deed is None:
            LOG.warning("job_has_no_handler", owner=job.owner, name=job.name)
        elif self.router.is_subscription(deed):
            if job.case is not None and await self._identity.is_off(job.owner, job.case):
                return  # what happened while it was off is not made up for
            number = int(job.data["fact"])
            kept = None if number in facts else await self._house.store.cases.fact(number)
            fact = kept.fact if kept else facts.get(number)
            if fact is not None:
                await deed.handler(turn, fact)
        else:
            await deed.handler(turn, job)

    # ends

    async def _commit(self, unit: Unit, hold: CaseHold | None = None) -> None:
        if unit.is_empty:
            return
        units = [unit]
        if hold is not None:
            for case in (*unit.changed_cases, *unit.opened_cases):
                await hold.take(case)
            if hold.case is not None and self._goes_on(unit, hold.case):
                unit.sequel = Sequel(self._house, self._do, hold.case, units).run
        await self._house.store.commit(unit)
        for one in units:
            self.dialogs |= one.opened_dialogs
            self.dialogs -= one.closed_dialogs
            self.after_commit(one)

    def _goes_on(self, unit: Unit, case: int) -> bool:
        """Whether something follows from *unit* at once in the lane of *case*."""
        now = self._house.clock.now()
        return any(job.case == case and job.due_at <= now for _, job in unit.jobs)

    async def _refuse(self, parcel: Parcel, refusal: RuleError) -> None:
        """Tell the person why not; a job that may not do its work any more is simply done."""
        if parcel.incoming is None:
            LOG.info("job_refused", job=parcel.job, reason=str(refusal))
            unit = self._house.store.unit()
            unit.take_job(parcel.job or 0)
        else:
            unit = await self._refusal(parcel.incoming, refusal)
        await self._commit(unit)

    async def _refusal(self, incoming: Incoming, refusal: RuleError) -> Unit:
        heard = await self._identity.hear(incoming)
        turn = fresh_turn(self._house, refusal.owner, heard)
        say = turn.answer if refusal.key in ASIDE or incoming.press else turn.reply
        await say(text(refusal.key, **refusal.values))
        return await turn.finish()

    async def _park(self, parcel: Parcel, error: Exception) -> None:
        """Keep what failed and say so; what cannot even be said must not lose the message."""
        LOG.error("turn_parked", lane=parcel.lane, job=parcel.job, exc_info=error)
        try:
            await self._commit(await self._parking(parcel, error, aloud=True))
        except Repeated:
            return
        except StoreError:
            raise
        except Exception:
            LOG.exception("parked_in_silence", lane=parcel.lane)
            await self._commit(await self._parking(parcel, error, aloud=False))

    async def _parking(self, parcel: Parcel, error: Exception, *, aloud: bool) -> Unit:
        incoming, unit = parcel.incoming, self._house.store.unit()
        if incoming is None:
            unit.take_job(parcel.job or 0)
        elif aloud:
            unit = await self._refusal(incoming, RuleError("core.parked"))
        else:
            unit.mark(incoming.account, incoming.chat, incoming.id, incoming.version)
        unit.park(
            NewParked(
                kind="incoming" if incoming else "job",
                lane=parcel.lane,
                raw=await self._raw(parcel),
                error=_way_of(error),
                account=incoming.account if incoming else "",
            )
        )
        return unit

    async def _raw(self, parcel: Parcel) -> str:
        if parcel.incoming is not None:
            return INCOMING.dump_json(parcel.incoming).decode()
        job = await self._house.store.jobs.get(parcel.job or 0)
        return JOB.dump_json(job).decode() if job else "null"


def _way_of(error: Exception) -> str:
    """Return where *error* came up: without its message, which may repeat what a person said."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEP:]
    way = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames]
    return " > ".join((*way, type(error).__name__))
