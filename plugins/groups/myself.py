"""What a person and the bot have with each other: a greeting, what is kept, language, farewell.

Rule 1: opening the chat is answered once, warmly and shortly; nothing is asked.
Rule 2: what is kept about somebody he is told in plain words, whenever he asks.
Rule 3: forgetting needs a second word within ten minutes, and says before what it means.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from core.api.facts import CaseWithdrawn
from core.api.mail import Kind, Tap, tap
from core.api.people import Membership, Person, Role
from core.api.plugin import RuleError, Turn, Words, text
from plugins.groups.comings import hand_back
from plugins.groups.declare import cadres_of, called, plugin

PATIENCE: Final = timedelta(minutes=10)
HELPING: Final = frozenset({Role.CADRE, Role.CHAIR, Role.UPPER})


@plugin.event(Kind.OPENED)
async def greet(turn: Turn) -> None:
    await turn.reply(await _greeting(turn))


async def _greeting(turn: Turn) -> Words:
    roles = {one.role for one in turn.memberships}
    if roles & HELPING:
        return text("hello.helper", name=turn.person.name)
    if Role.MANAGER in roles:
        return text("hello.manager", name=turn.person.name)
    if not roles:
        return text("hello.stranger")
    cadres = await cadres_of(turn, turn.memberships)
    if not cadres:
        return text("hello.unlinked", name=called(turn))
    return text("hello.worker", name=called(turn), cadre=cadres[0])


@plugin.command("me", "我的信息")
async def me_command(turn: Turn) -> None:
    """Say what is kept about the speaker."""
    cadres = "、".join(await cadres_of(turn, turn.memberships))
    cases = await turn.read.cases.of_reporter(turn.me, open_only=False)
    identities = await turn.read.people.identities(turn.me)
    accounts = "、".join(one.user for one in identities if one.until is None)
    await turn.answer(
        (
            text("me.name", name=turn.person.name, account=accounts or "-"),
            *[await _place_of(turn, one) for one in turn.memberships],
            text("me.cadre", cadre=cadres) if cadres else "",
            text("me.cases", count=len(cases)),
            text("me.language", language=text(f"language.{turn.language}")),
            text("me.end"),
        )
    )


async def _place_of(turn: Turn, held: Membership) -> Words:
    group = await turn.read.people.group(held.group)
    role = text(f"role.{held.role}" if held.verified else "role.unverified")
    work = " ".join(filter(None, (held.trade, held.crew)))
    key = "me.work" if work else "me.role"
    return text(key, group=group.name if group else "", role=role, work=work)


@plugin.command("language", "语言")
async def language_command(turn: Turn) -> None:
    spoken = [one for one in turn.house.texts.languages() if _known(turn, one)]
    taps = [Tap(text(f"language.{one}"), "language", (one,)) for one in spoken]
    await turn.answer(text("language.which"), *taps)


@plugin.button("language")
async def language_button(turn: Turn, language: str) -> None:
    if not _known(turn, language):
        raise RuleError("core.stale_button")
    person = turn.person
    chosen = Person(person.id, person.name, language)
    turn.unit.write(turn.read.people.changing_person(chosen))
    await turn.answer(turn.say(text("language.done"), language))


def _known(turn: Turn, language: str) -> bool:
    """Whether the language has a name: files of others may bring some."""
    key = f"{plugin.name}.language.{language}"
    return language in turn.house.texts.languages() and turn.house.texts.knows(key)


@plugin.command("forget", "注销")
async def forget_command(turn: Turn) -> None:
    asked = int(turn.now.timestamp())
    await turn.answer(
        text("forget.sure"), tap("tap.forget", "forget", asked), tap("tap.stay", "stay")
    )


@plugin.button("forget")
async def forget_button(turn: Turn, asked: int) -> None:
    """Withdraw what is open, give back what he carries, and erase who he is."""
    if turn.now - datetime.fromtimestamp(asked, UTC) > PATIENCE:
        raise RuleError("forget.late")
    for one in await turn.read.cases.of_reporter(turn.me):
        case = await turn.case(one.id)
        turn.record(CaseWithdrawn(case=case.id, at=turn.now, actor=turn.me))
    await hand_back(turn)
    await turn.answer(text("forget.done"))
    turn.unit.write(turn.read.people.forgetting(turn.me, turn.now))


@plugin.button("stay")
async def stay_button(turn: Turn) -> None:
    await turn.answer(text("forget.stay"))
