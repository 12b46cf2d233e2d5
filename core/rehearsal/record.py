"""What the platform was given: one record a letter, and the buttons as they stand now."""

from dataclasses import dataclass, field
from datetime import datetime

from core.chat.letter import Button, Letter
from core.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One letter that was carried; ``to`` is a group's key or ``@`` and a person's handle."""

    id: str
    at: datetime
    to: str
    text: str
    buttons: tuple[Button, ...]
    kind: str
    reply_to: str | None
    edits: str | None
    deletes: str | None
    files: tuple[str, ...]
    chat: str

    @property
    def labels(self) -> list[str]:
        return [button.label for button in self.buttons]


@dataclass(slots=True)
class Recorder:
    """Writes down every letter once, however often it was sent."""

    clock: Clock
    names: dict[str, str] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    standing: dict[tuple[str, str], tuple[Button, ...]] = field(default_factory=dict)
    _known: set[tuple[str, int]] = field(default_factory=set)

    def carried(self, letter: Letter, message: str) -> None:
        """Take down *letter*, which the platform calls *message*."""
        if (message, letter.id) in self._known:
            return
        self._known.add((message, letter.id))
        self.records.append(
            Record(
                id=message,
                at=self.clock.now(),
                to=self.names.get(letter.chat, letter.chat),
                text=letter.text,
                buttons=letter.buttons,
                kind=letter.kind.value,
                reply_to=letter.reply_to,
                edits=letter.edits,
                deletes=letter.deletes,
                files=tuple(file.name for file in letter.files),
                chat=letter.chat,
            )
        )
        self._stand(letter, message)

    def newest(self, chats: list[str], wish: str | int) -> tuple[str, str, str] | None:
        """Return (chat, message, data) of the newest button *wish*, the first chat first.

        A label finds the newest message that has it; a number counts the buttons of the newest
        message that has any, from 1.
        """
        for chat in chats:
            for (where, message), buttons in reversed(self.standing.items()):
                if where == chat and buttons:
                    found = _button(buttons, wish)
                    if found is not None:
                        return chat, message, found.data
                    if isinstance(wish, int):
                        break
        return None

    def clear(self) -> None:
        """Forget what came before the curtain rose; buttons stay where they are."""
        self.records.clear()

    def _stand(self, letter: Letter, message: str) -> None:
        if letter.deletes is not None:
            self.standing.pop((letter.chat, letter.deletes), None)
            return
        key = (letter.chat, letter.edits or message)
        if letter.edits is None:
            self.standing.pop(key, None)
        self.standing[key] = letter.buttons


def _button(buttons: tuple[Button, ...], wish: str | int) -> Button | None:
    if isinstance(wish, int):
        return buttons[wish - 1] if 0 < wish <= len(buttons) else None
    return next((button for button in buttons if button.label == wish), None)
