"""What helpers do on a case, by command; the moves themselves are used by buttons and replies too.

Rule 1: a move records its facts with one moment, so that a word and its photos belong together.
Rule 2: without a number the case meant is the one quoted, or the only one in the speaker's hands.
Rule 3: whoever answers a request that nobody leads takes it by that.
"""

from datetime import datetime, timedelta
from typing import Final

from core.api.case import Action, Case, Priority, Visibility, first_priority
from core.api.deeds import CaseNoted, CaseVisited, ProofAdded, WorkerAsked, WorkerTold
from core.api.facts import CaseAccepted, CaseDone, CaseOpened
from core.api.mail import ANSWER, About, Tap
from core.api.people import Person, Role
from core.api.plugin import HELPER_ROLES, CaseNumber, Rest, RuleError, Turn, Who, Words, text
from plugins.casework.card import URGENT, deal, name_of, shifu, what_of, words_of
from plugins.casework.declare import plugin

LISTED: Final = 12
BUTTONS: Final = 8
NEEDS_LEAD: Final = frozenset({Action.ASK, Action.DONE})
NO_NUMBER: Final = CaseNumber(0)
NOTHING_MORE: Final = Rest("")
BEHALF: Final = "other"


# which case


async def find_case(turn: Turn, number: int, action: Action = Action.KNOW) -> Case | None:
    """Return the case meant; None when that could not be told, which the speaker then knows."""
    if number:
        return await turn.case_numbered(number, action)
    quoted = await turn.quoted()
    if quoted is not None and quoted.case is not None:
        return await turn.case(quoted.case, action)
    mine = await in_hand(turn)
    if len(mine) != 1:
        await turn.answer(text("which_one" if mine else "none_in_hand"))
        return None
    return await turn.case(mine[0].id, action)


async def in_hand(turn: Turn) -> tuple[Case, ...]:
    """Return the open cases that the speaker leads or is asked to take."""
    led = await turn.read.cases.open_of_lead(turn.me)
    offered = await turn.read.cases.offered_to(turn.me)
    return tuple({case.id: case for case in (*offered, *led)}.values())


async def in_charge(turn: Turn, case: Case, action: Action) -> Case:
    """Return *case* for *action*; the speaker takes it first where nobody leads it."""
    free = case.lead is None and not case.is_closed and await turn.can(Action.ACCEPT, case)
    if free and (action in NEEDS_LEAD or not await turn.can(action, case)):
        await turn.case(case.id, Action.ACCEPT)
        turn.record(CaseAccepted(case=case.id, at=turn.now, actor=turn.me))
    return await turn.case(case.id, action)


# moves


async def take(turn: Turn, case: Case) -> bool:
    """Let the speaker lead *case*; False when he does already. RuleError when another does."""
    case = await turn.case(case.id, Action.ACCEPT)
    if case.lead == turn.me:
        return False
    if case.lead is not None and case.offered_to != turn.me:
        raise RuleError("taken", number=case.number, cadre=await name_of(turn, case.lead))
    turn.record(CaseAccepted(case=case.id, at=turn.now, actor=turn.me))
    return True


async def tell_worker(turn: Turn, case: Case, words: str) -> Words:
    """Let *words*, and what files came with them, go to the worker; return what to answer."""
    case = await in_charge(turn, case, Action.REPLY)
    now = add_proofs(turn, case)
    turn.record(WorkerTold(case=case.id, at=now, actor=turn.me, text=words))
    return await _where_to(turn, case)


async def ask_worker(turn: Turn, case: Case, words: str) -> Words:
    case = await in_charge(turn, case, Action.ASK)
    turn.record(WorkerAsked(case=case.id, at=turn.now, actor=turn.me, text=words))
    return await _where_to(turn, case)


async def finish(turn: Turn, case: Case, words: str) -> Words:
    """Let it be done as the lead says; the worker has the last word."""
    case = await in_charge(turn, case, Action.DONE)
    now = add_proofs(turn, case)
    turn.record(CaseDone(case=case.id, at=now, actor=turn.me, text=words))
    return text("answer.done", worker=await shifu(turn, case.reporter))


def add_proofs(turn: Turn, case: Case) -> datetime:
    """Keep the message's files as proofs; return the moment of the whole move."""
    now = turn.now
    for file in turn.incoming.files:
        kept = turn.keep(file, case.id)
        turn.record(ProofAdded(case=case.id, at=now, actor=turn.me, file=kept))
    return now


async def _where_to(turn: Turn, case: Case) -> Words:
    """Say how the worker hears of it: in private, in the group, or that he must come first."""
    worker = await shifu(turn, case.reporter)
    if await turn.home(case.reporter) is not None:
        return text("answer.told", worker=worker)
    in_the_open = case.visibility is Visibility.BOARD and case.published
    return text("answer.told_group" if in_the_open else "answer.told_later", worker=worker)


# commands


@plugin.command("take", "我来", "接", who=HELPER_ROLES, example="/take 317")
async def take_command(turn: Turn, number: CaseNumber = NO_NUMBER) -> None:
    case = await find_case(turn, number)
    if case is None:
        return
    taken = await take(turn, case)
    key = "answer.taken" if taken else "answer.taken_already"
    worker = await shifu(turn, case.reporter)
    await turn.answer(text(key, number=case.number, worker=worker))


@plugin.command("reply", "回复", "回", who=HELPER_ROLES, example="/reply 317 明天上午去看")
async def reply_command(turn: Turn, number: CaseNumber, words: Rest) -> None:
    case = await turn.case_numbered(number)
    await turn.answer(await tell_worker(turn, case, words))


@plugin.command("question", "追问", "问", who=HELPER_ROLES, example="/question 317 是哪栋楼?")
async def question_command(turn: Turn, number: CaseNumber, words: Rest) -> None:
    case = await turn.case_numbered(number)
    await turn.answer(await ask_worker(turn, case, words))


@plugin.command("note", "备注", "记", who=HELPER_ROLES, example="/note 317 跟班组长谈过了")
async def note_command(turn: Turn, number: CaseNumber, words: Rest) -> None:
    case = await turn.case_numbered(number, Action.NOTE)
    turn.record(CaseNoted(case=case.id, at=turn.now, actor=turn.me, text=words))
    await turn.answer(text("answer.noted", number=case.number))


@plugin.command("visit", "走访", who=HELPER_ROLES, example="/visit 317 去宿舍看过了")
async def visit_command(turn: Turn, whom: Who, words: Rest = NOTHING_MORE) -> None:
    case = await _visited(turn, whom)
    if case is None:
        return
    case = await in_charge(turn, case, Action.VISIT)
    turn.record(CaseVisited(case=case.id, at=turn.now, actor=turn.me, text=words))
    await turn.answer(text("answer.visited", number=case.number))


async def _visited(turn: Turn, whom: Who) -> Case | None:
    if whom.isdigit():
        return await turn.case_numbered(int(whom))
    found = [
        case
        for person, group in await find_people(turn, whom)
        for case in await turn.read.cases.of_reporter(person.id)
        if case.group == group and await turn.can(Action.VISIT, case)
    ]
    if len(found) == 1:
        return found[0]
    await turn.answer(text("which_one" if found else "none_of_his", name=whom))
    return None


@plugin.command("for", "代办", who=HELPER_ROLES, example="/for @仵金生 想给家里人找间房")
async def for_command(turn: Turn, whom: Who, words: Rest) -> None:
    """Open a case on somebody's behalf; it is the speaker's, and the union's alone at first."""
    found = await find_people(turn, whom)
    if len(found) > 1:
        await turn.answer(text("which_person", name=whom))
        return
    [(person, group)] = found
    category = turn.house.categories.get(BEHALF) or next(iter(turn.house.categories.values()))
    number = turn.house.numbers.number(await turn.read.numbers.next())
    now, case = turn.now, turn.read.ids.next()
    turn.record(
        CaseOpened(
            case=case,
            at=now,
            actor=turn.me,
            text=words,
            number=number,
            group=group,
            reporter=person.id,
            category=category.id,
            visibility=Visibility.UNION_ONLY,
            priority=first_priority(category, frozenset()),
            source="behalf",
        )
    )
    if person.id != turn.me:
        turn.record(CaseAccepted(case=case, at=now, actor=turn.me))
    await turn.answer(text("answer.opened", number=number, worker=await shifu(turn, person.id)))


async def find_people(turn: Turn, whom: Who) -> list[tuple[Person, int]]:
    """Return who of the speaker's groups is meant, with the group. Raises RuleError for nobody."""
    groups = [turn.group.id] if turn.group else _groups(turn)
    found = [
        (person, group) for group in groups for person in await turn.read.people.find(group, whom)
    ]
    if not found:
        raise RuleError("core.unknown_person", name=whom)
    return found


def _groups(turn: Turn) -> list[int]:
    helping = {Role.CADRE, Role.CHAIR, Role.UPPER}
    return list(dict.fromkeys(one.group for one in turn.memberships if one.role in helping))


@plugin.command("cases", "待办", who=HELPER_ROLES)
async def cases_command(turn: Turn) -> None:
    """List what is in the speaker's hands, red things first, then what waits longest.

    A chair also sees what waits with nobody.
    """
    mine = await in_hand(turn)
    found = {case.id: case for case in (*mine, *await _waiting(turn))}.values()
    listed = [case for case in found if await turn.can(Action.READ, case)]
    if not listed:
        await turn.answer(text("cases.none"))
        return
    listed.sort(key=lambda case: (min(case.priority, Priority.P2), case.opened_at))
    lines = [await _line(turn, case) for case in listed[:LISTED]]
    more = text("cases.more", count=len(listed) - LISTED) if len(listed) > LISTED else ""
    known = {case.id for case in mine}
    taps = [Tap(str(one.number), "card", (one.id,)) for one in listed if one.id in known]
    await turn.answer((text("cases.head", count=len(listed)), *lines, more), *taps[:BUTTONS])


async def _waiting(turn: Turn) -> tuple[Case, ...]:
    groups = {one.group for one in turn.memberships if one.role in (Role.CHAIR, Role.UPPER)}
    return tuple([case for one in sorted(groups) for case in await turn.read.cases.waiting(one)])


@plugin.button("card")
async def card_button(turn: Turn, case: int) -> None:
    """Lead the presser to his card, by an answer that quotes it."""
    found = await turn.case(case, Action.ACCEPT)
    cards = await turn.read.letters.by_topic(case, "card")
    own = [one for one in cards if one.person == turn.me]
    if not own:
        await deal(turn, found, turn.me)
        return
    about = About(case=found, topic="talk", quote=own[-1].message)
    await turn.tell(turn.me, text("cases.here", number=found.number), about=about, manner=ANSWER)


async def _line(turn: Turn, case: Case) -> Words:
    if case.visibility >= Visibility.UNION_ONLY:
        turn.unit.look(case.id, turn.me, turn.now)
    waiting = turn.now - case.opened_at
    days = text("cases.days", count=waiting.days) if waiting >= timedelta(days=1) else ""
    standing = case.state if case.lead == turn.me else "offered"
    if case.lead is None and case.offered_to is None:
        standing = "open"
    return text(
        "cases.line",
        urgent=text(URGENT.get(case.priority, "card.calm")),
        number=case.number,
        what=what_of(turn, case),
        worker=await shifu(turn, case.reporter),
        words=await words_of(turn, case),
        state=text(f"cases.{standing}"),
        days=days,
    )
