"""A case, its laws, and who may do what with it."""

from core.domain.case import CLOSED, RIGHTS, Case, State
from core.domain.category import (
    Category,
    Mark,
    Priority,
    Visibility,
    first_priority,
    first_visibility,
)
from core.domain.policy import Action, Actor, audience, may
from core.domain.routing import (
    Candidate,
    Level,
    NobodyFree,
    Offer,
    Roster,
    choose,
    load_of,
    oldest_waiting,
)

__all__ = [
    "CLOSED",
    "RIGHTS",
    "Action",
    "Actor",
    "Candidate",
    "Case",
    "Category",
    "Level",
    "Mark",
    "NobodyFree",
    "Offer",
    "Priority",
    "Roster",
    "State",
    "Visibility",
    "audience",
    "choose",
    "first_priority",
    "first_visibility",
    "load_of",
    "may",
    "oldest_waiting",
]
