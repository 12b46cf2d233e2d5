"""What became of each group's post of each day: a unique row decides that there is one only.

Rule 1: a row is written with the post's letters, in their transaction, or not at all.
Rule 2: ``chosen`` holds the chair's wish for a day to come; every other state is an end.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from tortoise import fields
from tortoise.models import Model

from core.api.store import (
    Conflict,
    Deed,
    IdField,
    MomentField,
    Reader,
    Row,
    Step,
    Writer,
    marks,
    to_millis,
)

KIND: Final = "prompt"


class State(StrEnum):
    """What became of the day's post; ``self``: the chair opened the day herself."""

    CHOSEN = "chosen"
    POSTED = "posted"
    MISSED = "missed"
    SELF = "self"


class PostingRow(Model):
    """A group's post of a day, ``words`` is the opening that the chair chose for it."""

    id = IdField()
    group_id = fields.BigIntField()
    day = fields.CharField(max_length=10)
    kind = fields.CharField(max_length=16)
    state = fields.CharField(max_length=16)
    prompt = fields.CharField(max_length=100)
    words = fields.TextField()
    at = MomentField()

    class Meta:
        table = "prompts_posting"
        unique_together = (("group_id", "day", "kind"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One row; ``opening`` empty: the one whose turn it is."""

    id: int
    group: int
    day: date
    state: State
    prompt: str
    opening: str = ""
    at: datetime


_INSERT: Final = (
    "INSERT INTO prompts_posting (id, group_id, day, kind, state, prompt, words, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (group_id, day, kind) DO UPDATE"
    " SET state = excluded.state, prompt = excluded.prompt, words = excluded.words,"
    " at = excluded.at WHERE prompts_posting.state IN ({})"
)
_ON: Final = (
    "SELECT group_id, state, words FROM prompts_posting"
    " WHERE day = ? AND kind = ? AND group_id IN ({})"
)
_SETTLE: Final = _INSERT.format("'chosen'")
_CHOOSE: Final = _INSERT.format("'chosen', 'self'")


async def postings_on(
    reader: Reader, day: date, groups: Collection[int]
) -> Mapping[int, tuple[State, str]]:
    """Return, of each of *groups* that has a row for *day*, its state and its opening."""
    rows = await reader.fetch(_ON.format(marks(len(groups))), day.isoformat(), KIND, *groups)
    return {group: (State(state), words) for group, state, words in rows}


def settling(*postings: Posting) -> Deed:
    """Write what became of days that had no end yet; Conflict when another was quicker."""
    return _writing(_SETTLE, postings)


def choosing(posting: Posting) -> Deed:
    """Write the chair's wish for a day to come; Conflict when its post went out meanwhile."""
    return _writing(_CHOOSE, (posting,))


def _writing(sql: str, postings: Collection[Posting]) -> Deed:
    step = Step(
        sql, [_row(one) for one in postings], Conflict("the day's post was settled meanwhile")
    )

    async def write(writer: Writer) -> None:
        await writer.run([step])

    return write


def _row(one: Posting) -> Row:
    return (
        one.id,
        one.group,
        one.day.isoformat(),
        KIND,
        one.state.value,
        one.prompt,
        one.opening,
        to_millis(one.at),
    )
