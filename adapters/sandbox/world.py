"""The sandbox's platform: what its people and its bot may do; a deed is written before it shows.

Rule 1: what a person did waits here, over any restart, until the bot acknowledged it; in order.
Rule 2: a letter's id is its key: carried twice, it shows once and gets the same message id.
A forbidden deed raises RuleError, whose key the page translates.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Final

from adapters.sandbox.entry import Changed, Entry, Erased, Happened, Heard, Posted, Seated, Titled
from adapters.sandbox.journal import Journal
from adapters.sandbox.scene import Message, Scene, User, private_chat
from core.api.adapter import FileKind, FileRef, Kind, Letter, RuleError
from core.api.clock import Clock

TEXT_LIMIT: Final = 4000
FILE_LIMIT: Final = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody says; ``quotes`` is the message replied to."""

    text: str = ""
    files: Sequence[FileRef] = ()
    quotes: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A watcher's hint: this message is new or different, or (None) this chat's name or people."""

    chat: str
    message: str | None = None


class World:
    """The platform. Deeds are synchronous: when one returns, it is in the journal."""

    def __init__(self, clock: Clock, journal: Journal) -> None:
        self.scene: Final = Scene()
        self.news: Final = asyncio.Event()
        self.quiet: Final = asyncio.Event()
        self._clock = clock
        self._journal = journal
        self._uploads: dict[str, FileRef] = {}
        self._watchers: set[asyncio.Queue[Change]] = set()
        for entry in journal.entries():
            self.scene.apply(entry)
        self._signal()

    def seat(self, user: str, name: str, label: str = "") -> None:
        """Let *user* exist, or change his name or label."""
        if not user or user.startswith("@"):
            raise RuleError("sandbox.bad_name", name=user)
        if self.scene.users.get(user) != User(user, name, label):
            self._write(Seated(user=user, name=name, label=label))

    def title(self, chat: str, title: str) -> None:
        """Let the group *chat* exist under *title*."""
        if not chat or chat.startswith("@"):
            raise RuleError("sandbox.bad_name", name=chat)
        self._write(Titled(chat=chat, title=title))
        self._tell(Change(chat))

    def open(self, user: str, token: str = "") -> None:
        """Let *user* open his private chat with the bot; once is enough, unless he has a token."""
        self._person(user)
        if token or not self.scene.is_opened(user):
            self._happen(replace(self._deed(Kind.OPENED, private_chat(user), user), text=token))

    def join(self, chat: str, user: str, *, quietly: bool = False) -> None:
        """Let *user* come into the group *chat*; *quietly*: the bot is not told."""
        self._person(user)
        if chat not in self.scene.chats:
            self.title(chat, chat)
        if user not in self.scene.chats[chat].members:
            self._happen(replace(self._deed(Kind.JOINED, chat, user), told=not quietly))

    def leave(self, chat: str, user: str) -> None:
        self._member(chat, user)
        self._happen(self._deed(Kind.LEFT, chat, user))

    def say(self, user: str, chat: str, words: Words) -> str:
        """Let *user* write in *chat*; return the message's id."""
        self._member(chat, user)
        check_text(words.text, may_be_empty=bool(words.files))
        if words.quotes is not None:
            self._message(words.quotes, chat)
        deed = self._deed(Kind.SAID, chat, user)
        files = tuple(words.files)
        return self._happen(replace(deed, text=words.text, files=files, quotes=words.quotes))

    def edit(self, user: str, message: str, text: str) -> None:
        """Let *user* change what he wrote."""
        old = self._message(message)
        self._member(old.chat, user)
        check_text(text, may_be_empty=bool(old.files))
        if old.user != user:
            raise RuleError("sandbox.not_yours", message=message)
        if old.text == text:
            return
        deed = replace(self._deed(Kind.EDITED, old.chat, user), id=old.id, version=old.version + 1)
        self._happen(replace(deed, text=text, files=old.files, quotes=old.quotes))

    def press(self, user: str, chat: str, message: str, data: str) -> None:
        """Let *user* press a button; one that has just gone from the message still arrives."""
        self._member(chat, user)
        if data not in self._message(message, chat).offered:
            raise RuleError("sandbox.no_button", message=message)
        self._happen(replace(self._deed(Kind.PRESSED, chat, user), quotes=message, press=data))

    def upload(self, kind: FileKind, name: str, content: bytes) -> FileRef:
        """Keep a file that is about to be sent."""
        if len(content) > FILE_LIMIT:
            raise RuleError("sandbox.too_big", limit=FILE_LIMIT)
        file = FileRef(kind, token_hex(8), name, len(content))
        self._journal.keep(file.ref, content)
        self._uploads[file.ref] = file
        return file

    def uploaded(self, ref: str) -> FileRef:
        if ref not in self._uploads:
            raise RuleError("sandbox.no_file", file=ref)
        return self._uploads[ref]

    def content(self, ref: str) -> bytes:
        """Return the bytes of a file; raises KeyError."""
        return self._journal.read(ref)

    def waiting_chats(self) -> set[str]:
        """Return the chats in which something waits for the bot."""
        return set(self.scene.waiting)

    def oldest(self, chat: str) -> Happened | None:
        """Return what has waited longest in *chat*."""
        queue = self.scene.waiting.get(chat)
        return queue[0] if queue else None

    def acknowledge(self, event: Happened) -> None:
        """Let the oldest event of its chat be heard and done with."""
        self._write(Heard(seq=event.seq, chat=event.chat))
        self._signal()

    def carry(self, letter: Letter, files: Sequence[FileRef] = ()) -> str:
        """Let the bot's *letter* show, once; the letter has been checked before."""
        if letter.id in self.scene.letters:
            return self.scene.letters[letter.id]
        entry = self._entry_of(letter, files)
        self._write(entry)
        self._tell(Change(letter.chat, entry.id))
        if isinstance(entry, Erased):
            self._tell_who_quotes(letter.chat, entry.id)
        return entry.id

    @contextmanager
    def watching(self) -> Iterator[asyncio.Queue[Change]]:
        """Lend a queue that is told of every change."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)

    def _entry_of(self, letter: Letter, files: Sequence[FileRef]) -> Posted | Changed | Erased:
        if letter.deletes is not None:
            return Erased(letter=letter.id, id=letter.deletes)
        if letter.edits is not None:
            return Changed(
                letter=letter.id, id=letter.edits, text=letter.text, buttons=letter.buttons
            )
        quoted = self.scene.messages.get(letter.reply_to or "")
        seq = self.scene.seq + 1
        return Posted(
            seq=seq,
            letter=letter.id,
            id=f"m{seq}",
            at=self._clock.now(),
            chat=letter.chat,
            text=letter.text,
            buttons=letter.buttons,
            files=tuple(files),
            # What it answers may have gone meanwhile: the answer is still worth carrying.
            quotes=quoted.id if quoted and quoted.chat == letter.chat else None,
            silent=letter.silent,
        )

    def _deed(self, kind: Kind, chat: str, user: str) -> Happened:
        seq = self.scene.seq + 1
        name = f"{'m' if kind is Kind.SAID else 'e'}{seq}"
        return Happened(seq=seq, id=name, at=self._clock.now(), kind=kind, chat=chat, user=user)

    def _happen(self, event: Happened) -> str:
        self._write(event)
        shows = event.kind in {Kind.SAID, Kind.EDITED}
        if event.kind is not Kind.PRESSED:
            self._tell(Change(event.chat, event.id if shows else None))
        self._signal()
        return event.id

    def _write(self, entry: Entry) -> None:
        self._journal.write(entry)
        self.scene.apply(entry)

    def _signal(self) -> None:
        if self.scene.waiting:
            self.quiet.clear()
            self.news.set()
        else:
            self.quiet.set()

    def _tell(self, change: Change) -> None:
        for queue in self._watchers:
            queue.put_nowait(change)

    def _tell_who_quotes(self, chat: str, message: str) -> None:
        """Let the words of *message*, which has gone, go from its answers too."""
        for other in self.scene.chats[chat].messages.values():
            if other.quotes == message and not other.gone:
                self._tell(Change(chat, other.id))

    def _person(self, user: str) -> None:
        if user not in self.scene.users:
            raise RuleError("sandbox.no_user", user=user)

    def _member(self, chat: str, user: str) -> None:
        self._person(user)
        if chat not in self.scene.chats or user not in self.scene.chats[chat].members:
            raise RuleError("sandbox.not_member", user=user, chat=chat)

    def _message(self, message: str, chat: str | None = None) -> Message:
        found = self.scene.messages.get(message)
        if found is None or found.gone or chat not in {None, found.chat}:
            raise RuleError("sandbox.no_message", message=message)
        return found


def check_text(text: str, *, may_be_empty: bool) -> None:
    if not text.strip() and not may_be_empty:
        raise RuleError("sandbox.empty")
    if len(text) > TEXT_LIMIT:
        raise RuleError("sandbox.too_long", limit=TEXT_LIMIT)
