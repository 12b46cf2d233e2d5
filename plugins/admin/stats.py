"""``/stats``: a chair's week in figures; nobody who spoke up is counted by name.

Rule 1: ``may`` stands before every count: what the chair may not know is in no figure.
Rule 2: for whoever is not on the union's side, a figure below five is not told.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from core.api.case import Action, Case
from core.api.people import Group, Role
from core.api.plugin import CHAIRS, RuleError, Turn, Words, text
from core.api.store import marks, to_millis
from plugins.admin.declare import plugin

WEEK: Final = timedelta(days=7)
AGES: Final = ((1, "day"), (3, "three_days"), (7, "week"))
"""Open requests by the days they have been open, and what is said of the older ones."""
OLDER: Final = "older"
FEWEST: Final = 5
MOST: Final = 500
OPENED: Final = "SELECT id FROM cases WHERE group_id = ? AND opened_at >= ? ORDER BY id LIMIT ?"
HAPPENED: Final = (
    "SELECT case_id, name FROM fact WHERE case_id IN ({}) AND name IN"
    " ('CaseAccepted', 'OfferLapsed', 'NobodyWasFree', 'CaseDone', 'CaseConfirmed') ORDER BY id"
)
TOLD: Final = (
    "SELECT COUNT(*) FROM letter l JOIN place p ON p.id = l.place_id"
    " WHERE p.person_id IN (SELECT person_id FROM membership WHERE group_id = ?"
    " AND active IS NOT NULL) AND p.private AND l.sent_at >= ? AND NOT l.prompted"
    " AND l.state = 'sent' AND l.edits_id IS NULL AND l.deletes IS NULL"
)


@dataclass(slots=True)
class Week:
    """The figures of one group or several."""

    requests: int = 0
    in_time: int = 0
    solved: int = 0
    confirmed: int = 0
    ages: Counter[str] = field(default_factory=Counter)
    groups: int = 0
    people: int = 0
    posts: int = 0
    letters: int = 0


@plugin.command("stats", "统计", who=CHAIRS)
async def show_stats(turn: Turn, group: str = "") -> None:
    """Tell a chair the last seven days of this group, of one named, or of all hers."""
    groups = await _groups(turn, group)
    week = Week()
    for one in groups:
        await _count(turn, one, week)
    title = groups[0].name if len(groups) == 1 else text("stats.groups", count=len(groups))
    await turn.answer(_words(week, title, exact=_is_of_the_union(turn)))


async def _groups(turn: Turn, key: str) -> list[Group]:
    """Return the groups to count; raises RuleError for one that is not the speaker's."""
    mine = {one.group for one in turn.memberships if one.role in CHAIRS}
    if turn.group is not None and not key:
        return [turn.group]
    found = [await turn.read.people.group(one) for one in sorted(mine)]
    groups = [one for one in found if one is not None and key in ("", one.key)]
    if not groups:
        raise RuleError("stats.no_group")
    return groups


def _is_of_the_union(turn: Turn) -> bool:
    return any(one.helps for one in turn.memberships if one.role is not Role.CADRE)


async def _count(turn: Turn, group: Group, week: Week) -> None:
    since = turn.now - WEEK
    fresh = await _opened(turn, group, since)
    await _count_fresh(turn, fresh, week)
    still_open = await turn.read.cases.open_in_group(group.id)
    known = [one for one in still_open if await turn.can(Action.KNOW, one)]
    week.ages.update(age_of(one, turn.now) for one in known)
    week.groups += 1
    week.people += len({one.person for one in await turn.read.people.members(group.id)})
    for place in await turn.read.places.of_group(group.id):
        week.posts += await turn.read.letters.unprompted_sent(place.id, since, turn.now)
    rows = await turn.read.reader.fetch(TOLD, group.id, to_millis(since))
    week.letters += rows[0][0]


async def _opened(turn: Turn, group: Group, since: datetime) -> list[Case]:
    rows = await turn.read.reader.fetch(OPENED, group.id, to_millis(since), MOST)
    found = [await turn.read.cases.get(number) for (number,) in rows]
    return [one for one in found if one is not None and await turn.can(Action.KNOW, one)]


async def _count_fresh(turn: Turn, cases: list[Case], week: Week) -> None:
    happened: dict[int, list[str]] = {one.id: [] for one in cases}
    if cases:
        sql = HAPPENED.format(marks(len(cases)))
        for case, name in await turn.read.reader.fetch(sql, *happened):
            happened[case].append(name)
    week.requests += len(cases)
    for names in happened.values():
        week.in_time += names[:1] == ["CaseAccepted"]
        week.solved += "CaseDone" in names
        week.confirmed += "CaseConfirmed" in names


def age_of(case: Case, now: datetime) -> str:
    """Return the name of the age an open case has."""
    days = (now - case.opened_at) / timedelta(days=1)
    return next((name for limit, name in AGES if days < limit), OLDER)


def _words(week: Week, title: Words, *, exact: bool) -> Words:
    def cell(count: int) -> Words:
        return str(count) if exact or count >= FEWEST else text("stats.few", limit=FEWEST)

    ages = {name: cell(week.ages[name]) for name in _names()}
    return (
        text("stats.title", group=title),
        text(
            "stats.requests",
            requests=cell(week.requests),
            in_time=cell(week.in_time),
            solved=cell(week.solved),
            confirmed=cell(week.confirmed),
        ),
        text("stats.open", **ages),
        text(
            "stats.attention",
            posts=f"{week.posts / WEEK.days / max(week.groups, 1):.1f}",
            letters=f"{week.letters / max(week.people, 1):.1f}",
        ),
    )


def _names() -> Iterable[str]:
    return (*(name for _, name in AGES), OLDER)
