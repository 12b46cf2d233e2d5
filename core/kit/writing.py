"""Writing letters in a turn: to whom, in whose language, in what manner. Nothing is sent here."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from datetime import timedelta

from core.chat.letter import Button, LetterKind, OutFile, Urgency
from core.domain.case import Case
from core.domain.category import Visibility
from core.domain.org import Person
from core.kit.heard import Heard
from core.kit.house import House
from core.kit.words import Words, text
from core.store.records import NewLetter, Place
from core.store.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a letter goes. ``prompted``: outside the budget. ``resend``: again when unknown."""

    kind: LetterKind = LetterKind.NOTICE
    urgency: Urgency = Urgency.ORDINARY
    prompted: bool = False
    silent: bool = False
    resend: bool = True
    expires_after: timedelta | None = None


ANSWER = Manner(kind=LetterKind.REPLY, prompted=True)
NOTICE = Manner()
CASEWORK = Manner(prompted=True)
QUIET_CASEWORK = Manner(prompted=True, silent=True)
ALARM = Manner(urgency=Urgency.URGENT, prompted=True)
PROMPT = Manner(kind=LetterKind.PROMPT, urgency=Urgency.BULK, resend=False)
DIGEST = Manner(kind=LetterKind.DIGEST, silent=True)


@dataclass(frozen=True, slots=True)
class Tap:
    """A button to offer: its label and the handler it calls, ``name`` or ``plugin.name``."""

    label: Words
    name: str
    args: tuple[int | str, ...] = ()


def tap(label: str, name: str, *args: int | str) -> Tap:
    """Return a button with the sentence *label* that calls *name* with *args*."""
    return Tap(text(label), name, args)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a letter concerns.

    ``topic`` finds it again (a card, a prompt). ``neutral``: tells nothing of its case, so it may
    stand in a group whatever the case's visibility. ``quote``: the platform message it answers.
    """

    case: Case | None = None
    topic: str = ""
    files: tuple[OutFile, ...] = ()
    neutral: bool = False
    quote: str | None = None


NOTHING = About()


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter before it is put into words; ``edits`` is an earlier letter of ours."""

    words: Words
    taps: tuple[Tap, ...]
    about: About
    manner: Manner
    language: str = ""
    edits: int | None = None


@dataclass(slots=True)
class Writing(ABC):
    """The letter-writing half of a turn."""

    house: House
    owner: str
    heard: Heard | None
    unit: Unit
    _homes: dict[int, Place | None] = field(default_factory=dict)

    def say(self, words: Words, language: str = "") -> str:
        """Return *words* of the plugin at work as text."""
        return self.house.texts.say(words, self.owner, language or self.language)

    @property
    def language(self) -> str:
        """The speaker's language, or the deployment's."""
        person = self.heard.person if self.heard else None
        return (person.language if person else "") or self.house.language

    async def reply(self, words: Words, *taps: Tap, about: About = NOTHING) -> int:
        """Answer where the person spoke, quoting him in a group."""
        heard = self._speaker()
        quote = about.quote or (None if heard.private else heard.incoming.id)
        if heard.incoming.press:
            quote = None
        place = await self._here()
        about = replace(about, quote=quote)
        return self._write(place, Draft(words, taps, about, ANSWER))

    async def answer(self, words: Words, *taps: Tap, about: About = NOTHING) -> int:
        """Answer for the speaker's eyes alone: in private where he has opened it.

        Where he has not, the group hears only how to come into private.
        """
        heard = self._speaker()
        if heard.private:
            return await self.reply(words, *taps, about=about)
        person = heard.person
        home = await self.home(person.id) if person else None
        if home is None:
            return await self.reply(text("core.come_private"), about=About(neutral=True))
        return self._write(home, Draft(words, taps, about, ANSWER))

    async def tell(
        self,
        person: int,
        words: Words,
        *taps: Tap,
        about: About = NOTHING,
        manner: Manner = NOTICE,
    ) -> int | None:
        """Write to *person* in private; None when that chat is not open."""
        home = await self.home(person)
        if home is None:
            return None
        if about.case and about.case.visibility > Visibility.BOARD and not about.neutral:
            words = (text("core.new_message"), words)
        language = await self._language_of(person)
        return self._write(home, Draft(words, taps, about, manner, language))

    async def post(
        self, group: int, words: Words, *taps: Tap, about: About = NOTHING, manner: Manner = NOTICE
    ) -> list[int]:
        """Write in all chats of *group*."""
        places = await self.house.store.places.of_group(group)
        return [self.put(one, words, *taps, about=about, manner=manner) for one in places]

    def put(
        self,
        place: Place,
        words: Words,
        *taps: Tap,
        about: About = NOTHING,
        manner: Manner = NOTICE,
    ) -> int:
        """Write in a chat that was looked up already: a round of many groups asks once for all."""
        return self._write(place, Draft(words, taps, about, manner))

    async def amend(
        self, letter: int, place: Place, words: Words, *taps: Tap, about: About
    ) -> int:
        """Change an earlier letter in its place: a card is edited, not repeated."""
        language = await self._language_of(place.person) if place.person else ""
        return self._write(place, Draft(words, taps, about, QUIET_CASEWORK, language, letter))

    async def home(self, person: int) -> Place | None:
        """Return the private chat that *person* has opened, if any."""
        if person not in self._homes:
            self._homes[person] = await self.house.store.places.private_of(person)
        return self._homes[person]

    def remove_message(self, place: Place, message: str) -> int:
        """Take a message out of a chat, where the platform lets us."""
        return self.unit.letter(NewLetter(place.id, LetterKind.REPLY, "", deletes=message))

    @abstractmethod
    async def _here(self) -> Place:
        """Return the chat the person spoke in; a turn knows it."""

    def _speaker(self) -> Heard:
        if self.heard is None:
            raise TypeError("nobody spoke in this turn: tell or post instead of replying")
        return self.heard

    async def _language_of(self, person: int) -> str:
        found: Person | None = await self.house.store.people.person(person)
        return found.language if found else ""

    def _write(self, place: Place, draft: Draft) -> int:
        now = self.house.clock.now()
        about, manner = draft.about, draft.manner
        return self.unit.letter(
            NewLetter(
                place=place.id,
                kind=manner.kind,
                text=self.say(draft.words, draft.language),
                urgency=manner.urgency,
                buttons=tuple(self._button(one, draft.language) for one in draft.taps),
                files=about.files,
                reply_to=about.quote,
                edits=draft.edits,
                due_at=now,
                expires_at=now + manner.expires_after if manner.expires_after else None,
                resend=manner.resend,
                prompted=manner.prompted,
                silent=manner.silent,
                case=about.case.id if about.case else None,
                person=place.person,
                neutral=about.neutral,
                owner=self.owner,
                topic=about.topic,
            )
        )

    def _button(self, one: Tap, language: str) -> Button:
        name = one.name if "." in one.name else f"{self.owner}.{one.name}"
        data = ":".join((name, *map(str, one.args)))
        return Button(self.say(one.label, language), data)
