"""Places: the chats on platforms, and whose they are."""

from typing import Final

from core.store.cabinet import Cabinet
from core.store.records import Place
from core.store.step import Row, Step, Writer, insert
from core.store.tables_people import PlaceRow
from core.store.unit import Deed

PLACE: Final = "p.id, p.account, p.chat, p.group_id, p.person_id, p.private, p.open"
_PLACE: Final = insert(PlaceRow)


def to_place(row: Row) -> Place:
    """Return the place that a row of PLACE stands for."""
    number, account, chat, group, person, private, is_open = row
    return Place(number, account, chat, group, person, bool(private), bool(is_open))


class Places:
    """Reads, and deeds for ``unit.write``."""

    def __init__(self, at: Cabinet) -> None:
        self._at = at

    async def by_id(self, place: int) -> Place | None:
        return await self._one("p.id = ?", place)

    async def by_chat(self, account: str, chat: str) -> Place | None:
        return await self._one("p.account = ? AND p.chat = ?", account, chat)

    async def private_of(self, person: int) -> Place | None:
        """Return the private chat that *person* has open, the newest if several."""
        return await self._one("p.person_id = ? AND p.private AND p.open", person)

    async def of_group(self, group: int) -> tuple[Place, ...]:
        """Return the open chats of *group*, oldest first."""
        sql = f"SELECT {PLACE} FROM place p WHERE p.group_id = ? AND p.open ORDER BY p.id"
        return tuple(map(to_place, await self._at.reader.fetch(sql, group)))

    async def _one(self, condition: str, *params: object) -> Place | None:
        sql = f"SELECT {PLACE} FROM place p WHERE {condition} ORDER BY p.id DESC LIMIT 1"
        rows = await self._at.reader.fetch(sql, *params)
        return to_place(rows[0]) if rows else None

    def adding(self, place: Place) -> Deed:
        """Write a new place; a chat that is there already is a Conflict."""
        row = (
            place.id,
            place.account,
            place.chat,
            place.group,
            place.person,
            place.private,
            place.open,
        )
        return _changing(_PLACE, row)

    def binding(self, place: int, group: int | None) -> Deed:
        """Let the chat be *group*'s (None: nobody's)."""
        return _changing("UPDATE place SET group_id = ? WHERE id = ?", (group, place))

    def moving(self, place: int, chat: str) -> Deed:
        """Give the place the chat id that the platform moved it to."""
        return _changing("UPDATE place SET chat = ? WHERE id = ?", (chat, place))

    def opening(self, place: int, person: int | None = None) -> Deed:
        """Let the chat be open again, and be *person*'s where one is named."""
        sql = "UPDATE place SET open = ?, person_id = COALESCE(?, person_id) WHERE id = ?"
        return _changing(sql, (True, person, place))

    def closing(self, place: int) -> Deed:
        """Let the chat be closed: the bot was blocked or removed."""
        return _changing("UPDATE place SET open = ? WHERE id = ?", (False, place))


def _changing(sql: str, row: Row) -> Deed:
    async def write(writer: Writer) -> None:
        await writer.run([Step(sql, [row])])

    return write
