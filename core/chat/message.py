"""What people send us, whatever the platform."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What an incoming event is."""

    SAID = "said"
    EDITED = "edited"
    PRESSED = "pressed"
    OPENED = "opened"
    JOINED = "joined"
    LEFT = "left"
    MOVED = "moved"
    REMOVED = "removed"


class FileKind(StrEnum):
    """How a file is to be shown."""

    PHOTO = "photo"
    VOICE = "voice"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that still lies on the platform; ``ref`` is what its adapter fetches it by."""

    kind: FileKind
    ref: str
    name: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Sender:
    """The platform's user: ``telegram:123``, ``matrix:@a:b``, ``sandbox:wu``."""

    user: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One event from a platform; (account, chat, id, version) names it for ever.

    ``at`` is the platform's own time, UTC. ``private``: one to one with the bot. ``quotes``: the
    platform id of the message replied to or, for a press, of the message whose button was pressed.
    ``press``: the data of the pressed button. ``version`` counts edits. ``addressed``: the bot was
    mentioned. MOVED: ``text`` is the new chat id. OPENED: the private chat was opened; ``text`` is
    its start token, if any.
    """

    account: str
    chat: str
    id: str
    at: datetime
    sender: Sender
    private: bool
    kind: Kind = Kind.SAID
    text: str = ""
    files: tuple[FileRef, ...] = ()
    quotes: str | None = None
    press: str = ""
    version: int = 0
    addressed: bool = False
    chat_name: str = ""
