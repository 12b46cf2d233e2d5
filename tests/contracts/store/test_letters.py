"""The outbox as the relay uses it, on both databases."""

from datetime import timedelta

import pytest

from core.chat.letter import Button, LetterKind, Urgency
from core.store.records import (
    LetterState,
    NewLetter,
    Outcome,
)
from tests.core.store.example import ACCOUNT, MINUTE, NOON, Site


async def test_letters_are_due_urgent_first_then_in_order(site: Site) -> None:
    first, second = await site.letters("一", "二")
    unit = site.store.unit()
    urgent = unit.letter(NewLetter(site.home.id, LetterKind.NOTICE, "急", urgency=Urgency.URGENT))
    later = unit.letter(NewLetter(site.home.id, LetterKind.NOTICE, "晚", due_at=NOON + 2 * MINUTE))
    await site.store.commit(unit)
    letters = site.store.letters
    assert [o.id for o in await letters.due(ACCOUNT, NOON, 9)] == [urgent, first, second]
    assert await letters.due("telegram.main", NOON, 9) == ()
    assert [o.id for o in await letters.due(ACCOUNT, NOON, 9, {site.chat.id})] == [urgent]
    assert [o.id for o in await letters.due(ACCOUNT, NOON, 2)] == [urgent, first]
    assert await letters.next_due(ACCOUNT, NOON) == NOON + 2 * MINUTE
    assert later in {o.id for o in await letters.due(ACCOUNT, NOON + 2 * MINUTE, 9)}


async def test_a_retry_holds_what_is_behind_it_in_its_place(site: Site) -> None:
    first, second = await site.letters("一", "二")
    (elsewhere,) = await site.letters("三", place=site.home)
    letters = site.store.letters
    await letters.mark_sending([first])
    assert [o.id for o in await letters.due(ACCOUNT, NOON, 9)] == [elsewhere]
    again = NOON + MINUTE
    await letters.finish([Outcome(first, LetterState.RETRY, NOON, again_at=again)])
    assert [o.id for o in await letters.due(ACCOUNT, NOON, 9)] == [elsewhere]
    due = await letters.due(ACCOUNT, again, 9)
    assert [o.id for o in due] == [first, second, elsewhere]
    assert due[0].tries == 1


@pytest.mark.parametrize("state", [LetterState.UNKNOWN, LetterState.PARKED])
async def test_unknown_and_parked_letters_hold_nobody(site: Site, state: LetterState) -> None:
    first, second = await site.letters("一", "二")
    letters = site.store.letters
    await letters.mark_sending([first])
    await letters.finish([Outcome(first, state, NOON, reason="refused")])
    assert [o.id for o in await letters.due(ACCOUNT, NOON, 9)] == [second]
    assert await letters.backlog() == {state: 1, LetterState.DUE: 1}


async def test_a_sent_letter_is_found_by_its_message_and_its_body_is_wiped(site: Site) -> None:
    (letter,) = await site.letters("一")
    letters = site.store.letters
    before = await letters.get(letter)
    assert before is not None
    assert before.letter.buttons == (Button("私下说", "intake.private"),)
    await letters.mark_sending([letter])
    await letters.finish([Outcome(letter, LetterState.SENT, NOON, message="77")])
    found = await letters.by_message(site.chat.id, "77")
    assert found is not None
    assert found.id == letter
    outgoing = await letters.get(letter)
    assert outgoing is not None
    assert (outgoing.letter.text, outgoing.letter.buttons, outgoing.message) == ("", (), "77")
    assert await letters.by_message(site.home.id, "77") is None


async def test_an_edit_knows_the_message_it_edits(site: Site) -> None:
    case = await site.case(5)
    unit = site.store.unit()
    card = unit.letter(
        NewLetter(site.home.id, LetterKind.NOTICE, "卡", case=case.id, topic="card")
    )
    unit.letter(NewLetter(site.home.id, LetterKind.NOTICE, "改", edits=card))
    await site.store.commit(unit)
    letters = site.store.letters
    assert [(one.id, one.message) for one in await letters.by_topic(case.id, "card")] == [
        (card, "")
    ]
    await letters.mark_sending([card])
    await letters.finish([Outcome(card, LetterState.SENT, NOON, message="9")])
    (edit,) = await letters.due(ACCOUNT, NOON, 9)
    assert edit.edits_message == "9"


async def test_after_a_crash_what_was_on_its_way_is_unknown(site: Site) -> None:
    first, second, third = await site.letters("一", "二", "三")
    letters = site.store.letters
    await letters.mark_sending([first, second])
    assert await letters.recover() == 2
    assert [o.id for o in await letters.unknown(9)] == [first, second]
    await letters.send_again([first])
    await letters.leave([second])
    assert await letters.unknown(9) == ()
    assert [o.id for o in await letters.due(ACCOUNT, NOON, 9)] == [first, third]
    assert await letters.recover() == 0


async def test_the_budget_counts_what_went_out_unprompted(site: Site) -> None:
    unit = site.store.unit()
    kind = LetterKind.PROMPT
    unprompted = unit.letter(NewLetter(site.chat.id, kind, "早", prompted=False))
    prompted = unit.letter(NewLetter(site.chat.id, kind, "收到"))
    waiting = unit.letter(NewLetter(site.chat.id, kind, "等", prompted=False))
    await site.store.commit(unit)
    letters, day = site.store.letters, timedelta(days=1)
    await letters.mark_sending([unprompted, prompted])
    assert await letters.unprompted_sent(site.chat.id, NOON, NOON + day) == 1
    await letters.finish(
        [Outcome(n, LetterState.SENT, NOON, message=str(n)) for n in (unprompted, prompted)]
    )
    assert await letters.unprompted_sent(site.chat.id, NOON, NOON + day) == 1
    assert await letters.unprompted_sent(site.chat.id, NOON - day, NOON) == 0
    await letters.postpone([waiting], NOON + day)
    assert await letters.due(ACCOUNT, NOON, 9) == ()
