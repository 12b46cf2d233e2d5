"""A plugin for trying the engine: it rings, fails, waits, asks back, opens cases, as it is told.

What a test wants to do in the middle of a turn it puts on the house's shelf, under ``bell``.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from core.api.adapter import Kind
from core.api.case import Action, Mark, Priority, Visibility
from core.api.facts import CaseAccepted, CaseOpened, CasePublished
from core.api.mail import NOTICE, PROMPT, About, Manner, Tap, Urgency
from core.api.plugin import CaseNumber, Heard, Plugin, Rest, RuleError, Turn, Where
from core.api.store import Dialog, Job

plugin = Plugin("bell")


async def _nothing(_turn: Turn) -> None:
    return None


@dataclass(slots=True)
class Ringer:
    """What a test does in the middle of a turn, and what the bell noticed."""

    meanwhile: Callable[[Turn], Awaitable[None]] = _nothing
    turns: list[str] = field(default_factory=list)
    failures: int = 0
    cards: dict[str, str] = field(default_factory=dict)


def ringer(turn: Turn) -> Ringer:
    kept = turn.house.shelf.setdefault("bell", Ringer())
    assert isinstance(kept, Ringer)
    return kept


def word(first: str) -> Callable[[Heard], object | None]:
    def match(heard: Heard) -> object | None:
        return heard.text if heard.said and heard.text.startswith(first) else None

    return match


@plugin.event(Kind.OPENED)
async def welcome(turn: Turn) -> None:
    await turn.reply("welcome")


@plugin.hears(word("ring"))
async def ring(turn: Turn, said: str) -> None:
    """Answer, after whatever the test does meanwhile."""
    ringer(turn).turns.append(said)
    await ringer(turn).meanwhile(turn)
    await turn.reply(f"rang {said}", Tap("again", "again", (7,)))


@plugin.hears(word("break"))
async def fail_always(turn: Turn, said: str) -> None:
    ringer(turn).failures += 1
    await turn.reply("this is never said")
    raise ValueError(f"cannot stand {said}")


@plugin.hears(word("wobble"))
async def fail_twice(turn: Turn, _said: str) -> None:
    ringer(turn).failures += 1
    await turn.reply(f"stood at try {ringer(turn).failures}")
    if ringer(turn).failures < 3:
        raise ValueError("not yet")


@plugin.hears(word("stumble"))
async def refuse_badly(turn: Turn, _said: str) -> None:
    """Refuse with a sentence whose value is missing: a mistake of the plugin's author."""
    ringer(turn).failures += 1
    raise RuleError("core.no_such_case")


@plugin.hears(word("refuse"))
async def refuse(turn: Turn, said: str) -> None:
    await turn.reply("this is never said")
    raise RuleError("core.unknown_person", name=said)


@plugin.button("again")
async def again(turn: Turn, times: int) -> None:
    await turn.reply(f"pressed {times}")


@plugin.command("name", "起名")
async def ask_name(turn: Turn) -> None:
    await turn.ask("named", turn.now + timedelta(days=3), {"asked": 1})
    await turn.reply("what name?")


@plugin.step("named")
async def take_name(turn: Turn, dialog: Dialog) -> None:
    await turn.end_dialog()
    await turn.reply(f"hello {turn.incoming.text}, asked {dialog.data['asked']}")


@plugin.command("later", example="/later 5")
async def plan(turn: Turn, minutes: int) -> None:
    turn.later("chime", turn.now + timedelta(minutes=minutes), {"minutes": minutes})
    await turn.reply("planned")


@plugin.job("chime")
async def chime(turn: Turn, job: Job) -> None:
    for group in await turn.read.people.groups_after(0, 10):
        await turn.post(group.id, f"chime {job.data['minutes']}")


@plugin.command("post", where=Where.PRIVATE)
async def post(turn: Turn, words: Rest) -> None:
    """Post unasked in every group: ``prompt …`` as a prompt, ``alarm …`` urgently."""
    manner = NOTICE
    if words.startswith("prompt"):
        manner = PROMPT
    if words.startswith("alarm"):
        manner = Manner(urgency=Urgency.URGENT)
    for group in await turn.read.people.groups_after(0, 10):
        await turn.post(group.id, words, manner=manner)


@plugin.command("tell")
async def tell(turn: Turn, who: str, words: Rest) -> None:
    """Write to somebody in private, unasked."""
    for person in await turn.read.people.find(None, who):
        await turn.tell(person.id, words)


@plugin.command("amend", where=Where.PRIVATE)
async def amend(turn: Turn, words: Rest) -> None:
    """Change the first post of every group: a card is edited, not repeated."""
    for group in await turn.read.people.groups_after(0, 10):
        (place,) = await turn.read.places.of_group(group.id)
        first = await turn.read.letters.by_message(place.id, ringer(turn).cards[place.chat])
        assert first is not None
        await turn.amend(first.id, place, words, about=About())


@plugin.command("open")
async def open_case(turn: Turn, secrecy: str = "board", burst: str = "over") -> None:
    """Open a case of the speaker's own; it is published unless its burst is not *over*."""
    store, now = turn.read, turn.now
    sequence = await store.numbers.next()
    membership = turn.memberships[0]
    case = store.ids.next()
    turn.record(
        CaseOpened(
            at=now,
            actor=turn.me,
            text=turn.incoming.text,
            case=case,
            number=turn.house.numbers.number(sequence),
            group=membership.group,
            reporter=turn.me,
            category="other",
            visibility=Visibility[secrecy.upper()],
            priority=Priority.P2,
            marks=frozenset[Mark](),
        )
    )
    if burst == "over":
        turn.record(CasePublished(at=now, case=case))
    await turn.answer(f"opened {turn.known(case).number}", about=About(case=turn.known(case)))


@plugin.on(CaseOpened)
async def tell_the_cadres(turn: Turn, fact: CaseOpened) -> None:
    """Tell the reporter's cadres, each in private."""
    case = await turn.case(fact.case)
    ringer(turn).turns.append(f"opened {fact.number}")
    cadres, _ = await turn.read.people.cadres_of(fact.reporter, fact.group)
    for cadre in cadres:
        await turn.tell(cadre, f"about {fact.number}", about=About(case=case))


@plugin.command("take")
async def take(turn: Turn, number: CaseNumber) -> None:
    case = await turn.case_numbered(number, Action.ACCEPT)
    await ringer(turn).meanwhile(turn)
    turn.record(CaseAccepted(at=turn.now, actor=turn.me, case=case.id))
    await turn.answer(f"yours {number}", about=About(case=turn.known(case.id)))


@plugin.command("hand")
async def hand_over(turn: Turn, number: CaseNumber, who: str) -> None:
    """Give the lead to somebody else: this very deed ends the right to do it."""
    case = await turn.case_numbered(number, Action.PASS_ON)
    (other,) = await turn.read.people.find(case.group, who)
    turn.record(CaseAccepted(at=turn.now, actor=other.id, case=case.id))
    await turn.answer(f"handed over {number}")
