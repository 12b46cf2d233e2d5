"""What a worker hears about his case: in private where he opened it, else under his request.

Rule 1: in the group only published board cases are spoken of; for all others he hears there that
somebody would like a word with him, in the same sentence whatever it is about.
Rule 2: what he could not be told is kept in the case's facts, and told as soon as he comes.
Rule 3: one event, one message: who is answered at once is not told first that somebody cares.
"""

from dataclasses import replace
from datetime import date
from typing import Final

from core.api.case import Case, Visibility
from core.api.deeds import ProofAdded, TaskPromised, WorkerAsked, WorkerTold
from core.api.facts import CaseAccepted, CaseDone, CaseFact, CaseOpened, CaseShelved
from core.api.mail import CASEWORK, About, OutFile, Tap, surname, tap
from core.api.plugin import Text, Turn, Words, text
from core.api.store import Place
from plugins.myside.declare import plugin

SPOKEN: Final = (WorkerTold, WorkerAsked, CaseDone)
"""What is a helper's own word to the worker, so that he must hear it."""
SUNDAY: Final = 7
ASIDE: Final = "intake.aside"


# names and days


async def name_of(turn: Turn, person: int | None) -> Words:
    """Return how *person* is called; the union where it is nobody."""
    found = await turn.read.people.person(person) if person else None
    return found.name if found and found.name else text("union")


async def shifu(turn: Turn, person: int) -> Text:
    """Return how a worker is spoken of: surname and 师傅."""
    found = await turn.read.people.person(person)
    name = found.name if found else ""
    return text("shifu", name=surname(name), full=name)


async def local_today(turn: Turn, case: Case) -> date:
    """Return what day it is where the case's group is."""
    group = await turn.read.people.group(case.group)
    return turn.now.astimezone(group.zone if group else turn.house.zone).date()


def day_words(day: date, today: date) -> Text:
    """Return *day* as people say it on *today*."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return text("day.tomorrow" if ahead else "day.today")
    if ahead == SUNDAY - today.isoweekday():
        return text("day.week")
    return text("day.date", month=day.month, day=day.day)


# the way to the worker


async def to_worker(
    turn: Turn, case: Case, words: Words, *taps: Tap, about: About, caller: int | None = None
) -> None:
    """Tell the worker; with *caller*, a helper, he is at least called where he cannot be told."""
    if await turn.tell(case.reporter, words, *taps, about=about, manner=CASEWORK) is not None:
        return
    place, message = await request_of(turn, case)
    if place is None:
        return
    if is_open_talk(case):
        turn.put(place, words, *taps, about=replace(about, quote=message), manner=CASEWORK)
    elif caller is not None and not await _is_called(turn, case):
        call = About(case=case, topic="call", neutral=True, quote=message)
        words = text("call", cadre=await name_of(turn, caller))
        # The door into private is the one under every acknowledgement; it knows whose case it is.
        turn.put(place, words, tap("tap.aside", ASIDE), about=call, manner=CASEWORK)


async def settle(turn: Turn, words: Words, about: About) -> None:
    """Change the letter whose button was pressed into *words*; say them where it is gone."""
    quoted, place = await turn.quoted(), turn.heard.scene.place if turn.heard else None
    if quoted is not None and quoted.letter is not None and place is not None:
        await turn.amend(quoted.letter.id, place, words, about=about)
    else:
        await turn.answer(words, about=about)


def is_open_talk(case: Case) -> bool:
    """Whether the case may be spoken of in its group."""
    return case.visibility is Visibility.BOARD and case.published


async def request_of(turn: Turn, case: Case) -> tuple[Place | None, str]:
    """Return where in the group the request stands, and which message it is."""
    for number, message in await turn.read.cases.messages(case.id):
        place = await turn.read.places.by_id(number)
        if place is not None and place.group == case.group and place.open:
            return place, message
    return None, ""


async def untold(turn: Turn, case: Case) -> list[CaseFact]:
    """Return what helpers said to the worker that he was only called for."""
    if not await _is_called(turn, case):
        return []
    last = await _last_told(turn, case)
    history = await turn.read.cases.history(case.id)
    return [
        row.fact
        for row in history
        if row.id > last and isinstance(row.fact, WorkerTold | WorkerAsked | CaseDone)
    ]


async def _is_called(turn: Turn, case: Case) -> bool:
    """Whether he was called and has not been told since."""
    calls = await turn.read.letters.by_topic(case.id, "call")
    last = await _last_told(turn, case)
    return any(one.id > last for one in calls)


async def _last_told(turn: Turn, case: Case) -> int:
    """Return the last letter that brought him a helper's word in private."""
    read = turn.read.letters
    told = [*await read.by_topic(case.id, "told"), *await read.by_topic(case.id, "verify")]
    return max((one.id for one in told if one.person == case.reporter), default=0)


# what he hears


@plugin.on(CaseOpened)
async def tell_opened(turn: Turn, fact: CaseOpened) -> None:
    """Tell a worker that somebody opened a case for him; his own requests are acknowledged."""
    if fact.source != "behalf" or fact.actor == fact.reporter:
        return
    case = await turn.case(fact.case)
    words = text("told.behalf", cadre=await name_of(turn, fact.actor), number=case.number)
    about = About(case=case, topic="told")
    await turn.tell(case.reporter, words, about=about, manner=CASEWORK)


@plugin.on(CaseAccepted)
async def tell_taken(turn: Turn, fact: CaseAccepted) -> None:
    case = await turn.case(fact.case)
    if fact.actor == case.reporter or await _said_more(turn, fact):
        return
    words = text("told.taken", cadre=await name_of(turn, fact.actor))
    about = About(case=case, topic="taken")
    if await turn.tell(case.reporter, words, about=about, manner=CASEWORK) is None:
        place, message = await request_of(turn, case)
        if place is not None and case.visibility is Visibility.BOARD:
            turn.put(place, words, about=replace(about, quote=message), manner=CASEWORK)


async def _said_more(turn: Turn, fact: CaseAccepted) -> bool:
    """Whether the same move brought him words already, or opened the case for him."""
    history = await turn.read.cases.history(fact.case)
    return any(
        (row.fact.at, row.fact.actor) == (fact.at, fact.actor)
        and isinstance(row.fact, (*SPOKEN, CaseOpened))
        for row in history
    )


@plugin.on(WorkerTold, WorkerAsked)
async def tell_words(turn: Turn, fact: WorkerTold | WorkerAsked) -> None:
    """Carry a helper's words; without words and files they stand in the group already."""
    case = await turn.case(fact.case)
    files = await files_with(turn, fact)
    if not fact.text and not files:
        return
    about = About(case=case, topic="told", files=files)
    await to_worker(turn, case, await spoken(turn, fact), about=about, caller=fact.actor)


async def spoken(turn: Turn, fact: CaseFact) -> Text:
    """Return a helper's word as the worker hears it; what came without words, by its kind."""
    cadre = await name_of(turn, fact.actor)
    files = () if fact.text else await files_with(turn, fact)
    if isinstance(fact, WorkerAsked):
        return text("told.asked", cadre=cadre, words=fact.text)
    if files:
        return text("told.file", cadre=cadre, kind=text(f"kind.{files[0].kind.value}"))
    return text("told.words", cadre=cadre, words=fact.text)


async def files_with(turn: Turn, fact: CaseFact) -> tuple[OutFile, ...]:
    """Return the proofs that were added in the same move as *fact*."""
    kept = [
        await turn.read.files.get(row.fact.file)
        for row in await turn.read.cases.history(fact.case)
        if isinstance(row.fact, ProofAdded)
        and (row.fact.at, row.fact.actor) == (fact.at, fact.actor)
    ]
    return tuple(OutFile(one.id, one.kind, one.name) for one in kept if one)


@plugin.on(TaskPromised)
async def tell_promise(turn: Turn, fact: TaskPromised) -> None:
    if fact.day is None:
        return
    case = await turn.case(fact.case)
    day = day_words(fact.day, await local_today(turn, case))
    words = text("told.promised", name=await name_of(turn, fact.actor), day=day)
    await to_worker(turn, case, words, about=About(case=case, topic="promised"))


@plugin.on(CaseShelved)
async def tell_shelved(turn: Turn, fact: CaseShelved) -> None:
    case = await turn.case(fact.case)
    day = day_words(fact.until, await local_today(turn, case))
    words = text("told.shelved", day=day, why=fact.text)
    await to_worker(turn, case, words, about=About(case=case, topic="told"), caller=fact.actor)
