"""Law 4: what is said leaves by the outbox alone, in order, within limits, and is then wiped."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from core.chat.capabilities import Capabilities, Pace
from core.chat.letter import Letter, LetterKind, Urgency
from core.errors import DeliveryError, Scope, StoreError
from core.store.records import NewLetter, Outcome
from core.testing.site import SITE
from tests.laws.deployment import ACCOUNT, Deployment, Slate, deployed

SECOND = timedelta(seconds=1)
LOST = DeliveryError("timed out", unknown=True)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


async def put(site: Deployment, *letters: NewLetter) -> list[int]:
    """Write letters as a turn would, without letting anything be sent yet."""
    unit = site.app.house.store.unit()
    ids = [unit.letter(letter) for letter in letters]
    await site.app.house.store.commit(unit)
    return ids


async def place(site: Deployment, chat: str = SITE) -> int:
    found = await site.app.house.store.places.by_chat(ACCOUNT, chat)
    assert found is not None
    return found.id


async def letter(
    site: Deployment, text: str, chat: str = SITE, urgency: Urgency = Urgency.ORDINARY
) -> NewLetter:
    return NewLetter(await place(site, chat), LetterKind.REPLY, text, urgency=urgency)


async def some(site: Deployment, *texts: str, chat: str = SITE) -> list[int]:
    return await put(site, *[await letter(site, text, chat) for text in texts])


async def test_a_turn_that_fails_says_nothing(site: Deployment) -> None:
    await site.says("wu", "break it")
    assert "this is never said" not in site.slate.texts()


async def test_a_turn_that_is_refused_says_the_refusal_alone(site: Deployment) -> None:
    await site.says("wu", "refuse 赵四")
    assert site.slate.texts() == ["没找到“refuse 赵四”。请写花名册上的名字,前面加 @。"]


async def test_nothing_is_sent_before_the_commit(site: Deployment) -> None:
    await site.hears(site.message("wu", "ring"))
    assert site.slate.letters == []
    await site.app.settle()
    assert site.slate.texts() == ["rang ring"]


async def test_letters_to_one_place_keep_their_order(site: Deployment) -> None:
    texts = [str(number) for number in range(70)]
    await some(site, *texts)
    await site.app.settle()
    assert site.slate.texts() == texts


async def test_one_place_has_one_letter_under_way(site: Deployment) -> None:
    await some(site, "one", "two", "three")
    under_way: list[int] = []

    async def count(_letter: Letter) -> None:
        under_way.append((await site.states()).count("sending"))

    site.slate.before = count
    await site.app.settle()
    assert under_way == [1, 1, 1]


async def test_urgent_goes_before_ordinary_before_bulk(site: Deployment) -> None:
    urgencies = (Urgency.BULK, Urgency.ORDINARY, Urgency.URGENT)
    await put(site, *[await letter(site, one.name, urgency=one) for one in urgencies])
    await site.app.settle()
    assert site.slate.texts() == ["URGENT", "ORDINARY", "BULK"]


async def test_a_letter_is_marked_before_the_platform_hears_of_it(site: Deployment) -> None:
    seen: list[str] = []

    async def look(_letter: Letter) -> None:
        seen.extend(await site.states())

    site.slate.before = look
    await some(site, "one")
    await site.app.settle()
    assert seen[-1] == "sending"
    assert (await site.states())[-1] == "sent"


async def test_a_retry_holds_the_letters_behind_it(site: Deployment) -> None:
    await some(site, "one", "two")
    site.slate.answers.append(DeliveryError("not now", retry_after=30 * SECOND))
    await site.app.settle()
    assert site.slate.texts() == []
    await site.app.advance(site.clock.now() + 30 * SECOND)
    assert site.slate.texts() == ["one", "two"]


async def test_a_retry_does_not_hold_what_is_more_urgent(site: Deployment) -> None:
    await some(site, "one")
    site.slate.answers.append(DeliveryError("not now", retry_after=30 * SECOND))
    await site.app.settle()
    await put(site, await letter(site, "fire", urgency=Urgency.URGENT))
    await site.app.settle()
    assert site.slate.texts() == ["fire"]


@pytest.mark.parametrize("scope", [Scope.LETTER, Scope.CHAT])
async def test_a_pause_of_one_chat_holds_no_other(site: Deployment, scope: Scope) -> None:
    await some(site, "one", "two")
    await some(site, "elsewhere", chat="other")
    site.slate.answers.append(DeliveryError("429", retry_after=30 * SECOND, scope=scope))
    await site.app.settle()
    await some(site, "and later", chat="other")
    await site.app.settle()
    assert (site.slate.texts(), site.slate.texts("other")) == ([], ["elsewhere", "and later"])
    await site.app.advance(site.clock.now() + 30 * SECOND)
    assert site.slate.texts() == ["one", "two"]


async def test_a_pause_of_a_chat_holds_its_urgent_letters_too(site: Deployment) -> None:
    await some(site, "one")
    site.slate.answers.append(DeliveryError("429", retry_after=30 * SECOND, scope=Scope.CHAT))
    await site.app.settle()
    await put(site, await letter(site, "fire", urgency=Urgency.URGENT))
    await site.app.settle()
    assert site.slate.texts() == []
    await site.app.advance(site.clock.now() + 30 * SECOND)
    assert site.slate.texts() == ["fire", "one"]


async def test_a_pause_of_the_account_holds_every_chat(site: Deployment) -> None:
    await some(site, "one")
    site.slate.answers.append(DeliveryError("429", retry_after=30 * SECOND, scope=Scope.ACCOUNT))
    await site.app.settle()
    await some(site, "elsewhere", chat="other")
    await site.app.advance(site.clock.now() + 29 * SECOND)
    assert site.slate.letters == []
    await site.app.advance(site.clock.now() + SECOND)
    assert (site.slate.texts(), site.slate.texts("other")) == (["one"], ["elsewhere"])


async def test_a_letter_refused_for_good_is_parked_and_holds_nothing(site: Deployment) -> None:
    await some(site, "one", "two")
    site.slate.answers.append(DeliveryError("the bot was removed from the group"))
    await site.app.settle()
    assert site.slate.texts() == ["two"]
    assert (await site.states())[-2:] == ["parked", "sent"]


async def test_a_prompt_whose_fate_is_unknown_is_not_repeated(site: Deployment) -> None:
    prompt = NewLetter(await place(site), LetterKind.PROMPT, "prompt", resend=False)
    await put(site, prompt, await letter(site, "two"))
    site.slate.answers.append(LOST)
    await site.app.settle()
    assert site.slate.texts() == ["two"]
    assert (await site.states())[-2:] == ["unknown", "sent"]


async def test_a_reply_whose_fate_is_unknown_goes_again(site: Deployment) -> None:
    await some(site, "one", "two")
    site.slate.answers.append(LOST)
    await site.app.settle()
    assert site.slate.texts() == ["one", "two"]
    assert site.app.relay.doubled == 1


async def test_an_idempotent_platform_gets_it_again_whatever_it_is(tmp_path: Path) -> None:
    slate = Slate(Capabilities(text=4000, idempotent=True))
    async with deployed(tmp_path, slate) as site:
        await put(site, NewLetter(await place(site), LetterKind.PROMPT, "prompt", resend=False))
        slate.answers.append(LOST)
        await site.app.settle()
        assert slate.texts() == ["prompt"]
        assert site.app.relay.doubled == 0


async def test_a_platform_that_has_forgotten_the_id_is_no_longer_idempotent(
    tmp_path: Path,
) -> None:
    can = Capabilities(text=4000, idempotent=True, remembers=timedelta(hours=24))
    async with deployed(tmp_path, Slate(can)) as site:
        (number,) = await put(
            site, NewLetter(await place(site), LetterKind.PROMPT, "prompt", resend=False)
        )
        await site.app.house.store.letters.mark_sending([number])
        now = site.clock.now()
    async with deployed(tmp_path, Slate(can), at=now + timedelta(hours=25)) as later:
        await later.app.settle()
        assert later.slate.letters == []
        assert (await later.states())[-1] == "unknown"


@pytest.mark.parametrize(("resend", "seen"), [(True, ["one", "two"]), (False, ["two"])])
async def test_what_was_under_way_when_the_process_died_follows_its_policy(
    tmp_path: Path, *, resend: bool, seen: list[str]
) -> None:
    async with deployed(tmp_path) as site:
        here = await place(site)
        number, _ = await put(
            site,
            NewLetter(here, LetterKind.REPLY, "one", resend=resend),
            NewLetter(here, LetterKind.REPLY, "two"),
        )
        await site.app.house.store.letters.mark_sending([number])
    async with deployed(tmp_path) as again:
        await again.app.settle()
        assert again.slate.texts() == seen


async def test_what_was_sent_but_not_written_down_is_not_sent_again(site: Deployment) -> None:
    """The store fails after the platform took the letter: the carrier falls and is kept up."""
    carrier, letters = site.app.relay.carriers[ACCOUNT], site.app.house.store.letters
    finish, failures, done = letters.finish, [StoreError("disk full")], asyncio.Event()

    async def fail_once(outcomes: Sequence[Outcome]) -> None:
        if outcomes and failures:
            raise failures.pop()
        await finish(outcomes)

    async def note(letter: Letter) -> None:
        if letter.text == "two":
            done.set()

    letters.finish = fail_once  # type: ignore[method-assign]
    site.slate.before = note
    await some(site, "one", "two")
    with pytest.raises(BaseExceptionGroup):
        await carrier.drain()
    assert (await site.states())[-2:] == ["sending", "due"]
    running = asyncio.ensure_future(carrier.run())
    await asyncio.wait_for(done.wait(), 20)
    running.cancel()
    await asyncio.wait({running})
    assert site.slate.texts()[:1] == ["one"]
    assert site.slate.texts().count("one") == 1
    assert (await site.states())[-2] == "sent"


async def test_too_late_is_never(site: Deployment) -> None:
    until = site.clock.now() + 10 * SECOND
    site.slate.answers.append(DeliveryError("429", retry_after=30 * SECOND, scope=Scope.CHAT))
    await some(site, "first")
    await site.app.settle()
    await put(site, NewLetter(await place(site), LetterKind.DIGEST, "stale", expires_at=until))
    await site.app.advance(site.clock.now() + 60 * SECOND)
    assert site.slate.texts() == ["first"]
    assert (await site.states())[-1] == "expired"


async def test_words_are_sealed_while_they_wait_and_gone_when_sent(site: Deployment) -> None:
    await some(site, "棚子的事")
    assert "棚子".encode() not in site.on_disk()
    assert await site.rows("SELECT COUNT(*) FROM letter WHERE body IS NOT NULL") == [(1,)]
    await site.app.settle()
    assert await site.rows("SELECT COUNT(*) FROM letter WHERE body IS NOT NULL") == [(0,)]


async def test_an_unknown_letter_that_is_left_is_wiped(site: Deployment) -> None:
    await put(site, NewLetter(await place(site), LetterKind.PROMPT, "prompt", resend=False))
    site.slate.answers.append(LOST)
    await site.app.settle()
    assert await site.rows("SELECT COUNT(*) FROM letter WHERE body IS NOT NULL") == [(0,)]


async def test_the_reader_must_still_be_allowed_to_read(site: Deployment) -> None:
    """Li leaves the site between the commit and the sending: nothing reaches her."""
    await site.hears(site.message("wu", "/open union_only", None))
    await site.app.scheduler.drain()
    store = site.app.house.store
    li = await store.people.by_user("sandbox:li")
    group = await store.people.group_by_key(SITE)
    assert li is not None
    assert group is not None
    unit = store.unit()
    unit.write(store.people.ending_memberships(li.id, group.id, site.clock.now()))
    await store.commit(unit)
    await site.app.settle()
    assert site.slate.texts("@li") == []
    assert "parked" in await site.states()


async def test_a_confidential_case_is_not_named_in_a_group(site: Deployment) -> None:
    await site.says("wu", "/open union_only", None)
    rows = await site.rows("SELECT id FROM cases")
    case = rows[0][0]
    assert isinstance(case, int)
    await put(site, NewLetter(await place(site), LetterKind.NOTICE, "leak", case=case))
    neutral = NewLetter(await place(site), LetterKind.NOTICE, "收到", case=case, neutral=True)
    await put(site, neutral)
    await site.app.settle()
    assert site.slate.texts() == ["收到"]


async def test_an_account_stays_within_its_pace(tmp_path: Path) -> None:
    slate = Slate(Capabilities(text=4000, paces=(Pace(2, SECOND),)))
    async with deployed(tmp_path, slate) as site:
        await site.app.advance(site.clock.now() + 60 * SECOND)  # the welcomes go first
        for number in range(6):
            await some(site, str(number), chat=(SITE, "other")[number % 2])
        times: list[float] = []

        async def note(_letter: Letter) -> None:
            times.append(site.clock.now().timestamp())

        slate.before = note
        await site.app.advance(site.clock.now() + 60 * SECOND)
        assert len(times) == 6
        assert all(late - early >= 1 for early, late in zip(times, times[2:], strict=False))


async def test_a_chat_stays_within_its_pace_and_holds_no_other(tmp_path: Path) -> None:
    slate = Slate(Capabilities(text=4000, chat_paces=(Pace(1, 10 * SECOND),)))
    async with deployed(tmp_path, slate) as site:
        await some(site, "one", "two", "three")
        await some(site, "elsewhere", chat="other")
        await site.app.settle()
        assert (site.slate.texts(), site.slate.texts("other")) == (["one"], ["elsewhere"])
        await site.app.advance(site.clock.now() + 10 * SECOND)
        assert site.slate.texts() == ["one", "two"]


async def test_an_adapter_that_breaks_does_not_lose_the_letter(site: Deployment) -> None:
    await some(site, "one")
    site.slate.answers.append(KeyError("a bug in the adapter"))
    await site.app.settle()
    assert site.slate.texts() == ["one"]


async def test_more_letters_that_go_nowhere_than_are_taken_up_at_once_hold_nothing(
    site: Deployment,
) -> None:
    stale = [
        NewLetter(await place(site), LetterKind.NOTICE, "stale", expires_at=site.clock.now())
        for _ in range(100)
    ]
    await put(site, *stale, await letter(site, "fresh"))
    await site.app.settle()
    assert site.slate.texts() == ["fresh"]
