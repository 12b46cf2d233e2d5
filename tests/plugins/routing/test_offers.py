"""Whom a request goes to, and where it goes from there."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from core.api.case import Priority, State, Visibility
from core.api.deeds import TaskPromised, WorkerTold
from core.api.facts import (
    CaseAccepted,
    CaseConfirmed,
    CaseDeclined,
    CaseDone,
    CaseReopened,
    CaseShelved,
    NobodyWasFree,
)
from core.testing.site import MONDAY, PEOPLE, Site, open_site
from tests.plugins.routing.given import asked, happens, name, now, opened, person, rung

HOUR = timedelta(hours=1)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site(plugins=["groups", "routing"]) as built:
        yield built


async def test_a_request_goes_to_the_linked_cadre_first(site: Site) -> None:
    case = await opened(site)
    assert await asked(site, case) == ["李红梅"]
    assert case.state is State.OFFERED


async def test_a_refused_offer_goes_to_the_deputy(site: Site) -> None:
    case = await opened(site)
    await happens(site, CaseDeclined(case=case.id, at=site.now, actor=await person(site, "li")))
    assert await asked(site, case) == ["李红梅", "王建国"]


async def test_an_offer_nobody_answers_goes_on_and_then_the_chair_is_rung(site: Site) -> None:
    case = await opened(site)
    await site.passes(4 * HOUR)
    assert await asked(site, case) == ["李红梅", "王建国"]
    assert await rung(site, case) == [("deputy", "missed_accept", "王建国")]
    await site.passes(4 * HOUR)
    assert (await rung(site, case))[1:] == [("chair", "missed_accept", "张莉")]
    assert (await now(site, case.id)).state is State.OPEN
    assert "300 号没人应,请您定。" in site.last("@zhang")
    assert site.buttons("zhang") == ["我来", "派给李红梅", "派给王建国"]


async def test_a_chair_who_is_silent_is_followed_by_the_upper_union(site: Site) -> None:
    case = await opened(site)
    await site.passes(22 * HOUR)
    assert (await rung(site, case))[1:] == [("chair", "missed_accept", "张莉")]
    await site.passes(HOUR)
    assert (await rung(site, case))[2:] == [("upper", "silent", "尚敏")]
    await site.passes(23 * HOUR)
    assert (len(site.texts("@zhang")), len(site.texts("@shang"))) == (1, 1)
    await site.passes(HOUR)
    assert len(site.texts("@zhang")) == 2


async def test_an_emergency_does_not_wait_for_the_morning() -> None:
    night = MONDAY + 14 * HOUR
    async with open_site(plugins=["groups", "routing"], at=night) as site:
        case = await opened(site, priority=Priority.P0)
        await site.passes(timedelta(minutes=19))
        assert [level for level, _, _ in await rung(site, case)] == [
            "chair",
            "upper",
            "deputy",
            "chair",
            "upper",
        ]


@pytest.mark.parametrize(("priority", "most"), [(Priority.P0, 9), (Priority.P1, 7)])
async def test_an_urgent_case_nobody_takes_is_rung_less_and_less_often_and_never_no_more(
    site: Site, priority: Priority, most: int
) -> None:
    case = await opened(site, priority=priority)
    await site.passes(38 * HOUR)
    heard = [len(site.texts(one)) for one in ("@zhang", "@shang")]
    assert max(heard) <= most
    rounds = len(await rung(site, case))
    await site.passes(4 * HOUR)
    assert len(await rung(site, case)) == rounds + 1


async def test_the_wait_for_an_emergency_doubles_from_round_to_round(site: Site) -> None:
    case = await opened(site, priority=Priority.P0)
    await site.passes(timedelta(minutes=15 + 10 + 20))
    assert len(await rung(site, case)) == 7
    await site.passes(timedelta(minutes=39))
    assert len(await rung(site, case)) == 7
    await site.passes(timedelta(minutes=1))
    assert (await rung(site, case))[7:] == [("chair", "silent", "张莉")]


async def test_the_holder_is_reminded_once_and_never_by_night(site: Site) -> None:
    await opened(site)
    await site.passes(timedelta(hours=3, minutes=20))
    assert site.texts("@li") == ["300 号还等您一句话:接,还是转?"]
    await site.passes(12 * HOUR)
    assert len(site.texts("@li")) == 1


async def test_nobody_is_reminded_by_night_of_what_can_wait() -> None:
    async with open_site(plugins=["groups", "routing"], at=MONDAY + 11 * HOUR) as site:
        await opened(site, priority=Priority.P2)
        await site.passes(11 * HOUR)
        assert site.texts("@li") == []


async def test_an_emergency_rings_everybody_above_beside_the_offer(site: Site) -> None:
    case = await opened(site, priority=Priority.P0, visibility=Visibility.STAFF)
    assert await asked(site, case) == ["李红梅"]
    assert await rung(site, case) == [("chair", "p0", "张莉"), ("upper", "p0", "尚敏")]
    assert "急事!300 号,已找李红梅。" in site.last("@zhang")
    assert site.buttons("zhang") == ["我来", "派给王建国"]


async def test_an_urgent_case_rings_the_chair_beside_the_offer(site: Site) -> None:
    case = await opened(site, priority=Priority.P1)
    assert await rung(site, case) == [("chair", "p1", "张莉")]
    assert site.texts("@shang") == []


async def test_alarms_change_once_somebody_has_the_case(site: Site) -> None:
    case = await opened(site, priority=Priority.P1)
    await happens(site, CaseAccepted(case=case.id, at=site.now, actor=await person(site, "li")))
    assert site.last("@zhang") == "300 号李红梅在办了。"
    assert site.buttons("zhang") == []


@pytest.mark.parametrize("priority", [Priority.P0, Priority.P1])
async def test_who_was_asked_is_reminded_once_of_what_is_urgent_too(
    site: Site, priority: Priority
) -> None:
    await opened(site, priority=priority)
    await site.passes(timedelta(minutes=5 if priority is Priority.P0 else 30))
    assert site.texts("@li") == ["300 号还等您一句话:接,还是转?"]


async def test_a_lead_who_says_nothing_is_reminded_once_and_the_chair_hears_of_it(
    site: Site,
) -> None:
    case = await opened(site, priority=Priority.P1)
    await happens(site, CaseAccepted(case=case.id, at=site.now, actor=await person(site, "li")))
    await site.passes(HOUR)
    assert site.texts("@li") == ["300 号还没跟工人说上话,先回一句吧。"]
    assert ("chair", "no_reply", "张莉") in await rung(site, case)
    assert "300 号李红梅接了,还没跟工人说上话。" in site.last("@zhang")
    assert site.buttons("zhang") == ["我来", "派给王建国"]
    await site.presses("zhang", "我来")
    assert await name(site, (await now(site, case.id)).lead) == "张莉"


async def test_the_first_word_to_the_worker_stops_the_clock(site: Site) -> None:
    case = await opened(site, priority=Priority.P1)
    li = await person(site, "li")
    await happens(site, CaseAccepted(case=case.id, at=site.now, actor=li))
    await happens(site, WorkerTold(case=case.id, at=site.now, actor=li, text="来了"))
    await site.passes(3 * HOUR)
    assert site.texts("@li") == []
    assert [trigger for _, trigger, _ in await rung(site, case)] == ["p1"]


@pytest.mark.parametrize("first", ["promised", "taken"])
async def test_a_promise_with_a_day_is_a_first_word_to_the_worker(site: Site, first: str) -> None:
    case = await opened(site, priority=Priority.P1)
    taken = CaseAccepted(case=case.id, at=site.now, actor=await person(site, "li"))
    day, pan = site.now.date(), await person(site, "pan")
    promised = TaskPromised(case=case.id, at=site.now, actor=pan, day=day)
    for fact in (promised, taken) if first == "promised" else (taken, promised):
        await happens(site, fact)
    await site.passes(3 * HOUR)
    assert site.texts("@li") == []
    assert [trigger for _, trigger, _ in await rung(site, case)] == ["p1"]


async def test_a_promise_without_a_day_does_not_stop_the_clock(site: Site) -> None:
    case = await opened(site, priority=Priority.P1)
    li, pan = await person(site, "li"), await person(site, "pan")
    await happens(site, CaseAccepted(case=case.id, at=site.now, actor=li))
    await happens(site, TaskPromised(case=case.id, at=site.now, actor=pan))
    await site.passes(HOUR)
    assert ("chair", "no_reply", "张莉") in await rung(site, case)


async def test_a_promise_from_before_a_reopening_does_not_stop_the_clock(site: Site) -> None:
    case = await opened(site, priority=Priority.P1)
    li, wang = await person(site, "li"), await person(site, "wang")
    pan, day = await person(site, "pan"), site.now.date()
    await happens(site, CaseAccepted(case=case.id, at=site.now, actor=li))
    await happens(site, TaskPromised(case=case.id, at=site.now, actor=pan, day=day))
    await happens(site, CaseDone(case=case.id, at=site.now, actor=li))
    await happens(site, CaseReopened(case=case.id, at=site.now, actor=await person(site, "wu")))
    await happens(site, CaseAccepted(case=case.id, at=site.now, actor=wang))
    await site.passes(HOUR)
    assert ("chair", "no_reply", "张莉") in await rung(site, case)


async def test_a_shelved_case_comes_up_on_its_morning(site: Site) -> None:
    case = await opened(site)
    li = await person(site, "li")
    await happens(site, CaseAccepted(case=case.id, at=site.now, actor=li))
    until = (site.now + timedelta(days=3)).date()
    zhang = await person(site, "zhang")
    await happens(site, CaseShelved(case=case.id, at=site.now, actor=zhang, until=until))
    await site.passes(timedelta(days=2, hours=22, minutes=59))
    assert (await now(site, case.id)).state is State.SHELVED
    await site.passes(timedelta(minutes=1))
    assert (await now(site, case.id)).state is State.ACTIVE


async def test_without_anybody_free_the_chair_is_rung_at_once() -> None:
    nobody: Sequence[dict[str, str]] = [
        {**row, "cadre": "", "deputy": ""} for row in PEOPLE if row["role"] != "cadre"
    ]
    async with open_site(plugins=["groups", "routing"], people=nobody) as site:
        case = await opened(site)
        assert await asked(site, case) == []
        assert await rung(site, case) == [("chair", "no_candidate", "张莉")]
        history = await site.theatre.app.house.store.cases.history(case.id)
        assert any(isinstance(row.fact, NobodyWasFree) for row in history)


async def test_a_chair_in_conflict_is_passed_over_for_the_upper_union() -> None:
    people = [{**row, "cadre": "", "deputy": ""} for row in PEOPLE if row["role"] != "cadre"]
    async with open_site(plugins=["groups", "routing"], people=people) as site:
        case = await opened(site, who="zhang")
        assert await rung(site, case) == [("upper", "no_candidate", "尚敏")]


async def test_freed_hands_take_what_has_waited_longest() -> None:
    async with open_site(plugins=["groups", "routing"]) as site:
        settings = site.theatre.app.house.settings["routing"]
        narrow = settings.model_copy(update={"capacity": 1})
        site.theatre.app.house.settings = {"routing": narrow}
        li = await person(site, "li")
        first = await opened(site, "wu")
        await happens(site, CaseAccepted(case=first.id, at=site.now, actor=li))
        await opened(site, "ma")
        waiting = await opened(site, "wu")
        assert waiting.state is State.OPEN
        await site.passes(timedelta(minutes=1))
        younger = await opened(site, "ma")
        wu = await person(site, "wu")
        await happens(site, CaseConfirmed(case=first.id, at=site.now, actor=wu))
        assert await asked(site, waiting) == ["李红梅"]
        assert await asked(site, younger) == []
