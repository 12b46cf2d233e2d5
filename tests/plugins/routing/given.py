"""What the tests of routing share: a case opened as intake does, and what became of it."""

from core.api.case import Case, Mark, Priority, Visibility
from core.api.facts import CaseEscalated, CaseFact, CaseOffered, CaseOpened
from core.kit.turn import fresh_turn
from core.testing.site import SITE, Site


async def person(site: Site, handle: str) -> int:
    found = await site.theatre.app.house.store.people.by_user(f"sandbox:{handle}")
    assert found is not None
    return found.id


async def name(site: Site, number: int | None) -> str:
    found = await site.theatre.app.house.store.people.person(number or 0)
    return found.name if found else ""


async def opened(
    site: Site,
    who: str = "wu",
    priority: Priority = Priority.P3,
    visibility: Visibility = Visibility.BOARD,
) -> Case:
    """Open a case as intake does, and let what follows happen."""
    app = site.theatre.app
    store = app.house.store
    group = await store.people.group_by_key(SITE)
    assert group is not None
    turn = fresh_turn(app.house, "routing")
    case = store.ids.next()
    turn.record(
        CaseOpened(
            case=case,
            at=site.now,
            actor=await person(site, who),
            text="能不能给大家搭个棚子?",
            number=300 + len(await site.cases()),
            group=group.id,
            reporter=await person(site, who),
            category="living",
            visibility=visibility,
            priority=priority,
            marks=frozenset[Mark](),
        )
    )
    await store.commit(turn.unit)
    await site.theatre.settle()
    found = await store.cases.get(case)
    assert found is not None
    return found


async def happens(site: Site, fact: CaseFact) -> Case:
    app = site.theatre.app
    turn = fresh_turn(app.house, "routing")
    await turn.case(fact.case)
    turn.record(fact)
    await app.house.store.commit(turn.unit)
    await site.theatre.settle()
    return await now(site, fact.case)


async def now(site: Site, case: int) -> Case:
    found = await site.theatre.app.house.store.cases.get(case)
    assert found is not None
    return found


async def asked(site: Site, case: Case) -> list[str]:
    """Return who was offered the case, in order."""
    history = await site.theatre.app.house.store.cases.history(case.id)
    return [await name(site, row.fact.to) for row in history if isinstance(row.fact, CaseOffered)]


async def rung(site: Site, case: Case) -> list[tuple[str, str, str]]:
    """Return whom the case was escalated to: level, trigger, name."""
    history = await site.theatre.app.house.store.cases.history(case.id)
    return [
        (row.fact.level, row.fact.trigger, await name(site, row.fact.to))
        for row in history
        if isinstance(row.fact, CaseEscalated)
    ]
