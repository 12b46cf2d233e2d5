"""Facts as rows and back: a name, the actor, the moment, the words, and the rest as JSON."""

import dataclasses
import json
import typing
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Final

from core.domain import fact as known
from core.domain.fact import Fact
from core.errors import StoreError

Plain = str | int | bool | float | None | list["Plain"]

_OWN_COLUMNS: Final = frozenset({"at", "actor", "text"})


class FactBook:
    """Knows every class of fact by its name: those of the house and those that plugins bring."""

    def __init__(self, extra: Iterable[type[Fact]] = ()) -> None:
        own = (item for item in vars(known).values() if isinstance(item, type))
        classes = (item for item in (*own, *extra) if issubclass(item, Fact))
        self._shapes = {item.__name__: _shape(item) for item in classes}

    def data(self, fact: Fact) -> str:
        """Return the fields without a column of their own, as JSON in a fixed order."""
        fields = self._of(type(fact).__name__)[1]
        plain = {name: _to_plain(getattr(fact, name)) for name in fields}
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def fact(self, name: str, data: str, own: tuple[datetime, int | None, str]) -> Fact:
        """Return the fact that was kept; *own* is (at, actor, text)."""
        kind, readers = self._of(name)
        at, actor, text = own
        kept = {
            key: readers[key](value) for key, value in json.loads(data).items() if key in readers
        }
        make = typing.cast("Callable[..., Fact]", kind)
        return make(at=at, actor=actor, text=text, **kept)

    def _of(self, name: str) -> "_Shape":
        try:
            return self._shapes[name]
        except KeyError:
            raise StoreError(
                f"fact {name} is known to no listed plugin: list the plugin that brought it"
            ) from None


_Reader = Callable[[typing.Any], object]
_Shape = tuple[type[Fact], dict[str, _Reader]]


def _shape(kind: type[Fact]) -> _Shape:
    hints = typing.get_type_hints(kind)
    names = (item.name for item in dataclasses.fields(kind))
    return kind, {name: _reader(hints[name]) for name in names if name not in _OWN_COLUMNS}


def _reader(hint: object) -> _Reader:
    """Return how a JSON value becomes what *hint* asks for."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (UnionType, typing.Union):
        (some,) = (_reader(part) for part in inner if part is not NoneType)
        return lambda value: None if value is None else some(value)
    if origin in (frozenset, tuple):
        one = _reader(inner[0])
        return lambda value: origin(one(item) for item in value)
    if hint is datetime:
        return datetime.fromisoformat
    if hint is date:
        return date.fromisoformat
    return typing.cast("_Reader", hint)


def _to_plain(value: object) -> Plain:
    match value:
        case Enum():
            return typing.cast("str | int", value.value)
        case frozenset():
            return sorted((_to_plain(item) for item in value), key=str)
        case tuple():
            return [_to_plain(item) for item in value]
        case datetime() | date():
            return value.isoformat()
        case None | str() | int() | float():
            return value
        case _:
            raise TypeError(f"a fact carries ids and small values only, no {type(value).__name__}")
