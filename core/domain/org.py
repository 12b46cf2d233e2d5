"""Who is who: union bodies, groups of building sites, people, their roles, sides and links."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo


class Role(StrEnum):
    """What a person is in a group (1 = chair, X = cadre, 100 = the linked workers)."""

    WORKER = "worker"
    FOREMAN = "foreman"
    CADRE = "cadre"
    CHAIR = "chair"
    MANAGER = "manager"
    UPPER = "upper_union"
    OPERATOR = "operator"
    SPECIALIST = "specialist"


class Side(StrEnum):
    """Whose interest a person stands for; an unknown one sees what employers see."""

    WORKER = "worker"
    UNION = "union"
    EMPLOYER = "employer"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


SIDE_OF: Final[dict[Role, Side]] = {
    Role.WORKER: Side.WORKER,
    Role.FOREMAN: Side.EMPLOYER,
    Role.CADRE: Side.UNION,
    Role.CHAIR: Side.UNION,
    Role.MANAGER: Side.EMPLOYER,
    Role.UPPER: Side.UNION,
    Role.OPERATOR: Side.OUTSIDE,
    Role.SPECIALIST: Side.OUTSIDE,
}
"""The side a roster row means when its ``side`` column is empty."""

HELPERS: Final = frozenset({Role.CADRE, Role.CHAIR, Role.UPPER})
"""Who may lead a case, provided the person stands on the union's side."""


@dataclass(frozen=True, slots=True)
class Organization:
    """A union body; ``second_parent`` is the industry's line beside the territory's."""

    id: int
    name: str
    kind: str = ""
    parent: int | None = None
    second_parent: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The service group of one site; its id never changes, its chats may."""

    id: int
    key: str
    name: str
    zone: ZoneInfo
    organization: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A human; ``language`` is empty until chosen (then the deployment's default counts)."""

    id: int
    name: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's place in a group, in force from ``since`` until ``until`` (open end: None).

    ``tied``: on the employer's pay roll though on the union's side. ``verified`` is False for a
    stranger who turned up in a bound group: a worker in all that helps him, on side unknown in all
    he may see.
    """

    person: int
    group: int
    role: Role
    side: Side
    function: str = ""
    crew: str = ""
    trade: str = ""
    skills: frozenset[str] = frozenset()
    tied: bool = False
    verified: bool = True
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the membership is in force at *at*."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    @property
    def helps(self) -> bool:
        """Whether this person may lead cases here."""
        return self.role in HELPERS and self.side is Side.UNION


@dataclass(frozen=True, slots=True)
class Link:
    """The "100": a cadre answers for a worker; ``deputy`` links count when the primary is away."""

    worker: int
    cadre: int
    group: int
    deputy: bool = False
