"""A group that has heard all it may today gets no prompt, and that is written down as missed."""

from datetime import timedelta

from core.testing import Site, open_site

TWICE = ("停水通知,下午两点到四点", "今晚放电影,七点食堂门口")
NOON = timedelta(hours=4)


async def missed(site: Site) -> int:
    reader = site.theatre.app.house.store.reader
    rows = await reader.fetch("SELECT COUNT(*) FROM fact WHERE name = 'PromptMissed'")
    return int(rows[0][0])


async def announce(site: Site, words: str) -> None:
    await site.tells("zhang", f"/announce {words}")
    await site.presses("zhang", "发出")


async def test_two_announcements_leave_no_room_and_the_prompt_is_missed() -> None:
    async with open_site() as site:
        for words in TWICE:
            await announce(site, words)
        await site.passes(NOON)
        assert [one.kind for one in site.seen("xiboliang")] == ["bulk", "bulk"]
        assert await missed(site) == 1


async def test_one_announcement_leaves_room_for_the_prompt() -> None:
    async with open_site() as site:
        await announce(site, TWICE[0])
        await site.passes(NOON)
        assert [one.kind for one in site.seen("xiboliang")] == ["bulk", "prompt"]
        assert await missed(site) == 0
