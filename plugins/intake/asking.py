"""What the bot asks before it opens a case: whether, about which group, and what it is.

Rule 1: it asks in private alone, one question at a time.
Rule 2: the words wait in the speaker's dialog (sealed), never in a button; a restart keeps them.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from core.api.case import Case
from core.api.mail import ANSWER, About, Tap, plain, tap
from core.api.plugin import Rest, RuleError, Turn, text
from core.api.store import Dialog, Job
from plugins.intake.declare import ear_of, plugin
from plugins.intake.opening import OTHER, TOPIC, Request, open_case, say_aside, take_up
from plugins.intake.rules import Verdict

PATIENCE: Final = timedelta(minutes=10)
MEMORY: Final = timedelta(hours=24)
"""How long words wait for an answer: a man on a scaffold reads it in the evening."""
LONG: Final = timedelta(minutes=30)
"""Nobody waits longer because he has not said which group it is about."""
GROUPS: Final = 8
NOTHING: Final = Rest("")
YES: Final = frozenset(
    ("要", "好", "好的", "是", "是的", "嗯", "行", "可以", "帮我办", "yes", "ok")
)
NO: Final = frozenset(("不", "不用", "不用了", "不要", "没事", "算了", "只是聊聊", "聊聊", "no"))
UNION: Final = frozenset(("只跟工会说", "只给工会"))


@plugin.command("ask", "找工会", "帮忙", "求助", example="/ask 宿舍没热水,谁来看看?")
async def ask_for_help(turn: Turn, words: Rest = NOTHING) -> None:
    """Open a case whatever the rules make of the words; without words, ask for them."""
    if not words and not turn.incoming.files:
        await turn.ask("words", turn.now + PATIENCE, {})
        await turn.reply(text("say_it"))
        return
    await _open_as_asked(turn, replace(Request.heard(turn), words=words))


@plugin.step("words")
async def hear_words(turn: Turn, _dialog: Dialog) -> None:
    """Take the next message as what /ask asked for."""
    await turn.end_dialog()
    await _open_as_asked(turn, Request.heard(turn))


async def ask_whether(turn: Turn, request: Request) -> None:
    """Ask the speaker, in private where he is, whether it is to be handled."""
    await turn.ask("whether", turn.now + MEMORY, request.to_keep())
    await turn.reply(text("whether"), *_WHETHER)


async def ask_aside(turn: Turn, request: Request) -> None:
    """Ask in private about what was said to the bot in the group."""
    home, place = await turn.home(turn.me), turn.heard.scene.place if turn.heard else None
    if home is None or place is None:
        return
    kept = replace(request, place=place.id).to_keep()
    dialog = Dialog(home.id, turn.me, plugin.name, "whether", kept, turn.now + MEMORY)
    turn.unit.dialog(dialog)
    await turn.tell(turn.me, text("whether"), *_WHETHER, manner=ANSWER)


async def offer_apart(turn: Turn, case: Case, request: Request) -> None:
    """Say to which case the words went, with the way to make them a matter of their own."""
    await turn.ask("apart", turn.now + MEMORY, request.to_keep())
    words, about = text("added", number=case.number), About(case=case)
    await say_aside(turn, words, tap("apart", "apart"), about=about)


async def find_group(turn: Turn, request: Request, verdict: Verdict) -> None:
    """Open it in the speaker's group; who is in several is asked which one."""
    groups = groups_of(turn)
    if request.group or len(groups) == 1:
        await take_up(turn, replace(request, group=request.group or groups[0]), verdict)
        return
    if not groups:
        raise RuleError("core.not_in_group")
    waits = await _waiting_for_group(turn)
    whole = request if waits is None else waits.with_more(request)
    await turn.ask("group", turn.now + MEMORY, whole.to_keep())
    for place, person in turn.unit.opened_dialogs:
        data = {"place": place, "person": person}
        turn.later("unanswered", turn.now + LONG, data, key=f"unanswered:{place}:{person}")
    found = [await turn.read.people.group(group) for group in groups[:GROUPS]]
    taps = [Tap(group.name, "group", (group.id,)) for group in found if group]
    await turn.reply(text("core.which_group"), *taps)


def groups_of(turn: Turn) -> tuple[int, ...]:
    """Return the groups that the speaker belongs to now."""
    return tuple(dict.fromkeys(one.group for one in turn.memberships if one.holds(turn.now)))


@plugin.step("whether")
async def hear_answer(turn: Turn, dialog: Dialog) -> bool:
    """Understand yes and no in words; anything else is more about the matter."""
    said = plain(turn.incoming.text).lower().rstrip("?!。.,~ ")
    if said in NO:
        await leave_it(turn)
        return True
    request = replace(Request.kept(dialog.data), secret=said in UNION)
    if said not in YES | UNION:
        request = request.with_more(Request.heard(turn))
        if ear_of(turn).judge(request.words, private=True, asked=True).decision != "open":
            await ask_whether(turn, request)
            return True
    await _go_on(turn, request, dialog)
    return True


@plugin.step("group")
async def hear_group(turn: Turn, dialog: Dialog) -> bool:
    """Understand a group's name in words; anything else is no answer, and may be a request."""
    said = plain(turn.incoming.text)
    for number in groups_of(turn):
        group = await turn.read.people.group(number)
        if group is not None and said and said in plain(group.name):
            await _go_on(turn, replace(Request.kept(dialog.data), group=number), dialog)
            return True
    return False


@plugin.job("unanswered")
async def open_unanswered(turn: Turn, job: Job) -> None:
    """Open what nobody named a group for in the speaker's first one: no request is lost."""
    dialog = await turn.read.dialogs.get(int(job.data["place"]), int(job.data["person"]))
    if dialog is None or (dialog.plugin, dialog.step) != (plugin.name, "group"):
        return
    memberships = await turn.read.people.memberships(dialog.person)
    groups = [one.group for one in memberships if one.holds(turn.now)]
    if not groups:
        return
    kept = Request.kept(dialog.data)
    place = kept.place or dialog.place
    request = replace(kept, group=groups[0], place=place, speaker=dialog.person)
    case = await open_case(turn, request, _judged(turn, request))
    turn.unit.drop_dialog(dialog.place, dialog.person)
    group = await turn.read.people.group(case.group)
    words = text("noted_in", number=case.number, group=group.name if group else "")
    await turn.tell(dialog.person, words, about=About(case=case, topic=TOPIC), manner=ANSWER)


@plugin.button("open")
async def handle_it(turn: Turn) -> None:
    """Open what was asked about."""
    dialog = await waiting(turn, "whether")
    await _go_on(turn, Request.kept(dialog.data), dialog)


@plugin.button("union")
async def handle_it_secretly(turn: Turn) -> None:
    """Open it for the union alone."""
    dialog = await waiting(turn, "whether")
    await _go_on(turn, replace(Request.kept(dialog.data), secret=True), dialog)


@plugin.button("chat")
async def leave_it(turn: Turn) -> None:
    """Forget the words: it was only talk."""
    await waiting(turn, "whether")
    await turn.end_dialog()
    await turn.reply(text("just_chat"))


@plugin.button("apart")
async def make_it_another(turn: Turn) -> None:
    """Open a case of its own for words that went to an older one."""
    dialog = await waiting(turn, "apart")
    await _go_on(turn, Request.kept(dialog.data), dialog)


@plugin.button("group")
async def choose_group(turn: Turn, group: int) -> None:
    """Open what waits in the group that was chosen."""
    dialog = await waiting(turn, "group")
    if group not in groups_of(turn):
        raise RuleError("core.stale_button")
    await _go_on(turn, replace(Request.kept(dialog.data), group=group), dialog)


async def _waiting_for_group(turn: Turn) -> Request | None:
    """Return what still waits for a group: what is said meanwhile must not push it out."""
    place = turn.heard.scene.place if turn.heard else None
    dialog = await turn.read.dialogs.get(place.id, turn.me) if place else None
    stands = (turn.unit.dialogs.get((place.id, turn.me), dialog)) if place else None
    if stands is None or (stands.plugin, stands.step) != (plugin.name, "group"):
        return None
    return Request.kept(stands.data) if stands.until > turn.now else None


async def waiting(turn: Turn, step: str) -> Dialog:
    """Return the words that wait here at *step*; refused when they were answered or forgotten."""
    place = turn.heard.scene.place if turn.heard else None
    dialog = await turn.read.dialogs.get(place.id, turn.me) if place else None
    if dialog is None or (dialog.plugin, dialog.step) != (plugin.name, step):
        raise RuleError("core.stale_button")
    if dialog.until <= turn.now:
        raise RuleError("core.stale_button")
    return dialog


async def _go_on(turn: Turn, request: Request, dialog: Dialog) -> None:
    """Open what *dialog* kept; its message lies in the chat where it was written."""
    await turn.end_dialog()
    await find_group(
        turn, replace(request, place=request.place or dialog.place), _judged(turn, request)
    )


async def _open_as_asked(turn: Turn, request: Request) -> None:
    verdict = _judged(turn, request)
    if turn.group is not None:
        await take_up(turn, request, verdict)
    else:
        await find_group(turn, request, verdict)


def _judged(turn: Turn, request: Request) -> Verdict:
    """Return what the rules make of it, but that it is a request is settled."""
    private = request.source == "private"
    verdict = ear_of(turn).judge(request.words, private=private, asked=True)
    return replace(verdict, decision="open", category=verdict.category or OTHER)


_WHETHER: Final = (tap("open", "open"), tap("chat", "chat"), tap("union_only", "union"))
