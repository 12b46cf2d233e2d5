"""Cases, their facts and the chain over them, on both databases."""

from datetime import date, timedelta

from core.domain import fact as f
from core.domain.case import State
from core.store.unit import Writer
from tests.core.store.example import NOON, Site


async def test_several_changes_of_a_case_in_one_unit_are_one(site: Site) -> None:
    case = await site.case(317)
    unit = site.store.unit()
    who = site.zhang.id
    after = site.happening(unit, case, f.CasePublished(at=NOON, case=case.id))
    after = site.happening(unit, after, f.CaseAccepted(at=NOON, case=case.id, actor=who))
    await site.store.commit(unit)
    assert await site.store.cases.get(case.id) == after
    assert after.lead == who
    assert await site.store.cases.load([who, site.wu.id]) == {who: 1, site.wu.id: 0}
    assert await site.store.cases.open_of_lead(who) == (after,)


async def test_facts_come_back_as_they_happened(site: Site) -> None:
    case = await site.case(317)
    until = NOON + timedelta(days=7)
    facts = (
        f.CaseOffered(at=NOON, case=case.id, to=site.zhang.id, until=until, level="cadre"),
        f.CaseAccepted(at=NOON, case=case.id, actor=site.zhang.id),
        f.CaseShelved(at=NOON, case=case.id, actor=site.zhang.id, until=date(2026, 12, 1)),
        f.CaseNoted(at=NOON, case=case.id, actor=site.zhang.id, text="等材料"),
    )
    unit = site.store.unit()
    for fact in facts:
        case = site.happening(unit, case, fact)
    await site.store.commit(unit)
    rows = await site.store.cases.history(case.id)
    assert tuple(row.fact for row in rows[1:]) == facts
    assert isinstance(rows[0].fact, f.CaseOpened)
    assert await site.store.cases.fact(rows[1].id) == rows[1]
    assert (await site.store.cases.get(case.id)) == case
    assert case.review_on == date(2026, 12, 1)


async def test_the_chain_holds_and_shows_a_change(site: Site) -> None:
    case = await site.case(317, f.CaseAccepted, f.CaseNoted)
    assert await site.store.cases.is_intact(case.id)

    async def forge(writer: Writer) -> None:
        await writer.execute("UPDATE fact SET actor_id = 1 WHERE name = 'CaseNoted'")

    unit = site.store.unit()
    unit.write(forge)
    await site.store.commit(unit)
    assert not await site.store.cases.is_intact(case.id)


async def test_the_chain_shows_a_fact_taken_away_at_the_end(site: Site) -> None:
    case = await site.case(317, f.CaseAccepted, f.CaseNoted)

    async def forge(writer: Writer) -> None:
        await writer.execute("DELETE FROM fact WHERE name = 'CaseNoted'")

    unit = site.store.unit()
    unit.write(forge)
    await site.store.commit(unit)
    assert not await site.store.cases.is_intact(case.id)


async def test_cases_are_listed_by_who_and_where(site: Site) -> None:
    cases, wu = site.store.cases, site.wu.id
    waiting = await site.case(1)
    led = await site.case(2, f.CaseAccepted)
    done = await site.case(3, f.CaseAccepted, f.CaseDone)
    closed = await site.case(4, f.CaseWithdrawn)
    assert await cases.of_reporter(wu) == (waiting, led, done)
    assert await cases.of_reporter(wu, open_only=False) == (waiting, led, done, closed)
    assert await cases.open_in_group(site.group.id) == (waiting, led, done)
    assert await cases.waiting() == (waiting,)
    assert await cases.waiting(site.group.id + 1) == ()
    assert await cases.latest_verifying(wu) == done
    assert done.state is State.VERIFYING
    assert await cases.by_number(999) is None
    assert await cases.offered_to(site.zhang.id) == ()
