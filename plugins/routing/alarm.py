"""When nobody takes a case or nobody answers: who above is rung, and who is reminded before that.

Rule 1: an empty ladder, a missed answer, a missed reply each raise an escalation, never silence.
Rule 2: a person hears one alarm for one step; his card changes once somebody has the case.
Rule 3: an emergency rings everybody above beside the offer, an urgent case the chairs.
Rule 4: reminded is the holder alone, once before a limit, and not by night of what can wait.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.api.case import Action, Actor, Case, Level, NobodyFree, Offer, Priority, Visibility, may
from core.api.deeds import CaseVisited, TaskPromised, WorkerAsked, WorkerTold
from core.api.facts import (
    CaseAccepted,
    CaseConfirmed,
    CaseDismissed,
    CaseDone,
    CaseEscalated,
    CaseFact,
    CaseOpened,
    CaseWithdrawn,
    NobodyWasFree,
)
from core.api.mail import ALARM, CASEWORK, QUIET_CASEWORK, About, Manner, Tap, shorten, tap
from core.api.plugin import Turn, text
from core.api.store import Job
from core.api.time import MORNING, at_local, reminders
from plugins.routing.declare import accept_until, group_of, plugin, reply_until
from plugins.routing.ladder import ABOVE, Hands, able, above, free_cadres, hands_for

ASKING: Final = ("offer", "offer.soon", "wait")
"""Keys of the jobs that a case needs only while somebody is being asked."""
REPLYING: Final = ("reply", "reply.soon")
"""Keys of the jobs that end with the lead's first word to the worker."""
TOPIC: Final = "alarm"
_STALE: Final = frozenset({"no_candidate", "missed_accept", "silent"})
"""Alarms that say nothing any more once somebody has taken the case."""
_LONGEST: Final = timedelta(hours=4)
"""How far apart those above are rung of an urgent case that still nobody takes."""
_OFFERED_AT_ONCE: Final = 3
_WORDS: Final = 60


def drop(turn: Turn, case: Case, keys: Iterable[str]) -> None:
    """Forget the case's jobs under *keys*."""
    for key in keys:
        turn.cancel(f"{key}:{case.id}")


# ringing


@dataclass(frozen=True, slots=True)
class Want:
    """Why nobody was offered a case: the law's answer, and what led to asking.

    ``rung``: who was rung before; ``waited``: how long he was given.
    """

    answer: Offer | NobodyFree
    trigger: str
    rung: Level | None = None
    waited: timedelta = timedelta()

    def reason(self, case: Case) -> str:
        if isinstance(self.answer, NobodyFree):
            return self.answer.reason
        return "tried" if case.tried else "no_cadre"


async def ring(turn: Turn, case: Case, hands: Hands, want: Want) -> None:
    """Let it be known that nobody is free, ring the next one above, and plan to look again."""
    turn.record(NobodyWasFree(case=case.id, at=turn.now, reason=want.reason(case)))
    wanted = Level.UPPER if want.rung is Level.CHAIR else Level.CHAIR
    level, to = await above(turn, case, hands, wanted)
    fact = CaseEscalated(case=case.id, at=turn.now, level=level, trigger=want.trigger, to=to)
    turn.record(fact)
    at = await _next_look(turn, case, level, want.waited)
    waited = int((at - turn.now).total_seconds())
    data: dict[str, int | str] = {"rung": level.value, "waited": waited}
    turn.later("wait", at, data, key=f"wait:{case.id}", case=case)


async def ring_beside(turn: Turn, case: Case) -> None:
    """Ring those above beside the offer: of an emergency all, of an urgent case the chairs."""
    if case.priority > Priority.P1:
        return
    hands = await hands_for(turn, case)
    rung = {fact.to for _, fact in turn.unit.facts if isinstance(fact, CaseEscalated)}
    trigger = case.priority.name.lower()
    levels = [(Level.CHAIR, hands.roster.chairs)]
    if case.priority is Priority.P0:
        levels.append((Level.UPPER, hands.roster.upper))
    for level, persons in levels:
        for person in able(turn, case, hands, persons):
            if person != case.offered_to and person not in rung:
                fact = CaseEscalated(
                    case=case.id, at=turn.now, level=level, trigger=trigger, to=person
                )
                turn.record(fact)


async def _next_look(turn: Turn, case: Case, level: Level, waited: timedelta) -> datetime:
    """Return when to look again: what is urgent after twice the last wait, up to a longest one.

    What can wait is looked at by day, and once all above were rung, not before tomorrow.
    """
    until = await accept_until(turn, case)
    if case.priority <= Priority.P1:
        return max(until, turn.now + min(2 * waited, _LONGEST))
    zone = (await group_of(turn, case.group)).zone
    tomorrow = turn.now.astimezone(zone).date() + timedelta(days=1)
    if level is Level.CHAIR and not await _is_night(turn, case, until):
        return until
    return max(until, at_local(tomorrow, MORNING, zone))


@plugin.on(CaseEscalated)
async def sound(turn: Turn, fact: CaseEscalated) -> None:
    """Tell whom the escalation rings, where he is above; an offer speaks for itself."""
    case = await turn.case(fact.case)
    if fact.level not in ABOVE or fact.to is None or case.is_closed or fact.to == case.lead:
        return
    if case.lead is not None and fact.trigger in _STALE:
        return
    if not await _told(turn, case, fact) and fact.level == Level.CHAIR:
        await _ring_higher(turn, case, fact)


async def _told(turn: Turn, case: Case, fact: CaseEscalated) -> bool:
    assert fact.to is not None  # noqa: S101 - asked just before
    held = await turn.read.people.memberships(fact.to)
    if not may(Actor(fact.to, held), Action.READ, case, turn.now):
        return False
    worker, said = await _name_of(turn, case.reporter), shorten(case.text, _WORDS)
    words = (
        text(
            f"alarm.{fact.trigger}",
            number=case.number,
            cadre=await _name_of(turn, case.lead or case.offered_to) or text("alarm.nobody"),
            who=await _name_of(turn, fact.actor),
        ),
        text("alarm.words", name=worker, words=said) if said else worker,
        text("alarm.why", why=fact.text) if fact.text else "",
    )
    taps = await _taps(turn, case, fact.to)
    about, manner = About(case=case, topic=TOPIC), await _manner(turn, case)
    sent = await turn.tell(fact.to, words, *taps, about=about, manner=manner)
    if sent and case.visibility >= Visibility.UNION_ONLY:
        turn.unit.look(case.id, fact.to, turn.now)
    return sent is not None


async def _manner(turn: Turn, case: Case) -> Manner:
    """Return how an alarm goes: what can wait rings by day alone."""
    if case.priority <= Priority.P1:
        return ALARM
    return QUIET_CASEWORK if await _is_night(turn, case, turn.now) else CASEWORK


async def _ring_higher(turn: Turn, case: Case, fact: CaseEscalated) -> None:
    """Ring the upper union where the chair cannot be reached, but for what it heard of anyway."""
    hands = await hands_for(turn, case)
    level, to = await above(turn, case, hands, Level.UPPER)
    if to is not None and to != fact.to and fact.trigger != "p0":
        higher = CaseEscalated(
            case=case.id, at=turn.now, text=fact.text, level=level, trigger=fact.trigger, to=to
        )
        turn.record(higher)


async def _taps(turn: Turn, case: Case, person: int) -> tuple[Tap, ...]:
    """Return the way forward: take it oneself, or give it to one of three who carry least."""
    hands = await hands_for(turn, case)
    free = [one for one in free_cadres(turn, case, hands) if one not in (person, case.lead)]
    take = (
        tap("tap.take", "mine", case.id)
        if case.lead
        else Tap(text("tap.take"), "casework.take", (case.id,))
    )
    cadres = free[:_OFFERED_AT_ONCE]
    names = {one: await _name_of(turn, one) for one in cadres}
    assign = (
        Tap(text("tap.assign", cadre=names[one]), "assign", (case.id, one)) for one in cadres
    )
    return (take, *assign)


@plugin.on(CaseAccepted, CaseConfirmed, CaseWithdrawn, CaseDismissed)
async def calm(turn: Turn, fact: CaseFact) -> None:
    """Change the alarms that still stand: somebody has the case, or it is over."""
    case = await turn.case(fact.case)
    cadre = await _name_of(turn, case.lead)
    key = "alarm.over" if case.is_closed or not cadre else "alarm.taken"
    for letter in await turn.read.letters.by_topic(case.id, TOPIC):
        place = await turn.read.places.by_id(letter.place)
        if place is not None and place.open:
            words = text(key, number=case.number, cadre=cadre)
            await turn.amend(letter.id, place, words, about=About(case=case, topic=TOPIC))


# the first reply, and reminders before any limit


@plugin.on(CaseAccepted)
async def await_reply(turn: Turn, fact: CaseAccepted) -> None:
    """Whoever takes a case speaks with the worker soon, or the chair hears of it."""
    case = await turn.case(fact.case)
    drop(turn, case, ASKING)
    if case.lead is None or case.lead != fact.actor or case.is_closed:
        return
    if _is_promised(case) or await _is_on_behalf(turn, case):
        return
    until = await reply_until(turn, case)
    turn.later("reply", until, {"lead": case.lead}, key=f"reply:{case.id}", case=case)
    plan_reminder(turn, case, "reply", case.lead, until)


def _is_promised(case: Case) -> bool:
    """Whether the worker was told a day already; after a reopening that day says nothing more."""
    return case.promised is not None and not case.reopened


async def _is_on_behalf(turn: Turn, case: Case) -> bool:
    """Whether the lead opened the case himself: then he has spoken with the worker already."""
    history = await turn.read.cases.history(case.id)
    facts = [row.fact for row in history if isinstance(row.fact, CaseOpened)]
    return any(fact.source == "behalf" and fact.actor == case.lead for fact in facts)


@plugin.on(WorkerTold, WorkerAsked, CaseVisited, CaseDone)
async def hear_reply(turn: Turn, fact: CaseFact) -> None:
    drop(turn, await turn.case(fact.case), REPLYING)


@plugin.on(TaskPromised)
async def hear_promise(turn: Turn, fact: TaskPromised) -> None:
    """Take a promise for the first word once it names a day: the worker is told of it."""
    if fact.day is not None:
        drop(turn, await turn.case(fact.case), REPLYING)


@plugin.job("reply")
async def miss_reply(turn: Turn, job: Job) -> None:
    """The lead has said nothing to the worker in time."""
    case = await turn.case(job.case or 0)
    if case.is_closed or case.lead is None or case.lead != job.data["lead"]:
        return
    level, to = await above(turn, case, await hands_for(turn, case), Level.CHAIR)
    turn.record(CaseEscalated(case=case.id, at=turn.now, level=level, trigger="no_reply", to=to))


def plan_reminder(turn: Turn, case: Case, of: str, holder: int, until: datetime) -> None:
    """Plan the holder's one reminder, at four fifths of the time."""
    _, soon = reminders(turn.now, until)
    data: dict[str, int | str] = {"of": of, "holder": holder}
    turn.later("remind", soon, data, key=f"{of}.soon:{case.id}", case=case)


@plugin.job("remind")
async def remind(turn: Turn, job: Job) -> None:
    case, of = await turn.case(job.case or 0), str(job.data["of"])
    holder = case.offered_to if of == "offer" else case.lead
    if holder is not None and holder == job.data["holder"] and not case.is_closed:
        await _remind(turn, case, of, holder)


async def _remind(turn: Turn, case: Case, of: str, holder: int) -> None:
    urgent = case.priority <= Priority.P1
    if not urgent and await _is_night(turn, case, turn.now):
        return
    taps: tuple[Tap, ...] = ()
    if of == "offer":
        taps = (
            Tap(text("tap.take"), "casework.take", (case.id,)),
            Tap(text("tap.pass"), "casework.decline", (case.id,)),
        )
    words = text(f"remind.{of}", number=case.number)
    about = About(case=case, topic="remind")
    manner = CASEWORK if urgent else QUIET_CASEWORK
    await turn.tell(holder, words, *taps, about=about, manner=manner)


async def _is_night(turn: Turn, case: Case, at: datetime) -> bool:
    zone = (await group_of(turn, case.group)).zone
    law, local = turn.house.attention, at.astimezone(zone).time()
    return local >= law.quiet_from or local < law.quiet_until


async def _name_of(turn: Turn, person: int | None) -> str:
    found = await turn.read.people.person(person) if person else None
    return found.name if found else ""
