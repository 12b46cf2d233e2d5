"""A request becomes a case, or more words of one; and the speaker hears that it was heard.

Rule 1: the group hears the same sentence with the same button whatever the request is about.
Rule 2: number, secrecy and what to do first are said in private alone.
Rule 3: nothing is lost: what is too long or too large is cut or left out, and that is said.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Self

from core.api.case import (
    Action,
    Case,
    Category,
    Mark,
    Visibility,
    first_priority,
    first_visibility,
)
from core.api.deeds import CaseAppended
from core.api.facts import CaseOpened, VisibilityRaised
from core.api.mail import (
    ALARM,
    ANSWER,
    About,
    FileKind,
    FileRef,
    LetterKind,
    Manner,
    Tap,
    tap,
)
from core.api.plugin import Text, Turn, Words, text
from plugins.intake.declare import ear_of
from plugins.intake.rules import Verdict

LONGEST: Final = 2_000
LARGEST: Final = 20 * 1024 * 1024
SAME: Final = timedelta(hours=24)
OTHER: Final = "other"
URGENT_REPLY: Final = replace(ALARM, kind=LetterKind.REPLY)
TOPIC: Final = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asks for. ``place`` and ``message``: where it was written, 0: here and now.

    ``speaker``: whose it is when he does not speak just now, else 0. ``secret``: for the union
    alone.
    """

    words: str
    group: int
    source: str
    files: tuple[FileRef, ...] = ()
    secret: bool = False
    place: int = 0
    message: str = ""
    speaker: int = 0

    @classmethod
    def heard(cls, turn: Turn, group: int = 0) -> Self:
        """Return what the speaker says just now."""
        incoming = turn.incoming
        source = "private" if incoming.private else "group"
        return cls(
            words=incoming.text.strip(),
            group=turn.group.id if turn.group else group,
            source=source,
            files=incoming.files,
            message=incoming.id,
        )

    @classmethod
    def kept(cls, data: Mapping[str, str | int]) -> Self:
        """Return what a dialog kept."""
        files = [FileRef(FileKind(kind), *rest) for kind, *rest in json.loads(str(data["files"]))]
        return cls(
            words=str(data["words"]),
            group=int(data["group"]),
            source=str(data["source"]),
            files=tuple(files),
            secret=bool(data["secret"]),
            place=int(data["place"]),
            message=str(data["message"]),
        )

    def with_more(self, more: "Request") -> "Request":
        """Return it with what was said after it; all of it is one matter."""
        words = "\n".join(filter(None, (self.words, more.words)))
        return replace(self, words=words, files=self.files + more.files)

    def to_keep(self) -> dict[str, str | int]:
        """Return what a dialog can keep of it."""
        files = [[file.kind.value, file.ref, file.name, file.size] for file in self.files]
        return {
            "words": self.words,
            "group": self.group,
            "source": self.source,
            "files": json.dumps(files),
            "secret": int(self.secret),
            "place": self.place,
            "message": self.message,
        }


async def take_up(turn: Turn, request: Request, verdict: Verdict) -> Case:
    """Open a case, or add to the speaker's own of today about the same; say so to him."""
    case = await _same_of_today(turn, request, verdict)
    if case is not None:
        await add(turn, case, request, verdict)
        await acknowledge(turn, case, added=True)
    else:
        case = await open_case(turn, request, verdict)
        await acknowledge(turn, case)
    await _tell_what_was_cut(turn, case, request)
    return case


async def add(turn: Turn, case: Case, request: Request, verdict: Verdict) -> None:
    """Add words and files to *case*; what they reveal may make it more secret, never less."""
    case = await turn.case(case.id, Action.APPEND)
    if request.words:
        words = request.words[:LONGEST]
        turn.record(CaseAppended(case=case.id, at=turn.now, actor=turn.me, text=words))
    for number in await _belong(turn, case.id, request):
        turn.record(CaseAppended(case=case.id, at=turn.now, actor=turn.me, file=number))
    level = _visibility(turn, request, verdict) if request.words else Visibility.BOARD
    if level > max(case.visibility, Visibility.STAFF):
        turn.record(VisibilityRaised(case=case.id, at=turn.now, visibility=level))


def brings_alarm(case: Case, verdict: Verdict) -> bool:
    """Whether *verdict* sees something that must not be hidden in the course of *case*."""
    return bool(marks_of(verdict) - case.marks - {Mark.NAMES_PERSON, Mark.COLLECTIVE})


def marks_of(verdict: Verdict) -> frozenset[Mark]:
    return frozenset(mark for mark in Mark if mark.value in verdict.marks)


async def acknowledge(turn: Turn, case: Case, *, added: bool = False) -> None:
    """Say that it was heard: to the group the one sentence, to the speaker what is his."""
    cadre = await cadre_of(turn, case)
    if turn.group is not None:
        ack = text("ack", cadre=cadre)
        await turn.reply(ack, tap("aside", "aside"), about=About(case=case, neutral=True))
    first = next((text(key) for mark, key in _FIRST.items() if mark in case.marks), None)
    if first is not None and not added:
        await say_aside(turn, first, about=About(case=case), manner=URGENT_REPLY)
    if added:
        await say_aside(turn, text("added", number=case.number), about=About(case=case))
    elif Mark.SELF_HARM not in case.marks:
        await _tell_number(turn, case, cadre)


async def say_aside(
    turn: Turn, words: Words, *taps: Tap, about: About, manner: Manner = ANSWER
) -> None:
    """Say it to the speaker alone: in private where he speaks or where that chat is open."""
    if turn.incoming.private:
        await turn.reply(words, *taps, about=about)
    else:
        await turn.tell(turn.me, words, *taps, about=about, manner=manner)


async def cadre_of(turn: Turn, case: Case) -> str | Text:
    """Return who will come: the linked cadre's name, whatever it is about, else the union."""
    primary, _ = await turn.read.people.cadres_of(case.reporter, case.group)
    cadre = await turn.read.people.person(primary[0]) if primary else None
    return cadre.name if cadre else text("union")


async def _tell_number(turn: Turn, case: Case, cadre: str | Text) -> None:
    about, secret = About(case=case, topic=TOPIC), case.visibility >= Visibility.UNION_ONLY
    words = text("noted_secret" if secret else "noted", number=case.number, cadre=cadre)
    if secret and turn.group is not None:
        taps = (tap("erase", "erase", case.id), tap("leave", "leave", case.id))
        await say_aside(turn, (words, text("erase_ask")), *taps, about=about)
    else:
        await say_aside(turn, words, about=about)


_FIRST: Final = {
    Mark.SELF_HARM: "comfort",
    Mark.ACCIDENT_NOW: "emergency",
    Mark.HAZARD: "keep_away",
}


async def _same_of_today(turn: Turn, request: Request, verdict: Verdict) -> Case | None:
    """Return his case of today about the same, and as secret: nothing moves between levels."""
    category, level = _category(turn, verdict).id, _visibility(turn, request, verdict)
    for case in reversed(await turn.read.cases.of_reporter(turn.me)):
        fresh = turn.now - case.opened_at < SAME and case.group == request.group
        same = case.category == category and (category != OTHER or case.text == request.words)
        if fresh and same and case.visibility is level and not brings_alarm(case, verdict):
            return case
    return None


async def open_case(turn: Turn, request: Request, verdict: Verdict) -> Case:
    """Open a case and say nothing yet."""
    category, marks = _category(turn, verdict), marks_of(verdict)
    case, speaker = turn.read.ids.next(), request.speaker or turn.me
    turn.record(
        CaseOpened(
            case=case,
            at=turn.now,
            actor=speaker,
            text=request.words[:LONGEST],
            number=turn.house.numbers.number(await turn.read.numbers.next()),
            group=request.group,
            reporter=speaker,
            category=category.id,
            visibility=_visibility(turn, request, verdict),
            priority=first_priority(category, marks),
            marks=marks,
            source=request.source,
        )
    )
    await _belong(turn, case, request)
    place = turn.heard.scene.place if turn.heard else None
    if place is not None:
        ear_of(turn).remember(place.id, speaker, case, turn.now)
    return turn.known(case)


async def _belong(turn: Turn, case: int, request: Request) -> Sequence[int]:
    """Let message and files be the case's; return the files' ids."""
    account = ""
    if request.place:
        turn.unit.case_message(request.place, request.message, case)
        place = await turn.read.places.by_id(request.place)
        account = place.account if place else ""
    else:
        await turn.belongs(case)
    return [turn.keep(file, case, account) for file in request.files if file.size <= LARGEST]


def _category(turn: Turn, verdict: Verdict) -> Category:
    known = turn.house.categories
    return known.get(verdict.category or OTHER) or known.get(OTHER) or Category(OTHER)


def _visibility(turn: Turn, request: Request, verdict: Verdict) -> Visibility:
    """Return how secret it starts: the most careful of category, marks, rules and wish.

    A file without words may show anything, so it is the union's alone.
    """
    marks = marks_of(verdict)
    level = first_visibility(_category(turn, verdict), marks)
    if verdict.visibility is not None:
        level = max(level, Visibility[verdict.visibility.upper()])
    if request.source == "private":
        level = max(level, Visibility.STAFF)
    if request.secret or not request.words:
        level = max(level, Visibility.UNION_ONLY)
    return level


async def _tell_what_was_cut(turn: Turn, case: Case, request: Request) -> None:
    about = About(case=case)
    if len(request.words) > LONGEST:
        cut = text("cut", limit=LONGEST, cadre=await cadre_of(turn, case))
        await say_aside(turn, cut, about=about)
    if any(file.size > LARGEST for file in request.files):
        await say_aside(turn, text("core.file_too_large", limit=LARGEST // 1024**2), about=about)
