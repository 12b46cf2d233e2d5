"""The chair's hand on the day's post: she sees it, changes it, or opens the day herself."""

from dataclasses import dataclass, replace
from datetime import date

from core.api.mail import About, Tap, tap
from core.api.people import Group, Role
from core.api.plugin import RuleError, Text, Turn, Words, text
from core.api.store import RoundClock
from plugins.prompts.almanac import DayPlan, almanac_of, post_of
from plugins.prompts.declare import plugin
from plugins.prompts.rounds import AT, DAY, next_plan, opening_hours, rounds_of
from plugins.prompts.tables import Posting, State, choosing, postings_on, settling

_ISO = "%Y%m%d"


@dataclass(frozen=True, slots=True)
class Coming:
    """A post that has not gone out yet; ``opening`` is empty while she has chosen none."""

    group: Group
    plan: DayPlan
    clock: RoundClock
    state: State
    opening: str


async def show_coming(turn: Turn, group: Group, opening: str) -> None:
    """Show the next post of *group* to the chair; with *opening*, that opens it."""
    coming = await _coming(turn, group)
    if opening:
        coming = replace(coming, state=State.CHOSEN, opening=opening)
        turn.unit.write(choosing(_posting(turn, coming)))
    if coming.state is State.SELF:
        await turn.answer(_silent(coming), tap("keep", "keep", *_args(coming)))
    else:
        await turn.answer(await _preview(turn, coming), *_taps(coming))


@plugin.button("keep")
async def keep_post(turn: Turn, group: int, day: str) -> None:
    """Let it go out as she saw it, even if she had meant to open the day herself."""
    coming = await _pressed(turn, group, day)
    if coming.state is State.SELF:
        turn.unit.write(choosing(_posting(turn, replace(coming, state=State.CHOSEN))))
    await amend(turn, text("kept", when=_when(turn, coming), group=coming.group.name))


@plugin.button("change")
async def change_opening(turn: Turn, group: int, day: str) -> None:
    """Show it with the next opening of the list."""
    coming = await _pressed(turn, group, day)
    other = almanac_of(turn).another(_opening(turn, coming), turn.house.language)
    changed = replace(coming, state=State.CHOSEN, opening=other)
    turn.unit.write(choosing(_posting(turn, changed)))
    await amend(turn, await _preview(turn, changed), *_taps(changed))


@plugin.button("myself")
async def leave_it_to_her(turn: Turn, group: int, day: str) -> None:
    """Stay silent in the group on that day."""
    coming = await _pressed(turn, group, day)
    if coming.state is not State.SELF:
        turn.unit.write(settling(_posting(turn, replace(coming, state=State.SELF))))
    await amend(turn, _silent(coming), tap("keep", "keep", *_args(coming)))


async def amend(turn: Turn, words: Words, *taps: Tap) -> None:
    """Change the letter under which a button was pressed."""
    quoted, place = await turn.quoted(), turn.heard.scene.place if turn.heard else None
    if quoted is None or quoted.letter is None or place is None:
        await turn.answer(words, *taps)
    else:
        await turn.amend(quoted.letter.id, place, words, *taps, about=About())


async def her_group(turn: Turn, group: int) -> Group:
    """Return a group that the speaker chairs; else the button is none of hers."""
    found = await turn.read.people.group(group)
    if found is None or group not in chaired(turn):
        raise RuleError("core.stale_button")
    return found


def chaired(turn: Turn) -> tuple[int, ...]:
    """Return the groups that the speaker is the chair of, or stands above."""
    mine = (
        one.group
        for one in turn.memberships
        if one.role in (Role.CHAIR, Role.UPPER)
        and one.helps
        and one.verified
        and one.holds(turn.now)
    )
    return tuple(dict.fromkeys(mine))


async def _coming(turn: Turn, group: Group) -> Coming:
    """Return the next post of *group* that is still to come, or that she keeps for herself."""
    settings = await turn.read.people.settings(group.id)
    if f"{plugin.name}.off" in settings:
        raise RuleError("off", group=group.name)
    clock = RoundClock(group.zone.key, settings.get(AT, ""))
    plan = next_plan(turn, clock)
    while plan is not None:
        standing = await postings_on(turn.read.reader, plan.day, [group.id])
        state, opening = standing.get(group.id, (State.CHOSEN, ""))
        if state in (State.CHOSEN, State.SELF):
            return Coming(group, plan, clock, state, opening)
        plan = almanac_of(turn).first_plan(plan.day + DAY, turn.house.calendar)
    raise RuleError("no_theme")


async def _pressed(turn: Turn, group: int, day: str) -> Coming:
    """Return what a button is about; refused once it went out or its time is over."""
    coming = await _coming(turn, await her_group(turn, group))
    if f"{coming.plan.day:{_ISO}}" != day:
        raise RuleError("gone_out")
    return coming


async def _preview(turn: Turn, coming: Coming) -> Text:
    """Return the post as the group will see it, under a line in her own language."""
    chairs = await rounds_of(turn).chairs([coming.group.id], turn.now)
    chair = chairs.get(coming.group.id)
    language = turn.house.language
    words = post_of(coming.plan, _opening(turn, coming), chair.name if chair else "", language)
    post = turn.say(words, language)
    return text("will_post", when=_when(turn, coming), group=coming.group.name, post=post)


def _opening(turn: Turn, coming: Coming) -> str:
    return coming.opening or almanac_of(turn).opening(coming.plan.day, turn.house.language)


def _posting(turn: Turn, coming: Coming) -> Posting:
    return Posting(
        id=turn.read.ids.next(),
        group=coming.group.id,
        day=coming.plan.day,
        state=coming.state,
        prompt=coming.plan.prompt.id,
        opening=coming.opening,
        at=turn.now,
    )


def _taps(coming: Coming) -> tuple[Tap, ...]:
    return tuple(tap(name, name, *_args(coming)) for name in ("keep", "change", "myself"))


def _args(coming: Coming) -> tuple[int | str, ...]:
    return coming.group.id, f"{coming.plan.day:{_ISO}}"


def _silent(coming: Coming) -> Text:
    return text("silent", day=_day(coming.plan.day), group=coming.group.name)


def _when(turn: Turn, coming: Coming) -> Text:
    local = opening_hours(turn, coming.clock, coming.plan.day).opens.astimezone(coming.group.zone)
    return text("when", day=_day(coming.plan.day), time=f"{local:%H:%M}")


def _day(day: date) -> Text:
    return text("day", month=day.month, day=day.day)
