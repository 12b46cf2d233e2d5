"""Work without commands: a card's buttons, what is typed after one, replies, promises by 办.

Rule 1: a button that needs words waits for the next private message; that message is the words.
Rule 2: a reply to anything of ours about a case goes to its worker, if the speaker is in charge.
Rule 3: a promise in the open has a doer and soon a day; no task is sent for it.
Rule 4: a promise under a request that its speaker may not know of is talk: nothing at all happens.
Rule 5: the lead's answer under a request in the open counts as one; nobody repeats it.
Rule 6: what a lead says in private is about his cases; his own request he makes by /ask.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Final

from core.api.case import Action, Actor, Case, State, Visibility, may
from core.api.deeds import TaskPromised, TaskReported, WorkerTold
from core.api.facts import (
    CaseConfirmed,
    CaseDeclined,
    CaseDismissed,
    CaseDone,
    CaseFact,
    CaseUnconfirmed,
    CaseWithdrawn,
)
from core.api.mail import CASEWORK, About, Kind, Tap, tap
from core.api.people import Role
from core.api.plugin import Heard, RuleError, Text, Turn, Words, text
from core.api.store import Dialog, Job
from plugins.casework.card import local_today, name_of, refresh, settle, shifu
from plugins.casework.declare import plugin, settings_of
from plugins.casework.deed import add_proofs, ask_worker, finish, take, tell_worker

Move = Callable[[Turn, Case, str], Awaitable[Words]]

PROMISE: Final = re.compile(
    r"(?:好的?|行|收到|没问题|可以)?[,，。!~ ]*"
    r"(?:我们?|这边)?"
    r"(?:(?:马上|立刻|立即|这就|现在|今天|明天|后天|上午|中午|下午|晚上|今晚|明早|尽快)+(?:就|来|去|给|派人|安排人)*"
    r"(?:办|安排|修|弄|装|换|搞|解决|处理|看看|落实|联系)(?:一下|好|上)?"
    r"|(?:来|去)(?:修|弄|装|换|办)|办|我来办|安排|安排上|安排人|已安排|on it|will do)"
    r"[了啦的吧。.!~ ]*",
    re.IGNORECASE,
)
REPORTED: Final = re.compile(
    r"(?:已经?|都)?(?:办|弄|修|装|搞|做|换)?好了[。.!~ ]*|done[.!]*", re.IGNORECASE
)
SMALL: Final = re.compile(
    r"(?:好的?|嗯+|哦+|行|中|收到|知道了|明白|在不?在?[吗么]?|您?你?好|谢谢|辛苦|没事|不用|ok|okay|hi|hello"
    r"|thanks|[了啦的吧呢您?!。.,~ 👍🙏👌])+",
    re.IGNORECASE,
)
ALARMING: Final = re.compile(
    r"摔|砸|触电|着火|起火|救命|塌|爆炸|出事|受伤|流血|晕|中毒|昏|不想活|自杀|跳楼"
    r"|accident|fire|injur|help me",
    re.IGNORECASE,
)
TODAY, TOMORROW, THIS_WEEK = range(3)
DAYS: Final = ("day.today", "day.tomorrow", "day.week")
SUNDAY: Final = 7
HELPING: Final = frozenset({Role.CADRE, Role.CHAIR, Role.UPPER})

MOVES: Final[dict[str, tuple[Move, Action]]] = {
    "reply": (tell_worker, Action.REPLY),
    "ask": (ask_worker, Action.ASK),
    "done": (finish, Action.DONE),
}
"""What is waited for after a button, and the right it needs."""


# buttons of a card


@plugin.button("take")
async def take_button(turn: Turn, case: int) -> None:
    found = await turn.case(case, Action.ACCEPT)
    if found.lead not in (None, turn.me) and found.offered_to != turn.me:
        await refresh(turn, found, turn.me)
        cadre = await name_of(turn, found.lead)
        await turn.answer(text("taken", number=found.number, cadre=cadre))
    elif not await take(turn, found):
        await turn.answer(text("answer.taken_already", number=found.number))
    else:
        worker = await shifu(turn, found.reporter)
        await _answer_beside(turn, found, text("answer.taken", number=found.number, worker=worker))


@plugin.button("decline")
async def decline_button(turn: Turn, case: int) -> None:
    """Let somebody else be asked; no reason is."""
    found = await turn.case(case, Action.ACCEPT)
    if found.offered_to != turn.me:
        raise RuleError("core.stale_button")
    turn.record(CaseDeclined(case=case, at=turn.now, actor=turn.me))
    await _answer_beside(turn, found, text("card.passed", number=found.number))


async def _answer_beside(turn: Turn, case: Case, words: Words) -> None:
    """Change the pressed letter where it is not the card: a card changes by the facts."""
    quoted = await turn.quoted()
    if quoted is None or quoted.letter is None or quoted.letter.topic != "card":
        await settle(turn, words, About(case=case, topic="talk"))


@plugin.button("reply")
async def reply_button(turn: Turn, case: int) -> None:
    await _wait_for_words(turn, case, "reply")


@plugin.button("ask")
async def ask_button(turn: Turn, case: int) -> None:
    await _wait_for_words(turn, case, "ask")


@plugin.button("done")
async def done_button(turn: Turn, case: int) -> None:
    await _wait_for_words(turn, case, "done")


@plugin.button("plain_done")
async def plain_done_button(turn: Turn, case: int) -> None:
    """Done, and no more to say about it; the question becomes the answer."""
    found = await turn.case(case, Action.DONE)
    await turn.end_dialog()
    await finish(turn, found, "")


@plugin.on(CaseDone)
async def close_question(turn: Turn, fact: CaseDone) -> None:
    """Take the button from the question how it was done, if that was asked this time."""
    history = await turn.read.cases.history(fact.case)
    before = [row.id for row in history if isinstance(row.fact, CaseDone)][:-1]
    letters = await turn.read.letters.by_topic(fact.case, "how")
    asked = [one for one in letters if one.id > max(before, default=0)]
    place = await turn.read.places.by_id(asked[-1].place) if asked else None
    if place is not None:
        case = await turn.case(fact.case)
        worker = await shifu(turn, case.reporter)
        words = text("say.over") if fact.text else text("answer.done", worker=worker)
        await turn.amend(asked[-1].id, place, words, about=About(case=case, topic="how"))


async def _wait_for_words(turn: Turn, case: int, move: str) -> None:
    found = await turn.case(case, MOVES[move][1])
    await wait(turn, "words", {"case": case, "move": move})
    taps = (tap("tap.just_so", "plain_done", case),) if move == "done" else ()
    words = text(f"say.{move}", worker=await shifu(turn, found.reporter))
    topic = "how" if move == "done" else "talk"
    await turn.answer(words, *taps, about=About(case=found, topic=topic))


async def wait(turn: Turn, step: str, data: dict[str, int | str]) -> None:
    """Let the speaker's next message here be what *step* waits for."""
    await turn.ask(step, turn.now + settings_of(turn).patience, data)


@plugin.step("words")
async def hear_words(turn: Turn, dialog: Dialog) -> bool:
    case = int(dialog.data["case"])
    if not is_content(turn) or await speaks_of_another(turn, case):
        return False
    move, action = MOVES[str(dialog.data["move"])]
    found = await turn.case(case, action)
    await turn.end_dialog()
    await turn.answer(await move(turn, found, turn.incoming.text.strip()))
    return True


def is_content(turn: Turn) -> bool:
    """Whether the message brings words or files."""
    return bool(turn.incoming.text.strip() or turn.incoming.files)


async def speaks_of_another(turn: Turn, case: int) -> bool:
    """Whether the message replies to something about another case than *case*."""
    quoted = await turn.quoted()
    return quoted is not None and quoted.case not in (None, case)


# replies


def is_private_reply(heard: Heard) -> bool | None:
    """Whether somebody replies to something in private."""
    return (heard.private and _quotes(heard)) or None


def is_group_reply(heard: Heard) -> bool | None:
    """Whether somebody replies to something in a group."""
    return (not heard.private and _quotes(heard)) or None


def _quotes(heard: Heard) -> bool:
    return heard.incoming.kind is Kind.SAID and heard.incoming.quotes is not None


@plugin.hears(is_private_reply)
async def reply_to_card(turn: Turn, _match: object) -> bool:
    case = await _case_replied_to(turn)
    if case is None or not is_content(turn):
        return False
    if not await turn.can(Action.REPLY, case):
        if case.offered_to != turn.me:
            return False
        taps = (tap("tap.take", "take", case.id), tap("tap.pass", "decline", case.id))
        await turn.answer(text("take_first"), *taps, about=About(case=case, topic="talk"))
        return True
    await turn.answer(await tell_worker(turn, case, turn.incoming.text.strip()))
    return True


async def _case_replied_to(turn: Turn) -> Case | None:
    """Return the case whose letter is replied to, unless it is the speaker's own or a task."""
    quoted = await turn.quoted()
    if quoted is None or quoted.letter is None or quoted.case is None:
        return None
    case = await turn.read.cases.get(quoted.case)
    if case is None or case.reporter == turn.me or quoted.letter.topic == "task":
        return None
    return case


def is_loose_talk(heard: Heard) -> bool | None:
    """Whether a helper says something in private that names no case, and is no mere courtesy.

    What sounds of danger is left alone: it must be heard as what it is, whoever says it.
    """
    says = heard.private and heard.incoming.kind is Kind.SAID and heard.incoming.quotes is None
    if not says or not heard.roles & HELPING or ALARMING.search(heard.text):
        return None
    return bool(heard.incoming.files or not SMALL.fullmatch(heard.text)) or None


@plugin.hears(is_loose_talk)
async def ask_which_case(turn: Turn, _match: object) -> bool:
    """Ask a lead which case he means: his words are no request of his own, unless he is asked."""
    own = await turn.read.cases.of_reporter(turn.me)
    asked = any(case.state in (State.ASKED, State.VERIFYING) for case in own)
    if asked or not is_content(turn) or not await turn.read.cases.open_of_lead(turn.me):
        return False
    await turn.answer(text("which_one"))
    return True


# in the group


def is_promise(heard: Heard) -> bool | None:
    """Whether somebody of the site or union quotes something and says: it will be done."""
    incoming = heard.incoming
    if heard.private or incoming.kind is not Kind.SAID or incoming.quotes is None:
        return None
    return True if PROMISE.fullmatch(heard.text) else None


@plugin.hears(is_promise)
async def promise(turn: Turn, _match: object) -> bool:
    case = await _case_quoted(turn)
    if case is None:
        return False
    if await turn.can(Action.PROMISE, case):
        await turn.case(case.id, Action.PROMISE)
        await _promised(turn, case, turn.me)
        return True
    return await _promise_later(turn, case)


async def _promise_later(turn: Turn, case: Case) -> bool:
    """Keep an early promise until the case is published: it may become a secret before that."""
    published = await turn.read.jobs.by_key(f"{plugin.name}.publish:{case.id}")
    early = not case.published and case.visibility <= Visibility.STAFF and published is not None
    if not early or published is None or not turn.holds(Role.MANAGER):
        return False
    place = turn.incoming
    data: dict[str, int | str] = {
        "by": turn.me,
        "account": place.account,
        "chat": place.chat,
        "message": place.id,
    }
    at = published.due_at + timedelta(seconds=1)
    turn.later("promise", at, data, key=f"promise:{case.id}:{turn.me}", case=case)
    return True


@plugin.job("promise")
async def early_promise(turn: Turn, job: Job) -> None:
    case = await turn.case(job.case or 0)
    by = int(job.data["by"])
    actor = Actor(by, await turn.read.people.memberships(by))
    if case.is_closed or not may(actor, Action.PROMISE, case, turn.now):
        return
    place = await turn.read.places.by_chat(str(job.data["account"]), str(job.data["chat"]))
    if place is None:
        return
    turn.record(TaskPromised(case=case.id, at=turn.now, actor=by))
    about = About(case=case, topic="day", neutral=True, quote=str(job.data["message"]))
    turn.put(place, await _which_day(turn, by), *_day_taps(case), about=about, manner=CASEWORK)


async def _promised(turn: Turn, case: Case, by: int) -> None:
    turn.record(TaskPromised(case=case.id, at=turn.now, actor=by))
    about = About(case=case, topic="day", neutral=True)
    await turn.reply(await _which_day(turn, by), *_day_taps(case), about=about)


async def _which_day(turn: Turn, person: int) -> Text:
    return text("day.ask", name=await name_of(turn, person))


def _day_taps(case: Case) -> tuple[Tap, ...]:
    return tuple(tap(label, "day", case.id, which) for which, label in enumerate(DAYS))


@plugin.button("day")
async def day_button(turn: Turn, case: int, which: int) -> None:
    """Write down which day he who promised said; nobody else's press counts, and he hears so."""
    found = await turn.read.cases.get(case)
    if found is None or found.is_closed or turn.me not in found.doers:
        if await turn.home(turn.me) is None:
            return  # the group need not hear that somebody pressed what is not his
        raise RuleError("core.stale_button")
    found = await turn.case(case, Action.PROMISE)
    today = await local_today(turn, found)
    day = _day_meant(which, today)
    turn.record(TaskPromised(case=case, at=turn.now, actor=turn.me, day=day))
    words = text("day.said", name=turn.person.name, day=text(DAYS[min(which, THIS_WEEK)]))
    await settle(turn, words, About(case=found, topic="day", neutral=True))


def _day_meant(which: int, today: date) -> date:
    if which == THIS_WEEK:
        return today + timedelta(days=SUNDAY - today.isoweekday())
    return today + timedelta(days=1 if which == TOMORROW else 0)


@plugin.on(CaseConfirmed, CaseDismissed, CaseUnconfirmed, CaseWithdrawn)
async def close_day_questions(turn: Turn, fact: CaseFact) -> None:
    """Take the buttons from the questions for a day that nobody has answered."""
    case = await turn.case(fact.case)
    history = await turn.read.cases.history(case.id)
    promises = [(row.id, row.fact) for row in history if isinstance(row.fact, TaskPromised)]
    about = About(case=case, topic="day", neutral=True)
    for letter in await turn.read.letters.by_topic(case.id, "day"):
        who = [one.actor for number, one in promises if number < letter.id][-1:]
        said = any(n > letter.id and one.day and one.actor in who for n, one in promises)
        place = await turn.read.places.by_id(letter.place)
        if place is not None and not said:
            await turn.amend(letter.id, place, text("day.over"), about=about)


@plugin.hears(is_group_reply)
async def reply_in_group(turn: Turn, _match: object) -> bool:
    """Keep a photo, hear a doer's "done", count the lead's answer; words stay where they are."""
    case = await _case_quoted(turn)
    if case is None or case.visibility > Visibility.STAFF:
        return False
    leads, does = case.lead == turn.me, turn.me in case.doers
    proves = bool(turn.incoming.files) and (leads or does) and await turn.can(Action.APPEND, case)
    if proves:
        add_proofs(turn, await turn.case(case.id, Action.APPEND))
    if does and not leads and REPORTED.fullmatch(turn.heard.text if turn.heard else ""):
        await turn.case(case.id, Action.REPORT_TASK)
        turn.record(TaskReported(case=case.id, at=turn.now, actor=turn.me))
        return True
    if proves:
        return True
    if (
        not leads
        or case.visibility is not Visibility.BOARD
        or not await turn.can(Action.REPLY, case)
    ):
        return False
    await turn.case(case.id, Action.REPLY)
    turn.record(WorkerTold(case=case.id, at=turn.now, actor=turn.me))
    return True


async def _case_quoted(turn: Turn) -> Case | None:
    """Return the open case that the speaker quotes, unless it is his own."""
    quoted = await turn.quoted()
    case = await turn.read.cases.get(quoted.case) if quoted and quoted.case else None
    return None if case is None or case.is_closed or case.reporter == turn.me else case
