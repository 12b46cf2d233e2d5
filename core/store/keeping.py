"""Small things that are kept: dialogs, parked things, desk states, files, numbers, days."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from core.chat.message import FileKind
from core.store.cabinet import Cabinet
from core.store.fields import to_millis, to_moment
from core.store.records import Attachment, CalendarDay, Dialog, FileState, NewParked, Parked
from core.store.step import Row, Step, Writer, insert
from core.store.tables_people import CalendarDayRow
from core.store.tables_work import DeskStateRow, ParkedRow
from core.store.unit import Deed

_PARKED: Final = "id, at, kind, account, content, error, lane"
_FILE: Final = "id, case_id, kind, name, path, size, account, ref, at, state"
_KEEP: Final = insert(
    DeskStateRow, tail="ON CONFLICT (account, key) DO UPDATE SET value = excluded.value"
)
_BLOCK: Final = 16


class Dialogs:
    """Conversations that stand in the middle."""

    def __init__(self, at: Cabinet) -> None:
        self._at = at

    async def get(self, place: int, person: int) -> Dialog | None:
        """Return the dialog of *person* in *place*, run out or not."""
        sql = (
            "SELECT place_id, person_id, plugin, step, data, until FROM dialog"
            " WHERE place_id = ? AND person_id = ?"
        )
        rows = await self._at.reader.fetch(sql, place, person)
        if not rows:
            return None
        *who, plugin, step, data, until = rows[0]
        kept = json.loads(self._at.sealer.open(bytes(data)))
        return Dialog(who[0], who[1], plugin, step, kept, to_moment(until))

    async def standing(self) -> frozenset[tuple[int, int]]:
        """Return (place, person) of all dialogs: where a message may be an answer."""
        rows = await self._at.reader.fetch("SELECT place_id, person_id FROM dialog")
        return frozenset((place, person) for place, person in rows)


class Parking:
    """What failed for good, until an operator has looked at it."""

    def __init__(self, at: Cabinet) -> None:
        self._at = at

    async def put(self, parked: NewParked) -> int:
        """Park outside any unit; return its id."""
        number, now = self._at.ids.next(), to_millis(self._at.clock.now())
        raw = self._at.sealer.seal(parked.raw)
        key = parked.key or None
        row = (number, now, parked.kind, parked.account, raw, parked.error, parked.lane, key)
        await self._at.database.run(
            [Step(insert(ParkedRow, tail="ON CONFLICT DO NOTHING"), [row])]
        )
        return number

    async def list(self, limit: int = 100) -> tuple[Parked, ...]:
        sql = f"SELECT {_PARKED} FROM parked ORDER BY id LIMIT ?"
        return tuple(map(self._to_parked, await self._at.reader.fetch(sql, limit)))

    async def get(self, parked: int) -> Parked | None:
        rows = await self._at.reader.fetch(f"SELECT {_PARKED} FROM parked WHERE id = ?", parked)
        return self._to_parked(rows[0]) if rows else None

    async def count(self) -> int:
        return int((await self._at.reader.fetch("SELECT COUNT(*) FROM parked"))[0][0])

    def dropping(self, parked: int) -> Deed:
        """Forget it with a unit's commit."""

        async def write(writer: Writer) -> None:
            await writer.execute("DELETE FROM parked WHERE id = ?", parked)

        return write

    async def drop(self, parked: int) -> None:
        await self._at.database.run([Step("DELETE FROM parked WHERE id = ?", [(parked,)])])

    def _to_parked(self, row: Row) -> Parked:
        number, at, kind, account, raw, error, lane = row
        return Parked(
            id=number,
            at=to_moment(at),
            kind=kind,
            account=account,
            raw=self._at.sealer.open_text(bytes(raw)),
            error=error,
            lane=lane,
        )


class DeskStates:
    """What adapters keep between two runs."""

    def __init__(self, at: Cabinet) -> None:
        self._at = at

    async def load(self, account: str, key: str) -> str | None:
        sql = "SELECT value FROM desk_state WHERE account = ? AND key = ?"
        rows = await self._at.reader.fetch(sql, account, key)
        return rows[0][0] if rows else None

    async def save(self, account: str, key: str, value: str) -> None:
        """Keep *value*, durably once this returns."""
        row = (self._at.ids.next(), account, key, value)
        await self._at.database.run([Step(_KEEP, [row])])


class Files:
    """Attachments: what they are and where their bytes lie."""

    def __init__(self, at: Cabinet) -> None:
        self._at = at

    async def get(self, file: int) -> Attachment | None:
        found = await self._list("id = ?", file)
        return found[0] if found else None

    async def of_case(self, case: int) -> tuple[Attachment, ...]:
        return await self._list("case_id = ?", case)

    async def waiting(self, limit: int) -> tuple[Attachment, ...]:
        """Return files whose bytes still lie on a platform."""
        return (await self._list("state = 'waiting'"))[:limit]

    async def keep(self, file: int, path: str, size: int) -> None:
        """Write down that the bytes are ours now, at *path*."""
        await self._change((FileState.KEPT.value, path, size, file))

    async def lose(self, file: int) -> None:
        """Write down that the platform has the bytes no longer."""
        await self._change((FileState.LOST.value, "", 0, file))

    async def _change(self, row: Row) -> None:
        sql = "UPDATE attachment SET state = ?, path = ?, size = ? WHERE id = ?"
        await self._at.database.run([Step(sql, [row])])

    async def _list(self, condition: str, *params: object) -> tuple[Attachment, ...]:
        sql = f"SELECT {_FILE} FROM attachment WHERE {condition} ORDER BY id LIMIT 500"
        return tuple(map(self._to_file, await self._at.reader.fetch(sql, *params)))

    def _to_file(self, row: Row) -> Attachment:
        number, case, kind, name, path, size, account, ref, at, state = row
        return Attachment(
            id=number,
            kind=FileKind(kind),
            name=self._at.sealer.open_text(bytes(name)),
            account=account,
            ref=self._at.sealer.open_text(bytes(ref)),
            at=to_moment(at),
            case=case,
            path=path,
            size=size,
            state=FileState(state),
        )


class Numbers:
    """The sequence behind case numbers, taken from the database in blocks of 16."""

    def __init__(self, at: Cabinet) -> None:
        self._at = at
        self._block: Iterator[int] = iter(())

    async def next(self) -> int:
        """Return a number never given before; a restart may leave some out."""
        for number in self._block:
            return number
        start = await self._take()
        self._block = iter(range(start + 1, start + _BLOCK))
        return start

    async def _take(self) -> int:
        async with self._at.database.transaction() as writer:
            await writer.execute(
                "INSERT INTO counter (name, next) VALUES ('case', ?)"
                " ON CONFLICT (name) DO UPDATE SET next = counter.next + ?",
                _BLOCK,
                _BLOCK,
            )
            rows = await writer.fetch("SELECT next FROM counter WHERE name = 'case'")
        return int(rows[0][0]) - _BLOCK


class CalendarDays:
    """Imported days that override the calendar."""

    def __init__(self, at: Cabinet) -> None:
        self._at = at

    async def all(self) -> tuple[CalendarDay, ...]:
        rows = await self._at.reader.fetch("SELECT day, off, name FROM calendar_day ORDER BY day")
        return tuple(
            CalendarDay(date.fromisoformat(day), bool(off), name) for day, off, name in rows
        )

    def saving(self, days: Sequence[CalendarDay]) -> Deed:
        """Write imported days over those that were there."""
        tail = "ON CONFLICT (day) DO UPDATE SET off = excluded.off, name = excluded.name"
        rows = [(one.day.isoformat(), one.off, one.name) for one in days]

        async def write(writer: Writer) -> None:
            await writer.run([Step(insert(CalendarDayRow, tail=tail), rows)])

        return write
