"""A case's cards: one letter for each helper who has to do with it, edited as the case goes on.

Rule 1: one card for a person and a case; what changes is amended, nobody is rung twice for it.
Rule 2: what the worker himself adds reaches the lead as a message of its own, in his words.
Rule 3: whoever may not read the case any more keeps a card that tells nothing of it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from core.api.case import Action, Actor, Case, Priority, State, may
from core.api.deeds import (
    CaseAppended,
    CaseJoined,
    ProofAdded,
    TaskGiven,
    TaskPromised,
    TaskReported,
    WorkerAnswered,
    WorkerAsked,
)
from core.api.facts import (
    CaseAccepted,
    CaseConfirmed,
    CaseDeclined,
    CaseDismissed,
    CaseDone,
    CaseEscalated,
    CaseFact,
    CaseOffered,
    CaseOpened,
    CasePublished,
    CaseRated,
    CaseReopened,
    CaseResumed,
    CaseShelved,
    CaseUnconfirmed,
    CaseWithdrawn,
    CategoryCorrected,
    OfferLapsed,
    VisibilityRaised,
)
from core.api.mail import (
    CASEWORK,
    QUIET_CASEWORK,
    About,
    Manner,
    OutFile,
    Tap,
    shorten,
    surname,
    tap,
)
from core.api.plugin import Text, Turn, Words, text
from core.api.store import Job
from plugins.casework.declare import plugin, settings_of

LONGEST: Final = 200
LEFT: Final = "lead_left"
FILES: Final = "files"
"""The topic of letters that bring the worker's files: what is older than one has been seen."""
URGENT: Final = {Priority.P0: "card.p0", Priority.P1: "card.p1"}


# who and what


async def name_of(turn: Turn, person: int | None) -> str:
    """Return how *person* is called; empty for nobody."""
    found = await turn.read.people.person(person) if person else None
    return found.name if found else ""


async def shifu(turn: Turn, person: int) -> Text:
    """Return how a worker is spoken of: surname and 师傅."""
    name = await name_of(turn, person)
    return text("shifu", name=surname(name), full=name)


def what_of(turn: Turn, case: Case) -> Words:
    """Return what the case is about; an operator's own category goes by its id."""
    key = f"category.{case.category}"
    return text(key) if turn.house.texts.knows(f"{plugin.name}.{key}") else case.category


def ringing(case: Case) -> Manner:
    """Return how a helper hears of *case*: the phone rings for what is urgent alone."""
    return CASEWORK if case.priority <= Priority.P1 else QUIET_CASEWORK


async def may_read(turn: Turn, person: int, case: Case) -> bool:
    """Whether *person*, who need not be the speaker, may read *case*."""
    actor = Actor(person, await turn.read.people.memberships(person))
    return may(actor, Action.READ, case, turn.now)


def dated(day: date) -> Text:
    """Return *day* in words that are still true tomorrow."""
    return text("day.date", month=day.month, day=day.day)


async def local_today(turn: Turn, case: Case) -> date:
    """Return what day it is where the case's group is."""
    group = await turn.read.people.group(case.group)
    return turn.now.astimezone(group.zone if group else turn.house.zone).date()


# the card


async def deal(turn: Turn, case: Case, person: int) -> None:
    """Give *person* his card, or bring the one he has up to date."""
    letters = await turn.read.letters.by_topic(case.id, "card")
    if any(letter.person == person for letter in letters):
        await refresh(turn, case, person)
        await bring_files(turn, case, person)
        return
    about = About(case=case, topic="card", files=await files_of(turn, case))
    words, taps = await _face(turn, case, person)
    sent = await turn.tell(person, words, *taps, about=about, manner=ringing(case))
    if sent:  # whatever its level is now: the worker may make it a secret later, and ask
        turn.unit.look(case.id, person, turn.now)


async def refresh(turn: Turn, case: Case, *only: int) -> None:
    """Bring the case's cards up to date, those of *only* if any are named."""
    for letter in await turn.read.letters.by_topic(case.id, "card"):
        place = await turn.read.places.by_id(letter.place)
        if place is None or letter.person is None or (only and letter.person not in only):
            continue
        if await may_read(turn, letter.person, case):
            words, taps = await _face(turn, case, letter.person)
            await turn.amend(letter.id, place, words, *taps, about=About(case=case, topic="card"))
        else:
            about = About(case=case, topic="card", neutral=True)
            await turn.amend(letter.id, place, text("card.over"), about=about)


async def files_of(turn: Turn, case: Case) -> tuple[OutFile, ...]:
    """Return what was sent with the request."""
    kept = await turn.read.files.of_case(case.id)
    return tuple(OutFile(one.id, one.kind, one.name) for one in kept)


async def bring_files(turn: Turn, case: Case, person: int) -> None:
    """Send *person* the worker's files that came after his card and that he has not been sent."""
    read = turn.read.letters
    letters = (*await read.by_topic(case.id, "card"), *await read.by_topic(case.id, FILES))
    last = max((one.id for one in letters if one.person == person), default=0)
    added = {
        row.fact.file
        for row in await turn.read.cases.history(case.id)
        if isinstance(row.fact, CaseAppended)
    }
    files = tuple(one for one in await files_of(turn, case) if one.id in added and one.id > last)
    if not files or not await may_read(turn, person, case):
        return
    who = await shifu(turn, case.reporter)
    words = text("heard.file", number=case.number, who=who, kind=kind_of(files))
    about = About(case=case, topic=FILES, files=files)
    await turn.tell(person, words, about=about, manner=ringing(case))


def kind_of(files: Sequence[OutFile]) -> Words:
    """Return what was sent, in a word; the first stands for all."""
    return text(f"kind.{files[0].kind.value}") if files else ""


async def words_of(turn: Turn, case: Case) -> Words:
    """Return the beginning of what was asked, or what was sent in its place."""
    return shorten(case.text, 20) if case.text else kind_of(await files_of(turn, case))


async def _face(turn: Turn, case: Case, person: int) -> tuple[Words, tuple[Tap, ...]]:
    """Return what *person*'s card says, and its buttons."""
    if person == case.lead or (person == case.offered_to and not case.is_closed):
        return await _whole(turn, case), _taps(case, person)
    if case.lead is not None and not case.is_closed:
        name = await name_of(turn, case.lead)
        return text("card.taken", number=case.number, cadre=name), ()
    key = "card.closed" if case.is_closed else "card.passed"
    return text(key, number=case.number), ()


async def _whole(turn: Turn, case: Case) -> Words:
    return (
        text(
            "card.head",
            urgent=text(URGENT.get(case.priority, "card.calm")),
            number=case.number,
            what=what_of(turn, case),
        ),
        await _who(turn, case),
        await _said(turn, case),
        text("card.joined", count=len(case.joined)) if case.joined else "",
        await _standing(turn, case),
    )


async def _who(turn: Turn, case: Case) -> Words:
    name = await name_of(turn, case.reporter)
    here = [
        one for one in await turn.read.people.memberships(case.reporter) if one.group == case.group
    ]
    trades = dict.fromkeys(part for one in here for part in (one.trade, one.crew) if part)
    return text("card.who", name=name, trade=" ".join(trades)) if trades else name


async def _said(turn: Turn, case: Case) -> Words:
    """Return what the worker said, all of it, as far as a card holds it, or else what he sent."""
    history = await turn.read.cases.history(case.id)
    added = [row.fact.text for row in history if isinstance(row.fact, CaseAppended)]
    words = shorten(" ".join(filter(None, (case.text, *added))), LONGEST)
    if words:
        return text("card.words", words=words)
    files = await files_of(turn, case)
    return text("card.sent", kind=kind_of(files)) if files else ""


async def _standing(turn: Turn, case: Case) -> Words:
    """Return where the case stands, as its lead must know it."""
    match case.state:
        case State.SHELVED if case.review_on:
            return text("card.shelved", day=dated(case.review_on))
        case State.SOLVED:
            stars = "★" * (case.stars or 0)
            return text("card.rated", stars=stars) if stars else text("card.solved")
        case State.ASKED | State.VERIFYING | State.WITHDRAWN:
            return text(f"card.{case.state}", worker=await shifu(turn, case.reporter))
        case State.UNCONFIRMED | State.DISMISSED:
            return text(f"card.{case.state}")
    if case.promised is None:
        return ""
    names = [await name_of(turn, doer) for doer in sorted(case.doers)]
    day = dated(case.promised)
    return text("card.promised", names="、".join(filter(None, names)), day=day)


def _taps(case: Case, person: int) -> tuple[Tap, ...]:
    if case.is_closed:
        return ()
    if person != case.lead:
        return tap("tap.take", "take", case.id), tap("tap.pass", "decline", case.id)
    reply = tap("tap.reply", "reply", case.id)
    if case.state is State.VERIFYING:
        return (reply,)
    task, done = tap("tap.task", "task", case.id), tap("tap.done", "done", case.id)
    if case.state is State.SHELVED:
        return reply, task, done
    return reply, tap("tap.ask", "ask", case.id), task, done


async def settle(turn: Turn, words: Words, about: About) -> None:
    """Change the letter whose button was pressed into *words*; say them where it is gone."""
    quoted, place = await turn.quoted(), turn.heard.scene.place if turn.heard else None
    if quoted is not None and quoted.letter is not None and place is not None:
        await turn.amend(quoted.letter.id, place, words, about=about)
    else:
        await turn.answer(words, about=about)


# what happens to a case reaches its cards


@plugin.on(CaseOpened)
async def plan_publication(turn: Turn, fact: CaseOpened) -> None:
    case = await turn.case(fact.case)
    at = fact.at + settings_of(turn).burst
    turn.later("publish", at, {}, key=f"publish:{case.id}", case=case)


@plugin.job("publish")
async def publish(turn: Turn, job: Job) -> None:
    """The burst is over: whoever the case's visibility admits may see it."""
    case = await turn.case(job.case or 0)
    if not case.published and not case.is_closed:
        turn.record(CasePublished(case=case.id, at=turn.now))


@plugin.on(CaseOffered)
async def offer(turn: Turn, fact: CaseOffered) -> None:
    case = await turn.case(fact.case)
    if case.offered_to == fact.to:
        await deal(turn, case, fact.to)


@plugin.on(CaseAccepted)
async def show_lead(turn: Turn, fact: CaseAccepted) -> None:
    case = await turn.case(fact.case)
    await refresh(turn, case)
    holders = {one.person for one in await turn.read.letters.by_topic(case.id, "card")}
    if case.lead is None or case.lead != fact.actor:
        return
    if case.lead in holders:
        await bring_files(turn, case, case.lead)
    else:
        await deal(turn, case, case.lead)


@plugin.on(
    CaseConfirmed,
    CaseDeclined,
    CaseDismissed,
    CaseUnconfirmed,
    OfferLapsed,
    VisibilityRaised,
)
async def show_all(turn: Turn, fact: CaseFact) -> None:
    case = await turn.case(fact.case)
    await refresh(turn, case)
    if case.is_closed or case.lead is None or await may_read(turn, case.lead, case):
        return
    # Whoever may not read it any more cannot lead it: the next one is asked, as if he had left.
    turn.record(CaseEscalated(case=case.id, at=turn.now, level="chair", trigger=LEFT))


@plugin.on(
    CaseDone, CaseJoined, CaseRated, CategoryCorrected, TaskGiven, TaskPromised, WorkerAsked
)
async def show_holders(turn: Turn, fact: CaseFact) -> None:
    if isinstance(fact, TaskPromised) and fact.day is None:
        return  # a card shows the day, and there is none yet
    case = await turn.case(fact.case)
    await refresh(turn, case, *filter(None, (case.lead, case.offered_to)))


# what the lead hears in words


@plugin.on(CaseAppended, WorkerAnswered)
async def pass_on_words(turn: Turn, fact: CaseAppended | WorkerAnswered) -> None:
    """Carry the worker's own words to the lead; before there is one, the card takes them up.

    A card cannot take up a file, so whoever is asked to lead is sent it.
    """
    case = await turn.case(fact.case)
    await refresh(turn, case, *filter(None, (case.lead, case.offered_to)))
    if case.lead is None and case.offered_to is not None:
        await bring_files(turn, case, case.offered_to)
    if case.lead is None or fact.actor == case.lead:
        return
    file = fact.file if isinstance(fact, CaseAppended) else None
    kept = await turn.read.files.get(file) if file else None
    files = (OutFile(kept.id, kept.kind, kept.name),) if kept else ()
    said = {"words": fact.text} if fact.text else {"kind": kind_of(files)}
    key = "heard.words" if fact.text else "heard.file"
    words = text(key, **await _speaker(turn, case, fact), **said)
    about = About(case=case, topic=FILES if files else "heard", files=files)
    await turn.tell(case.lead, words, about=about, manner=ringing(case))


@plugin.on(CaseReopened, CaseResumed, CaseShelved, CaseWithdrawn)
async def tell_turn_of_events(turn: Turn, fact: CaseFact) -> None:
    """Tell the lead that the case is his again, put off, or nobody's concern any more."""
    case = await turn.case(fact.case)
    await refresh(turn, case)
    if case.lead is None or fact.actor == case.lead:
        return
    day = dated(case.review_on) if case.review_on else ""
    worker = await shifu(turn, case.reporter)
    key = f"heard.{type(fact).__name__}"
    words = text(key, number=case.number, worker=worker, words=fact.text, day=day)
    about = About(case=case, topic="heard")
    await turn.tell(case.lead, words, about=about, manner=ringing(case))


@plugin.on(TaskReported)
async def tell_report(turn: Turn, fact: TaskReported) -> None:
    case = await turn.case(fact.case)
    if case.lead is None or fact.actor == case.lead:
        return
    proofs = [
        row.fact.file
        for row in await turn.read.cases.history(case.id)
        if isinstance(row.fact, ProofAdded)
        and (row.fact.at, row.fact.actor) == (fact.at, fact.actor)
    ]
    kept = [one for file in proofs if (one := await turn.read.files.get(file))]
    files = tuple(OutFile(one.id, one.kind, one.name) for one in kept)
    words = text("heard.report", **await _speaker(turn, case, fact), words=fact.text)
    about = About(case=case, topic="heard", files=files)
    can_end = case.state in (State.ACTIVE, State.ASKED, State.SHELVED)
    taps = (tap("tap.done", "done", case.id),) if can_end else ()
    await turn.tell(case.lead, words, *taps, about=about, manner=ringing(case))


async def _speaker(turn: Turn, case: Case, fact: CaseFact) -> dict[str, object]:
    worker = fact.actor == case.reporter
    who = await (shifu(turn, case.reporter) if worker else name_of(turn, fact.actor))
    return {"number": case.number, "who": who}
