"""The outbox as the relay sees it: what is due, what became of it, what is still on its way.

Rule 1: a retry, and a letter on its way, hold the letters behind them in their (place, urgency).
Rule 2: a letter is marked as sending before the platform hears of it; after a crash it is unknown.
Rule 3: the body is wiped as soon as nobody needs it: sent, expired, or unknown and left so.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from core.chat.letter import LetterKind
from core.store.cabinet import Cabinet
from core.store.fields import to_millis, to_moment
from core.store.letter_rows import OUTGOING, to_outgoing
from core.store.records import LetterState, Outcome, Outgoing, SentLetter
from core.store.step import CHUNK, Row, Step, marks

_READY: Final = (
    "SELECT id FROM (SELECT l.id FROM letter l JOIN place p ON p.id = l.place_id"
    " WHERE l.state = '{state}' AND l.due_at <= ? AND p.account = ?"
    "{but_not} AND NOT EXISTS"
    " (SELECT 1 FROM letter b WHERE b.place_id = l.place_id AND b.state IN ('sending', 'retry')"
    " AND b.urgency = l.urgency AND b.id < l.id AND (b.state = 'sending' OR b.due_at > ?))"
    " ORDER BY l.urgency, l.id LIMIT ?) {state}_letters"
)
_CLAIM: Final = (
    "UPDATE letter SET state = 'sending', sent_at = ? WHERE id = ? AND state IN ('due', 'retry')"
)
_FINISH: Final = (
    "UPDATE letter SET state = ?, tries = tries + 1, sent_at = ?, message = ?, reason = ?,"
    " due_at = COALESCE(?, due_at), body = CASE WHEN ? THEN NULL ELSE body END WHERE id = ?"
)
_WIPED: Final = frozenset({LetterState.SENT, LetterState.EXPIRED})
_GONE: Final = frozenset({LetterState.SENT, LetterState.UNKNOWN, LetterState.SENDING})
_SENT: Final = "id, place_id, message, case_id, person_id, owner, kind, topic"


class Letters:
    """Reads on the reader connection, and the relay's own small writes."""

    def __init__(self, at: Cabinet) -> None:
        self._at = at

    async def due(
        self, account: str, now: datetime, limit: int, but_not: Collection[int] = ()
    ) -> tuple[Outgoing, ...]:
        """Return what *account* may send now: urgent first, then in the order it was written.

        Nothing for the places *but_not*: they are busy, or the platform asked for a pause there.
        """
        at = to_millis(now)
        busy = f" AND l.place_id NOT IN ({marks(len(but_not))})" if but_not else ""
        one = (at, account, *but_not, at, limit)
        ready = (_READY.format(state=state, but_not=busy) for state in ("due", "retry"))
        sql = (
            f"{OUTGOING} WHERE l.id IN ({' UNION ALL '.join(ready)})"
            " ORDER BY l.urgency, l.id LIMIT ?"
        )
        rows = await self._at.reader.fetch(sql, *one, *one, limit)
        return tuple(to_outgoing(row, self._at.sealer) for row in rows)

    async def get(self, letter: int) -> Outgoing | None:
        rows = await self._at.reader.fetch(f"{OUTGOING} WHERE l.id = ?", letter)
        return to_outgoing(rows[0], self._at.sealer) if rows else None

    async def mark_sending(self, letters: Sequence[int]) -> None:
        """Write down, before they are handed to a platform, that these are on their way."""
        now = to_millis(self._at.clock.now())
        await self._write(_CLAIM, [(now, letter) for letter in letters])

    async def finish(self, outcomes: Sequence[Outcome]) -> None:
        """Write down what became of letters."""
        await self._write(_FINISH, [_finish_row(outcome) for outcome in outcomes])

    async def postpone(self, letters: Sequence[int], until: datetime) -> None:
        """Let letters wait without holding those behind them: the attention budget is spent."""
        sql = "UPDATE letter SET state = 'due', due_at = ? WHERE id = ?"
        await self._write(sql, [(to_millis(until), letter) for letter in letters])

    async def recover(self) -> int:
        """Call all letters unknown that were on their way when the process died; return how many.

        Only at start, before the relay runs.
        """
        async with self._at.database.transaction() as writer:
            return await writer.execute(
                "UPDATE letter SET state = 'unknown', "
                "reason = 'stopped before the platform answered'"
                " WHERE state = 'sending'"
            )

    async def unknown(self, limit: int) -> tuple[Outgoing, ...]:
        """Return letters with unknown outcome that still have a body: nobody has decided yet."""
        sql = f"{OUTGOING} WHERE l.state = 'unknown' AND l.body IS NOT NULL ORDER BY l.id LIMIT ?"
        rows = await self._at.reader.fetch(sql, limit)
        return tuple(to_outgoing(row, self._at.sealer) for row in rows)

    async def send_again(self, letters: Sequence[int]) -> None:
        """Let unknown or parked letters be due again, in front of what is behind them."""
        sql = (
            "UPDATE letter SET state = 'retry', due_at = ? WHERE id = ?"
            " AND state IN ('unknown', 'parked') AND body IS NOT NULL"
        )
        now = to_millis(self._at.clock.now())
        await self._write(sql, [(now, letter) for letter in letters])

    async def leave(self, letters: Sequence[int]) -> None:
        """Leave unknown letters as they are, for ever: their bodies are wiped."""
        sql = "UPDATE letter SET body = NULL WHERE id = ? AND state = 'unknown'"
        await self._write(sql, [(letter,) for letter in letters])

    async def by_message(self, place: int, message: str) -> SentLetter | None:
        """Return which letter of ours a platform message is."""
        sql = (
            f"SELECT {_SENT} FROM letter WHERE place_id = ? AND message = ? AND edits_id IS NULL"
            " ORDER BY id LIMIT 1"
        )
        rows = await self._at.reader.fetch(sql, place, message)
        return _sent(rows[0]) if rows else None

    async def by_topic(self, case: int, topic: str) -> tuple[SentLetter, ...]:
        """Return the case's letters with *topic*; ``message`` is empty until sent."""
        sql = (
            f"SELECT {_SENT} FROM letter WHERE case_id = ? AND topic = ? AND edits_id IS NULL"
            " AND state NOT IN ('parked', 'expired') ORDER BY id"
        )
        return tuple(map(_sent, await self._at.reader.fetch(sql, case, topic)))

    async def unprompted_sent(self, place: int, since: datetime, until: datetime) -> int:
        """Return how much of the place's attention budget was used between two moments."""
        sql = (
            "SELECT COUNT(*) FROM letter WHERE place_id = ? AND sent_at >= ? AND sent_at < ?"
            " AND NOT prompted AND edits_id IS NULL AND deletes IS NULL"
            " AND state IN ('sending', 'sent', 'unknown')"
        )
        rows = await self._at.reader.fetch(sql, place, to_millis(since), to_millis(until))
        return int(rows[0][0])

    async def backlog(self) -> Mapping[LetterState, int]:
        """Return how many letters are in each state but sent and expired."""
        sql = (
            "SELECT state, COUNT(*) FROM letter WHERE state IN"
            " ('due', 'sending', 'retry', 'unknown', 'parked') GROUP BY state"
        )
        return {LetterState(state): count for state, count in await self._at.reader.fetch(sql)}

    async def next_due(self, account: str, after: datetime) -> datetime | None:
        """Return when the next letter of *account* is due, later than *after*."""
        sql = (
            "SELECT MIN(l.due_at) FROM letter l JOIN place p ON p.id = l.place_id"
            " WHERE l.state IN ('due', 'retry') AND l.due_at > ? AND p.account = ?"
        )
        rows = await self._at.reader.fetch(sql, to_millis(after), account)
        return to_moment(rows[0][0])

    async def _write(self, sql: str, rows: Sequence[Row]) -> None:
        if rows:
            await self._at.database.run(
                [Step(sql, rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK)]
            )


def _finish_row(outcome: Outcome) -> Row:
    gone = to_millis(outcome.at) if outcome.state in _GONE else None
    wiped = outcome.state in _WIPED
    again = to_millis(outcome.again_at)
    return (
        outcome.state.value,
        gone,
        outcome.message,
        outcome.reason,
        again,
        wiped,
        outcome.id,
    )


def _sent(row: Row) -> SentLetter:
    number, place, message, case, person, owner, kind, topic = row
    return SentLetter(number, place, message or "", case, person, owner, LetterKind(kind), topic)
