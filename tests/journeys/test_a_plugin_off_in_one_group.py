"""A plugin that is off in a group neither hears what is said there nor reacts to what happens."""

from core.testing import Site, open_site

NEED = "能不能给大家搭个棚子?"


async def switch(site: Site, plugin: str, value: str | None) -> None:
    app = site.theatre.app
    unit, group = app.house.store.unit(), await app.house.store.people.group_by_key("xiboliang")
    assert group is not None
    unit.write(app.house.store.people.setting(group.id, f"plugin.{plugin}", value))
    await app.house.store.commit(unit)
    app.after_commit(unit)


async def test_without_routing_a_request_is_kept_and_nobody_is_asked() -> None:
    async with open_site() as site:
        await switch(site, "routing", "off")
        await site.says("wu", NEED)
        assert (await site.case()).offered_to is None
        assert not site.texts("@li")


async def test_without_intake_talk_stays_talk() -> None:
    async with open_site() as site:
        await switch(site, "intake", "off")
        await site.says("wu", NEED)
        assert not await site.cases()


async def test_switched_on_again_it_is_asked_as_ever() -> None:
    async with open_site() as site:
        await switch(site, "routing", "off")
        await switch(site, "routing", None)
        await site.says("wu", NEED)
        assert (await site.case()).offered_to is not None
