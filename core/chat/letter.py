"""What we send: a letter as an adapter sees it."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from core.chat.message import FileKind


class LetterKind(StrEnum):
    """What a letter is for; budget and rehearsal know it by this."""

    REPLY = "reply"
    NOTICE = "notice"
    PROMPT = "prompt"
    DIGEST = "digest"
    BULK = "bulk"


class Urgency(IntEnum):
    """The lower goes first."""

    URGENT = 0
    ORDINARY = 1
    BULK = 2


@dataclass(frozen=True, slots=True)
class Button:
    """One button; ``data`` is at most 64 bytes and tells an onlooker nothing."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class OutFile:
    """A file to send; ``id`` is the attachment's, its bytes come from the desk."""

    id: int
    kind: FileKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One outgoing message. ``reply_to``, ``edits`` and ``deletes`` are platform message ids.

    A letter with ``edits`` replaces that message's text and buttons; with ``deletes`` it removes
    it. ``silent``: the phone does not ring. ``id`` is the idempotency key where the platform has
    one.
    """

    id: int
    account: str
    chat: str
    kind: LetterKind
    text: str
    buttons: tuple[Button, ...] = ()
    files: tuple[OutFile, ...] = ()
    reply_to: str | None = None
    edits: str | None = None
    deletes: str | None = None
    silent: bool = False
