"""A roster: who belongs to which group as what, and who answers for whom, read from plain rows.

Rule 1: every bad row is told with its number as a spreadsheet shows it, all at once; then nothing
of the roster counts.
Rule 2: a row without a handle is somebody who has not been seen yet; he is claimed later.
Rule 3: who answers for a worker must have a row as a helper in the same group: a link to anybody
else would never be asked.
It knows neither files nor tables.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from core.domain import roster_words as words
from core.domain.org import HELPERS, SIDE_OF, Role, Side
from core.errors import ConfigError

REQUIRED: Final = ("group", "handle", "name", "role")
OF_A_GROUP: Final = ("group_name", "organization", "timezone")
COLUMNS: Final = (
    *REQUIRED,
    *OF_A_GROUP,
    *("side", "function", "cadre", "deputy", "language", "skills", "crew", "trade"),
)
_FIRST: Final = 2
"""The number of the first row below the header."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One person in one group; ``user`` is empty for somebody to be claimed later."""

    number: int
    user: str
    name: str
    role: Role
    side: Side
    function: str = ""
    cadres: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()
    language: str = ""
    skills: frozenset[str] = frozenset()
    crew: str = ""
    trade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterGroup:
    """One group with its rows; what the file leaves open is empty."""

    key: str
    name: str = ""
    organization: str = ""
    zone: ZoneInfo | None = None
    rows: tuple[RosterRow, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """A whole roster without a fault."""

    groups: tuple[RosterGroup, ...]

    @property
    def organizations(self) -> tuple[str, ...]:
        """The names of all union bodies, each once."""
        return tuple(dict.fromkeys(g.organization for g in self.groups if g.organization))

    @property
    def rows(self) -> Iterator[RosterRow]:
        return (row for group in self.groups for row in group.rows)


def read_rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> RosterPlan:
    """Return the plan that *rows* below *header* make; raises ConfigError with every problem.

    Rows count from 2, empty ones too; those are passed over.
    """
    columns, reading = _columns(header), _Reading(len(header))
    for number, cells in enumerate(rows, _FIRST):
        folded = [words.fold(cell) for cell in cells]
        if any(folded):
            reading.take(_Row(number, columns, folded))
    reading.check_links()
    if reading.problems:
        told = (f"row {row}: {why}" for row, why in sorted(reading.problems, key=lambda p: p[0]))
        raise ConfigError(*told)
    if not reading.rows:
        raise ConfigError("the roster has no rows")
    return reading.plan()


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Return where each column stands; raises ConfigError for unknown, double, missing ones."""
    columns, problems = dict[str, int](), list[str]()
    for index, cell in enumerate(header):
        name = words.fold_name(cell.removeprefix("\ufeff"))
        if name in columns:
            problems.append(f"column {name} stands there twice")
        elif name in COLUMNS:
            columns[name] = index
        elif name:
            problems.append(f"{name} is no column{words.near(name, COLUMNS)}")
    if not any(header):
        raise ConfigError("there is no header row")
    problems += [f"column {name} is missing" for name in REQUIRED if name not in columns]
    if problems:
        raise ConfigError(*(f"row 1: {problem}" for problem in problems))
    return columns


@dataclass(slots=True)
class _Row:
    """One row while it is read."""

    number: int
    columns: Mapping[str, int]
    cells: Sequence[str]
    problems: list[str] = field(default_factory=list)

    def cell(self, name: str) -> str:
        index = self.columns.get(name, len(self.cells))
        return self.cells[index] if index < len(self.cells) else ""

    def needed(self, name: str) -> str:
        if not self.cell(name):
            self.problems.append(f"{name} is missing")
        return self.cell(name)

    def read(self, name: str, reader: Callable[[str], T], instead: T) -> T:
        try:
            return reader(self.cell(name))
        except ValueError as error:
            self.problems.append(str(error))
            return instead

    def users(self, name: str) -> tuple[str, ...]:
        """Return the platform users that a cell names."""
        return tuple(map(words.to_user, words.several(self.cell(name))))

    def finished(self) -> RosterRow:
        role = self.read("role", words.to_role, Role.WORKER) if self.needed("role") else None
        side = SIDE_OF[role or Role.WORKER]
        return RosterRow(
            number=self.number,
            user=self.read("handle", words.to_user, ""),
            name=self.needed("name"),
            role=role or Role.WORKER,
            side=self.read("side", words.to_side, side) if self.cell("side") else side,
            function=self.read("function", words.to_function, ""),
            cadres=self.read("cadre", lambda _: self.users("cadre"), ()),
            deputies=self.read("deputy", lambda _: self.users("deputy"), ()),
            language=self.read("language", words.to_language, ""),
            skills=frozenset(words.several(self.cell("skills"))),
            crew=self.cell("crew"),
            trade=self.cell("trade"),
        )


@dataclass(slots=True)
class _Reading:
    """What was read so far; ``users`` and ``seen`` say in which row somebody stood first."""

    width: int
    groups: dict[str, RosterGroup] = field(default_factory=dict)
    rows: dict[str, list[RosterRow]] = field(default_factory=dict)
    seen: dict[tuple[str, str, Role, str], int] = field(default_factory=dict)
    users: dict[str, tuple[str, int]] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)

    def take(self, row: _Row) -> None:
        if any(row.cells[self.width :]):
            row.problems.append("has more cells than the header has columns")
        key = row.needed("group")
        finished = row.finished()
        self._take_group(key, row)
        self._take_person(key, finished, row.problems)
        self.rows.setdefault(key, []).append(finished)
        self.problems += [(row.number, problem) for problem in row.problems]

    def _take_group(self, key: str, row: _Row) -> None:
        known = self.groups.get(key) or RosterGroup(key=key)
        told = RosterGroup(
            key=key,
            name=row.cell("group_name"),
            organization=row.cell("organization"),
            zone=row.read("timezone", words.to_zone, None),
        )
        for column, before, now in (
            ("group_name", known.name, told.name),
            ("organization", known.organization, told.organization),
            ("timezone", known.zone, told.zone),
        ):
            if before and now and before != now:
                row.problems.append(f"{column} of {key} is {before} above and {now} here")
        self.groups[key] = RosterGroup(
            key=key,
            name=known.name or told.name,
            organization=known.organization or told.organization,
            zone=known.zone or told.zone,
        )

    def _take_person(self, key: str, row: RosterRow, problems: list[str]) -> None:
        if not row.user or problems:
            return
        name, number = self.users.setdefault(row.user, (row.name, row.number))
        if name != row.name:
            problems.append(f"{as_typed(row.user)} is {name} in row {number}, {row.name} here")
        before = self.seen.setdefault((key, row.user, row.role, row.function), row.number)
        if before != row.number:
            problems.append(f"{as_typed(row.user)} is {row.role} of {key} in row {before} already")

    def check_links(self) -> None:
        """Whoever answers for somebody must be a helper of the same group."""
        for key, rows in self.rows.items():
            helpers = {row.user for row in rows if row.user and row.role in HELPERS}
            for row in rows:
                problems = _linked(row, key, helpers, self.users)
                self.problems += [(row.number, problem) for problem in problems]

    def plan(self) -> RosterPlan:
        groups = self.groups.items()
        return RosterPlan(tuple(replace(g, rows=tuple(self.rows[key])) for key, g in groups))


def as_typed(user: str) -> str:
    """Return a platform user as a roster names him: ``wu`` for ``sandbox:wu``."""
    return user.removeprefix(f"{words.HOME_PLATFORM}:")


def _linked(
    row: RosterRow, key: str, helpers: set[str], users: Mapping[str, object]
) -> Iterator[str]:
    """Yield what is wrong with those who shall answer for the row's person."""
    if not row.cadres and not row.deputies:
        return
    links = [("cadre", user) for user in row.cadres] + [("deputy", user) for user in row.deputies]
    for column, user in links:
        if user in helpers:
            continue
        typed = as_typed(user)
        if user in users:
            yield f"{column} {typed} has no row as cadre, chair or upper_union of {key}"
        else:
            hint = words.near(typed, map(as_typed, helpers))
            yield f"{column} {typed} is nobody in this file{hint}"
    for user in set(row.cadres) & set(row.deputies):
        yield f"{as_typed(user)} is both cadre and deputy"
