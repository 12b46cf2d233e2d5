"""Law 8: ``may`` stands before everything, with fresh eyes, and nothing it reads is cached."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from core.chat.letter import LetterKind
from core.domain.case import State
from core.domain.category import Visibility
from core.domain.fact import VisibilityRaised
from core.kit.turn import Turn
from core.store.records import NewLetter
from core.testing.site import SITE
from tests.laws import bell
from tests.laws.deployment import Deployment, deployed

UNKNOWN = "没找到 {} 号。发“我的事”看看您的事。"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


async def opened(site: Deployment, secrecy: str = "union_only") -> int:
    """Let wu open a case in private; return its number."""
    await site.says("wu", f"/open {secrecy}", None)
    ((number,),) = await site.rows("SELECT number FROM cases ORDER BY id DESC LIMIT 1")
    assert isinstance(number, int)
    return number


async def number_of_nobody(site: Deployment) -> int:
    numbers = {number for (number,) in await site.rows("SELECT number FROM cases")}
    return next(number for number in range(100, 1000) if number not in numbers)


async def asks(site: Deployment, who: str, number: int, chat: str | None = None) -> list[str]:
    """Let *who* try to take a case; return all that anybody then sees."""
    site.slate.letters.clear()
    await site.says(who, f"/take {number}", chat)
    return [one.text for one in site.slate.letters]


async def end_membership(site: Deployment, user: str) -> None:
    """Let *user* belong to no group any more, behind the back of whoever is at work."""
    store = site.app.house.store
    person = await store.people.by_user(f"sandbox:{user}")
    assert person is not None
    unit = store.unit()
    for membership in await store.people.memberships(person.id):
        unit.write(store.people.ending_memberships(person.id, membership.group, site.clock.now()))
    await store.commit(unit)


def meanwhile(site: Deployment, *deeds: Callable[[], Awaitable[object]]) -> list[int]:
    """Let each of *deeds* happen between reading and committing, one a try; count the tries."""
    left, tries = list(deeds), []

    async def once(_turn: Turn) -> None:
        tries.append(1)
        if left:
            await left.pop(0)()

    site.app.house.shelf["bell"] = bell.Ringer(meanwhile=once)
    return tries


@pytest.mark.parametrize("who", ["pan", "liu", "ma", "stranger"])
@pytest.mark.parametrize("secrecy", ["union_only", "sealed"])
async def test_a_hidden_number_is_answered_like_one_that_is_not(
    site: Deployment, who: str, secrecy: str
) -> None:
    hidden, nothing = await opened(site, secrecy), await number_of_nobody(site)
    assert await asks(site, who, hidden) == [UNKNOWN.format(hidden)]
    assert await asks(site, who, nothing) == [UNKNOWN.format(nothing)]


async def test_a_hidden_number_costs_the_same_rows_as_one_that_is_not(site: Deployment) -> None:
    hidden, nothing = await opened(site), await number_of_nobody(site)
    before = await site.counts()
    await asks(site, "pan", hidden)
    between = await site.counts()
    await asks(site, "pan", nothing)
    after = await site.counts()
    first = {name: between[name] - before[name] for name in before}
    second = {name: after[name] - between[name] for name in before}
    assert first == second


async def test_a_refusal_about_a_case_is_not_said_in_the_group(site: Deployment) -> None:
    number = await opened(site)
    await asks(site, "pan", number, SITE)
    assert site.slate.texts() == []
    assert site.slate.texts("@pan") == [UNKNOWN.format(number)]


async def test_whoever_may_is_let(site: Deployment) -> None:
    number = await opened(site)
    assert await asks(site, "li", number) == [f"yours {number}"]


async def test_the_right_is_asked_again_in_the_transaction(site: Deployment) -> None:
    """Li's membership ends between reading and committing: nothing is written."""
    number = await opened(site)
    tries = meanwhile(site, lambda: end_membership(site, "li"))
    seen = await asks(site, "li", number)
    assert len(tries) == 1, "the second run must already be refused"
    assert seen == [UNKNOWN.format(number)]
    assert await site.rows("SELECT COUNT(*) FROM fact WHERE name = 'CaseAccepted'") == [(0,)]
    assert await site.rows("SELECT state FROM cases") == [(State.OPEN.value,)]
    assert await site.app.house.store.parked.count() == 0


async def test_nothing_that_may_reads_is_remembered(site: Deployment) -> None:
    number = await opened(site)
    assert await asks(site, "li", number) != [UNKNOWN.format(number)]
    other = await opened(site)
    await end_membership(site, "li")  # nobody tells the engine's memory of it
    assert await asks(site, "li", other) == [UNKNOWN.format(other)]


async def test_two_at_once_do_not_both_get_it(site: Deployment) -> None:
    """A case that moved on meanwhile: the turn runs again on what is true now."""
    number = await opened(site)
    tries = meanwhile(site, lambda: site.hears(site.message("wang", f"/take {number}", None)))
    await site.says("li", f"/take {number}", None)
    assert len(tries) == 3, "li, wang in between, and li again"
    assert await site.rows("SELECT COUNT(*) FROM fact WHERE name = 'CaseAccepted'") == [(2,)]
    ((version,),) = await site.rows("SELECT version FROM cases")
    ((facts,),) = await site.rows("SELECT COUNT(*) FROM fact WHERE case_id IS NOT NULL")
    assert version == facts


async def test_a_deed_that_ends_the_right_to_do_it_is_done(site: Deployment) -> None:
    """Who hands a case over is not in charge of it any more, and was when he did it."""
    number = await opened(site)
    await asks(site, "li", number)
    await site.says("li", f"/hand {number} wang", None)
    assert await site.app.house.store.parked.count() == 0
    wang = await site.app.house.store.people.by_user("sandbox:wang")
    assert wang is not None
    assert await site.rows("SELECT lead_id FROM cases") == [(wang.id,)]


async def test_what_became_secret_meanwhile_is_secret(site: Deployment) -> None:
    """Wang may take a case on the board; it is sealed while he reaches for it."""
    number = await opened(site, "board")

    async def seal() -> None:
        store = site.app.house.store
        case = await store.cases.by_number(number)
        assert case is not None
        raised = VisibilityRaised(at=site.clock.now(), case=case.id, visibility=Visibility.SEALED)
        unit = store.unit()
        unit.change_case(case.version, case.after(raised))
        unit.fact(raised)
        await store.commit(unit)

    meanwhile(site, seal)
    assert await asks(site, "wang", number) == [UNKNOWN.format(number)]
    assert await site.rows("SELECT lead_id FROM cases") == [(None,)]


@pytest.mark.parametrize(
    ("burst", "seen"), [("lasts", ["neutral"]), ("over", ["told", "neutral"])]
)
async def test_a_new_case_is_not_named_in_its_group_until_it_is_published(
    site: Deployment, burst: str, seen: list[str]
) -> None:
    await site.says("wu", f"/open board {burst}", None)
    store = site.app.house.store
    ((case,),) = await site.rows("SELECT id FROM cases")
    assert isinstance(case, int)
    group = await store.people.group_by_key(SITE)
    assert group is not None
    (place,) = await store.places.of_group(group.id)
    unit = store.unit()
    unit.letter(NewLetter(place.id, LetterKind.NOTICE, "told", case=case))
    unit.letter(NewLetter(place.id, LetterKind.NOTICE, "neutral", case=case, neutral=True))
    await store.commit(unit)
    await site.app.settle()
    assert site.slate.texts() == seen


async def test_a_message_about_a_secret_is_neutral_on_a_locked_screen(site: Deployment) -> None:
    number = await opened(site)
    assert site.slate.texts("@li") == [f"连心有新消息\nabout {number}"]


async def test_words_of_a_case_cannot_be_read_off_the_disk(site: Deployment) -> None:
    await site.says("wu", "/open union_only", None)
    assert b"/open union_only" not in site.on_disk()
