"""Tables of the engine's own work: marks, letters, jobs, dialogs, parked things, desk states."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from core.store.fields import IdField, MomentField


class MarkRow(Model):
    """A message that had its effects, ``key`` is account, chat, message and version."""

    key = fields.CharField(max_length=700, primary_key=True)
    at = MomentField()

    class Meta:
        table = "mark"
        indexes = (Index(fields=("at",), name="mark_at"),)


class LetterRow(Model):
    """An outgoing message, ``body`` (text, buttons, files) is sealed, and wiped after sending."""

    id = IdField()
    place_id = fields.BigIntField()
    kind = fields.CharField(max_length=16)
    urgency = fields.SmallIntField()
    state = fields.CharField(max_length=16)
    tries = fields.IntField()
    created_at = MomentField()
    due_at = MomentField()
    expires_at = MomentField(null=True)
    sent_at = MomentField(null=True)
    body = fields.BinaryField(null=True)
    reply_to = fields.TextField(null=True)
    edits_id = fields.BigIntField(null=True)
    deletes = fields.TextField(null=True)
    resend = fields.BooleanField()
    prompted = fields.BooleanField()
    silent = fields.BooleanField()
    neutral = fields.BooleanField()
    case_id = fields.BigIntField(null=True)
    person_id = fields.BigIntField(null=True)
    owner = fields.TextField()
    topic = fields.TextField()
    message = fields.CharField(max_length=255, null=True)
    reason = fields.TextField()

    class Meta:
        table = "letter"
        indexes = (
            Index(fields=("state", "urgency", "id"), name="letter_queue"),
            Index(fields=("place_id", "state"), name="letter_place"),
            Index(fields=("place_id", "sent_at"), name="letter_sent"),
            Index(fields=("place_id", "message"), name="letter_message"),
            Index(fields=("case_id",), name="letter_case"),
        )


class JobRow(Model):
    """Work that waits for its time."""

    id = IdField()
    owner = fields.TextField()
    name = fields.TextField()
    due_at = MomentField()
    lane = fields.TextField()
    data = fields.TextField()
    key = fields.CharField(max_length=255, null=True, unique=True)
    case_id = fields.BigIntField(null=True)
    depth = fields.SmallIntField()
    tries = fields.IntField()

    class Meta:
        table = "job"
        indexes = (
            Index(fields=("due_at", "id"), name="job_due"),
            Index(fields=("case_id",), name="job_case"),
        )


class DialogRow(Model):
    """A conversation in the middle, ``data`` is sealed."""

    id = IdField()
    place_id = fields.BigIntField()
    person_id = fields.BigIntField()
    plugin = fields.TextField()
    step = fields.TextField()
    data = fields.BinaryField()
    until = MomentField()

    class Meta:
        table = "dialog"
        unique_together = (("place_id", "person_id"),)


class ParkedRow(Model):
    """What failed for good, ``content`` is sealed."""

    id = IdField()
    at = MomentField()
    kind = fields.CharField(max_length=32)
    account = fields.CharField(max_length=100)
    content = fields.BinaryField()
    error = fields.TextField()
    lane = fields.TextField()
    key = fields.CharField(max_length=700, null=True, unique=True)

    class Meta:
        table = "parked"


class DeskStateRow(Model):
    """What an adapter keeps between two runs: an offset, a sync token."""

    id = IdField()
    account = fields.CharField(max_length=100)
    key = fields.CharField(max_length=100)
    value = fields.TextField()

    class Meta:
        table = "desk_state"
        unique_together = (("account", "key"),)
