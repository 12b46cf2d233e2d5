"""Offers: a case goes to the next one who can take it, one at a time, each with a limit.

Rule 1: a refused or lapsed offer goes on at once; the case is never silently nobody's.
Rule 2: only cadres get offers; from the chair up a case that nobody takes is an escalation.
Rule 3: freed hands take what has waited longest.
"""

from collections import Counter
from datetime import timedelta
from typing import Final

from core.api.case import Case, Level, Offer, Priority, State, oldest_waiting
from core.api.deeds import DutyChanged
from core.api.facts import (
    CaseConfirmed,
    CaseDeclined,
    CaseDismissed,
    CaseEscalated,
    CaseFact,
    CaseOffered,
    CaseOpened,
    CaseReopened,
    CaseResumed,
    CaseShelved,
    CaseUnconfirmed,
    CaseWithdrawn,
    OfferLapsed,
    VisibilityRaised,
)
from core.api.mail import QUIET_CASEWORK, About
from core.api.people import HELPERS
from core.api.plugin import Turn, text
from core.api.store import Job
from core.api.time import MORNING, at_local
from plugins.routing.alarm import ASKING, REPLYING, Want, drop, plan_reminder, ring, ring_beside
from plugins.routing.declare import accept_until, group_of, plugin
from plugins.routing.ladder import ABOVE, Hands, able, hands_for, next_for

LEFT: Final = "lead_left"
"""Why a case that is led must be offered again: its lead is of this group no more."""


async def seek(turn: Turn, case: Case, trigger: str, extra: Counter[int] | None = None) -> bool:
    """Offer *case* to the next, or ring those above; return whether somebody was asked."""
    hands = await hands_for(turn, case, extra)
    answer = await next_for(turn, case, hands)
    if not isinstance(answer, Offer) or answer.level in ABOVE:
        await ring(turn, case, hands, Want(answer, trigger))
        return False
    if trigger == "missed_accept":
        escalated = CaseEscalated(
            case=case.id, at=turn.now, level=answer.level, trigger=trigger, to=answer.to
        )
        turn.record(escalated)
    await offer(turn, case, answer.to, answer.level)
    return True


async def offer(turn: Turn, case: Case, to: int, level: str, by: int | None = None) -> None:
    """Ask *to* to take *case*, and plan what happens when he does not answer."""
    until = await accept_until(turn, case)
    turn.record(CaseOffered(case=case.id, at=turn.now, actor=by, to=to, until=until, level=level))
    key = f"offer:{case.id}"
    turn.later("lapse", until, {"to": to}, key=key, case=case)
    plan_reminder(turn, case, "offer", to, until)
    turn.cancel(f"wait:{case.id}")


def is_carried(case: Case, hands: Hands) -> bool:
    """Whether the case's lead may still lead it and, where it is urgent, is on duty."""
    if case.lead is None or case.lead not in hands.people:
        return False
    lead = hands.people[case.lead]
    helps = any(m.group == case.group and m.role in HELPERS for m in lead.memberships)
    return helps and (lead.on_duty or case.priority > Priority.P1)


# what happens to cases


@plugin.on(CaseOpened)
async def begin(turn: Turn, fact: CaseOpened) -> None:
    case = await turn.case(fact.case)
    if case.lead is not None or case.state is not State.OPEN:
        return
    await seek(turn, case, "no_candidate")
    await ring_beside(turn, turn.known(case.id))


@plugin.on(CaseDeclined, OfferLapsed, CaseReopened, CaseResumed)
async def go_on(turn: Turn, fact: CaseFact) -> None:
    """Ask the next one, unless somebody carries the case or was asked meanwhile."""
    case = await turn.case(fact.case)
    if case.is_closed or case.offered_to is not None:
        return
    drop(turn, case, ASKING)
    if is_carried(case, await hands_for(turn, case)):
        await _tell_lead(turn, case, fact)
        return
    if isinstance(fact, OfferLapsed):
        await seek(turn, case, "missed_accept")
    else:
        await seek(turn, case, "no_candidate")


@plugin.on(CaseEscalated)
async def replace_lead(turn: Turn, fact: CaseEscalated) -> None:
    """Ask the next one where the lead went away for good."""
    case = await turn.case(fact.case)
    if fact.trigger == LEFT and fact.to is None and not case.is_closed:
        await seek(turn, case, "no_candidate")


@plugin.on(VisibilityRaised)
async def ask_again(turn: Turn, fact: VisibilityRaised) -> None:
    """Take the offer back from somebody who may no longer know of the case."""
    case = await turn.case(fact.case)
    if case.offered_to is None:
        return
    hands = await hands_for(turn, case)
    if not able(turn, case, hands, [case.offered_to]):
        turn.record(OfferLapsed(case=case.id, at=turn.now, to=case.offered_to))


@plugin.on(CaseConfirmed, CaseWithdrawn, CaseUnconfirmed, CaseDismissed, CaseShelved)
async def free_hands(turn: Turn, fact: CaseFact) -> None:
    """Stop asking for a case that ended; whoever it was with has a hand free."""
    case = await turn.case(fact.case)
    drop(turn, case, (*ASKING, *REPLYING))
    if isinstance(fact, CaseShelved):
        zone = (await group_of(turn, case.group)).zone
        morning = at_local(fact.until, MORNING, zone)
        turn.later("review", morning, {}, key=f"review:{case.id}", case=case)
    else:
        turn.cancel(f"review:{case.id}")
    await take_waiting(turn, case.group)


@plugin.on(DutyChanged)
async def welcome_back(turn: Turn, fact: DutyChanged) -> None:
    """Let somebody who is back have what waits in his groups."""
    if not fact.on:
        return
    held = await turn.read.people.memberships(fact.person)
    for group in dict.fromkeys(m.group for m in held if m.helps):
        await take_waiting(turn, group)


async def take_waiting(turn: Turn, group: int) -> None:
    """Offer what waits in *group*, the oldest first, to whoever can take it now."""
    given = Counter[int]()
    for waiting in oldest_waiting(await turn.read.cases.waiting(group)):
        case = await turn.case(waiting.id)
        hands = await hands_for(turn, case, given)
        answer = await next_for(turn, case, hands)
        if isinstance(answer, Offer) and answer.level not in ABOVE:
            await offer(turn, case, answer.to, answer.level)
            given[answer.to] += 1


# what falls due


@plugin.job("lapse")
async def lapse(turn: Turn, job: Job) -> None:
    """Nobody answered in time."""
    case = await turn.case(job.case or 0)
    if case.offered_to == job.data["to"]:
        turn.record(OfferLapsed(case=case.id, at=turn.now, to=case.offered_to))


@plugin.job("wait")
async def look_again(turn: Turn, job: Job) -> None:
    """Try again for a case that found nobody; still nobody, and the next level is rung."""
    case = await turn.case(job.case or 0)
    if case.is_closed or case.offered_to is not None or case.state is State.SHELVED:
        return
    hands = await hands_for(turn, case)
    if is_carried(case, hands):
        return
    answer = await next_for(turn, case, hands)
    if isinstance(answer, Offer) and answer.level not in ABOVE:
        await offer(turn, case, answer.to, answer.level)
    else:
        rung, waited = Level(str(job.data["rung"])), timedelta(seconds=int(job.data["waited"]))
        await ring(turn, case, hands, Want(answer, "silent", rung, waited))


@plugin.job("review")
async def review(turn: Turn, job: Job) -> None:
    """The day has come to look at a shelved case again."""
    case = await turn.case(job.case or 0)
    if case.state is State.SHELVED:
        turn.record(CaseResumed(case=case.id, at=turn.now))


async def _tell_lead(turn: Turn, case: Case, fact: CaseFact) -> None:
    """Tell the lead that whom he wanted to hand the case to did not take it."""
    asked = fact.to if isinstance(fact, OfferLapsed) else fact.actor
    if not isinstance(fact, OfferLapsed | CaseDeclined) or case.lead is None or asked is None:
        return
    person = await turn.read.people.person(asked)
    words = text("not_taken", number=case.number, cadre=person.name if person else "")
    await turn.tell(case.lead, words, about=About(case=case), manner=QUIET_CASEWORK)
