"""What becomes of a message that nobody else took: a case, more of one, a question, or nothing.

Rule 1: a message is judged once and asks the database nothing before; chatter ends here, no row.
Rule 2: in a group nobody is asked anything: what is uncertain is left alone unless we were meant.
Rule 3: an edit is the same message again, never a second request.
Rule 4: what follows within moments, or quotes one's own case, belongs to that case.
"""

from dataclasses import replace
from typing import Final

from core.api.case import Case
from core.api.mail import About, Kind, plain
from core.api.people import Role
from core.api.plugin import Heard, Quoted, Turn, text
from plugins.intake.asking import ask_aside, ask_whether, find_group, groups_of, offer_apart
from plugins.intake.declare import BURST, MEDIA_BURST, ear_of, plugin
from plugins.intake.opening import OTHER, Request, add, brings_alarm, say_aside, take_up
from plugins.intake.rules import Verdict

GREETINGS: Final = frozenset(
    ("在", "在吗", "在不", "在么", "在不在", "有人吗", "您好", "你好", "喂", "hi", "hello", "hey")
)
WORKING: Final = frozenset({Role.WORKER, Role.FOREMAN})


def is_talk(heard: Heard) -> bool | None:
    """Whether it is words or files of somebody in a group of ours or in private."""
    somewhere = heard.private or heard.group is not None
    return True if heard.said and somewhere and (heard.text or heard.incoming.files) else None


@plugin.hears(is_talk)
async def hear(turn: Turn, _match: object) -> bool:
    """Take the message on, or leave it alone."""
    if turn.incoming.kind is Kind.EDITED and (case := await _case_of_message(turn)) is not None:
        return await _hear_edit(turn, case)
    return await (_hear_private(turn) if turn.incoming.private else _hear_group(turn))


async def _hear_edit(turn: Turn, case: Case) -> bool:
    """Add the new words to the case; what they reveal of danger opens one of its own."""
    request = replace(Request.heard(turn, case.group), files=())
    if not _is_his(turn, case) or request.words == case.text:
        return False
    verdict = ear_of(turn).judge(request.words, private=turn.incoming.private, asked=True)
    if brings_alarm(case, verdict):
        await take_up(turn, request, verdict)
    else:
        await add(turn, case, request, verdict)
    return True


async def _hear_group(turn: Turn) -> bool:
    request = Request.heard(turn)
    quoted = await turn.quoted() if turn.incoming.quotes else None
    meant = turn.incoming.addressed or (quoted is not None and quoted.letter is not None)
    verdict = ear_of(turn).judge(request.words, private=False, asked=meant)
    own = await _own_case(turn, quoted)
    if own is not None and _goes_with(turn, own, request, verdict):
        await add(turn, own, request, verdict)
        return True
    if verdict.decision == "ignore":
        return False
    if not meant and (verdict.decision == "ask" or not _speaks_for_himself(turn)):
        return False
    if verdict.decision == "ask" and await turn.home(turn.me) is not None:
        await ask_aside(turn, request)
    else:
        await take_up(turn, request, verdict)
    return True


async def _hear_private(turn: Turn) -> bool:
    if not groups_of(turn):
        await turn.reply(text("core.not_in_group"))
        return True
    request = Request.heard(turn)
    verdict = _judge_private(turn, request)
    own = await _own_case(turn, await turn.quoted() if turn.incoming.quotes else None)
    if own is not None and _goes_with(turn, own, request, verdict):
        await add(turn, own, request, verdict)
        await say_aside(turn, text("added", number=own.number), about=About(case=own))
    elif verdict.decision == "open":
        await find_group(turn, request, verdict)
    elif verdict.decision == "ask":
        await _hear_uncertain(turn, request, verdict)
    elif plain(request.words).lower().rstrip("?!。.,~ ") in GREETINGS:
        await _greet(turn)
    else:
        return False
    return True


async def _hear_uncertain(turn: Turn, request: Request, verdict: Verdict) -> None:
    """Take it for more about what he has asked already; where there is nothing yet, ask him."""
    mine = await turn.read.cases.of_reporter(turn.me)
    if mine:
        await add(turn, mine[-1], request, verdict)
        await offer_apart(turn, mine[-1], request)
    else:
        await ask_whether(turn, request)


async def _greet(turn: Turn) -> None:
    mine = await turn.read.cases.of_reporter(turn.me)
    if mine:
        words = text("aside_here", number=mine[-1].number)
        await turn.reply(words, about=About(case=mine[-1]))
    else:
        await turn.reply(text("hello"))


def _judge_private(turn: Turn, request: Request) -> Verdict:
    """Return what it is; a file is always something that a human must look at."""
    verdict = ear_of(turn).judge(request.words, private=True, asked=True)
    if request.files and verdict.decision != "open":
        return replace(verdict, decision="open", category=verdict.category or OTHER)
    return verdict


def _goes_with(turn: Turn, own: Case, request: Request, verdict: Verdict) -> bool:
    """Whether what he says belongs to his case at hand and is no second request."""
    if not request.words:
        return True
    again = ear_of(turn).judge(request.words, private=turn.incoming.private, asked=True)
    another = verdict.decision == "open" and verdict.category not in (own.category, OTHER)
    return again.decision != "ignore" and not another and not brings_alarm(own, again)


async def _own_case(turn: Turn, quoted: Quoted | None) -> Case | None:
    """Return the speaker's open case that he quotes, or that he opened here a moment ago."""
    place = turn.heard.scene.place if turn.heard else None
    number = quoted.case if quoted is not None else None
    if number is None and place is not None and turn.heard and turn.heard.person:
        gap = MEDIA_BURST if turn.incoming.private and turn.incoming.files else BURST
        number = ear_of(turn).recent(place.id, turn.me, turn.now - gap)
    case = await turn.read.cases.get(number) if number else None
    return case if case is not None and _is_his(turn, case) else None


async def _case_of_message(turn: Turn) -> Case | None:
    place = turn.heard.scene.place if turn.heard else None
    number = await turn.read.cases.by_message(place.id, turn.incoming.id) if place else None
    return await turn.read.cases.get(number) if number else None


def _is_his(turn: Turn, case: Case) -> bool:
    return case.reporter == turn.me and not case.is_closed


def _speaks_for_himself(turn: Turn) -> bool:
    """Whether plain talk of this person may be a request; those who manage or help must say so."""
    roles = turn.heard.roles if turn.heard else frozenset()
    return not roles or bool(roles & WORKING)
