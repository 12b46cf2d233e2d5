"""Every fact survives its row."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import get_args, get_type_hints

import pytest

from core.domain import fact as known
from core.domain.category import Mark, Priority, Visibility
from core.domain.fact import Fact
from core.errors import StoreError
from core.store.fact_book import FactBook

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
EXAMPLES: dict[object, object] = {
    int: 7,
    str: "西柏梁",
    bool: True,
    date: date(2026, 12, 1),
    datetime: AT,
    Visibility: Visibility.SEALED,
    Priority: Priority.P1,
    Mark: frozenset({Mark.HAZARD, Mark.COLLECTIVE}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RainFell(Fact):
    """A plugin's own fact."""

    where: tuple[str, ...]
    until: date | None = None


def example(kind: type[Fact]) -> Fact:
    """Return a fact of *kind* with every field filled."""
    names = [item.name for item in fields(kind) if item.name not in {"at", "actor", "text"}]
    hints = get_type_hints(kind)
    values = {name: EXAMPLES[(*get_args(hints[name]), hints[name])[0]] for name in names}
    return kind(at=AT, actor=3, text="话", **values)


def kinds() -> Iterator[type[Fact]]:
    for kind in vars(known).values():
        if isinstance(kind, type) and issubclass(kind, Fact):
            yield kind


@pytest.mark.parametrize("kind", tuple(kinds()), ids=lambda kind: kind.__name__)
def test_a_fact_comes_back_as_it_was(kind: type[Fact]) -> None:
    book, fact = FactBook(), example(kind)
    assert book.fact(kind.__name__, book.data(fact), (AT, 3, "话")) == fact


def test_a_plugins_fact_comes_back_with_its_defaults() -> None:
    book = FactBook([RainFell])
    fact = RainFell(at=AT, where=("棚", "路"))
    assert book.fact("RainFell", book.data(fact), (AT, None, "")) == fact


def test_a_fact_of_an_unlisted_plugin_names_the_way_out() -> None:
    with pytest.raises(StoreError, match="list the plugin"):
        FactBook().fact("RainFell", "{}", (AT, None, ""))


def test_a_field_that_a_fact_no_longer_has_is_left_out() -> None:
    fact = FactBook().fact("CaseNoted", '{"case": 7, "mood": "x"}', (AT, 3, ""))
    assert fact == known.CaseNoted(at=AT, actor=3, case=7)
