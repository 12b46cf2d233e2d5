"""A turn: one message, press, fact or due job being handled; everything it decides is one commit.

Rule 1: reads go to the reader connection and wait for nobody's transaction.
Rule 2: writes are gathered in the unit; nothing is written, and nothing said, unless the handler
returns.
Rule 3: a case is touched only after ``may`` was asked, and the commit asks again with fresh eyes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.chat.message import FileRef, Incoming
from core.domain import fact as f
from core.domain.case import Case, opened
from core.domain.org import Group, Membership, Person, Role, Side
from core.domain.policy import Action, Actor, may
from core.errors import Conflict, RuleError
from core.kit.heard import Heard
from core.kit.house import House
from core.kit.writing import Writing
from core.store.records import Dialog, NewAttachment, NewJob, Place, SentLetter
from core.store.store import Store
from core.store.unit import Unit, Writer

DEEPEST = 8
"""A fact that follows from a fact that follows … deeper than this is a loop: it is parked."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What the quoted message was: one of our letters, or a message that belongs to a case."""

    letter: SentLetter | None
    case: int | None


@dataclass(slots=True)
class Turn(Writing):
    """What a handler works with."""

    depth: int = 0
    _cases: dict[int, Case] = field(default_factory=dict)
    _newcomer: Person | None = None
    _actor: Actor | None = None
    _new_place: Place | None = None

    @property
    def now(self) -> datetime:
        return self.house.clock.now()

    @property
    def read(self) -> Store:
        """The store, for reading."""
        return self.house.store

    @property
    def incoming(self) -> Incoming:
        return self._speaker().incoming

    @property
    def group(self) -> Group | None:
        """The group of the chat the person spoke in."""
        return self.heard.group if self.heard else None

    @property
    def person(self) -> Person:
        """The speaker; a stranger becomes a person with the turn's commit."""
        heard = self._speaker()
        if heard.person is not None:
            return heard.person
        if self._newcomer is None:
            name = heard.incoming.sender.name or heard.incoming.sender.user
            self._newcomer = Person(self.house.store.ids.next(), name)
        return self._newcomer

    @property
    def me(self) -> int:
        return self.person.id

    @property
    def memberships(self) -> tuple[Membership, ...]:
        """The speaker's memberships as remembered: for wording and choosing, never for rights."""
        heard = self._speaker()
        if heard.person is not None or heard.group is None:
            return heard.scene.memberships
        return (self._first_membership(heard.group),)

    async def actor(self) -> Actor:
        """Return the speaker as the policy must see him: read afresh, once a turn."""
        if self._actor is None:
            known = self._speaker().person is not None
            fresh = await self.read.people.memberships(self.me) if known else self.memberships
            self._actor = Actor(self.me, fresh)
        return self._actor

    def holds(self, *roles: Role) -> bool:
        """Whether the speaker has one of *roles* here (in private: anywhere)."""
        return bool(self._speaker().roles & set(roles))

    # cases

    async def case(self, case: int, action: Action | None = None) -> Case:
        """Return a case, for *action* of the speaker (None: for the bot's own work).

        Raises RuleError ``core.stale_button`` alike for one that is not there and one he may not
        know.
        """
        found = self._cases.get(case) or await self.read.cases.get(case)
        return await self._permit(found, action)

    async def case_numbered(self, number: int, action: Action = Action.KNOW) -> Case:
        """Return the case with *number*, as ``case`` does.

        Raises RuleError ``core.no_such_case`` alike for one that is not there and one he may not
        know.
        """
        found = await self.read.cases.by_number(number)
        known = self._cases.get(found.id, found) if found else None
        return await self._permit(known, action, number)

    async def can(self, action: Action, case: Case) -> bool:
        """Whether the speaker may do *action*."""
        return may(await self.actor(), action, case, self.now)

    async def _permit(
        self, case: Case | None, action: Action | None, number: int | None = None
    ) -> Case:
        allowed = case is not None and (action is None or await self.can(action, case))
        if case is None or not (allowed or await self.can(Action.KNOW, case)):
            # Whoever did not type the number must not learn it from the refusal.
            typed = number is not None
            raise RuleError("core.no_such_case" if typed else "core.stale_button", number=number)
        if not allowed:
            raise RuleError("core.not_yours", number=case.number)
        self._cases.setdefault(case.id, case)
        if action:
            self._ask_again(action, case)
        return case

    def _ask_again(self, action: Action, case: Case) -> None:
        """Guard with the case as it was found: what the turn does may end the right to do it."""
        person = self.me
        if self._newcomer is not None:
            return

        async def guard(writer: Writer) -> None:
            actor = Actor(person, await self.read.people.memberships(person, on=writer))
            if not may(actor, action, case, self.now):
                raise Conflict(f"person {person} may no longer {action} case {case.id}")

        self.unit.guard(guard)

    def record(self, fact: f.Fact) -> int:
        """Let *fact* have happened: the case changes, subscribers hear of it after the commit."""
        if isinstance(fact, f.CaseOpened):
            self._cases[fact.case] = opened(fact)
            self.unit.open_case(self._cases[fact.case])
        elif isinstance(fact, f.CaseFact):
            before = self._cases[fact.case]
            self._cases[fact.case] = after = before.after(fact)
            self.unit.change_case(before.version, after)
        row = self.unit.fact(fact)
        case = fact.case if isinstance(fact, f.CaseFact) else None
        for deed in self.house.subscribers.get(type(fact), ()):
            self.unit.job(
                NewJob(
                    owner=deed.plugin,
                    name=deed.name,
                    due_at=self.now,
                    lane=f"case:{case}" if case else f"fact:{row}",
                    data={"fact": row},
                    case=case,
                    depth=self.depth + 1,
                )
            )
        return row

    def known(self, case: int) -> Case:
        """Return a case of this turn as it stands after what was recorded."""
        return self._cases[case]

    # work for later

    def later(
        self,
        name: str,
        at: datetime,
        data: Mapping[str, int | str],
        *,
        key: str = "",
        case: Case | None = None,
    ) -> None:
        """Let the plugin's job *name* run at *at*; the same *key* replaces what was planned."""
        lane = f"case:{case.id}" if case else f"job:{self.owner}.{name}"
        whole = f"{self.owner}.{key}" if key else ""
        self.unit.job(
            NewJob(
                owner=self.owner,
                name=name,
                due_at=at,
                lane=lane,
                data=dict(data),
                key=whole,
                case=case.id if case else None,
            )
        )

    def cancel(self, key: str) -> None:
        """Drop what was planned under *key*."""
        self.unit.drop_job_key(f"{self.owner}.{key}")

    # dialogs

    async def ask(self, step: str, until: datetime, data: Mapping[str, int | str]) -> None:
        """Hand this person's next message here to the plugin's *step*, until *until*."""
        place = await self._here()
        self.unit.dialog(Dialog(place.id, self.me, self.owner, step, dict(data), until))

    async def end_dialog(self) -> None:
        """Forget the dialog with this person here."""
        place = await self._here()
        self.unit.drop_dialog(place.id, self.me)

    # what else was there

    async def quoted(self) -> Quoted | None:
        """Return what the person replied to or pressed under; None when it is nothing of ours."""
        heard = self._speaker()
        if heard.incoming.quotes is None or heard.scene.place is None:
            return None
        place = heard.scene.place.id
        letter = await self.read.letters.by_message(place, heard.incoming.quotes)
        if letter is not None:
            return Quoted(letter, letter.case)
        case = await self.read.cases.by_message(place, heard.incoming.quotes)
        return Quoted(None, case) if case is not None else None

    async def belongs(self, case: int) -> None:
        """Let the incoming message belong to *case*, so that a quote of it finds the case."""
        place = await self._here()
        self.unit.case_message(place.id, self.incoming.id, case)

    def keep(self, file: FileRef, case: int, account: str = "") -> int:
        """Have *file* fetched, stripped of where it was taken, and stored; return its id.

        *account*: where it lies, when that is not where somebody speaks just now.
        """
        account = account or self.incoming.account
        number = self.unit.attachment(
            NewAttachment(case=case, kind=file.kind, name=file.name, ref=file.ref, account=account)
        )
        self.unit.job(NewJob("core", "fetch", self.now, f"file:{number}", {"file": number}))
        return number

    # the engine's part

    def take_for_known(self, cases: Mapping[int, Case]) -> None:
        """Spare the reading of *cases*: they were written a moment ago, in this transaction."""
        self._cases |= cases

    async def _here(self) -> Place:
        heard = self._speaker()
        if heard.scene.place is not None:
            return heard.scene.place
        if self._new_place is None:
            person = self.me if heard.private else None
            self._new_place = Place(
                id=self.house.store.ids.next(),
                account=heard.incoming.account,
                chat=heard.incoming.chat,
                group=None,
                person=person,
                private=heard.private,
                open=heard.private,
            )
        return self._new_place

    def _first_membership(self, group: Group) -> Membership:
        return Membership(
            self.me, group.id, Role.WORKER, Side.UNKNOWN, verified=False, since=self.now
        )

    async def finish(self) -> Unit:
        """Return what is to be committed; a newcomer becomes known. For the dispatcher."""
        heard = self.heard
        if heard is None or (self.unit.is_empty and not heard.opens):
            return self.unit
        if heard.person is None:
            self._welcome(heard)
        await self._come_in(heard)
        message = heard.incoming
        self.unit.mark(message.account, message.chat, message.id, message.version)
        return self.unit

    async def _come_in(self, heard: Heard) -> None:
        """Let the chat be known: a private one is open once its person has written there."""
        place = heard.scene.place
        if place is None and (heard.private or self._new_place is not None):
            self.unit.write(self.read.places.adding(await self._here()))
        elif heard.private and place is not None and (place.person, place.open) != (self.me, True):
            # Closed meanwhile, or the chat of somebody who was forgotten and is new again.
            self.unit.write(self.read.places.opening(place.id, self.me))

    def _welcome(self, heard: Heard) -> None:
        people = self.read.people
        self.unit.write(people.adding_person(self.person, heard.incoming.sender.user))
        if heard.group is not None:
            self.unit.write(people.adding_membership(self._first_membership(heard.group)))


def fresh_turn(house: House, owner: str, heard: Heard | None = None, depth: int = 0) -> Turn:
    """Return a turn that has done nothing yet."""
    return Turn(house, owner, heard, house.store.unit(), depth=depth)
