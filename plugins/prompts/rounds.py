"""The rounds: at each clock's time, the day's post goes to all groups that go by this clock.

Rule 1: a round is a job row per clock (a zone and a time of day), a page of groups a turn: a round
of thousands of groups lets everybody else in between two pages.
Rule 2: the row of a posting is written with its letters; who finds it there posts nothing.
Rule 3: inside the window a late round posts, after it the posts are written down as missed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.api.deeds import PromptMissed, PromptPosted
from core.api.mail import PROMPT, About, tap
from core.api.people import Group, Person
from core.api.plugin import Turn
from core.api.store import Job, Place, RoundClock, Rounds
from core.api.time import Window, is_missed, window_on
from plugins.prompts.almanac import DayPlan, almanac_of, post_of
from plugins.prompts.declare import plugin, window_of
from plugins.prompts.tables import Posting, State, postings_on, settling

AT: Final = "prompts.at"
PAGE: Final = 50
TOPIC: Final = "prompt"
MEMORY: Final = timedelta(days=7)
"""A deployment that was away for longer writes down no more than a week of missed posts."""
DAY: Final = timedelta(days=1)


@plugin.start
async def open_almanac(turn: Turn) -> None:
    """Read the themes anew, and look at once what is to be planned."""
    turn.house.shelf.pop(plugin.name, None)
    almanac_of(turn)
    turn.later("look", turn.now, {}, key="look")


@plugin.job("look")
async def look(turn: Turn, _job: Job) -> None:
    """Plan every clock's next round; one that is due already is left to come."""
    clocks = set(await rounds_of(turn).clocks()) | {default_clock(turn)}
    for clock in sorted(clocks):
        planned = await turn.read.jobs.by_key(f"{plugin.name}.{_key(clock)}")
        if planned is None or planned.due_at > turn.now:
            _plan_round(turn, clock, next_plan(turn, clock))


@plugin.job("round")
async def begin_round(turn: Turn, job: Job) -> None:
    """Begin with the first page, and plan what comes next."""
    clock, day = _clock_of(job), date.fromisoformat(str(job.data["day"]))
    if almanac_of(turn).plan(day, turn.house.calendar) is not None:
        _plan_page(turn, clock, day, after=0)
    others = set(await rounds_of(turn).clocks())
    if clock in others | {default_clock(turn)}:
        _plan_round(turn, clock, _from(turn, max(day + DAY, today_by(turn, clock) - MEMORY)))
    for other in sorted(others - {clock}):
        if await turn.read.jobs.by_key(f"{plugin.name}.{_key(other)}") is None:
            _plan_round(turn, other, next_plan(turn, other))


@plugin.job("page")
async def post_page(turn: Turn, job: Job) -> None:
    """Post in the next groups of the round, or write down that it is too late for them."""
    clock, day = _clock_of(job), date.fromisoformat(str(job.data["day"]))
    plan = almanac_of(turn).plan(day, turn.house.calendar)
    groups = await rounds_of(turn).groups(clock, int(job.data["after"]), PAGE)
    if plan is None or not groups:
        return
    if len(groups) == PAGE:
        _plan_page(turn, clock, day, after=groups[-1].id)
    standing = await postings_on(turn.read.reader, day, [group.id for group in groups])
    waiting = {
        group: standing[group.id][1] if group.id in standing else ""
        for group in groups
        if group.id not in standing or standing[group.id][0] is State.CHOSEN
    }
    window = opening_hours(turn, clock, day)
    if is_missed(turn.now, window, posted=False):
        await _miss(turn, plan, waiting)
    else:
        await _post(turn, plan, waiting, window)


def opening_hours(turn: Turn, clock: RoundClock, day: date) -> Window:
    """Return the window of *day*'s post where clocks are *clock*."""
    at = time_of(turn, clock.value)
    return window_on(day, at, window_of(turn), ZoneInfo(clock.zone))


def time_of(turn: Turn, value: str) -> time:
    """Return the time that a group's setting *value* names, else the deployment's."""
    try:
        return time.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return turn.house.attention.prompt_at


def default_clock(turn: Turn) -> RoundClock:
    """Return the clock of groups that have set nothing."""
    return RoundClock(turn.house.zone.key, "")


def rounds_of(turn: Turn) -> Rounds:
    return Rounds(turn.read.reader, plugin.name, AT)


def next_plan(turn: Turn, clock: RoundClock) -> DayPlan | None:
    """Return the plan of the first day, today among them, whose window has not closed."""
    today = today_by(turn, clock)
    if turn.now >= opening_hours(turn, clock, today).closes:
        today += DAY
    return _from(turn, today)


def today_by(turn: Turn, clock: RoundClock) -> date:
    return turn.now.astimezone(ZoneInfo(clock.zone)).date()


def _from(turn: Turn, day: date) -> DayPlan | None:
    return almanac_of(turn).first_plan(day, turn.house.calendar)


async def _post(turn: Turn, plan: DayPlan, waiting: Mapping[Group, str], window: Window) -> None:
    ids = [group.id for group in waiting]
    places = await rounds_of(turn).places(ids)
    chairs = await rounds_of(turn).chairs(ids, turn.now)
    reached = {group: words for group, words in waiting.items() if group.id in places}
    spent = {one for one in reached if await _is_spent(turn, one, plan.day, places[one.id])}
    await _miss(turn, plan, {one: words for one, words in reached.items() if one in spent})
    reached = {one: words for one, words in reached.items() if one not in spent}
    if not reached:
        return
    language = turn.house.language
    aside = plan.theme.private_answers and "intake" in turn.house.plugins
    taps = (tap("aside", "intake.aside"),) if aside else ()
    manner = replace(PROMPT, expires_after=window.closes - turn.now)
    for group, chosen in reached.items():
        opening = chosen or almanac_of(turn).opening(plan.day, language)
        words = post_of(plan, opening, _name(chairs.get(group.id)), language)
        for place in places[group.id]:
            turn.put(place, words, *taps, about=About(topic=TOPIC), manner=manner)
        turn.record(PromptPosted(at=turn.now, prompt=plan.prompt.id, group=group.id, day=plan.day))
    _settle(turn, plan, reached, State.POSTED)


async def _is_spent(turn: Turn, group: Group, day: date, places: Sequence[Place]) -> bool:
    """Whether the group has heard all that it may today: the post would be dropped on its way."""
    midnight = datetime.combine(day, time(), group.zone)
    heard = [
        await turn.read.letters.unprompted_sent(place.id, midnight, turn.now) for place in places
    ]
    return min(heard) >= turn.house.attention.group_posts_per_day


async def _miss(turn: Turn, plan: DayPlan, waiting: Mapping[Group, str]) -> None:
    places = await rounds_of(turn).places([group.id for group in waiting])
    missed = {group: words for group, words in waiting.items() if group.id in places}
    for group in missed:
        turn.record(PromptMissed(at=turn.now, prompt=plan.prompt.id, group=group.id, day=plan.day))
    if missed:
        _settle(turn, plan, missed, State.MISSED)


def _settle(turn: Turn, plan: DayPlan, groups: Mapping[Group, str], state: State) -> None:
    # A guard, not a write: the unique row decides first, and nobody's scene has changed.
    rows = [
        Posting(
            id=turn.read.ids.next(),
            group=group.id,
            day=plan.day,
            state=state,
            prompt=plan.prompt.id,
            opening=words,
            at=turn.now,
        )
        for group, words in groups.items()
    ]
    turn.unit.guard(settling(*rows))


def _plan_round(turn: Turn, clock: RoundClock, plan: DayPlan | None) -> None:
    if plan is None:
        return
    due = opening_hours(turn, clock, plan.day).opens
    turn.later("round", due, {**clock._asdict(), "day": plan.day.isoformat()}, key=_key(clock))


def _plan_page(turn: Turn, clock: RoundClock, day: date, *, after: int) -> None:
    data = {**clock._asdict(), "day": day.isoformat(), "after": after}
    turn.later("page", turn.now, data, key=f"page:{clock.zone}:{clock.value}:{day}")


def _clock_of(job: Job) -> RoundClock:
    return RoundClock(str(job.data["zone"]), str(job.data["value"]))


def _key(clock: RoundClock) -> str:
    return f"round:{clock.zone}:{clock.value}"


def _name(chair: Person | None) -> str:
    return chair.name if chair else ""
