"""Rare writes about people, each a deed: ``unit.write(store.people.adding_person(...))``."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from core.domain.org import Group, Link, Membership, Organization, Person
from core.store.cabinet import Cabinet
from core.store.fields import to_millis
from core.store.step import CHUNK, Row, Step, Writer, columns_of, insert
from core.store.tables_people import (
    DutyRow,
    GroupRow,
    IdentityRow,
    LinkRow,
    MembershipRow,
    OrganizationRow,
    PersonRow,
    SettingRow,
)
from core.store.unit import Deed

_PERSON: Final = insert(PersonRow)
_IDENTITY: Final = insert(IdentityRow)
_MEMBERSHIP: Final = insert(MembershipRow)
_LINK: Final = insert(
    LinkRow,
    tail="ON CONFLICT (worker_id, cadre_id, group_id) DO UPDATE SET deputy = excluded.deputy",
)
_END: Final = "UPDATE membership SET until = ?, active = NULL WHERE active IS NOT NULL AND"
_ERASURES: Final = (
    "UPDATE person SET name = '', language = '' WHERE id = ?",
    "UPDATE fact SET text = NULL, salt = NULL WHERE actor_id = ?",
    (
        "UPDATE fact SET text = NULL, salt = NULL WHERE name = 'CaseOpened' AND case_id IN"
        " (SELECT id FROM cases WHERE reporter_id = ?)"
    ),
    "UPDATE cases SET text = NULL WHERE reporter_id = ?",
    "UPDATE letter SET body = NULL WHERE person_id = ? AND state IN ('parked', 'unknown')",
    "DELETE FROM dialog WHERE person_id = ?",
    "DELETE FROM link WHERE worker_id = ?",
    "DELETE FROM duty WHERE person_id = ?",
)


class PeopleWrites:
    """Each returns what ``unit.write`` takes; a clash with another's write is a Conflict."""

    def __init__(self, at: Cabinet) -> None:
        self._at = at

    def adding_person(self, person: Person, *users: str) -> Deed:
        """Write a new person; *users* are platform users like ``telegram:123``."""
        return self.adding_people([(person, users)])

    def adding_people(self, people: Iterable[tuple[Person, Sequence[str]]]) -> Deed:
        """Write many new people at once."""
        listed = [(person, user) for person, users in people for user in (*users, "")]
        persons = [(one.id, one.name, one.language, None) for one, user in listed if not user]
        users = [self._identity(one.id, user) for one, user in listed if user]
        return _rows((_PERSON, persons), (_IDENTITY, users))

    def changing_person(self, person: Person) -> Deed:
        """Write a person's new name and language."""
        sql = "UPDATE person SET name = ?, language = ? WHERE id = ?"
        return _rows((sql, [(person.name, person.language, person.id)]))

    def adding_identity(self, person: int, user: str) -> Deed:
        """Link a platform user that belongs to nobody now; else Conflict."""
        return _rows((_IDENTITY, [self._identity(person, user)]))

    def ending_identity(self, user: str, at: datetime) -> Deed:
        """Unlink a platform user; that it was linked stays known."""
        sql = "UPDATE identity SET active = NULL, until = ? WHERE active = ?"
        return _rows((sql, [(to_millis(at), user)]))

    def adding_membership(self, *memberships: Membership) -> Deed:
        """Write memberships; one (person, group, role, function) in force is a Conflict."""
        return _rows((_MEMBERSHIP, [self._membership(one) for one in memberships]))

    def ending_memberships(self, person: int, group: int, at: datetime) -> Deed:
        """End all that *person* is in *group*."""
        return _rows((f"{_END} person_id = ? AND group_id = ?", [(to_millis(at), person, group)]))

    def replacing_memberships(
        self, group: int, memberships: Sequence[Membership], at: datetime
    ) -> Deed:
        """End all memberships of *group* and write *memberships* instead, as a roster says."""
        return _rows(
            (f"{_END} group_id = ?", [(to_millis(at), group)]),
            (_MEMBERSHIP, [self._membership(one) for one in memberships]),
        )

    def adding_links(self, *links: Link) -> Deed:
        """Write links; one that is there becomes primary or deputy as it says now."""
        return _rows((_LINK, self._links(links)))

    def replacing_links(self, group: int, links: Sequence[Link]) -> Deed:
        """Write *links* instead of all links of *group*."""
        return _rows(
            ("DELETE FROM link WHERE group_id = ?", [(group,)]), (_LINK, self._links(links))
        )

    def dropping_link(self, link: Link) -> Deed:
        sql = "DELETE FROM link WHERE worker_id = ? AND cadre_id = ? AND group_id = ?"
        return _rows((sql, [(link.worker, link.cadre, link.group)]))

    def saving_organization(self, *organizations: Organization) -> Deed:
        """Write organizations, new or changed."""
        rows = [(o.id, o.name, o.kind, o.parent, o.second_parent) for o in organizations]
        return _rows((_save(OrganizationRow), rows))

    def saving_group(self, *groups: Group) -> Deed:
        """Write groups, new or changed."""
        rows = [(g.id, g.key, g.name, g.zone.key, g.organization) for g in groups]
        return _rows((_save(GroupRow), rows))

    def setting(self, group: int, key: str, value: str | None) -> Deed:
        """Set *key* for *group* (None: as the deployment has it)."""
        drop = ("DELETE FROM setting WHERE group_id = ? AND key = ?", [(group, key)])
        rows = [] if value is None else [(self._at.ids.next(), group, key, value)]
        return _rows(drop, (insert(SettingRow), rows))

    def going_off_duty(self, person: int, since: datetime, until: datetime | None) -> Deed:
        """Let *person* be off duty until *until* (None: until further notice)."""
        row = (person, to_millis(since), to_millis(until))
        return _rows((_save(DutyRow, "person_id"), [row]))

    def coming_on_duty(self, person: int) -> Deed:
        return _rows(("DELETE FROM duty WHERE person_id = ?", [(person,)]))

    def forgetting(self, person: int, at: datetime) -> Deed:
        """Erase who *person* is and all words of his; the cases' chains of facts still hold."""
        now = to_millis(at)
        return _rows(
            ("UPDATE person SET erased_at = ? WHERE id = ?", [(now, person)]),
            (f"{_END} person_id = ?", [(now, person)]),
            ("DELETE FROM identity WHERE person_id = ?", [(person,)]),
            *((sql, [(person,)]) for sql in _ERASURES),
        )

    def _identity(self, person: int, user: str) -> Row:
        since = to_millis(self._at.clock.now())
        return (self._at.ids.next(), person, user, user, short_of(user), since, None)

    def _membership(self, m: Membership) -> Row:
        active = f"{m.person}|{m.group}|{m.role.value}|{m.function}" if m.until is None else None
        return (
            self._at.ids.next(),
            m.person,
            m.group,
            m.role.value,
            m.side.value,
            m.function,
            m.crew,
            m.trade,
            ";".join(sorted(m.skills)),
            m.tied,
            m.verified,
            to_millis(m.since),
            to_millis(m.until),
            active,
        )

    def _links(self, links: Iterable[Link]) -> list[Row]:
        return [
            (self._at.ids.next(), one.worker, one.cadre, one.group, one.deputy) for one in links
        ]


def short_of(user: str) -> str:
    """Return a platform user's name without its platform: ``wu`` of ``sandbox:wu``."""
    return (user.partition(":")[2] or user).removeprefix("@")


def _save(model: type[OrganizationRow | GroupRow | DutyRow], key: str = "id") -> str:
    changes = ", ".join(
        f'"{name}" = excluded."{name}"' for name in columns_of(model) if name != key
    )
    return insert(model, tail=f"ON CONFLICT ({key}) DO UPDATE SET {changes}")


def _rows(*statements: tuple[str, Sequence[Row]]) -> Deed:
    """Return a deed that runs each statement for its rows, in chunks."""
    steps = [
        Step(sql, rows[start : start + CHUNK])
        for sql, rows in statements
        for start in range(0, len(rows), CHUNK)
    ]

    async def write(writer: Writer) -> None:
        await writer.run(steps)

    return write
