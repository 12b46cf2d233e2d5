"""The router: a command by its index, a press by its name, talk by matchers in config order."""

from datetime import UTC, datetime
from typing import Any

import pytest

from core.chat.message import Incoming, Kind, Sender
from core.domain.org import Membership, Person, Role, Side
from core.engine.router import Router
from core.errors import RuleError
from core.kit.arguments import CaseNumber
from core.kit.heard import Heard
from core.kit.plugin import HELPERS, Plugin, Where
from core.store.records import Dialog, Scene

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def plugins() -> list[Plugin[Any]]:
    first, second = Plugin("first"), Plugin("second")

    @first.command("take", "我来", who=HELPERS, where=Where.PRIVATE, example="/take 5")
    async def take(said: list[str], number: CaseNumber) -> None:
        said.append(f"take {number}")

    @first.hears(lambda heard: heard.text if "热水" in heard.text else None)
    async def water(said: list[str], match: object) -> None:
        said.append(f"first {match}")

    @second.hears(lambda heard: 0 if heard.text else None)
    async def anything(said: list[str], match: object) -> None:
        said.append(f"second {match}")

    @second.button("go")
    async def go(said: list[str], number: int, word: str = "-") -> None:
        said.append(f"go {number} {word}")

    @second.step("asked")
    async def step(said: list[str], dialog: Dialog) -> None:
        said.append(f"step {dialog.step}")

    @second.event(Kind.JOINED)
    async def joined(said: list[str]) -> None:
        said.append("joined")

    return [first, second]


def heard(  # noqa: PLR0913 - what a test may care about
    text: str = "",
    *,
    kind: Kind = Kind.SAID,
    private: bool = True,
    role: Role = Role.WORKER,
    press: str = "",
    off: frozenset[str] = frozenset(),
) -> Heard:
    incoming = Incoming(
        account="a", chat="c", id="1", at=NOON, sender=Sender("u"), private=private, kind=kind,
        text=text, press=press,
    )  # fmt: skip
    membership = Membership(1, 1, role, Side.UNION, since=NOON)
    return Heard.of(incoming, Scene(None, None, Person(1, "x"), (membership,), off))


async def answers(one: Heard, found: list[Plugin[Any]] | None = None) -> list[str]:
    """Return what all handlers that are chosen for *one* say, in their order."""
    router = Router(plugins() if found is None else found)
    said: list[str] = []
    for route in router.routes(one):
        await route.handle(said)  # type: ignore[arg-type]
    return said


async def test_a_command_is_found_by_any_name() -> None:
    for text in ("/take 5", "/我来 5", "我来 5", "5我来"):
        assert await answers(heard(text, role=Role.CADRE)) == ["take 5"]


async def test_matchers_are_asked_in_the_order_of_the_config() -> None:
    assert await answers(heard("没有热水")) == ["first 没有热水", "second 0"]
    assert await answers(heard("没有热水"), plugins()[::-1]) == ["second 0", "first 没有热水"]


async def test_a_match_may_be_anything_but_none() -> None:
    assert await answers(heard("你好")) == ["second 0"]


async def test_talk_that_matches_nothing_goes_nowhere() -> None:
    assert await answers(heard("你好"), plugins()[:1]) == []
    assert await answers(heard("")) == []


async def test_an_edited_message_is_words_too() -> None:
    assert await answers(heard("你好", kind=Kind.EDITED)) == ["second 0"]


@pytest.mark.parametrize(
    ("press", "answer"), [("second.go:7", "go 7 -"), ("second.go:7:x", "go 7 x")]
)
async def test_a_press_calls_its_button_with_its_arguments(press: str, answer: str) -> None:
    assert await answers(heard(kind=Kind.PRESSED, press=press)) == [answer]


@pytest.mark.parametrize("press", ["", "go:7", "second.go", "second.go:x", "second.go:7:x:y"])
def test_a_press_that_fits_nothing_is_stale(press: str) -> None:
    with pytest.raises(RuleError, match="stale_button"):
        list(Router(plugins()).routes(heard(kind=Kind.PRESSED, press=press)))


@pytest.mark.parametrize(
    ("one", "key"),
    [
        (heard("/nonsense"), "core.unknown_command"),
        (heard("/tak 5", role=Role.CADRE), "core.unknown_command_near"),
        (heard("/tak 5"), "core.unknown_command"),
        (heard("/take 5"), "core.not_for_you"),
        (heard("/take 5", role=Role.CADRE, private=False), "core.only_in_private"),
        (heard("/take five", role=Role.CADRE), "core.usage"),
        (heard("/take 5", role=Role.CADRE, off=frozenset({"first"})), "core.unknown_command"),
    ],
)
def test_a_command_that_cannot_be_given_says_why(one: Heard, key: str) -> None:
    with pytest.raises(RuleError) as told:
        list(Router(plugins()).routes(one))
    assert told.value.key in {key, f"{key}_near"}


def test_a_command_nobody_may_give_is_not_proposed() -> None:
    with pytest.raises(RuleError) as told:
        list(Router(plugins()).routes(heard("/tak 5")))
    assert told.value.values["near"] == ""


async def test_what_is_off_in_the_group_is_not_asked() -> None:
    assert await answers(heard("没有热水", off=frozenset({"first"}))) == ["second 0"]
    with pytest.raises(RuleError, match="stale_button"):
        await answers(heard(kind=Kind.PRESSED, press="second.go:7", off=frozenset({"second"})))


async def test_comings_and_goings_are_events() -> None:
    assert await answers(heard(kind=Kind.JOINED)) == ["joined"]
    assert await answers(heard(kind=Kind.LEFT)) == []


async def test_a_dialog_finds_its_step() -> None:
    dialog = Dialog(1, 1, "second", "asked", {}, NOON)
    route = Router(plugins()).step(dialog)
    assert route is not None
    said: list[str] = []
    await route.handle(said)  # type: ignore[arg-type]
    assert said == ["step asked"]


def test_a_dialog_of_a_plugin_that_is_off_has_no_step() -> None:
    assert Router(plugins()[:1]).step(Dialog(1, 1, "second", "asked", {}, NOON)) is None
