"""The chair's commands: the day's post, and words of her own to a group, always seen before sent.

Rule: words that wait for her decision stand in her dialog (sealed), never in a button.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from core.api.mail import LetterKind, Manner, Tap, Urgency, tap
from core.api.people import Group
from core.api.plugin import CHAIRS, Rest, RuleError, Text, Turn, text
from core.api.store import Dialog
from plugins.prompts.almanac import LONGEST
from plugins.prompts.declare import plugin
from plugins.prompts.today import amend, chaired, her_group, show_coming

TODAY: Final = "today"
ANNOUNCE: Final = "announce"
BULK: Final = Manner(kind=LetterKind.BULK, urgency=Urgency.BULK)
PATIENCE: Final = timedelta(hours=1)
"""How long her words wait for her decision."""
ANNOUNCEMENT: Final = 1000
PER_PAGE: Final = 6
NOTHING: Final = Rest("")


@plugin.command("today", "今天", who=CHAIRS, example="/today 大家早,今天谁有需要帮忙的事情?")
async def show_today(turn: Turn, opening: Rest = NOTHING) -> None:
    """Show her the next post as it will look; with words, these open it."""
    _check_length(opening, LONGEST)
    await _choose_group(turn, TODAY, opening)


@plugin.command("announce", "通知", who=CHAIRS, example="/announce 明天上午九点在食堂发药箱")
async def preview_announcement(turn: Turn, words: Rest) -> None:
    """Show her words as the group will see them."""
    _check_length(words, ANNOUNCEMENT)
    await _choose_group(turn, ANNOUNCE, words)


@plugin.button("pick")
async def pick_group(turn: Turn, group: int) -> None:
    """Go on with the group she chose."""
    dialog = await _dialog(turn)
    await _go_on(turn, dialog.step, await her_group(turn, group), str(dialog.data["words"]))


@plugin.button("more")
async def show_more_groups(turn: Turn, start: int) -> None:
    """Show the next groups to choose from."""
    await _dialog(turn)
    await amend(turn, text("core.which_group"), *await _group_taps(turn, start))


@plugin.button("send")
async def send_announcement(turn: Turn, group: int) -> None:
    """Write her words in the group; the attention budget decides when they are heard there."""
    dialog = await _dialog(turn, ANNOUNCE)
    here = await her_group(turn, group)
    await turn.post(here.id, _signed(turn, str(dialog.data["words"])), manner=BULK)
    await turn.end_dialog()
    await amend(turn, text("sent", group=here.name))


@plugin.button("drop")
async def drop_announcement(turn: Turn) -> None:
    """Forget her words."""
    await _dialog(turn, ANNOUNCE)
    await turn.end_dialog()
    await amend(turn, text("dropped"))


def _check_length(words: str, limit: int) -> None:
    if len(words) > limit:
        raise RuleError("core.too_long", limit=limit)


async def _choose_group(turn: Turn, step: str, words: str) -> None:
    """Go on with the group at hand; where there are several, ask."""
    groups = chaired(turn)
    if turn.group is not None and turn.group.id in groups:
        groups = (turn.group.id,)
    if not groups:
        raise RuleError("core.not_in_group")
    if len(groups) == 1:
        await _go_on(turn, step, await her_group(turn, groups[0]), words)
        return
    letter = await turn.answer(text("core.which_group"), *await _group_taps(turn, 0))
    await _remember(turn, step, words, letter)


async def _go_on(turn: Turn, step: str, group: Group, words: str) -> None:
    if step == TODAY:
        await show_coming(turn, group, words)
        return
    seen = text("will_see", group=group.name, words=turn.say(_signed(turn, words)))
    letter = await turn.answer(seen, tap("send", "send", group.id), tap("drop", "drop"))
    await _remember(turn, step, words, letter)


async def _remember(turn: Turn, step: str, words: str, letter: int) -> None:
    """Keep her words where she will press: in private, if she has opened it.

    They belong to *letter* alone: what she saw is what she sends.
    """
    until = turn.now + PATIENCE
    data: dict[str, int | str] = {"words": words, "letter": letter}
    if turn.group is None:
        await turn.ask(step, until, data)
    elif home := await turn.home(turn.me):
        turn.unit.dialog(Dialog(home.id, turn.me, plugin.name, step, data, until))


async def _dialog(turn: Turn, step: str = "") -> Dialog:
    """Return the words that wait for her here; refused when they were forgotten."""
    place = turn.heard.scene.place if turn.heard else None
    dialog = await turn.read.dialogs.get(place.id, turn.me) if place else None
    quoted = await turn.quoted()
    letter = quoted.letter.id if quoted and quoted.letter else 0
    if dialog is None or dialog.plugin != plugin.name or dialog.until <= turn.now:
        raise RuleError("core.stale_button")
    if dialog.data["letter"] != letter or step not in ("", dialog.step):
        raise RuleError("core.stale_button")
    return dialog


async def _group_taps(turn: Turn, start: int) -> Sequence[Tap]:
    """Return a page of her groups as buttons; the page after the last is the first."""
    groups = chaired(turn)
    page = groups[start : start + PER_PAGE] or groups[:PER_PAGE]
    found = [await turn.read.people.group(group) for group in page]
    taps = [Tap(group.name, "pick", (group.id,)) for group in found if group]
    if len(groups) > PER_PAGE:
        taps.append(tap("more", "more", start + PER_PAGE))
    return taps


def _signed(turn: Turn, words: str) -> Text:
    return text("signed", words=words, name=turn.person.name)
