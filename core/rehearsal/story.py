"""A story's lines: read, checked, and refused with their numbers before anything is played."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.chat.message import FileKind
from core.errors import ConfigError
from core.settings import did_you_mean


class Line(BaseModel):
    """One line; which deed it is follows from the keys it has."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    at: AwareDatetime
    group: str | None = Field(default=None, alias="in")
    who: str | None = Field(default=None, alias="from")
    say: str | None = None
    name: str | None = Field(default=None, alias="as")
    quotes: str | None = None
    edit: str | None = None
    press: str | int | None = None
    photo: str | None = None
    voice: str | None = None
    file: str | None = None
    joins: str | None = None
    leaves: str | None = None
    fault: Literal["crash", "duplicate", "limit", "offline"] | None = None
    when: Literal["before_commit", "after_commit", "after_send"] | None = None
    retry_after: int | None = Field(default=None, ge=0)

    @property
    def files(self) -> list[tuple[FileKind, str]]:
        """The files that come with the words."""
        named = (
            (FileKind.PHOTO, self.photo),
            (FileKind.VOICE, self.voice),
            (FileKind.FILE, self.file),
        )
        return [(kind, path) for kind, path in named if path is not None]

    @property
    def speaks(self) -> bool:
        return self.say is not None or bool(self.files)

    @model_validator(mode="after")
    def _is_one_deed(self) -> "Line":
        deeds = [
            name
            for name, there in (
                ("say", self.speaks),
                ("press", self.press is not None),
                ("joins", self.joins is not None),
                ("leaves", self.leaves is not None),
                ("fault", self.fault is not None),
            )
            if there
        ]
        if len(deeds) > 1:
            raise ValueError(f"does several things at once: {', '.join(deeds)}; give each a line")
        if not deeds and (self.who or self.group):
            raise ValueError(
                "does nothing: give it say, press, photo, voice, file, joins or leaves"
            )
        self._has_what_it_needs(deeds[0] if deeds else "")
        return self

    def _has_what_it_needs(self, deed: str) -> None:
        if deed in ("say", "press") and self.who is None:
            raise ValueError(f'"{deed}" needs "from": who does it')
        if deed in ("joins", "leaves") and self.group is None:
            raise ValueError(f'"{deed}" needs "in": the group')
        if (self.fault == "crash") != (self.when is not None):
            raise ValueError('"crash" and "when" go together')
        if (self.fault == "limit") != (self.retry_after is not None):
            raise ValueError('"limit" and "retry_after" go together')
        if deed != "say" and (self.name or self.quotes or self.edit):
            raise ValueError('"as", "quotes" and "edit" go with "say"')


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line with its number in the file, from 1."""

    number: int
    line: Line


def read_story(path: Path) -> list[Numbered]:
    """Return a story's lines; raises ConfigError with every bad line and its number."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text ({error})") from error
    problems: list[str] = []
    lines = [
        line
        for number, raw in enumerate(text.splitlines(), start=1)
        if raw.strip() and (line := _read_line(number, raw, path.name, problems))
    ]
    problems += _out_of_order(lines, path.name)
    if not lines and not problems:
        problems = [f"{path.name}: has no line to play"]
    if problems:
        raise ConfigError(*problems)
    return lines


def check_names(
    lines: Sequence[Numbered], story: str, people: Iterable[str], groups: Iterable[str]
) -> None:
    """Raise ConfigError for every name that neither the roster nor the story knows."""
    known, sites, problems, said = set(people), set(groups), [], set[str]()
    for one in lines:
        line, where = one.line, f"{story}: line {one.number}"
        if line.group is not None and line.group not in sites:
            problems.append(f"{where}: no group {line.group!r}{did_you_mean(line.group, sites)}")
        problems += [
            f"{where}: nobody is called {who!r}{did_you_mean(who, known)}"
            for who in (line.who, line.leaves)
            if who is not None and who not in known
        ]
        problems += [
            f"{where}: no message was named {named!r} before"
            for named in (line.quotes, line.edit)
            if named is not None and named not in said
        ]
        known |= {line.joins} if line.joins else set()
        said |= {line.name} if line.name else set()
    if problems:
        raise ConfigError(*problems)


def _read_line(number: int, raw: str, story: str, problems: list[str]) -> Numbered | None:
    try:
        return Numbered(number, Line.model_validate(json.loads(raw)))
    except json.JSONDecodeError as error:
        problems.append(
            f"{story}: line {number}: is no JSON ({error.msg} at column {error.colno})"
        )
    except ValidationError as error:
        problems += [f"{story}: line {number}: {_sentence(dict(one))}" for one in error.errors()]
    return None


def _sentence(problem: dict[str, object]) -> str:
    where = problem["loc"]
    key = ".".join(map(str, where)) if isinstance(where, tuple) else ""
    if problem["type"] == "extra_forbidden":
        names = [field.alias or name for name, field in Line.model_fields.items()]
        return f"unknown key {key!r}{did_you_mean(key, names)}"
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"{key!r} {message[:1].lower()}{message[1:]}" if key else message


def _out_of_order(lines: Sequence[Numbered], story: str) -> list[str]:
    pairs = pairwise(lines)
    return [
        f"{story}: line {later.number}: its time is before that of line {earlier.number}"
        for earlier, later in pairs
        if later.line.at < earlier.line.at
    ]


def first_moment(lines: Sequence[Numbered]) -> datetime:
    """Return when the curtain rises: a minute before the first line."""
    return lines[0].line.at - timedelta(minutes=1)
