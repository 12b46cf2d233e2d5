"""What helpers do about who carries a case: pass on, assign, call the next level, go off duty.

Rule 1: whoever leads a case stays its lead until the next one has accepted.
Rule 2: a case is passed on so often and no more; then the chair decides.
Rule 3: who goes off duty hands over what is urgent, and what he had not answered; the rest waits.
"""

from datetime import datetime
from typing import Final

from core.api.case import Action, Case, Level, Offer, Priority
from core.api.deeds import DutyChanged
from core.api.facts import CaseAccepted, CaseDeclined, CaseEscalated, CaseOffered, OfferLapsed
from core.api.mail import About, plain, tap
from core.api.plugin import (
    CHAIRS,
    HELPER_ROLES,
    CaseNumber,
    OnOff,
    Rest,
    RuleError,
    Turn,
    Who,
    text,
)
from core.api.store import Job
from core.api.time import read_moment
from plugins.routing.alarm import Want, ring
from plugins.routing.declare import group_of, plugin, settings_of
from plugins.routing.ladder import ABOVE, able, above, hands_for, next_for
from plugins.routing.offers import offer

NOTHING_MORE: Final = Rest("")
UNSAID: Final = OnOff(-1)
PASSED: Final = "pass"
ASSIGNED: Final = "assign"


# to somebody named


@plugin.command("pass", "转交", "转", who=HELPER_ROLES, example="/pass 317 @王建国")
async def pass_command(turn: Turn, number: CaseNumber, whom: Who) -> None:
    known = await turn.read.cases.by_number(number)
    if known is not None and known.lead is None and known.offered_to == turn.me:
        case = await turn.case(known.id, Action.ACCEPT)
        to = await _helper(turn, case, whom)
        turn.record(CaseDeclined(case=case.id, at=turn.now, actor=turn.me))
    else:
        case = await turn.case_numbered(number, Action.PASS_ON)
        to = await _helper(turn, case, whom)
        if await _times_passed(turn, case) >= settings_of(turn).passes:
            await _let_chair_decide(turn, case)
            return
    await offer(turn, turn.known(case.id), to, PASSED, by=turn.me)
    await turn.answer(text("passed", number=case.number, cadre=await _name_of(turn, to)))


@plugin.command("assign", "派给", "派", who=CHAIRS, example="/assign 317 @李红梅")
async def assign_command(turn: Turn, number: CaseNumber, whom: Who) -> None:
    case = await turn.case_numbered(number, Action.ASSIGN)
    to = await _helper(turn, case, whom)
    await offer(turn, case, to, ASSIGNED, by=turn.me)
    await turn.answer(text("assigned", number=case.number, cadre=await _name_of(turn, to)))


@plugin.button("assign")
async def assign_button(turn: Turn, case: int, person: int) -> None:
    found = await turn.case(case, Action.ASSIGN)
    await _check(turn, found, person)
    await offer(turn, found, person, ASSIGNED, by=turn.me)
    await _settle(turn, found, "assigned", await _name_of(turn, person))


@plugin.button("mine")
async def mine_button(turn: Turn, case: int) -> None:
    """Take over a case that somebody else leads: the right of those above him."""
    found = await turn.case(case, Action.ASSIGN)
    if found.lead != turn.me:
        turn.record(CaseAccepted(case=case, at=turn.now, actor=turn.me))
    await _settle(turn, found, "taken_over", turn.person.name)


async def _settle(turn: Turn, case: Case, key: str, cadre: str) -> None:
    """Change the pressed alarm into what was decided."""
    words = text(key, number=case.number, cadre=cadre)
    quoted, place = await turn.quoted(), turn.heard.scene.place if turn.heard else None
    if quoted is not None and quoted.letter is not None and place is not None:
        topic = quoted.letter.topic
        about = About(case=case, topic=topic)
        await turn.amend(quoted.letter.id, place, words, about=about)
    else:
        await turn.answer(words, about=About(case=case))


async def _helper(turn: Turn, case: Case, whom: Who) -> int:
    """Return which helper of the case's group *whom* names; raises RuleError."""
    found = await turn.read.people.find(case.group, whom)
    hands = await hands_for(turn, case)
    helpers = [one for one in found if one.id in hands.people]
    if not helpers:
        raise RuleError("no_helper" if found else "core.unknown_person", name=whom)
    if len(helpers) > 1:
        raise RuleError("several", name=whom)
    await _check(turn, case, helpers[0].id)
    return helpers[0].id


async def _check(turn: Turn, case: Case, person: int) -> None:
    """Raise RuleError unless *person* can be asked to take *case*."""
    hands = await hands_for(turn, case)
    name = await _name_of(turn, person)
    if person == case.lead:
        raise RuleError("has_it", number=case.number, cadre=name)
    if not able(turn, case, hands, [person]):
        raise RuleError("not_to_him", number=case.number, cadre=name)
    if not hands.people[person].on_duty:
        raise RuleError("off_duty", cadre=name)


async def _times_passed(turn: Turn, case: Case) -> int:
    history = await turn.read.cases.history(case.id)
    offers = (row.fact for row in history if isinstance(row.fact, CaseOffered))
    return sum(fact.level == PASSED for fact in offers)


async def _let_chair_decide(turn: Turn, case: Case) -> None:
    name = await _escalate(turn, case, "passed_twice")
    await turn.answer(text("chair_decides", number=case.number, name=name))


# to the next level


@plugin.command("escalate", "上报", who=HELPER_ROLES, example="/escalate 317 要总包来人")
async def escalate_command(turn: Turn, number: CaseNumber, why: Rest = NOTHING_MORE) -> None:
    case = await turn.case_numbered(number, Action.ESCALATE)
    name = await _escalate(turn, case, "asked", why)
    await turn.answer(text("escalated", number=case.number, name=name))


@plugin.button("escalate")
async def escalate_button(turn: Turn, case: int) -> None:
    """Call the chair; the worker himself may, by the button 找主席."""
    found = await turn.case(case, Action.ESCALATE)
    name = await _escalate(turn, found, "asked")
    await turn.answer(text("escalated", number=found.number, name=name))


async def _escalate(turn: Turn, case: Case, trigger: str, why: str = "") -> str:
    """Ring the level above the speaker; return the name of whoever is rung."""
    hands = await hands_for(turn, case)
    is_chair = turn.me in hands.roster.chairs
    level, to = await above(turn, case, hands, Level.UPPER if is_chair else Level.CHAIR)
    if to is None or to == turn.me:
        raise RuleError("nobody_above", number=case.number)
    turn.record(
        CaseEscalated(
            case=case.id,
            at=turn.now,
            actor=turn.me,
            text=why,
            level=level,
            trigger=trigger,
            to=to,
        )
    )
    return await _name_of(turn, to)


# duty


@plugin.command("duty", "值班", who=HELPER_ROLES, example="/duty off 明天")
async def duty_command(turn: Turn, switch: OnOff = UNSAID, until: Rest = NOTHING_MORE) -> None:
    if switch is UNSAID:
        await _say_duty(turn, until)
    elif switch:
        await duty_on_button(turn)
    else:
        await _go_off(turn, await _moment(turn, until) if until else None)


async def _say_duty(turn: Turn, stray: str) -> None:
    if stray:
        raise RuleError("core.usage", example="/duty off 明天")
    if await turn.read.people.off_duty([turn.me], turn.now):
        await turn.answer(text("duty.is_off"), tap("tap.duty_on", "duty_on"))
    else:
        rest = tap("tap.duty_off", "duty_off"), tap("tap.duty_tomorrow", "duty_off", "tomorrow")
        await turn.answer(text("duty.is_on"), *rest)


@plugin.button("duty_on")
async def duty_on_button(turn: Turn) -> None:
    _come_back(turn, turn.me)
    await turn.answer(text("duty.on"))


@plugin.button("duty_off")
async def duty_off_button(turn: Turn, until: str = "") -> None:
    await _go_off(turn, await _moment(turn, until) if until else None)


@plugin.job("back")
async def come_back(turn: Turn, job: Job) -> None:
    """The time he was away until is over."""
    _come_back(turn, int(job.data["person"]))


def _come_back(turn: Turn, person: int) -> None:
    turn.unit.write(turn.read.people.coming_on_duty(person))
    turn.record(DutyChanged(at=turn.now, actor=person, person=person, on=True))
    turn.cancel(f"back:{person}")


async def _moment(turn: Turn, words: str) -> datetime:
    """Return until when; the zone is that of the speaker's group."""
    groups = [turn.group.id] if turn.group else [m.group for m in turn.memberships if m.helps]
    zone = (await group_of(turn, groups[0])).zone if groups else turn.house.zone
    moment = read_moment(plain(words), turn.now, zone)
    if moment is None:
        raise RuleError("duty.when", words=words)
    return moment


async def _go_off(turn: Turn, until: datetime | None) -> None:
    """Go off duty; say what moved to others and what stays."""
    turn.unit.write(turn.read.people.going_off_duty(turn.me, turn.now, until))
    turn.record(DutyChanged(at=turn.now, actor=turn.me, person=turn.me, on=False, until=until))
    turn.cancel(f"back:{turn.me}")
    if until is not None:
        turn.later("back", until, {"person": turn.me}, key=f"back:{turn.me}")
    moved = [*await _give_back_offers(turn), *await _hand_over(turn)]
    led = await turn.read.cases.open_of_lead(turn.me)
    stay = len(led) - sum(case.priority <= Priority.P1 for case in led)
    numbers = "、".join(str(case.number) for case in moved)
    await turn.answer(
        (
            text("duty.off"),
            text("duty.moved", numbers=numbers) if moved else "",
            text("duty.stay", count=stay) if stay else "",
        )
    )


async def _give_back_offers(turn: Turn) -> list[Case]:
    """Let what he was asked and did not answer go to the next at once."""
    waiting = await turn.read.cases.offered_to(turn.me)
    for one in waiting:
        case = await turn.case(one.id)
        turn.record(OfferLapsed(case=case.id, at=turn.now, actor=turn.me, to=turn.me))
    return list(waiting)


async def _hand_over(turn: Turn) -> list[Case]:
    """Offer his urgent cases to the next; he stays their lead until somebody has accepted."""
    urgent = [
        case
        for case in await turn.read.cases.open_of_lead(turn.me)
        if case.priority <= Priority.P1 and case.offered_to in (None, turn.me)
    ]
    for one in urgent:
        case = await turn.case(one.id)
        hands = await hands_for(turn, case)
        answer = await next_for(turn, case, hands)
        if isinstance(answer, Offer) and answer.level not in ABOVE:
            await offer(turn, case, answer.to, answer.level, by=turn.me)
        else:
            await ring(turn, case, hands, Want(answer, "handover"))
    return urgent


async def _name_of(turn: Turn, person: int) -> str:
    found = await turn.read.people.person(person)
    return found.name if found else ""
