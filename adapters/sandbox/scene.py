"""What is true in the sandbox's world now: the sum of its journal, and nothing that decides.

Group chats have free names; the private chat of ``wu`` with the bot is ``@wu``.
"""

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime

from adapters.sandbox.entry import (
    Changed,
    Entry,
    Erased,
    Happened,
    Heard,
    Posted,
    Seated,
    Titled,
)
from core.api.adapter import Button, FileRef, Kind


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a phone."""

    user: str
    name: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One bubble; ``user`` None is the bot. ``offered``: all that its buttons ever carried."""

    id: str
    chat: str
    user: str | None
    at: datetime
    text: str
    files: tuple[FileRef, ...] = ()
    buttons: tuple[Button, ...] = ()
    quotes: str | None = None
    silent: bool = False
    version: int = 0
    gone: bool = False
    offered: frozenset[str] = frozenset()


@dataclass(slots=True)
class Chat:
    """A group, or somebody's private chat with the bot (no title); members in order of coming."""

    id: str
    title: str = ""
    members: dict[str, None] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        return self.id.startswith("@")


def private_chat(user: str) -> str:
    return f"@{user}"


class Scene:
    """Users, chats, messages, what waits for the bot, and which letters have arrived."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.chats: dict[str, Chat] = {}
        self.messages: dict[str, Message] = {}
        self.letters: dict[int, str] = {}
        self.waiting: dict[str, deque[Happened]] = {}
        self.seq = 0

    def apply(self, entry: Entry) -> None:
        """Let *entry* have happened."""
        match entry:
            case Seated():
                self.users[entry.user] = User(entry.user, entry.name, entry.label)
            case Titled():
                self.chats.setdefault(entry.chat, Chat(entry.chat)).title = entry.title
            case Happened():
                self._happen(entry)
            case Heard():
                self._forget_oldest(entry)
            case Posted():
                self._post(entry)
            case Changed():
                self._change(entry)
            case Erased():
                self.letters[entry.letter] = entry.id
                self._put(
                    replace(self.messages[entry.id], gone=True, buttons=(), files=(), text="")
                )

    def is_opened(self, user: str) -> bool:
        """Tell whether *user* has opened the private chat with the bot."""
        return private_chat(user) in self.chats

    def _happen(self, entry: Happened) -> None:
        self.seq = max(self.seq, entry.seq)
        chat = self.chats.setdefault(entry.chat, Chat(entry.chat))
        match entry.kind:
            case Kind.OPENED | Kind.JOINED:
                chat.members[entry.user] = None
            case Kind.LEFT:
                chat.members.pop(entry.user, None)
            case Kind.SAID:
                self._put(said(entry))
            case Kind.EDITED:
                old = self.messages[entry.id]
                self._put(replace(old, text=entry.text, version=entry.version))
            case _:
                pass
        if entry.told:
            self.waiting.setdefault(entry.chat, deque()).append(entry)

    def _forget_oldest(self, entry: Heard) -> None:
        self.waiting[entry.chat].popleft()
        if not self.waiting[entry.chat]:
            del self.waiting[entry.chat]

    def _post(self, entry: Posted) -> None:
        self.seq = max(self.seq, entry.seq)
        self.letters[entry.letter] = entry.id
        self._put(posted(entry))

    def _change(self, entry: Changed) -> None:
        self.letters[entry.letter] = entry.id
        old = self.messages[entry.id]
        self._put(
            replace(
                old,
                text=entry.text,
                buttons=entry.buttons,
                version=old.version + 1,
                offered=old.offered | {button.data for button in entry.buttons},
            )
        )

    def _put(self, message: Message) -> None:
        self.messages[message.id] = message
        self.chats[message.chat].messages[message.id] = message


def said(entry: Happened) -> Message:
    return Message(
        id=entry.id,
        chat=entry.chat,
        user=entry.user,
        at=entry.at,
        text=entry.text,
        files=entry.files,
        quotes=entry.quotes,
    )


def posted(entry: Posted) -> Message:
    return Message(
        id=entry.id,
        chat=entry.chat,
        user=None,
        at=entry.at,
        text=entry.text,
        files=entry.files,
        buttons=entry.buttons,
        quotes=entry.quotes,
        silent=entry.silent,
        offered=frozenset(button.data for button in entry.buttons),
    )
