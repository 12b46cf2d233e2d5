"""Chats and people come and go: binding, joining, leaving, moving, the bot shown out.

Rule 1: a newcomer is a worker in all that helps him, and of unknown side in all he may see; the
group is not told of him.
Rule 2: who leaves knows nothing from that moment, and what was in his hands goes to others.
Rule 3: a bot shown out of a group is the chair's business at once.
"""

from typing import Final

from core.api.facts import CaseEscalated, OfferLapsed
from core.api.mail import ALARM, ANSWER, Kind, Tap
from core.api.people import Group, Membership, Role, Side
from core.api.plugin import OPERATORS, RuleError, Turn, Where, text
from core.api.store import Place, Writer
from plugins.groups.declare import plugin

LISTED: Final = 12
LEFT: Final = "lead_left"
NO_KEY: Final = ""


# binding


@plugin.command("bind", "绑定", who=OPERATORS, where=Where.GROUP, example="/bind xiboliang")
async def bind_command(turn: Turn, key: str = NO_KEY) -> None:
    if not key:
        groups = await turn.read.people.groups_after(0, LISTED)
        taps = [Tap(group.name, "bind", (group.id,)) for group in groups]
        words = text("bind.which" if groups else "bind.none")
        turn.put(_place(turn), words, *taps, manner=ANSWER)
        return
    group = await turn.read.people.group_by_key(key)
    if group is None:
        turn.put(_place(turn), text("bind.unknown", name=key), manner=ANSWER)
        return
    _bind(turn, group)


@plugin.button("bind")
async def bind_button(turn: Turn, group: int) -> None:
    if not turn.holds(Role.OPERATOR):
        raise RuleError("core.not_for_you", name="bind")
    found = await turn.read.people.group(group)
    if found is None:
        raise RuleError("core.stale_button")
    _bind(turn, found)


def _bind(turn: Turn, group: Group) -> None:
    place, places = _place(turn), turn.read.places
    turn.unit.write(places.binding(place.id, group.id))
    turn.unit.write(places.opening(place.id))
    turn.put(place, text("bind.done", group=group.name), manner=ANSWER)


def _place(turn: Turn) -> Place:
    """Return the chat the speaker is in; one never seen before becomes a row of its own."""
    heard = turn.heard
    assert heard is not None  # noqa: S101 - a command is always somebody's
    if heard.scene.place is not None:
        return heard.scene.place
    place = Place(turn.read.ids.next(), heard.incoming.account, heard.incoming.chat)
    turn.unit.write(turn.read.places.adding(place))
    return place


# people


@plugin.event(Kind.JOINED)
async def welcome(turn: Turn) -> None:
    """Let a newcomer belong to the group, quietly; a group that was closed to us is open again."""
    group, place = turn.group, turn.heard.scene.place if turn.heard else None
    if group is None or place is None:
        return
    if not place.open:
        turn.unit.write(turn.read.places.opening(place.id))
    if turn.heard is None or turn.heard.person is None:
        # A stranger becomes a person and a member with any commit of his turn.
        turn.unit.write(_nothing_more)
    elif all(one.group != group.id for one in turn.memberships):
        newcomer = Membership(
            turn.me, group.id, Role.WORKER, Side.UNKNOWN, verified=False, since=turn.now
        )
        turn.unit.write(turn.read.people.adding_membership(newcomer))


@plugin.event(Kind.LEFT)
async def say_goodbye(turn: Turn) -> None:
    """End what he was in the group; whatever was in his hands is offered to others."""
    if turn.group is None or turn.heard is None or turn.heard.person is None:
        return
    turn.unit.write(turn.read.people.ending_memberships(turn.me, turn.group.id, turn.now))
    await hand_back(turn, turn.group.id)


async def hand_back(turn: Turn, group: int | None = None) -> None:
    """Let everything that the speaker leads or was asked to take (in *group*) go to others."""
    for one in await turn.read.cases.offered_to(turn.me):
        if group in (None, one.group):
            case = await turn.case(one.id)
            turn.record(OfferLapsed(case=case.id, at=turn.now, to=turn.me))
    for one in await turn.read.cases.open_of_lead(turn.me):
        if group in (None, one.group):
            case = await turn.case(one.id)
            turn.record(CaseEscalated(case=case.id, at=turn.now, level="chair", trigger=LEFT))


async def _nothing_more(_writer: Writer) -> None:
    """Write nothing of one's own."""


# the chat itself


@plugin.event(Kind.REMOVED)
async def shown_out(turn: Turn) -> None:
    """Close the chat; of a group, alarm its chairs in private."""
    place = turn.heard.scene.place if turn.heard else None
    if place is None:
        return
    turn.unit.write(turn.read.places.closing(place.id))
    if turn.group is None:
        return
    who = turn.incoming.sender.name
    words = text("removed_by" if who else "removed", group=turn.group.name, who=who)
    for chair in await turn.read.people.members(turn.group.id, Role.CHAIR):
        await turn.tell(chair.person, words, manner=ALARM)


@plugin.event(Kind.MOVED)
async def follow(turn: Turn) -> None:
    """The platform gave the chat another id; the group stays what it is."""
    place = turn.heard.scene.place if turn.heard else None
    if place is not None and turn.incoming.text:
        turn.unit.write(turn.read.places.moving(place.id, turn.incoming.text))
