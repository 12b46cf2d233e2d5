"""The command index: one look-up finds a command, however many there are.

Rule 1: ``/`` ``!`` ``、`` (and their wide forms) open a command anywhere; in private none is
needed.
Rule 2: without a prefix an ASCII name counts when it is the first word, a Chinese word only alone
or beside a number: 接317, 317我来 are commands, 问一下工资 is talk.
Rule 3: ``、`` before anything that is no command is ordinary punctuation.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from core.chat.text import PREFIXES
from core.errors import PluginError
from core.kit.plugin import Command

_SLASHED: Final = re.compile(r"([A-Za-z_]+|[^\W\d_A-Za-z]+)(?:@\w+)?(.*)", re.DOTALL)
_ASCII: Final = re.compile(r"([A-Za-z_]+)(?:\s+(.*))?$", re.DOTALL)
_WORD_FIRST: Final = re.compile(
    r"([^\W\d_A-Za-z]+)\s*(?:#?(\d{1,9})\s*(?:号)?(?:[\s,:，：]+(.*))?)?$", re.DOTALL
)
_NUMBER_FIRST: Final = re.compile(r"#?(\d{1,9})\s*(?:号)?\s*([^\W\d_A-Za-z]+)?$")


@dataclass(frozen=True, slots=True)
class Called:
    """A command somebody gave, with its words; ``command`` is None for one that is not there."""

    command: Command | None
    words: str
    name: str


class CommandIndex:
    """All commands by all their names."""

    def __init__(self, commands: Iterable[Command], bare_number: str = "status") -> None:
        self._by_name: dict[str, Command] = {}
        for command in commands:
            for name in (command.name, *command.words):
                other = self._by_name.setdefault(name, command)
                if other is not command:
                    raise PluginError(
                        f"command {name!r} is declared by {other.plugin} and by {command.plugin}"
                    )
        self._bare_number = self._by_name.get(bare_number)

    def find(self, text: str, *, private: bool) -> Called | None:
        """Return what *text* (folded) calls, or None when it is talk."""
        if text[:1] in PREFIXES and len(text) > 1:
            return self._prefixed(text[0], text[1:].lstrip())
        return self._bare(text) if private else None

    def nearest(self, name: str) -> Command | None:
        """Return the command that *name* was perhaps meant to be."""
        close = get_close_matches(name.lower(), self._by_name, n=1, cutoff=0.6)
        return self._by_name[close[0]] if close else None

    def _prefixed(self, prefix: str, text: str) -> Called | None:
        found = _SLASHED.match(text)
        if found is None:
            return None
        name, words = found[1].lower(), found[2].strip()
        command = self._by_name.get(name)
        if command is None and prefix == "、":
            return None
        return Called(command, words, name)

    def _bare(self, text: str) -> Called | None:
        if text.isdigit() and self._bare_number is not None:
            return Called(self._bare_number, text, text)
        ascii_name = _ASCII.match(text)
        if ascii_name is not None:
            return self._known(ascii_name[1].lower(), ascii_name[2] or "")
        word_first = _WORD_FIRST.match(text)
        if word_first is not None:
            return self._known(
                word_first[1], f"{word_first[2] or ''} {word_first[3] or ''}".strip()
            )
        number_first = _NUMBER_FIRST.match(text)
        return (
            self._known(number_first[2], number_first[1])
            if number_first and number_first[2]
            else None
        )

    def _known(self, name: str, words: str) -> Called | None:
        command = self._by_name.get(name)
        return Called(command, words, name) if command is not None else None
