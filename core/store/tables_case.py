"""Tables of requests: the case as it stands, its chain of facts, its messages, files, readers."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from core.store.fields import IdField, MomentField


class CaseRow(Model):
    """A case as it stands after all its facts, ``text`` is sealed, ``digest`` ends its chain."""

    id = IdField()
    number = fields.BigIntField(unique=True)
    group_id = fields.BigIntField()
    reporter_id = fields.BigIntField()
    category = fields.TextField()
    visibility = fields.SmallIntField()
    priority = fields.SmallIntField()
    opened_at = MomentField()
    text = fields.BinaryField(null=True)
    marks = fields.TextField()
    state = fields.CharField(max_length=16)
    published = fields.BooleanField()
    lead_id = fields.BigIntField(null=True)
    offered_to_id = fields.BigIntField(null=True)
    tried = fields.TextField()
    doers = fields.TextField()
    joined = fields.TextField()
    named = fields.TextField()
    withheld = fields.BooleanField()
    promised = fields.CharField(max_length=10, null=True)
    review_on = fields.CharField(max_length=10, null=True)
    stars = fields.SmallIntField(null=True)
    reopened = fields.IntField()
    version = fields.IntField()
    digest = fields.BinaryField()

    class Meta:
        table = "cases"
        indexes = (
            Index(fields=("group_id", "state"), name="cases_group_state"),
            Index(fields=("reporter_id", "state"), name="cases_reporter"),
            Index(fields=("lead_id", "state"), name="cases_lead"),
            Index(fields=("offered_to_id",), name="cases_offered"),
            Index(fields=("state", "id"), name="cases_state"),
        )


class FactRow(Model):
    """What happened, ``text`` and ``salt`` may be erased, ``body`` keeps the chain whole."""

    id = IdField()
    case_id = fields.BigIntField(null=True)
    name = fields.CharField(max_length=100)
    actor_id = fields.BigIntField(null=True)
    at = MomentField()
    data = fields.TextField()
    text = fields.BinaryField(null=True)
    salt = fields.BinaryField(null=True)
    body = fields.BinaryField()
    digest = fields.BinaryField()

    class Meta:
        table = "fact"
        indexes = (
            Index(fields=("case_id", "id"), name="fact_case"),
            Index(fields=("name", "at"), name="fact_name"),
        )


class CaseMessageRow(Model):
    """Which platform messages belong to which case."""

    id = IdField()
    place_id = fields.BigIntField()
    message = fields.CharField(max_length=255)
    case_id = fields.BigIntField()

    class Meta:
        table = "case_message"
        unique_together = (("place_id", "message"),)
        indexes = (Index(fields=("case_id",), name="case_message_case"),)


class LookRow(Model):
    """Who read a confidential case, and when."""

    id = IdField()
    case_id = fields.BigIntField()
    person_id = fields.BigIntField()
    at = MomentField()

    class Meta:
        table = "look"
        indexes = (Index(fields=("case_id", "id"), name="look_case"),)


class AttachmentRow(Model):
    """A file, ``name`` and ``ref`` are sealed."""

    id = IdField()
    case_id = fields.BigIntField(null=True)
    kind = fields.CharField(max_length=16)
    name = fields.BinaryField()
    path = fields.TextField()
    size = fields.BigIntField()
    account = fields.CharField(max_length=100)
    ref = fields.BinaryField()
    at = MomentField()
    state = fields.CharField(max_length=16)

    class Meta:
        table = "attachment"
        indexes = (
            Index(fields=("case_id",), name="attachment_case"),
            Index(fields=("state", "id"), name="attachment_state"),
        )


class CounterRow(Model):
    """The next free block of a named sequence."""

    name = fields.CharField(max_length=100, primary_key=True)
    next = fields.BigIntField()

    class Meta:
        table = "counter"
