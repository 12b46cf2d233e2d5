"""What a worker looks up and decides about his own cases: list, progress, secrecy, the end.

Rule 1: a number that is not one's to see is answered exactly like one that is not there.
Rule 2: who is neither the worker nor of the union sees how it stands, but no words and no names.
Rule 3: that a helper looked at a confidential case is written down, and told to its worker.
"""

from datetime import date, timedelta
from typing import Final

from core.api.case import Action, Case, State, Visibility
from core.api.deeds import (
    CaseAppended,
    TaskPromised,
    WorkerAnswered,
    WorkerAsked,
    WorkerTold,
)
from core.api.facts import (
    CaseAccepted,
    CaseDone,
    CaseFact,
    CaseReopened,
    CaseWithdrawn,
    VisibilityRaised,
)
from core.api.mail import About, Tap, shorten, tap
from core.api.plugin import CaseNumber, Turn, Where, Words, text
from plugins.myside.declare import plugin
from plugins.myside.told import day_words, local_today, name_of, settle, shifu

NO_NUMBER: Final = CaseNumber(0)
LISTED: Final = 8
STEPS: Final = 3
SHOWN: Final = timedelta(days=30)
LONGEST: Final = 60


def what_of(turn: Turn, case: Case) -> Words:
    """Return what the case is about; an operator's own category goes by its id."""
    key = f"category.{case.category}"
    known = turn.house.texts.knows(f"{plugin.name}.{key}")
    return text(key) if known else case.category


async def state_words(turn: Turn, case: Case, *, own: bool) -> Words:
    """Return where the case stands, in plain words."""
    today = await local_today(turn, case)
    day = day_words(case.review_on, today) if case.review_on else ""
    key = f"state.{case.state}"
    if case.state in (State.ASKED, State.VERIFYING) and not own:
        key += "_other"
    return text(key, cadre=await name_of(turn, case.lead), day=day)


# the list


@plugin.command("mine", "我的事", "我的")
async def mine_command(turn: Turn) -> None:
    cases = [case for case in await _own(turn) if _is_fresh(turn, case)][-LISTED:]
    if not cases:
        await turn.answer(text("mine.none"))
        return
    lines = [
        text(
            "mine.line",
            number=case.number,
            what=what_of(turn, case),
            state=await state_words(turn, case, own=True),
        )
        for case in cases
    ]
    taps = [Tap(str(case.number), "status", (case.id,)) for case in cases]
    await turn.answer((text("mine.head"), *lines), *taps)


async def _own(turn: Turn, *, open_only: bool = False) -> tuple[Case, ...]:
    return await turn.read.cases.of_reporter(turn.me, open_only=open_only)


def _is_fresh(turn: Turn, case: Case) -> bool:
    return not case.is_closed or turn.now - case.opened_at <= SHOWN


# one case


@plugin.command("status", "进度", example="/status 317")
async def status_command(turn: Turn, number: CaseNumber) -> None:
    await _show(turn, await turn.case_numbered(number, Action.READ))


@plugin.button("status")
async def status_button(turn: Turn, case: int) -> None:
    await _show(turn, await turn.case(case, Action.READ))


async def _show(turn: Turn, case: Case) -> None:
    own, inside = case.reporter == turn.me, await turn.can(Action.READ_NOTES, case)
    if inside and case.visibility >= Visibility.UNION_ONLY:
        turn.unit.look(case.id, turn.me, turn.now)
    head = text("status.head", number=case.number, what=what_of(turn, case))
    words = await _asked(turn, case) if own or inside else ""
    state = await state_words(turn, case, own=own)
    steps = await _steps(turn, case) if own or inside else []
    taps = _own_taps(case) if own else ()
    await turn.answer((head, words, state, *steps), *taps, about=About(case=case, topic="status"))


async def _asked(turn: Turn, case: Case) -> Words:
    """Return what was asked in the worker's words, or what he sent in their place."""
    if case.text:
        return text("status.words", words=shorten(case.text, LONGEST))
    files = await turn.read.files.of_case(case.id)
    return text("status.sent", kind=text(f"kind.{files[0].kind.value}")) if files else ""


def _own_taps(case: Case) -> tuple[Tap, ...]:
    if case.state is not State.VERIFYING:
        return ()
    return tap("tap.solved", "solved", case.id), tap("tap.unsolved", "unsolved", case.id)


async def _steps(turn: Turn, case: Case) -> list[Words]:
    """Return the last things that happened, the newest last."""
    today = await local_today(turn, case)
    group = await turn.read.people.group(case.group)
    steps: list[Words] = []
    for row in reversed(await turn.read.cases.history(case.id)):
        step = await _step(turn, case, row.fact) if isinstance(row.fact, CaseFact) else None
        if step is not None:
            day = row.fact.at.astimezone(group.zone if group else turn.house.zone).date()
            steps.append(text("status.step", day=_past_day(day, today), what=step))
        if len(steps) == STEPS:
            break
    return steps[::-1]


def _past_day(day: date, today: date) -> Words:
    if day == today:
        return text("day.today")
    return text("day.date", month=day.month, day=day.day)


async def _step(turn: Turn, case: Case, fact: CaseFact) -> Words | None:
    """Return what the worker may know of one fact, None for the rest."""
    if isinstance(fact, WorkerTold | WorkerAsked | WorkerAnswered | CaseAppended):
        if not fact.text:
            return None
        who = await _who(turn, case, fact)
        return text("step.words", who=who, words=shorten(fact.text, LONGEST))
    if isinstance(fact, TaskPromised):
        if fact.day is None:
            return None
        day = day_words(fact.day, await local_today(turn, case))
        return text("step.promised", who=await _who(turn, case, fact), day=day)
    if isinstance(fact, CaseAccepted | CaseDone | CaseReopened):
        return text(f"step.{type(fact).__name__}", who=await _who(turn, case, fact))
    return None


async def _who(turn: Turn, case: Case, fact: CaseFact) -> Words:
    if fact.actor == turn.me:
        return text("you")
    return await (shifu if fact.actor == case.reporter else name_of)(turn, fact.actor or 0)


# secrecy


@plugin.command("private", "私下说", "悄悄说", example="/private")
async def private_command(turn: Turn, number: CaseNumber = NO_NUMBER) -> None:
    """Let only the union know of one's case: the one numbered, else the newest open one."""
    if number:
        case = await turn.case_numbered(number, Action.RAISE_SECRECY)
    else:
        mine = [case for case in await _own(turn, open_only=True) if _is_here(turn, case)]
        if not mine:
            await turn.answer(text("private.nothing"))
            return
        case = await turn.case(mine[-1].id, Action.RAISE_SECRECY)
    if case.visibility < Visibility.UNION_ONLY:
        turn.record(
            VisibilityRaised(
                case=case.id, at=turn.now, actor=turn.me, visibility=Visibility.UNION_ONLY
            )
        )
    taps = () if case.withheld else (tap("tap.withhold", "withhold", case.id),)
    about = About(case=turn.known(case.id), topic="talk")
    await turn.answer(text("private.done", number=case.number), *taps, about=about)


def _is_here(turn: Turn, case: Case) -> bool:
    return turn.group is None or case.group == turn.group.id


@plugin.button("withhold")
async def withhold_button(turn: Turn, case: int) -> None:
    """Keep the case from everybody who is on the site's pay roll, union or not."""
    found = await turn.case(case, Action.RAISE_SECRECY)
    if found.reporter != turn.me:
        return
    if not found.withheld:
        turn.record(
            VisibilityRaised(
                case=case,
                at=turn.now,
                actor=turn.me,
                visibility=max(found.visibility, Visibility.UNION_ONLY),
                withheld=True,
            )
        )
    about = About(case=turn.known(case), topic="talk")
    await settle(turn, text("private.withheld", number=found.number), about)


@plugin.command("who", "谁看过我的事", "谁看过", where=Where.PRIVATE, example="/who 317")
async def who_command(turn: Turn, number: CaseNumber = NO_NUMBER) -> None:
    """Say who of the union read one's confidential cases."""
    if number:
        found = await turn.case_numbered(number)
        cases: tuple[Case, ...] = (found,) if found.reporter == turn.me else ()
    else:
        cases = await _own(turn)
    lines = [
        await _lookers(turn, case) for case in cases if case.visibility >= Visibility.UNION_ONLY
    ]
    await turn.answer(tuple(lines[-LISTED:]) or text("who.none"))


async def _lookers(turn: Turn, case: Case) -> Words:
    seen = [one for one in await turn.read.cases.lookers(case.id) if one != case.reporter]
    people = await turn.read.people.persons(seen)
    names = "、".join(people[one].name for one in seen if one in people)
    key = "who.line" if names else "who.nobody"
    return text(key, number=case.number, names=names)


# the end


@plugin.command("withdraw", "不办了", "撤回", example="/withdraw 317")
async def withdraw_command(turn: Turn, number: CaseNumber = NO_NUMBER) -> None:
    """Let one's case be: asks nothing."""
    if number:
        await _withdraw(turn, await turn.case_numbered(number, Action.WITHDRAW))
        return
    mine = await _own(turn, open_only=True)
    if len(mine) == 1:
        await _withdraw(turn, await turn.case(mine[0].id, Action.WITHDRAW))
        return
    taps = [_withdraw_tap(turn, case) for case in mine[-LISTED:]]
    await turn.answer(text("withdraw.which" if mine else "mine.none"), *taps)


def _withdraw_tap(turn: Turn, case: Case) -> Tap:
    label = text("withdraw.tap", number=case.number, what=what_of(turn, case))
    return Tap(label, "withdraw", (case.id,))


@plugin.button("withdraw")
async def withdraw_button(turn: Turn, case: int) -> None:
    await _withdraw(turn, await turn.case(case, Action.WITHDRAW), pressed=True)


async def _withdraw(turn: Turn, case: Case, *, pressed: bool = False) -> None:
    turn.record(CaseWithdrawn(case=case.id, at=turn.now, actor=turn.me))
    words, about = text("withdraw.done", number=case.number), About(case=case)
    await (settle(turn, words, about) if pressed else turn.answer(words, about=about))
