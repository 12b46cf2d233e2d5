"""Typed arguments of commands and buttons: a handler's annotations, compiled once at load.

``CaseNumber`` a number in any digits; ``Who`` a handle or name after ``@``; ``Rest`` all that is
left; ``OnOff`` on or off; plain ``int`` and ``str`` one word each. A parameter with a default may
be missing.
"""

import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

from core.errors import PluginError

Handler = Callable[..., Awaitable[bool | None]]


class CaseNumber(int):
    """A case's number as somebody typed it."""


class Who(str):
    """A person as somebody typed him, without the ``@``."""

    __slots__ = ()


class Rest(str):
    """All words that are left, as they were typed."""

    __slots__ = ()


class OnOff(int):
    """On or off; true when on."""


_ON: Final = {"on", "开", "上", "上班", "在", "yes"}
_OFF: Final = {"off", "关", "下", "下班", "不在", "no"}
_NUMBER: Final = re.compile(r"\s*[#＃№]?(\d{1,9})\s*(?:号)?(?!\d)")
_WHO: Final = re.compile(r"\s*@?([^\s@,:，：]+)[,:，：]?")
_WORD: Final = re.compile(r"\s*(\S+)")


class Unfit(Exception):
    """The words do not fit the parameters."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a handler."""

    name: str
    kind: type
    optional: bool


def compile_parameters(handler: Handler, skip: int = 1) -> tuple[Parameter, ...]:
    """Return the parameters after the first *skip*; raises PluginError for an unknown type."""
    hints = get_type_hints(handler)
    found = []
    for parameter in list(inspect.signature(handler).parameters.values())[skip:]:
        kind = hints.get(parameter.name, str)
        if kind not in _READERS:
            name = getattr(handler, "__qualname__", handler)
            raise PluginError(
                f"{name}: parameter {parameter.name} has a type that cannot be typed in chat"
            )
        optional = parameter.default is not inspect.Parameter.empty
        found.append(Parameter(parameter.name, kind, optional))
    return tuple(found)


def parse(parameters: tuple[Parameter, ...], words: str) -> dict[str, Any]:
    """Return the arguments that *words* give; raises Unfit."""
    values: dict[str, Any] = {}
    rest = words
    for parameter in parameters:
        taken = _READERS[parameter.kind](rest)
        if taken is None:
            if not parameter.optional:
                raise Unfit(parameter.name)
            continue
        values[parameter.name], rest = taken
    if rest.strip():
        raise Unfit(rest.strip())
    return values


def _read_number(words: str) -> tuple[CaseNumber, str] | None:
    found = _NUMBER.match(words)
    return (CaseNumber(found[1]), words[found.end() :]) if found else None


def _read_who(words: str) -> tuple[Who, str] | None:
    found = _WHO.match(words)
    return (Who(found[1]), words[found.end() :]) if found else None


def _read_rest(words: str) -> tuple[Rest, str] | None:
    return (Rest(words.strip()), "") if words.strip() else None


def _read_switch(words: str) -> tuple[OnOff, str] | None:
    found = _WORD.match(words)
    word = found[1].lower() if found else ""
    if found is None or word not in _ON | _OFF:
        return None
    return OnOff(word in _ON), words[found.end() :]


def _read_int(words: str) -> tuple[int, str] | None:
    found = re.match(r"\s*(-?\d{1,18})(?=\s|$)", words)
    return (int(found[1]), words[found.end() :]) if found else None


def _read_str(words: str) -> tuple[str, str] | None:
    found = _WORD.match(words)
    return (found[1], words[found.end() :]) if found else None


_READERS: Final[dict[type, Callable[[str], tuple[Any, str] | None]]] = {
    CaseNumber: _read_number,
    Who: _read_who,
    Rest: _read_rest,
    OnOff: _read_switch,
    int: _read_int,
    str: _read_str,
}
