"""``/parked``: what failed for good, to be tried again or dropped; nobody's words are shown.

An id has fifteen digits; its last six are enough to tell a few parked things apart.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.api.mail import Tap, shorten
from core.api.people import Role
from core.api.plugin import OPERATORS, RuleError, Text, Turn, text
from core.api.store import NewJob, to_moment
from plugins.admin.declare import clock_face, plugin

SHORT: Final = 1_000_000
SHOWN: Final = 4
"""Each has two buttons, and eight buttons is what every platform shows."""
MOST: Final = 200
AGAIN: Final = frozenset({"again", "再办", "重试"})
DROP: Final = frozenset({"drop", "放下", "丢掉"})
LETTERS: Final = (
    "SELECT id, created_at, reason FROM letter WHERE state = 'parked' AND body IS NOT NULL"
    " ORDER BY id LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Stuck:
    """One parked thing as the list shows it."""

    id: int
    at: datetime
    kind: str
    error: str

    @property
    def number(self) -> int:
        return self.id % SHORT


@plugin.command("parked", "没办成的", who=OPERATORS, example="/parked 123456 again")
async def show_parked(turn: Turn, number: int = 0, deed: str = "") -> None:
    """List what is parked; with a number and a deed, try it again or drop it."""
    parked = await _parked(turn)
    if number:
        found = [one for one in parked if one.number == number]
        if len(found) != 1 or deed not in AGAIN | DROP:
            raise RuleError("parked.usage")
        return await _do(turn, found[0].id, again=deed in AGAIN)
    if not parked:
        await turn.answer(text("parked.none"))
        return None
    lines = [_line(turn, one) for one in parked[:SHOWN]]
    more = len(parked) - len(lines)
    taps = [tap for one in parked[:SHOWN] for tap in _taps(one)]
    rest = text("parked.more", count=more) if more else ""
    await turn.answer((text("parked.title", count=len(parked)), *lines, rest), *taps)
    return None


@plugin.button("retry")
async def press_retry(turn: Turn, parked: int, deed: str) -> None:
    """Try a parked thing again, or drop it; for operators, wherever the button went."""
    if not turn.holds(Role.OPERATOR):
        raise RuleError("core.not_for_you", name="parked")
    await _do(turn, parked, again=deed in AGAIN)


async def _do(turn: Turn, parked: int, *, again: bool) -> None:
    data: dict[str, int | str] = {"parked": parked, "deed": "again" if again else "drop"}
    lane = f"retry:{parked}"
    turn.unit.job(NewJob("core", "retry", turn.now, lane, data, key=lane))
    await turn.answer(text("parked.again" if again else "parked.dropped", number=parked % SHORT))


async def _parked(turn: Turn) -> list[Stuck]:
    """Return parked messages, jobs and letters, oldest first."""
    found = [
        Stuck(one.id, one.at, one.kind, what_failed(one.error))
        for one in await turn.read.parked.list(MOST)
    ]
    for number, at, reason in await turn.read.reader.fetch(LETTERS, MOST):
        moment = to_moment(at)
        found.append(Stuck(number, moment, "letter", shorten(reason, 80)))
    return sorted(found, key=lambda one: one.id)


def _line(turn: Turn, one: Stuck) -> Text:
    at = clock_face(one.at, turn.house.zone)
    return text(f"parked.{one.kind}", number=f"{one.number:06}", at=at, error=one.error)


def _taps(one: Stuck) -> tuple[Tap, Tap]:
    number = f"{one.number:06}"
    return (
        Tap(text("parked.try", number=number), "retry", (one.id, "again")),
        Tap(text("parked.drop", number=number), "retry", (one.id, "drop")),
    )


def what_failed(way: str) -> str:
    """Return the kind of an error and where it arose, from the way that the engine wrote down."""
    *_, where, kind = ("", *way.split(" > "))
    return f"{kind} ({where})" if where else kind or "?"
