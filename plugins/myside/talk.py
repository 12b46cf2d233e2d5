"""A worker's plain words: solved, not solved, me too, and whatever else he says about his case.

Rule 1: words are read whole; what only sounds like one of these moves is talk, or a new request.
Rule 2: words about wages or an accident never go to a case about something else.
Rule 3: under somebody's secret request "me too" is talk: nothing at all happens.
"""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Final

from core.api.case import Action, Actor, Case, State, Visibility, may
from core.api.deeds import CaseAppended, CaseJoined, WorkerAnswered
from core.api.facts import CaseDone
from core.api.mail import About, Kind, plain
from core.api.plugin import Heard, Turn, text
from core.api.store import Job
from plugins.myside.declare import plugin
from plugins.myside.told import name_of, spoken, untold
from plugins.myside.verify import (
    CLOSED_WELL,
    GOES_ON,
    answers,
    confirm,
    doubt,
    may_reopen,
    question,
)

_END: Final = r"[了啦的啊呀呢哈。.!~,， ]*"
_FIXED: Final = (
    r"(?:(?:修|弄|办|搞|装|换|处理|解决|找)好|解决|搞定|到账|找到|拿到(?:手)?|能用|通)了"
    r"|fixed|solved|it works(?: now)?"
)
_GOOD: Final = r"(?:好|可以|行|没事|没问题)了|all good"
_THANKS: Final = r"(?:太?谢谢|谢了|多谢|感谢|辛苦|麻烦|thanks|thank you)[^?吗没不]{0,10}"
_LEAD_IN: Final = (
    r"(?:嗯+|哦|是的|好的|(?:就|正)?是我的)?[,，!。 ]*"
    r"(?:(?:已经?|都|全|现在|终于|可算|水|电|灯|门)*)"
)

SOLVED: Final = re.compile(
    rf"{_LEAD_IN}(?:{_FIXED})[,，。!~ ]*(?:{_THANKS})?{_END}", re.IGNORECASE
)
GOOD_THANKS: Final = re.compile(
    rf"{_LEAD_IN}(?:{_GOOD})[,，。!~ ]*(?:{_THANKS}){_END}", re.IGNORECASE
)
GOOD: Final = re.compile(rf"{_LEAD_IN}(?:{_GOOD}){_END}", re.IGNORECASE)
UNSOLVED: Final = re.compile(
    r"(?:怎么|可|问题)?(?:又|还|仍|一直|根本|完全|还是)*(?:没有?)(?:解决|(?:修|弄|办|搞|处理)?好|到账)"
    r"(?:[呢啊呀了]?(?:[,，。! ].{0,80})?)"
    r"|又(?:坏|漏|停|断|堵|不行|不能用|没水|没电)了?(?:[,，。! ].{0,80})?"
    r"|(?:还是?|仍然?)(?:不行|不能用|漏|坏的|老样子|那样)[了]?(?:[,，。! ].{0,80})?"
    r"|(?:it is |it's )?(?:not (?:solved|fixed)|still broken|broken again)[.! ]*",
    re.IGNORECASE,
)
JOINED: Final = re.compile(
    r"(?:\+ ?1|加一|[我俺](?:们(?:宿舍|班|这边|屋)?)?也(?:是|要|想|想要|需要|一样)|同求"
    rf"|me too|same here){_END}",
    re.IGNORECASE,
)
CHATTER: Final = re.compile(
    rf"(?:好的?|嗯+|哦+|行|中|收到|知道了|明白|ok|okay|{_THANKS}|不用了?|不客气|哈+|[👍🙏👌])+{_END}(?:{_THANKS})?{_END}",
    re.IGNORECASE,
)
GREETING: Final = re.compile(
    r"(?:在吗|在不在?|在|有人吗|您?你?好|hello|hi)[?。!~ ]*", re.IGNORECASE
)
APART: Final = re.compile(
    r"工资|工钱|欠薪|拖欠|讨薪|血汗钱|受伤|工伤|摔|砸|触电|着火|起火|骚扰|报复|打人|挨打|威胁"
    r"|不想活|自杀|救命|出事|wage|unpaid|injur|harass|accident"
    r"|个月(?:都|还|也)*(?:没|不)(?:有)?(?:发|给|结)|没(?:有)?发|(?:没|不)(?:给|发|结)钱"
    r"|拖着(?:一直|就是|都)*(?:不|没)(?:给|发|结)|[扣欠]我?们?(?:的)?钱|跑路|老板.{0,3}跑了"
    r"|(?:打|揍)(?:我们?(?!的?(?:电话|手机))|断|死)|砍(?:我|人|死|断)",
    re.IGNORECASE,
)


LOST: Final = "lost"


class Said(StrEnum):
    """What a worker's plain words mean."""

    SOLVED = "solved"
    UNSOLVED = "unsolved"
    JOINED = "joined"


def meaning(heard: Heard) -> Said | None:
    """Return the move that these words are, if they are one."""
    if heard.incoming.kind is not Kind.SAID or not heard.text:
        return None
    quotes = heard.incoming.quotes is not None
    if SOLVED.fullmatch(heard.text) or GOOD_THANKS.fullmatch(heard.text):
        return Said.SOLVED
    if (heard.private or quotes) and GOOD.fullmatch(heard.text):
        return Said.SOLVED
    if UNSOLVED.fullmatch(heard.text):
        return Said.UNSOLVED
    return Said.JOINED if quotes and JOINED.fullmatch(heard.text) else None


@plugin.hears(meaning)
async def hear_move(turn: Turn, said: Said) -> bool:
    if said is Said.JOINED:
        return await _join(turn)
    words = turn.incoming.text.strip()
    if said is Said.SOLVED:
        case = await _solved_one(turn, fixed=SOLVED.fullmatch(plain(words)) is not None)
        if case is None:
            return False
        await confirm(turn, case, words)
        return True
    case = await _unsolved_one(turn)
    if case is None:
        return False
    if case.state in (State.VERIFYING, State.SHELVED) or case.is_closed:
        await doubt(turn, case, words)
    else:
        await add_words(turn, case)
    return True


# which case


async def _solved_one(turn: Turn, *, fixed: bool) -> Case | None:
    quoted, known = await _own_quoted(turn)
    if known:
        return quoted if quoted and not quoted.is_closed else None
    mine = await _open_here(turn)
    asked = [case for case in mine if case.state is State.VERIFYING]
    if asked:
        return _only(turn, asked)
    case = _only(turn, mine)
    return case if case is not None and _ends_by_a_word(case, fixed=fixed) else None


def _ends_by_a_word(case: Case, *, fixed: bool) -> bool:
    """Whether the worker's word ends *case* though nobody has asked him.

    What is repaired is repaired whoever did it, and a lost thing is found; a mere "good, thanks"
    is for somebody who came or promised to.
    """
    came = case.lead is not None or bool(case.doers)
    return case.state in GOES_ON and (fixed or came or case.category == LOST)


async def _unsolved_one(turn: Turn) -> Case | None:
    quoted, known = await _own_quoted(turn)
    if known:
        return quoted
    mine = await _open_here(turn)
    asked = [case for case in mine if case.state is State.VERIFYING]
    if asked or mine:
        return _only(turn, asked or (mine if mine[0].lead else []))
    past = await turn.read.cases.of_reporter(turn.me, open_only=False)
    recent = [
        case
        for case in past
        if case.state in CLOSED_WELL and _is_here(turn, case) and await may_reopen(turn, case)
    ]
    return _only(turn, recent)


async def _own_quoted(turn: Turn) -> tuple[Case | None, bool]:
    """Return the speaker's own case that he quotes, and whether he quotes any case at all."""
    quoted = await turn.quoted()
    if quoted is None or quoted.case is None:
        return None, False
    case = await turn.read.cases.get(quoted.case)
    return (case if case is not None and case.reporter == turn.me else None), True


async def _open_here(turn: Turn) -> list[Case]:
    mine = await turn.read.cases.of_reporter(turn.me)
    return [case for case in mine if _is_here(turn, case)]


def _is_here(turn: Turn, case: Case) -> bool:
    return turn.group is None or case.group == turn.group.id


def _only(turn: Turn, cases: list[Case]) -> Case | None:
    """Return the one case that can be meant; in a group an open one goes before a secret one."""
    if len(cases) > 1 and turn.group is not None:
        cases = [case for case in cases if case.visibility is Visibility.BOARD]
    return cases[0] if len(cases) == 1 else None


# me too


async def _join(turn: Turn) -> bool:
    quoted = await turn.quoted()
    case = await turn.read.cases.get(quoted.case) if quoted and quoted.case else None
    if case is None or case.is_closed or turn.me == case.reporter:
        return False
    if await turn.can(Action.JOIN, case):
        if turn.me not in case.joined:
            await turn.case(case.id, Action.JOIN)
            turn.record(CaseJoined(case=case.id, at=turn.now, actor=turn.me))
        return True
    if case.published or case.visibility is not Visibility.BOARD:
        return False
    # Its burst is not over: whether it may be joined is seen when it is published.
    at = turn.now + SOON
    key = f"join:{case.id}:{turn.me}"
    turn.later("join", at, {"by": turn.me}, key=key, case=case)
    return True


SOON: Final = timedelta(minutes=2)


@plugin.job("join")
async def join_later(turn: Turn, job: Job) -> None:
    case, by = await turn.case(job.case or 0), int(job.data["by"])
    actor = Actor(by, await turn.read.people.memberships(by))
    if not case.is_closed and by not in case.joined and may(actor, Action.JOIN, case, turn.now):
        turn.record(CaseJoined(case=case.id, at=turn.now, actor=by))


# whatever else he says about it


def is_own_talk(heard: Heard) -> bool | None:
    """Whether this may be said about one's own case: anything in private, replies in a group."""
    incoming = heard.incoming
    if incoming.kind is not Kind.SAID or not (heard.text or incoming.files):
        return None
    return True if heard.private or incoming.quotes is not None else None


@plugin.hears(is_own_talk)
async def hear_own_talk(turn: Turn, _match: object) -> bool:
    quoted, known = await _own_quoted(turn)
    words = turn.heard.text if turn.heard else ""
    if turn.group is None and not known and GREETING.fullmatch(words):
        return await _catch_up(turn)
    case = quoted if known else await _talked_about(turn)
    if case is None or case.is_closed or (APART.search(words) and not case.is_rights):
        return False
    if case.state is not State.ASKED and CHATTER.fullmatch(words):
        return False
    await add_words(turn, case)
    return True


async def _talked_about(turn: Turn) -> Case | None:
    """Return the case that unquoted words in private are about, where that is beyond doubt."""
    if turn.group is not None:
        return None
    mine = await turn.read.cases.of_reporter(turn.me)
    asked = [case for case in mine if case.state is State.ASKED]
    if len(asked) == 1:
        return asked[0]
    return mine[0] if len(mine) == 1 and mine[0].lead is not None else None


async def add_words(turn: Turn, case: Case) -> None:
    """Let words and files belong to the case; its lead hears them by the facts."""
    await turn.case(case.id, Action.APPEND)
    await turn.belongs(case.id)
    now, words = turn.now, turn.incoming.text.strip()
    if words and case.state is State.ASKED:
        turn.record(WorkerAnswered(case=case.id, at=now, actor=turn.me, text=words))
        words = ""
    for file in turn.incoming.files:
        kept = turn.keep(file, case.id)
        fact = CaseAppended(case=case.id, at=now, actor=turn.me, text=words, file=kept)
        turn.record(fact)
        words = ""
    if words:
        turn.record(CaseAppended(case=case.id, at=now, actor=turn.me, text=words))
    if turn.group is None:
        key = "talk.passed_on" if case.lead else "talk.noted"
        answer = text(key, cadre=await name_of(turn, case.lead))
        await turn.reply(answer, about=About(case=case, topic="talk"))


async def _catch_up(turn: Turn) -> bool:
    """Tell the worker, who has come into private, what he was called for."""
    said = False
    for case in await turn.read.cases.of_reporter(turn.me):
        for fact in await untold(turn, case):
            asks = isinstance(fact, CaseDone) and case.state is State.VERIFYING
            words = await question(turn, fact) if asks else await spoken(turn, fact)
            taps = answers(case) if asks else ()
            await turn.reply(
                words, *taps, about=About(case=case, topic="verify" if asks else "told")
            )
            said = True
    return said
