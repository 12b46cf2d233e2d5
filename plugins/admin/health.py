"""``/health``: what worked last and when, and what is waiting."""

from datetime import datetime

from core.api.plugin import OPERATORS, Text, Turn, Words, text
from core.api.store import to_moment
from plugins.admin.declare import clock_face, plugin

LAST_MARK = "SELECT MAX(at) FROM mark"
LAST_SENT = "SELECT sent_at FROM letter WHERE state = 'sent' ORDER BY id DESC LIMIT 1"
NOVEMBER = 11


@plugin.command("health", "运行情况", who=OPERATORS)
async def show_health(turn: Turn) -> None:
    """Tell the operator how the house is."""
    backlog = await turn.read.letters.backlog()
    states = [text(f"letter.{state.value}", count=count) for state, count in backlog.items()]
    parked = await turn.read.parked.count()
    heard = turn.house.heard_at or await _moment(turn, LAST_MARK)
    await turn.answer(
        (
            text("health.title", at=clock_face(turn.now, turn.house.zone)),
            text("health.heard", at=_told(turn, heard)),
            text("health.sent", at=_told(turn, await _moment(turn, LAST_SENT))),
            _letters(states),
            text("health.parked" if parked else "health.none_parked", count=parked),
            text("health.jobs", count=await turn.read.jobs.count()),
            _calendar(turn),
        )
    )


def _letters(states: list[Text]) -> Words:
    return (text("health.letters"), *states) if states else text("health.no_letters")


def _told(turn: Turn, at: datetime | None) -> Words:
    return clock_face(at, turn.house.zone) if at else text("health.never")


def _calendar(turn: Turn) -> Words:
    """Return a line for each year whose workdays are a guess; nothing where all is known."""
    today = turn.now.astimezone(turn.house.zone)
    years = (today.year, today.year + 1) if today.month >= NOVEMBER else (today.year,)
    guessed = [year for year in years if turn.house.calendar.is_provisional(year)]
    return tuple(text("health.provisional", year=year) for year in guessed)


async def _moment(turn: Turn, sql: str) -> datetime | None:
    rows = await turn.read.reader.fetch(sql)
    return to_moment(rows[0][0]) if rows else None
