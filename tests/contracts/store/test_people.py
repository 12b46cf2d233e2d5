"""Who is who and which chat is whose, on both databases."""

import pytest

from core.domain import fact as f
from core.domain.org import Link, Membership, Role, Side
from core.errors import Conflict
from core.store.records import (
    Place,
)
from tests.core.store.example import ACCOUNT, MINUTE, NOON, Site


async def test_a_scene_names_place_group_person_and_roles(site: Site) -> None:
    scene = await site.store.people.scene(ACCOUNT, "g1", "sandbox:wu")
    assert scene.place == site.chat
    assert scene.group == site.group
    assert scene.person == site.wu
    assert [m.role for m in scene.memberships] == [Role.WORKER]
    assert scene.memberships[0].skills == {"水", "电"}
    assert scene.off == frozenset()


async def test_a_stranger_in_an_unknown_chat_is_nobody_nowhere(site: Site) -> None:
    scene = await site.store.people.scene(ACCOUNT, "nowhere", "sandbox:nobody")
    assert (scene.place, scene.group, scene.person, scene.memberships) == (None, None, None, ())


async def test_a_plugin_switched_off_in_a_group_shows_in_the_scene(site: Site) -> None:
    unit = site.store.unit()
    unit.write(site.store.people.setting(site.group.id, "plugin.prompts", "off"))
    unit.write(site.store.people.setting(site.group.id, "prompt_at", "07:00"))
    await site.store.commit(unit)
    assert (await site.store.people.scene(ACCOUNT, "g1", "x:y")).off == {"prompts"}
    again = site.store.unit()
    again.write(site.store.people.setting(site.group.id, "plugin.prompts", None))
    await site.store.commit(again)
    assert await site.store.people.settings(site.group.id) == {"prompt_at": "07:00"}


async def test_people_are_found_by_handle_and_by_name(site: Site) -> None:
    people = site.store.people
    for who in ("wu", "@wu", "sandbox:wu", "仵金生"):
        assert await people.find(site.group.id, who) == (site.wu,), who
    assert await people.find(None, "nobody") == ()
    assert await people.by_user("sandbox:zhang") == site.zhang
    assert await people.persons([site.wu.id, 1]) == {site.wu.id: site.wu}


async def test_links_lead_both_ways(site: Site) -> None:
    people, group = site.store.people, site.group.id
    unit = site.store.unit()
    unit.write(people.adding_links(Link(site.wu.id, site.wu.id, group, deputy=True)))
    await site.store.commit(unit)
    assert await people.cadres_of(site.wu.id, group) == ((site.zhang.id,), (site.wu.id,))
    assert await people.workers_of(site.zhang.id) == (site.wu.id,)
    assert await people.workers_of(site.wu.id, group) == ()


async def test_an_ended_membership_is_gone_and_can_begin_again(site: Site) -> None:
    people, wu, group = site.store.people, site.wu.id, site.group.id
    unit = site.store.unit()
    unit.write(people.ending_memberships(wu, group, site.clock.now()))
    unit.write(people.adding_membership(Membership(wu, group, Role.FOREMAN, Side.EMPLOYER)))
    await site.store.commit(unit)
    assert [m.role for m in await people.memberships(wu)] == [Role.FOREMAN]
    assert [m.person for m in await people.members(group, Role.WORKER)] == []


async def test_the_same_membership_twice_is_a_conflict(site: Site) -> None:
    unit = site.store.unit()
    twice = Membership(site.wu.id, site.group.id, Role.WORKER, Side.UNKNOWN)
    unit.write(site.store.people.adding_membership(twice))
    with pytest.raises(Conflict):
        await site.store.commit(unit)


async def test_off_duty_lasts_until_its_end(site: Site) -> None:
    people, zhang, now = site.store.people, site.zhang.id, site.clock.now()
    unit = site.store.unit()
    unit.write(people.going_off_duty(zhang, now, now + MINUTE))
    await site.store.commit(unit)
    assert await people.off_duty([zhang, site.wu.id], now) == {zhang}
    assert await people.off_duty([zhang], now + MINUTE) == frozenset()


async def test_forgetting_a_person_erases_his_words_and_keeps_the_chain(site: Site) -> None:
    case = await site.case(317, f.CaseAccepted)
    unit = site.store.unit()
    for who in (site.wu, site.zhang):
        fact = f.CaseAppended(at=NOON, case=case.id, actor=who.id, text=who.name)
        case = site.happening(unit, case, fact)
    await site.store.commit(unit)
    unit = site.store.unit()
    unit.write(site.store.people.forgetting(site.wu.id, NOON))
    await site.store.commit(unit)
    kept = await site.store.cases.get(case.id)
    assert kept is not None
    assert kept.text == ""
    texts = [row.fact.text for row in await site.store.cases.history(case.id)]
    assert texts == ["", "", "", site.zhang.name]
    assert await site.store.cases.is_intact(case.id)
    person = await site.store.people.person(site.wu.id)
    assert person is not None
    assert person.name == ""
    assert await site.store.people.by_user("sandbox:wu") is None
    assert (await site.store.people.scene(ACCOUNT, "g1", "sandbox:wu")).person is None


async def test_a_chat_moves_and_closes_and_its_group_stays(site: Site) -> None:
    places, unit = site.store.places, site.store.unit()
    unit.write(places.moving(site.chat.id, "g1-super"))
    unit.write(places.closing(site.home.id))
    await site.store.commit(unit)
    moved = await places.by_chat(ACCOUNT, "g1-super")
    assert moved is not None
    assert (moved.id, moved.group) == (site.chat.id, site.group.id)
    assert await places.by_chat(ACCOUNT, "g1") is None
    assert await places.private_of(site.wu.id) is None
    assert await places.of_group(site.group.id) == (moved,)


async def test_an_unbound_chat_can_be_bound(site: Site) -> None:
    places, unit = site.store.places, site.store.unit()
    new = Place(site.store.ids.next(), "telegram.main", "-100")
    unit.write(places.adding(new))
    unit.write(places.binding(new.id, site.group.id))
    await site.store.commit(unit)
    assert {one.id for one in await places.of_group(site.group.id)} == {site.chat.id, new.id}


async def test_groups_are_walked_in_pages(site: Site) -> None:
    people = site.store.people
    assert await people.groups_after(0, 10) == (site.group,)
    assert await people.groups_after(site.group.id, 10) == ()
    assert await people.group_by_key("xiboliang") == site.group
