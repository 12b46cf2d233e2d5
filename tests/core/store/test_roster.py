"""A roster in the database: twice is once, nobody is lost, strangers stay."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.domain.org import Link, Membership, Person, Role, Side
from core.domain.roster import read_rows
from core.errors import ConfigError
from core.store.roster import ImportReport, bind, import_roster
from tests.core.store.example import NOON, Site, site_at, url_in

HEADER = ("group", "handle", "name", "role", "cadre", "crew")
LI = ("new", "li", "李红梅", "cadre", "", "")
WU = ("new", "wu", "仵金生", "worker", "li", "水电班")
ZONE = ZoneInfo("Asia/Urumqi")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with site_at(url_in(tmp_path)) as built:
        yield built


async def taken(site: Site, *rows: Sequence[str], header: Sequence[str] = HEADER) -> ImportReport:
    return await import_roster(site.store, read_rows(header, rows), site.clock.now(), ZONE)


async def members(site: Site, key: str = "new") -> dict[str, Membership]:
    group = await site.store.people.group_by_key(key)
    assert group is not None
    found = await site.store.people.members(group.id)
    people = await site.store.people.persons([one.person for one in found])
    return {people[one.person].name: one for one in found}


async def test_a_roster_brings_groups_people_and_links(site: Site) -> None:
    report = await taken(site, LI, WU)
    assert (report.new_groups, report.new_people, report.new_links) == (1, 1, 1)
    here = await members(site)
    assert here["仵金生"].person == site.wu.id
    assert (here["仵金生"].crew, here["仵金生"].since) == ("水电班", NOON)
    group = await site.store.people.group_by_key("new")
    assert group is not None
    assert (group.name, group.zone) == ("new", ZONE)
    linked = await site.store.people.cadres_of(site.wu.id, group.id)
    assert linked == ((here["李红梅"].person,), ())


async def test_the_same_file_twice_changes_nothing(site: Site) -> None:
    rows = (LI, WU, ("new", "", "张伟", "worker", "li", ""), ("new", "", "张伟", "worker", "", ""))
    assert (await taken(site, *rows)).changes > 0
    site.clock.move_to(NOON + timedelta(days=1))
    again = await taken(site, *rows)
    assert (again.changes, again.people, again.unclaimed) == (0, 4, 2)


async def test_who_left_the_file_keeps_his_person_but_belongs_no_more(site: Site) -> None:
    await taken(site, LI, WU)
    report = await taken(site, LI)
    assert (report.ended_memberships, report.new_memberships) == (1, 0)
    assert set(await members(site)) == {"李红梅"}
    assert await site.store.people.by_user("sandbox:wu") == site.wu


async def test_a_changed_row_begins_a_new_membership_and_the_old_one_ends(site: Site) -> None:
    await taken(site, LI, WU)
    later = NOON + timedelta(days=1)
    site.clock.move_to(later)
    report = await taken(site, LI, (*WU[:5], "木工班"))
    assert (report.ended_memberships, report.new_memberships, report.new_links) == (1, 1, 0)
    wu = (await members(site))["仵金生"]
    assert (wu.crew, wu.since) == ("木工班", later)


async def test_a_link_that_the_file_no_longer_has_is_gone(site: Site) -> None:
    await taken(site, LI, WU)
    report = await taken(site, LI, (*WU[:4], "", WU[5]))
    assert (report.ended_links, report.new_links) == (1, 0)


async def test_a_stranger_who_turned_up_by_himself_stays(site: Site) -> None:
    await taken(site, LI)
    group = await site.store.people.group_by_key("new")
    assert group is not None
    unit, stranger = site.store.unit(), Person(site.store.ids.next(), "小马")
    unit.write(site.store.people.adding_person(stranger, "sandbox:ma"))
    unit.write(
        site.store.people.adding_membership(
            Membership(stranger.id, group.id, Role.WORKER, Side.UNKNOWN, verified=False)
        )
    )
    await site.store.commit(unit)
    li = (await members(site))["李红梅"].person
    unit = site.store.unit()
    unit.write(site.store.people.adding_links(Link(stranger.id, li, group.id)))
    await site.store.commit(unit)
    assert (await taken(site, LI)).changes == 0
    assert not (await members(site))["小马"].verified
    await taken(site, LI, ("new", "ma", "马涛", "worker", "", ""))
    ma = (await members(site))["马涛"]
    assert (ma.person, ma.verified, ma.side) == (stranger.id, True, Side.WORKER)


async def test_an_unclaimed_row_keeps_its_person_until_and_after_it_is_claimed(
    site: Site,
) -> None:
    unclaimed = ("new", "", "贺强", "worker", "li", "")
    await taken(site, LI, unclaimed)
    person = (await members(site))["贺强"].person
    unit = site.store.unit()
    unit.write(site.store.people.adding_identity(person, "telegram:77"))
    await site.store.commit(unit)
    assert (await taken(site, LI, unclaimed)).changes == 0
    claimed = ("new", "telegram:77", *unclaimed[2:])
    assert (await taken(site, LI, claimed)).changes == 0


async def test_a_handle_filled_in_later_finds_the_unclaimed_person(site: Site) -> None:
    await taken(site, LI, ("new", "", "贺强", "worker", "li", ""))
    person = (await members(site))["贺强"].person
    report = await taken(site, LI, ("new", "he", "贺强", "worker", "li", ""))
    assert (report.new_people, report.new_memberships) == (0, 0)
    found = await site.store.people.by_user("sandbox:he")
    assert found is not None
    assert found.id == person


async def test_a_chosen_language_stays_and_a_name_is_as_the_file_says(site: Site) -> None:
    header = ("group", "handle", "name", "role", "language")
    await taken(
        site,
        ("new", "zhang", "张三丰", "cadre", "en"),
        ("new", "wu", "仵金生", "worker", "en"),
        header=header,
    )
    zhang = await site.store.people.person(site.zhang.id)
    wu = await site.store.people.person(site.wu.id)
    assert zhang == Person(site.zhang.id, "张三丰", "zh")
    assert wu == Person(site.wu.id, "仵金生", "en")


async def test_what_the_file_leaves_open_about_a_group_stays(site: Site) -> None:
    await taken(site, ("xiboliang", "li", "李红梅", "cadre", "", ""))
    assert await site.store.people.group_by_key("xiboliang") == site.group


async def test_a_failing_import_leaves_nothing_behind(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(site.store.people, "adding_links", breaks)
    with pytest.raises(RuntimeError):
        await taken(site, LI, WU)
    assert await site.store.people.group_by_key("new") is None
    assert await site.store.people.by_user("sandbox:li") is None


async def test_helpers_are_read_with_all_that_they_are(site: Site) -> None:
    await taken(site, LI, WU, (*LI[:3], "manager"))
    group = await site.store.people.group_by_key("new")
    assert group is not None
    helpers = await site.store.people.helpers(group.id)
    assert [one.role for one in helpers] == [Role.CADRE, Role.MANAGER]


async def test_a_chat_is_bound_and_bound_again(site: Site) -> None:
    await taken(site, LI)
    new = await bind(site.store, "sandbox.main", "g9", "new")
    assert [one.chat for one in await site.store.places.of_group(new.id)] == ["g9"]
    await bind(site.store, "sandbox.main", "g9", "xiboliang")
    assert await site.store.places.of_group(new.id) == ()
    with pytest.raises(ConfigError, match="no group nowhere"):
        await bind(site.store, "sandbox.main", "g9", "nowhere")
