"""Faults strike once, where they were told to, and wrap what knows nothing of them."""

from datetime import timedelta

import pytest

from core.chat.letter import Letter, LetterKind
from core.errors import DeliveryError, Scope
from core.rehearsal.faults import Backstage, Crash, Faults
from tests.laws.deployment import Slate

LETTER = Letter(id=1, account="a", chat="c", kind=LetterKind.REPLY, text="x")


def backstage(faults: Faults, carried: list[str]) -> Backstage:
    return Backstage(Slate(), faults, lambda _letter, message: carried.append(message))


def test_a_crash_strikes_once_and_only_at_its_place() -> None:
    faults = Faults(crash="after_commit")
    faults.strike("before_commit")
    with pytest.raises(Crash):
        faults.strike("after_commit")
    faults.strike("after_commit")


def test_nothing_in_the_house_catches_a_crash() -> None:
    assert not issubclass(Crash, Exception)


async def test_a_crash_after_sending_comes_after_the_platform_has_it() -> None:
    carried: list[str] = []
    with pytest.raises(Crash):
        await backstage(Faults(crash="after_send"), carried).send(LETTER)
    assert carried == ["s1"]


async def test_a_limit_is_for_one_letter_and_its_chat() -> None:
    carried: list[str] = []
    stage = backstage(Faults(limit=timedelta(seconds=30)), carried)
    with pytest.raises(DeliveryError) as refused:
        await stage.send(LETTER)
    assert (refused.value.retry_after, refused.value.scope) == (timedelta(seconds=30), Scope.CHAT)
    await stage.send(LETTER)
    assert carried == ["s1"]


async def test_an_absent_platform_takes_nothing_until_it_is_back() -> None:
    faults, carried = Faults(offline=True), list[str]()
    stage = backstage(faults, carried)
    for _ in range(3):
        with pytest.raises(DeliveryError) as refused:
            await stage.send(LETTER)
        assert refused.value.scope is Scope.ACCOUNT
    faults.offline = False
    await stage.send(LETTER)
    assert carried == ["s1"]
