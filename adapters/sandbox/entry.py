"""The lines of the sandbox's journal: what happened on the platform, one frozen value each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter

from core.api.adapter import Button, FileRef, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """A user exists. ``label``: a role, then perhaps a trade: ``worker 水暖工``."""

    op: Literal["seated"] = "seated"
    user: str
    name: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Titled:
    """A group exists and has a title."""

    op: Literal["titled"] = "titled"
    chat: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A person did something; unless not ``told``, it waits until the bot has heard it."""

    op: Literal["happened"] = "happened"
    seq: int
    id: str
    at: datetime
    kind: Kind
    chat: str
    user: str
    text: str = ""
    files: tuple[FileRef, ...] = ()
    quotes: str | None = None
    press: str = ""
    version: int = 0
    told: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The bot acknowledged the oldest thing that waited in a chat."""

    op: Literal["heard"] = "heard"
    seq: int
    chat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The bot's letter became a message."""

    op: Literal["posted"] = "posted"
    seq: int
    letter: int
    id: str
    at: datetime
    chat: str
    text: str
    buttons: tuple[Button, ...] = ()
    files: tuple[FileRef, ...] = ()
    quotes: str | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The bot's letter changed a message in its place."""

    op: Literal["changed"] = "changed"
    letter: int
    id: str
    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """The bot's letter removed a message."""

    op: Literal["erased"] = "erased"
    letter: int
    id: str


Entry = Seated | Titled | Happened | Heard | Posted | Changed | Erased

LINE: Final[TypeAdapter[Entry]] = TypeAdapter(Annotated[Entry, Field(discriminator="op")])
