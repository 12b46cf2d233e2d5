"""The way from the group into private, and what was typed in public that should not stand there.

Rule: the button under an acknowledgement carries nothing; what it shows depends on who presses it.
"""

from datetime import timedelta
from typing import Final

from core.api.case import Action, Case
from core.api.mail import ANSWER, About
from core.api.plugin import RuleError, Text, Turn, text
from core.api.store import Dialog
from plugins.intake.declare import ear_of, plugin
from plugins.intake.opening import TOPIC, Request, add, brings_alarm, say_aside, take_up

PATIENCE: Final = timedelta(minutes=10)


@plugin.button("aside")
async def come_aside(turn: Turn) -> None:
    """Meet the presser in private, about his own newest case of this group if he has one."""
    case = await _newest_of(turn)
    home = await turn.home(turn.me)
    if home is None:
        await turn.reply(text("core.come_private"), about=About(neutral=True))
    elif case is None:
        await turn.tell(turn.me, text("hello"), manner=ANSWER)
    else:
        words, about = text("aside_here", number=case.number), About(case=case, topic=TOPIC)
        await turn.tell(turn.me, words, about=about, manner=ANSWER)
        data, until = {"case": case.id}, turn.now + PATIENCE
        turn.unit.dialog(Dialog(home.id, turn.me, plugin.name, "aside", data, until))


@plugin.step("aside")
async def hear_aside(turn: Turn, dialog: Dialog) -> bool:
    """Add what he says now to the case he came about; the way stays open a while longer."""
    case = await turn.read.cases.get(int(dialog.data["case"]))
    if case is None or case.is_closed or case.reporter != turn.me:
        return False
    request = Request.heard(turn, case.group)
    verdict = ear_of(turn).judge(request.words, private=True, asked=True)
    if verdict.decision == "ignore" and not request.files:
        return False
    if brings_alarm(case, verdict):
        await take_up(turn, request, verdict)
        return True
    await add(turn, case, request, verdict)
    await say_aside(turn, text("added", number=case.number), about=About(case=case))
    await turn.ask("aside", turn.now + PATIENCE, {"case": case.id})
    return True


@plugin.button("erase")
async def erase_words(turn: Turn, case: int) -> None:
    """Take his words about the case out of the group."""
    found = await _own(turn, case)
    for number, message in await turn.read.cases.messages(case):
        place = await turn.read.places.by_id(number)
        if place is not None and not place.private:
            turn.remove_message(place, message)
    await _settle(turn, found, text("erased", number=found.number))


@plugin.button("leave")
async def leave_words(turn: Turn, case: int) -> None:
    """Let his words stand."""
    found = await _own(turn, case)
    await _settle(turn, found, text("left", number=found.number))


async def _newest_of(turn: Turn) -> Case | None:
    here = turn.group.id if turn.group else None
    mine = await turn.read.cases.of_reporter(turn.me)
    return next((case for case in reversed(mine) if here in (None, case.group)), None)


async def _own(turn: Turn, case: int) -> Case:
    found = await turn.case(case, Action.READ)
    if found.reporter != turn.me:
        raise RuleError("core.not_yours", number=found.number)
    return found


async def _settle(turn: Turn, case: Case, words: Text) -> None:
    """Change the letter that asked, so that it asks no more."""
    quoted, place = await turn.quoted(), turn.heard.scene.place if turn.heard else None
    about = About(case=case, topic=TOPIC)
    if quoted is None or quoted.letter is None or place is None:
        await turn.answer(words, about=about)
    else:
        await turn.amend(quoted.letter.id, place, words, about=about)
