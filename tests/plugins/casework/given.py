"""A site where requests become cases and are worked on; all private chats are open."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from core.domain.case import Case
from core.domain.fact import CaseFact
from core.rehearsal.record import Record
from core.testing.site import SITE, Site, open_site

PLUGINS: Final = ("casework", "myside", "routing", "intake")
SHED: Final = "能不能给大家搭个车棚?电动车没处放"
WAGES: Final = "工资三个月没发了,咋办"


@asynccontextmanager
async def open_desk(away: Sequence[str] = ()) -> AsyncIterator[Site]:
    """Open the site; those who are *away* have no private chat with the bot."""
    async with open_site(plugins=PLUGINS) as site:
        for handle in away:
            await close_private(site, handle)
        yield site


async def close_private(site: Site, handle: str) -> None:
    """Let *handle* have blocked the bot."""
    store = site.theatre.app.house.store
    place = await store.places.by_chat("sandbox.main", f"@{handle}")
    assert place is not None
    unit = store.unit()
    unit.write(store.places.closing(place.id))
    await store.commit(unit)
    site.theatre.app.after_commit(unit)


async def taken_shed(site: Site) -> tuple[Case, str]:
    """Let wu ask for a shed, in the open, and li take it; return the case and his message."""
    message = await site.says("wu", SHED)
    await site.presses("li", "我来")
    return await site.case(), message


def card_of(site: Site, who: str) -> Record:
    """Return the newest card of *who*, as it was first dealt."""
    return [one for one in site.seen(f"@{who}") if not one.edits and "·" in one.text][-1]


def ack_of(site: Site) -> Record:
    """Return the newest acknowledgement in the group."""
    return [one for one in site.seen(SITE) if one.text.startswith("收到")][-1]


async def happened(site: Site, case: Case) -> list[CaseFact]:
    """Return all that happened to *case*."""
    rows = await site.theatre.app.house.store.cases.history(case.id)
    return [row.fact for row in rows if isinstance(row.fact, CaseFact)]


async def parked(site: Site) -> int:
    return await site.theatre.app.house.store.parked.count()
