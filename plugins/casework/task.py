"""What managers are asked to do and say to it; when a case is done; what is put off to a day.

Rule 1: a task holds the lead's words alone; the manager learns no number and no name from it.
Rule 2: without a private chat no task is given: the lead hears that, and the way out.
"""

from typing import Final

from core.api.case import Action, Case
from core.api.deeds import CaseNoted, TaskGiven, TaskReported
from core.api.facts import CaseConfirmed, CaseReopened, CaseShelved
from core.api.mail import CASEWORK, About, Kind, Tap, plain, tap
from core.api.people import Role
from core.api.plugin import (
    CHAIRS,
    HELPER_ROLES,
    CaseNumber,
    Heard,
    Rest,
    RuleError,
    Turn,
    Who,
    text,
)
from core.api.store import Dialog
from core.api.time import read_day
from plugins.casework.card import dated, name_of, settle
from plugins.casework.declare import plugin
from plugins.casework.deed import (
    NO_NUMBER,
    NOTHING_MORE,
    add_proofs,
    find_case,
    finish,
    in_charge,
)
from plugins.casework.talk import REPORTED, is_content, speaks_of_another, wait

CHOICES: Final = 8


# a task for a manager


@plugin.command(
    "task", "请办", "任务", who=HELPER_ROLES, example="/task 317 @潘瑶 在东门边搭个车棚"
)
async def task_command(turn: Turn, number: CaseNumber, whom: Who, words: Rest) -> None:
    case = await turn.case_numbered(number)
    managers = await _managers(turn, case)
    found = [one for one in await turn.read.people.find(case.group, whom) if one.id in managers]
    if len(found) != 1:
        key = "which_person" if found else "no_manager"
        await turn.answer(text(key, name=whom))
        return
    await _give(turn, case, found[0].id, words)


@plugin.button("task")
async def task_button(turn: Turn, case: int) -> None:
    found = await turn.case(case, Action.TASK)
    managers = await _managers(turn, found)
    taps = [
        Tap(await name_of(turn, person) + function, "task_to", (case, person))
        for person, function in list(managers.items())[:CHOICES]
    ]
    about = About(case=found, topic="talk")
    await turn.answer(text("say.who" if taps else "no_managers"), *taps, about=about)


@plugin.button("task_to")
async def task_to_button(turn: Turn, case: int, to: int) -> None:
    found = await turn.case(case, Action.TASK)
    await wait(turn, "task", {"case": case, "to": to})
    words = text("say.task", name=await name_of(turn, to))
    await turn.answer(words, about=About(case=found, topic="talk"))


@plugin.step("task")
async def hear_task(turn: Turn, dialog: Dialog) -> bool:
    case = int(dialog.data["case"])
    words = turn.incoming.text.strip()
    if not words or await speaks_of_another(turn, case):
        return False
    found = await turn.case(case, Action.TASK)
    await turn.end_dialog()
    await _give(turn, found, int(dialog.data["to"]), words)
    return True


async def _managers(turn: Turn, case: Case) -> dict[int, str]:
    """Return the site's managers with what each is there for, ready to be shown."""
    members = await turn.read.people.members(case.group, Role.MANAGER)
    known = ("engineering", "quality", "safety", "wages")
    return {
        one.person: turn.say(text(f"function.{one.function}")) if one.function in known else ""
        for one in members
        if one.person not in case.named
    }


async def _give(turn: Turn, case: Case, to: int, words: str) -> None:
    name = await name_of(turn, to)
    if await turn.home(to) is None:
        await turn.answer(text("manager_away", name=name))
        return
    case = await in_charge(turn, case, Action.TASK)
    turn.record(TaskGiven(case=case.id, at=turn.now, actor=turn.me, to=to, text=words))
    taps = (tap("tap.task_done", "task_done", case.id), tap("tap.task_cant", "task_cant", case.id))
    letter = text("task.letter", cadre=turn.person.name, words=words)
    about = About(case=turn.known(case.id), topic="task", neutral=True)
    await turn.tell(to, letter, *taps, about=about, manner=CASEWORK)
    await turn.answer(text("answer.task", name=name))


# what the manager says to it


@plugin.button("task_done")
async def task_done_button(turn: Turn, case: int) -> None:
    """Let the letter itself say that it is done; a second press changes nothing."""
    found = await _my_task(turn, case)
    words, reported = await _last_task(turn, found)
    if not reported:
        turn.record(TaskReported(case=found.id, at=turn.now, actor=turn.me))
    thanks = text("task.thanks", cadre=await name_of(turn, found.lead))
    await settle(turn, (words, thanks), About(case=found, topic="task", neutral=True))


async def _last_task(turn: Turn, case: Case) -> tuple[str, bool]:
    """Return the words of the speaker's task, and whether he has reported it done since."""
    words, reported = "", False
    for row in await turn.read.cases.history(case.id):
        match row.fact:
            case TaskGiven(to=turn.me, text=given):
                words, reported = given, False
            case TaskReported(actor=turn.me):
                reported = True
            case CaseReopened():
                reported = False
    return words, reported


@plugin.button("task_cant")
async def task_cant_button(turn: Turn, case: int) -> None:
    found = await _my_task(turn, case)
    await wait(turn, "cannot", {"case": found.id})
    await turn.answer(text("say.cannot"), about=About(case=found, topic="task", neutral=True))


@plugin.step("cannot")
async def hear_cannot(turn: Turn, dialog: Dialog) -> bool:
    case = int(dialog.data["case"])
    if not turn.incoming.text.strip() or await speaks_of_another(turn, case):
        return False
    found = await _my_task(turn, case)
    await turn.end_dialog()
    await _tell_lead(turn, found, "task.cannot")
    return True


def is_reply_to_task(heard: Heard) -> bool | None:
    """Whether a manager replies to something in private."""
    said = heard.incoming.kind is Kind.SAID and heard.incoming.quotes is not None
    return (heard.private and said and Role.MANAGER in heard.roles) or None


@plugin.hears(is_reply_to_task)
async def reply_to_task(turn: Turn, _match: object) -> bool:
    """Take a manager's reply to his task: done, or words for the lead."""
    quoted = await turn.quoted()
    letter = quoted.letter if quoted else None
    if letter is None or letter.topic != "task" or letter.case is None or not is_content(turn):
        return False
    found = await _my_task(turn, letter.case)
    await _report(turn, found, turn.incoming.text.strip())
    return True


async def _report(turn: Turn, case: Case, words: str) -> None:
    if words and not turn.incoming.files and not REPORTED.fullmatch(words):
        await _tell_lead(turn, case, "task.words")
        return
    now = add_proofs(turn, case)
    turn.record(TaskReported(case=case.id, at=now, actor=turn.me, text=words))
    await _thank(turn, case)


async def _my_task(turn: Turn, case: int) -> Case:
    """Return a case that the speaker has a task of; a refusal tells him nothing of it."""
    found = await turn.read.cases.get(case)
    if found is None or turn.me not in found.doers:
        raise RuleError("core.stale_button")
    if found.is_closed:
        raise RuleError("task.over")
    return await turn.case(case, Action.REPORT_TASK)


async def _thank(turn: Turn, case: Case) -> None:
    cadre = await name_of(turn, case.lead)
    about = About(case=case, neutral=True)
    await turn.answer(text("task.thanks", cadre=cadre), about=about)


async def _tell_lead(turn: Turn, case: Case, key: str) -> None:
    """Carry the manager's words to the lead, and keep them among the notes."""
    words = text(key, name=turn.person.name, number=case.number, words=turn.incoming.text.strip())
    turn.record(CaseNoted(case=case.id, at=turn.now, actor=turn.me, text=turn.say(words)))
    if case.lead is not None:
        about = About(case=case, topic="heard")
        await turn.tell(case.lead, words, about=about, manner=CASEWORK)
    await turn.answer(text("task.passed_on", cadre=await name_of(turn, case.lead)))


@plugin.command("done", "办好了", "办结", example="/done 317 车棚搭好了,在东门")
async def done_command(
    turn: Turn, number: CaseNumber = NO_NUMBER, words: Rest = NOTHING_MORE
) -> None:
    """Done: says the lead of his case, a manager of his task, or the worker of what he asked."""
    quoted = None if number else await turn.quoted()
    if quoted and quoted.letter and quoted.letter.topic == "task" and quoted.case:
        await _report(turn, await _my_task(turn, quoted.case), words)
    elif turn.holds(Role.CADRE, Role.CHAIR, Role.UPPER):
        case = await find_case(turn, number)
        if case is not None:
            await turn.answer(await finish(turn, case, words))
    else:
        await _confirm(turn, words)


async def _confirm(turn: Turn, words: str) -> None:
    """Take the word for what it means when it is the worker who says it."""
    case = await turn.read.cases.latest_verifying(turn.me)
    if case is None:
        await turn.answer(text("which_task"))
        return
    await turn.case(case.id, Action.CONFIRM)
    turn.record(CaseConfirmed(case=case.id, at=turn.now, actor=turn.me, text=words))


# put off


@plugin.command("shelve", "暂缓", "挂账", who=CHAIRS, example="/shelve 317 等材料进场 12-01")
async def shelve_command(turn: Turn, number: CaseNumber, words: Rest) -> None:
    case = await turn.case_numbered(number, Action.SHELVE)
    group = await turn.read.people.group(case.group)
    why, _, last = words.rpartition(" ")
    until = read_day(plain(last), turn.now, group.zone if group else turn.house.zone)
    if until is None or not why.strip():
        await turn.answer(text("shelve_when"))
        return
    turn.record(CaseShelved(case=case.id, at=turn.now, actor=turn.me, text=why, until=until))
    await turn.answer(text("answer.shelved", number=case.number, day=dated(until)))
