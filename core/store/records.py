"""What the store hands out and takes in, as values; the tables themselves stay behind it."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime
from enum import StrEnum

from core.chat.letter import Button, LetterKind, OutFile, Urgency
from core.chat.message import FileKind
from core.domain.fact import Fact
from core.domain.org import Group, Membership, Person


@dataclass(frozen=True, slots=True)
class Place:
    """A chat on a platform: a group's, or a person's private one."""

    id: int
    account: str
    chat: str
    group: int | None = None
    person: int | None = None
    private: bool = False
    open: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """Who speaks where: all that middleware must know about an incoming message."""

    place: Place | None
    group: Group | None
    person: Person | None
    memberships: tuple[Membership, ...] = ()
    off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Identity:
    """One platform user of a person; ``until`` is set when it was unlinked."""

    id: int
    person: int
    user: str
    since: datetime
    until: datetime | None = None


class LetterState(StrEnum):
    """Where a letter is on its way."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "retry"
    UNKNOWN = "unknown"
    PARKED = "parked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter to be written with a unit, which gives it its id.

    ``edits`` names one of our letters, ``reply_to`` and ``deletes`` a platform message.
    ``prompted``: outside the attention budget. ``resend``: send again when the outcome is unknown.
    ``neutral``: tells nothing of its case. ``person``: who reads it. ``owner``: the plugin.
    ``due_at`` None: at once.
    """

    place: int
    kind: LetterKind
    text: str
    _: KW_ONLY
    id: int = 0
    urgency: Urgency = Urgency.ORDINARY
    buttons: tuple[Button, ...] = ()
    files: tuple[OutFile, ...] = ()
    reply_to: str | None = None
    edits: int | None = None
    deletes: str | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    resend: bool = True
    prompted: bool = True
    silent: bool = False
    neutral: bool = False
    case: int | None = None
    person: int | None = None
    owner: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A letter as the relay reads it back, its place beside it.

    ``message`` is the platform's id once sent; ``edits_message`` that of the letter to be edited.
    ``text`` and ``buttons`` are empty once the body was wiped.
    """

    letter: NewLetter
    place: Place
    state: LetterState
    tries: int
    created_at: datetime
    due_at: datetime
    message: str | None = None
    edits_message: str | None = None
    reason: str = ""

    @property
    def id(self) -> int:
        return self.letter.id


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one letter; ``again_at`` for a retry, ``message`` once sent."""

    id: int
    state: LetterState
    at: datetime
    message: str | None = None
    reason: str = ""
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SentLetter:
    """What is remembered of a letter that was sent; its body is gone."""

    id: int
    place: int
    message: str
    case: int | None
    person: int | None
    owner: str
    kind: LetterKind
    topic: str


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work for later. ``key``, when not empty, is unique: putting the same key again replaces."""

    owner: str
    name: str
    due_at: datetime
    lane: str
    data: Mapping[str, int | str] = field(default_factory=dict)
    _: KW_ONLY
    key: str = ""
    case: int | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """Work that waits for its time; ``tries`` counts how often it failed."""

    id: int
    owner: str
    name: str
    due_at: datetime
    lane: str
    data: Mapping[str, int | str]
    key: str
    case: int | None
    depth: int
    tries: int


@dataclass(frozen=True, slots=True)
class Dialog:
    """A conversation that stands at ``step``; one per person and place."""

    place: int
    person: int
    plugin: str
    step: str
    data: Mapping[str, str | int]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParked:
    """Something that failed for good; the same ``key``, when not empty, is parked once."""

    kind: str
    lane: str
    raw: str
    error: str
    account: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """What was parked; ``raw`` is what arrived, whole."""

    id: int
    at: datetime
    kind: str
    account: str
    raw: str
    error: str
    lane: str


class FileState(StrEnum):
    """Where an attachment's bytes are."""

    WAITING = "waiting"
    KEPT = "kept"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAttachment:
    """A file that still lies on the platform; its adapter fetches it by ``ref``."""

    kind: FileKind
    name: str
    account: str
    ref: str
    case: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of ours; ``path`` is relative to the data folder once the bytes are kept."""

    id: int
    kind: FileKind
    name: str
    account: str
    ref: str
    at: datetime
    case: int | None
    path: str
    size: int
    state: FileState


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact with the id of its row."""

    id: int
    fact: Fact


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """An imported day that overrides the calendar: off, or worked after all."""

    day: date
    off: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class PluginTables:
    """A plugin's own tables: ``name`` labels them; the dotted ``module`` holds the models.

    ``migrations`` is the dotted package of its migrations. The tables of every listed plugin are
    there, whether it is switched on or off.
    """

    name: str
    module: str
    migrations: str
