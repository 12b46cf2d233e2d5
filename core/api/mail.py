"""Letters as plugins write them: buttons, manners, what a letter is about."""

from core.chat.letter import LetterKind, OutFile, Urgency
from core.chat.message import FileKind, FileRef, Incoming, Kind
from core.chat.text import plain, shorten, squeeze, surname
from core.kit.writing import (
    ALARM,
    ANSWER,
    CASEWORK,
    DIGEST,
    NOTICE,
    PROMPT,
    QUIET_CASEWORK,
    About,
    Manner,
    Tap,
    tap,
)

__all__ = [
    "ALARM",
    "ANSWER",
    "CASEWORK",
    "DIGEST",
    "NOTICE",
    "PROMPT",
    "QUIET_CASEWORK",
    "About",
    "FileKind",
    "FileRef",
    "Incoming",
    "Kind",
    "LetterKind",
    "Manner",
    "OutFile",
    "Tap",
    "Urgency",
    "plain",
    "shorten",
    "squeeze",
    "surname",
    "tap",
]
