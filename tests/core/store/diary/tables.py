"""A plugin's tables for the tests of migrations: as they are after the second step."""

from tortoise import fields
from tortoise.models import Model

from core.store.fields import IdField


class Author(Model):
    """Who writes."""

    id = IdField()
    name = fields.CharField(max_length=40, db_index=True)

    class Meta:
        table = "diary_author"


class Entry(Model):
    """What was written."""

    id = IdField()
    author: fields.ForeignKeyRelation[Author] = fields.ForeignKeyField(
        "diary.Author", on_delete=fields.CASCADE
    )
    text = fields.TextField()
    mood = fields.CharField(max_length=10, db_default="calm")

    class Meta:
        table = "diary_entry"
