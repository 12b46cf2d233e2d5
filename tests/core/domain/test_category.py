"""How secret and how urgent a request starts."""

import pytest

from core.domain.category import (
    Category,
    Mark,
    Priority,
    Visibility,
    first_priority,
    first_visibility,
)

WAGES = Category("wages", Visibility.UNION_ONLY, Priority.P2)
LIVING = Category("living")


@pytest.mark.parametrize(
    ("category", "marks", "visibility", "priority"),
    [
        (LIVING, (), Visibility.BOARD, Priority.P3),
        (WAGES, (), Visibility.UNION_ONLY, Priority.P2),
        (WAGES, (Mark.ACCIDENT_NOW,), Visibility.STAFF, Priority.P0),
        (WAGES, (Mark.COLLECTIVE,), Visibility.UNION_ONLY, Priority.P1),
        (LIVING, (Mark.HAZARD,), Visibility.STAFF, Priority.P1),
        (LIVING, (Mark.SELF_HARM,), Visibility.SEALED, Priority.P0),
        (LIVING, (Mark.HARASSMENT,), Visibility.SEALED, Priority.P3),
        (LIVING, (Mark.RETALIATION, Mark.HAZARD), Visibility.SEALED, Priority.P1),
        (LIVING, (Mark.NAMES_PERSON,), Visibility.BOARD, Priority.P3),
    ],
)
def test_marks_stand_above_the_category(
    category: Category, marks: tuple[Mark, ...], visibility: Visibility, priority: Priority
) -> None:
    assert first_visibility(category, frozenset(marks)) is visibility
    assert first_priority(category, frozenset(marks)) is priority


def test_a_mark_never_makes_a_case_less_urgent() -> None:
    urgent = Category("safety", priority=Priority.P0)
    assert first_priority(urgent, frozenset({Mark.HAZARD})) is Priority.P0
