"""Tables of the union: its bodies, groups, chats, people, roles and links.

No table of the house holds a foreign key: rows name each other by id. Tortoise remakes a SQLite
table by dropping it, and a cascade would empty its children (see ``migrate``). The first line of a
table's docstring goes into its DDL, which Tortoise cuts at every semicolon: none may stand there.
"""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from core.store.fields import IdField, MomentField


class OrganizationRow(Model):
    """A union body."""

    id = IdField()
    name = fields.TextField()
    kind = fields.TextField()
    parent_id = fields.BigIntField(null=True)
    second_parent_id = fields.BigIntField(null=True)

    class Meta:
        table = "organization"


class GroupRow(Model):
    """The service group of one site."""

    id = IdField()
    key = fields.CharField(max_length=200, unique=True)
    name = fields.TextField()
    zone = fields.TextField()
    organization_id = fields.BigIntField(null=True)

    class Meta:
        table = "site_group"


class PlaceRow(Model):
    """A chat on a platform."""

    id = IdField()
    account = fields.CharField(max_length=100)
    chat = fields.CharField(max_length=255)
    group_id = fields.BigIntField(null=True)
    person_id = fields.BigIntField(null=True)
    private = fields.BooleanField()
    open = fields.BooleanField()

    class Meta:
        table = "place"
        unique_together = (("account", "chat"),)
        indexes = (
            Index(fields=("group_id",), name="place_group"),
            Index(fields=("person_id",), name="place_person"),
        )


class PersonRow(Model):
    """A human, ``name`` is emptied when the person is forgotten."""

    id = IdField()
    name = fields.TextField()
    language = fields.TextField()
    erased_at = MomentField(null=True)

    class Meta:
        table = "person"
        indexes = (Index(fields=("name",), name="person_name"),)


class IdentityRow(Model):
    """A platform user of a person, ``active`` (the handle until unlinked) has one owner."""

    id = IdField()
    person_id = fields.BigIntField()
    handle = fields.CharField(max_length=255)
    active = fields.CharField(max_length=255, null=True, unique=True)
    short = fields.CharField(max_length=255)
    since = MomentField()
    until = MomentField(null=True)

    class Meta:
        table = "identity"
        indexes = (
            Index(fields=("person_id",), name="identity_person"),
            Index(fields=("short",), name="identity_short"),
        )


class MembershipRow(Model):
    """A person's role in a group for a time, ``active`` names it until ended."""

    id = IdField()
    person_id = fields.BigIntField()
    group_id = fields.BigIntField()
    role = fields.CharField(max_length=32)
    side = fields.CharField(max_length=16)
    function = fields.CharField(max_length=64)
    crew = fields.TextField()
    trade = fields.TextField()
    skills = fields.TextField()
    tied = fields.BooleanField()
    verified = fields.BooleanField()
    since = MomentField(null=True)
    until = MomentField(null=True)
    active = fields.CharField(max_length=160, null=True, unique=True)

    class Meta:
        table = "membership"
        indexes = (
            Index(fields=("group_id", "role"), name="membership_group_role"),
            Index(fields=("person_id",), name="membership_person"),
        )


class LinkRow(Model):
    """The "100": a cadre answers for a worker."""

    id = IdField()
    worker_id = fields.BigIntField()
    cadre_id = fields.BigIntField()
    group_id = fields.BigIntField()
    deputy = fields.BooleanField()

    class Meta:
        table = "link"
        unique_together = (("worker_id", "cadre_id", "group_id"),)
        indexes = (Index(fields=("cadre_id", "group_id"), name="link_cadre"),)


class DutyRow(Model):
    """Who is off duty, since when and until when."""

    person_id = IdField()
    off_since = MomentField()
    off_until = MomentField(null=True)

    class Meta:
        table = "duty"


class SettingRow(Model):
    """One setting of a group that differs from the deployment's."""

    id = IdField()
    group_id = fields.BigIntField()
    key = fields.CharField(max_length=100)
    value = fields.TextField()

    class Meta:
        table = "setting"
        unique_together = (("group_id", "key"),)


class CalendarDayRow(Model):
    """A day that is off, or worked after all, whatever the calendar says, ``day`` is ISO."""

    day = fields.CharField(max_length=10, primary_key=True)
    off = fields.BooleanField()
    name = fields.TextField()

    class Meta:
        table = "calendar_day"
