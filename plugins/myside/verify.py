"""The worker's last word: he is asked whether it is solved, confirms or doubts, and may rate it.

Rule 1: nothing but the worker's own word solves a case; the clock may only call it unconfirmed,
and a rights case never: there the chair is asked to ring him.
Rule 2: stars are asked for once, and in private alone.
Rule 3: in the group the doer is thanked by name, for board cases, when it was confirmed there.
"""

from typing import Final

from core.api.case import Action, Case, State
from core.api.facts import (
    CaseConfirmed,
    CaseDone,
    CaseEscalated,
    CaseFact,
    CaseRated,
    CaseReopened,
    CaseUnconfirmed,
    CaseWithdrawn,
)
from core.api.mail import ANSWER, NOTICE, QUIET_CASEWORK, About, Tap, tap
from core.api.people import Role
from core.api.plugin import RuleError, Turn, Words, text
from core.api.store import Job
from plugins.myside.declare import plugin, settings_of
from plugins.myside.told import files_with, is_open_talk, name_of, settle, to_worker

STARS: Final = range(1, 6)
GOES_ON: Final = frozenset({State.OPEN, State.OFFERED, State.ACTIVE, State.ASKED})
CLOSED_WELL: Final = frozenset({State.SOLVED, State.UNCONFIRMED})


# asking


@plugin.on(CaseDone)
async def ask_whether_solved(turn: Turn, fact: CaseDone) -> None:
    case = await turn.case(fact.case)
    if case.state is not State.VERIFYING:
        return
    about = About(case=case, topic="verify", files=await files_with(turn, fact))
    words = await question(turn, fact)
    await to_worker(turn, case, words, *answers(case), about=about, caller=fact.actor)
    plan_reminders(turn, case)


async def question(turn: Turn, fact: CaseFact) -> Words:
    """Return the question whether it is solved."""
    key = "verify.ask" if fact.text else "verify.ask_plain"
    return text(key, cadre=await name_of(turn, fact.actor), words=fact.text)


def answers(case: Case) -> tuple[Tap, Tap]:
    return tap("tap.solved", "solved", case.id), tap("tap.unsolved", "unsolved", case.id)


def plan_reminders(turn: Turn, case: Case) -> None:
    """Ask again twice; what then has no answer is unconfirmed, or the chair's to ring."""
    settings = settings_of(turn)
    for count, after in enumerate(settings.remind_after):
        key = f"remind:{case.id}:{count}"
        turn.later("remind", turn.now + after, {"round": case.reopened}, key=key, case=case)
    end = turn.now + settings.unconfirmed_after
    turn.later("no_answer", end, {"round": case.reopened}, key=f"end:{case.id}", case=case)


@plugin.job("remind")
async def remind(turn: Turn, job: Job) -> None:
    case = await turn.case(job.case or 0)
    if not _still_asked(case, job):
        return
    words = text("verify.remind", cadre=await name_of(turn, case.lead), number=case.number)
    about = About(case=case, topic="verify")
    await turn.tell(case.reporter, words, *answers(case), about=about, manner=NOTICE)


@plugin.job("no_answer")
async def give_up_asking(turn: Turn, job: Job) -> None:
    case = await turn.case(job.case or 0)
    if not _still_asked(case, job):
        return
    if not case.is_rights:
        turn.record(CaseUnconfirmed(case=case.id, at=turn.now))
        return
    chairs = await turn.read.people.members(case.group, Role.CHAIR)
    to = chairs[0].person if chairs else None
    turn.record(
        CaseEscalated(case=case.id, at=turn.now, level="chair", trigger="call_back", to=to)
    )


def _still_asked(case: Case, job: Job) -> bool:
    return case.state is State.VERIFYING and case.reopened == job.data["round"]


# answering


@plugin.button("solved")
async def solved_button(turn: Turn, case: int) -> None:
    found = await _mine(turn, case)
    if found is None:
        return
    if found.state is State.SOLVED:
        raise RuleError("verify.known")
    await confirm(turn, found, "")


@plugin.button("unsolved")
async def unsolved_button(turn: Turn, case: int) -> None:
    found = await _mine(turn, case)
    if found is not None:
        await doubt(turn, found, "")


async def _mine(turn: Turn, case: int) -> Case | None:
    """Return the presser's own case; anybody else's press means nothing at all."""
    found = await turn.read.cases.get(case)
    return await turn.case(case, Action.CONFIRM) if found and found.reporter == turn.me else None


async def confirm(turn: Turn, case: Case, words: str) -> None:
    """Let the worker say that it is solved; the group hears thanks where he said it there."""
    await turn.case(case.id, Action.CONFIRM)
    turn.record(CaseConfirmed(case=case.id, at=turn.now, actor=turn.me, text=words))
    if turn.group is not None and is_open_talk(case):
        people = await turn.read.people.persons(doers(case))
        names = "、".join(people[one].name for one in doers(case) if one in people)
        thanks = text("verify.thanks", names=names) if names else text("verify.glad")
        await turn.reply(thanks, about=About(case=case))


def doers(case: Case) -> list[int]:
    """Return whom to thank: who did it, then who saw to it."""
    return [*sorted(case.doers - {case.lead}), *([case.lead] if case.lead else [])]


async def doubt(turn: Turn, case: Case, words: str) -> None:
    """Open the case again, or let the doubt reach the lead of one that is still open."""
    if case.is_closed and not await may_reopen(turn, case):
        await turn.answer(text("verify.too_late"))
        return
    await turn.case(case.id, Action.REOPEN)
    if case.state not in GOES_ON:
        turn.record(CaseReopened(case=case.id, at=turn.now, actor=turn.me, text=words))
    after = turn.known(case.id)
    key = "verify.again" if after.lead else "verify.again_open"
    answer = text(key, cadre=await name_of(turn, after.lead))
    if turn.group is None or is_open_talk(case):
        await turn.reply(answer, about=About(case=case))
    else:
        await turn.tell(turn.me, answer, about=About(case=case), manner=ANSWER)


async def may_reopen(turn: Turn, case: Case) -> bool:
    """Whether the end of *case* is not too long ago."""
    settings = settings_of(turn)
    history = await turn.read.cases.history(case.id)
    ends = [
        row.fact.at for row in history if isinstance(row.fact, CaseConfirmed | CaseUnconfirmed)
    ]
    within = settings.reopen_rights_within if case.is_rights else settings.reopen_within
    return case.state in CLOSED_WELL and bool(ends) and turn.now - ends[-1] <= within


# after the answer


@plugin.on(CaseConfirmed)
async def ask_for_stars(turn: Turn, fact: CaseConfirmed) -> None:
    case = await turn.case(fact.case)
    asked = await turn.read.letters.by_topic(case.id, "stars")
    if fact.actor == case.reporter and doers(case) and not asked:
        taps = [Tap("★" * count, "stars", (case.id, count)) for count in STARS]
        about = About(case=case, topic="stars")
        words = text("verify.stars")
        await turn.tell(case.reporter, words, *taps, about=about, manner=QUIET_CASEWORK)
    await _tell_joined(turn, case)


async def _tell_joined(turn: Turn, case: Case) -> None:
    words = text("verify.joined_solved", number=case.number, words=case.text[:20])
    for person in sorted(case.joined - {case.reporter}):
        await turn.tell(person, words, about=About(case=case), manner=QUIET_CASEWORK)


@plugin.button("stars")
async def stars_button(turn: Turn, case: int, count: int) -> None:
    found = await _mine(turn, case)
    if found is None or count not in STARS:
        return
    if found.stars is None:
        await turn.case(case, Action.RATE)
        turn.record(CaseRated(case=case, at=turn.now, actor=turn.me, stars=count))
    given = turn.known(case).stars or count
    await settle(turn, text("verify.rated", stars="★" * given), About(case=found))


@plugin.on(CaseConfirmed, CaseReopened, CaseUnconfirmed, CaseWithdrawn)
async def close_questions(turn: Turn, fact: CaseFact) -> None:
    """Take the buttons from what was asked this time; the question has had its answer."""
    case = await turn.case(fact.case)
    history = await turn.read.cases.history(case.id)
    done = max((row.id for row in history if isinstance(row.fact, CaseDone)), default=0)
    letters = await turn.read.letters.by_topic(case.id, "verify")
    for letter in (one for one in letters if one.id > done):
        place = await turn.read.places.by_id(letter.place)
        if place is not None:
            words = text(f"verify.{type(fact).__name__}")
            about = About(case=case, topic="verify", neutral=True)
            await turn.amend(letter.id, place, words, about=about)
