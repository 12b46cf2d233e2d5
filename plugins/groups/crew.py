"""What helpers may know of their people: a cadre his hundred, a chair the figures of her site."""

from collections import Counter, defaultdict
from typing import Final

from core.api.case import Action
from core.api.mail import Tap
from core.api.people import Group, Membership, Role
from core.api.plugin import CHAIRS, HELPER_ROLES, RuleError, Turn, Words, text
from plugins.groups.declare import names_of, plugin

LISTED: Final = 30
_UNCLAIMED: Final = (
    "SELECT COUNT(DISTINCT m.person_id) FROM membership m WHERE m.group_id = ?"
    " AND m.active IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM identity i WHERE i.person_id = m.person_id AND i.active IS NOT NULL)"
)


@plugin.command("mypeople", "我的人", who=HELPER_ROLES)
async def mypeople_command(turn: Turn) -> None:
    """List whom the speaker answers for, those with something open first."""
    workers: dict[int, Membership] = {}
    numbers: dict[int, list[int]] = defaultdict(list)
    for group in _groups(turn, Role.CADRE, Role.CHAIR, Role.UPPER):
        linked = set(await turn.read.people.workers_of(turn.me, group))
        members = await turn.read.people.members(group)
        workers |= {one.person: one for one in members if one.person in linked}
        for case in await turn.read.cases.open_in_group(group):
            if case.reporter in linked and await turn.can(Action.READ, case):
                numbers[case.reporter].append(case.number)
    if not workers:
        await turn.answer(text("people.none"))
        return
    names = await names_of(turn, sorted(workers, key=lambda one: (one not in numbers, one)))
    lines = [_line(names[one], workers[one], numbers[one]) for one in list(names)[:LISTED]]
    busy = sum(bool(numbers[one]) for one in names)
    more = text("people.more", count=len(names) - LISTED) if len(names) > LISTED else ""
    await turn.answer((text("people.head", count=len(names), busy=busy), *lines, more))


def _line(name: str, membership: Membership, numbers: list[int]) -> Words:
    work = " ".join(filter(None, (membership.trade, membership.crew)))
    who = " ".join(filter(None, (name, work)))
    if not numbers:
        return who
    return text("people.busy", who=who, numbers="、".join(map(str, numbers)))


@plugin.command("roster", "花名册", who=CHAIRS)
async def roster_command(turn: Turn) -> None:
    """Show the figures of the speaker's site; with several sites, ask which."""
    groups = [turn.group.id] if turn.group else _groups(turn, Role.CHAIR, Role.UPPER)
    found = [one for group in groups if (one := await turn.read.people.group(group))]
    if len(found) == 1:
        await turn.answer(await _figures(turn, found[0]))
        return
    taps = [Tap(group.name, "roster", (group.id,)) for group in found]
    await turn.answer(text("core.which_group"), *taps)


@plugin.button("roster")
async def roster_button(turn: Turn, group: int) -> None:
    found = await turn.read.people.group(group)
    if found is None or group not in _groups(turn, Role.CHAIR, Role.UPPER):
        raise RuleError("core.stale_button")
    await turn.answer(await _figures(turn, found))


async def _figures(turn: Turn, group: Group) -> Words:
    members = await turn.read.people.members(group.id)
    links = await turn.read.people.links(group.id)
    counted = Counter(role for role, _ in {(one.role, one.person) for one in members})
    linked = {link.worker for link in links if not link.deputy}
    workers = {one.person for one in members if one.role is Role.WORKER}
    strangers = sum(not one.verified for one in members)
    rows = await turn.read.reader.fetch(_UNCLAIMED, group.id)
    return (
        text("figures.head", group=group.name, count=len({one.person for one in members})),
        *(
            text("figures.role", role=text(f"role.{role}"), count=counted[role])
            for role in Role
            if counted[role]
        ),
        text("figures.unlinked", count=len(workers - linked)) if workers - linked else "",
        text("figures.strangers", count=strangers) if strangers else "",
        text("figures.unclaimed", count=rows[0][0]) if rows[0][0] else "",
    )


def _groups(turn: Turn, *roles: Role) -> list[int]:
    """Return the groups in which the speaker has one of *roles* now."""
    held = (one for one in turn.memberships if one.role in roles and one.holds(turn.now))
    return list(dict.fromkeys(one.group for one in held))
