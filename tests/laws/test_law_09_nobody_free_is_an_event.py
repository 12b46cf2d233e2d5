"""Law 9: an empty list, a missed accept, a missed reply each escalate; none is silence."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core.domain.case import State
from core.domain.fact import (
    CaseAccepted,
    CaseEscalated,
    CaseFact,
    CaseOffered,
    NobodyWasFree,
    OfferLapsed,
)
from core.testing import Site, open_site
from core.testing.site import PEOPLE

SHED = "能不能给大家搭个棚子?自行车淋雨"
WATER = "宿舍没有热水,能不能修一下?"
MINUTES = timedelta(minutes=5)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site() as opened:
        yield opened


async def facts(site: Site, case: int | None = None) -> list[CaseFact]:
    """Return what happened to all cases, or to one, in order."""
    store = site.theatre.app.house.store
    rows = await store.reader.fetch("SELECT id FROM fact WHERE case_id IS NOT NULL ORDER BY id")
    found = [await store.cases.fact(row[0]) for row in rows]
    told = [one.fact for one in found if one is not None]
    return [one for one in told if isinstance(one, CaseFact) and case in {None, one.case}]


async def escalations(site: Site) -> list[tuple[str, str]]:
    return [
        (one.level, one.trigger) for one in await facts(site) if isinstance(one, CaseEscalated)
    ]


async def all_go_off_duty(site: Site) -> None:
    for cadre in ("li", "wang"):
        await site.tells(cadre, "/duty off")


async def test_an_empty_list_is_a_fact_and_rings_the_chair(site: Site) -> None:
    await all_go_off_duty(site)
    await site.says("wu", SHED)
    assert [type(one) for one in await facts(site)][1:3] == [NobodyWasFree, CaseEscalated]
    assert await escalations(site) == [("chair", "no_candidate")]
    assert site.seen("@zhang"), "the chair must hear of it"


async def test_where_there_is_no_cadre_at_all_it_is_one_too() -> None:
    people = [row for row in PEOPLE if row["role"] in {"chair", "upper_union"}]
    alone = [*people, {"handle": "wu", "name": "仵金生", "role": "worker"}]
    async with open_site(people=alone) as site:
        await site.says("wu", SHED)
        assert await escalations(site) == [("chair", "no_candidate")]


async def test_where_there_is_nobody_at_all_it_still_is_one() -> None:
    alone = [{"handle": "wu", "name": "仵金生", "role": "worker"}]
    async with open_site(people=alone) as site:
        await site.says("wu", SHED)
        kinds = [type(one) for one in await facts(site)]
        assert NobodyWasFree in kinds
        assert CaseEscalated in kinds
        assert await site.theatre.app.house.store.parked.count() == 0


async def test_a_missed_accept_goes_on_to_the_next_and_then_up(site: Site) -> None:
    await site.says("wu", SHED)
    await site.passes(timedelta(hours=30))
    lapsed = [one for one in await facts(site) if isinstance(one, OfferLapsed)]
    people = site.theatre.app.house.store.people
    li, wang = [await people.by_user(f"sandbox:{name}") for name in ("li", "wang")]
    assert li is not None
    assert wang is not None
    assert [one.to for one in lapsed] == [li.id, wang.id]
    levels = [level for level, _ in await escalations(site)]
    assert levels[-2:] == ["chair", "upper"]
    assert site.seen("@zhang")
    assert site.seen("@shang")


async def test_an_accept_in_time_escalates_nothing(site: Site) -> None:
    await site.says("wu", SHED)
    await site.presses("li", "我来")
    await site.passes(timedelta(hours=5))
    assert await escalations(site) == []


async def test_a_missed_reply_rings_the_chair(site: Site) -> None:
    await site.says("wu", SHED)
    await site.presses("li", "我来")
    await site.passes(timedelta(days=1))
    assert ("chair", "no_reply") in await escalations(site)


async def test_a_reply_in_time_rings_nobody(site: Site) -> None:
    await site.says("wu", SHED)
    await site.presses("li", "我来")
    case = await site.case()
    await site.tells("li", f"/reply {case.number} 我下午来看看")
    await site.passes(timedelta(days=1))
    assert ("chair", "no_reply") not in await escalations(site)


async def test_freed_capacity_takes_the_oldest_first(site: Site) -> None:
    await all_go_off_duty(site)
    await site.says("wu", SHED)
    await site.passes(MINUTES)
    await site.says("ma", WATER)
    await site.passes(MINUTES)
    await site.tells("li", "/duty on")
    offers = [one.case for one in await facts(site) if isinstance(one, CaseOffered)]
    assert offers == [case.id for case in await site.cases()]


@pytest.mark.parametrize("when", ["before_commit", "after_commit", "after_send"])
async def test_a_crash_does_not_silence_it(site: Site, when: str) -> None:
    await all_go_off_duty(site)
    site.theatre.faults.crash = when
    await site.says("wu", SHED)
    assert await escalations(site) == [("chair", "no_candidate")]
    assert len([one for one in site.texts("@zhang") if SHED in one]) == 1


async def test_no_case_waits_without_a_clock(site: Site) -> None:
    """Whatever state a case is in, something will happen to it by itself."""
    await site.says("wu", SHED)
    jobs = site.theatre.app.house.store.jobs
    for _ in range(4):
        case = await site.case()
        assert await jobs.of_case(case.id), f"{case.state} waits for ever"
        await site.passes(timedelta(hours=6))


async def test_the_case_is_still_open_when_all_have_been_asked(site: Site) -> None:
    await site.says("wu", SHED)
    await site.passes(timedelta(days=2))
    case = await site.case()
    assert case.state is State.OPEN
    assert not [one for one in await facts(site) if isinstance(one, CaseAccepted)]
