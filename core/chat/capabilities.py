"""What a platform can do and how fast it may be used, as values."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """At most ``count`` letters in any ``per``."""

    count: int
    per: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """One platform's abilities and limits; sizes in characters, bytes where it says so.

    ``idempotent``: a letter sent twice within ``remembers`` shows once. ``keeps``: how long the
    platform holds what we have not heard yet (None: for ever). ``paces``: limits of the account;
    ``chat_paces``: of any one chat. ``unasked``: may write to a group without a member's tap.
    ``window``: how long after a person's message we may answer (None: always).
    """

    text: int
    buttons: int = 8
    button_bytes: int = 64
    edits: bool = True
    deletes: bool = True
    quotes: bool = True
    files: bool = True
    file_bytes: int = 10_000_000
    silent: bool = True
    idempotent: bool = False
    remembers: timedelta | None = None
    keeps: timedelta | None = None
    paces: tuple[Pace, ...] = ()
    chat_paces: tuple[Pace, ...] = ()
    opens_private: bool = False
    unasked: bool = True
    window: timedelta | None = None
