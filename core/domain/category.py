"""What requests are about, how secret they start and how urgent, and what stands above what."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final


class Visibility(IntEnum):
    """Who may know of a case; higher is more secret. A machine only ever raises it."""

    BOARD = 0
    STAFF = 1
    UNION_ONLY = 2
    SEALED = 3


class Priority(IntEnum):
    """Lower is more urgent: P0 emergency, P1 urgent, P2 rights, P3 living, P4 enquiry."""

    P0 = 0
    P1 = 1
    P2 = 2
    P3 = 3
    P4 = 4


class Mark(StrEnum):
    """What must not be overlooked in a request, whatever its category."""

    ACCIDENT_NOW = "accident_now"
    HAZARD = "hazard"
    SELF_HARM = "self_harm"
    HARASSMENT = "harassment"
    RETALIATION = "retaliation"
    NAMES_PERSON = "names_person"
    COLLECTIVE = "collective"


@dataclass(frozen=True, slots=True)
class Category:
    """One subject of requests, as ``config/categories.toml`` defines it."""

    id: str
    visibility: Visibility = Visibility.BOARD
    priority: Priority = Priority.P3
    skill: str = ""


OPEN_MARKS: Final = frozenset({Mark.ACCIDENT_NOW, Mark.HAZARD})
SECRET_MARKS: Final = frozenset({Mark.SELF_HARM, Mark.HARASSMENT, Mark.RETALIATION})


def first_visibility(category: Category, marks: frozenset[Mark]) -> Visibility:
    """Return how secret a new request starts.

    Retaliation, harassment and talk of self-harm are sealed. An accident happening now and a
    hazard must reach those who stand nearby, so they are for the staff even in a union-only
    category.
    """
    if marks & SECRET_MARKS:
        return Visibility.SEALED
    if marks & OPEN_MARKS:
        return Visibility.STAFF
    return category.visibility


def first_priority(category: Category, marks: frozenset[Mark]) -> Priority:
    """Return how urgent a new request starts."""
    if marks & {Mark.ACCIDENT_NOW, Mark.SELF_HARM}:
        return Priority.P0
    if marks & {Mark.HAZARD, Mark.COLLECTIVE, Mark.RETALIATION}:
        return min(Priority.P1, category.priority)
    return category.priority
