"""The guard: which names the server goes by."""

import pytest

from core.web.guard import Guard


@pytest.mark.parametrize("asked", ["127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080"])
def test_the_machine_itself_may_ask(asked: str) -> None:
    assert Guard("127.0.0.1").knows(asked)


@pytest.mark.parametrize(
    "asked",
    [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "192.168.1.5",
        "",
        "[::1",
        "a@b",
    ],
)
def test_any_other_name_is_refused(asked: str) -> None:
    assert not Guard("127.0.0.1").knows(asked)


def test_the_configured_host_and_further_names_may_be_asked() -> None:
    guard = Guard("bot.union.example", hosts=["hook.union.example"])
    assert guard.knows("bot.union.example:8080")
    assert guard.knows("Hook.Union.example.")
    assert not guard.knows("union.example")


def test_a_server_open_to_the_network_is_asked_by_number_but_not_by_a_strange_name() -> None:
    guard = Guard("0.0.0.0")  # noqa: S104 - a name, nothing is bound
    assert guard.knows("192.168.1.5:8080")
    assert not guard.knows("evil.example:8080")
