from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from core.store.fields import IdField


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="Author",
            fields=[
                ("id", IdField(primary_key=True, unique=True, db_index=True)),
                ("name", fields.CharField(db_index=True, max_length=20)),
            ],
            options={"table": "diary_author", "app": "diary", "pk_attr": "id", "table_description": "Who writes."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Entry",
            fields=[
                ("id", IdField(primary_key=True, unique=True, db_index=True)),
                (
                    "author",
                    fields.ForeignKeyField(
                        "diary.Author",
                        source_field="author_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=fields.CASCADE,
                    ),
                ),
                ("text", fields.TextField(unique=False)),
            ],
            options={"table": "diary_entry", "app": "diary", "pk_attr": "id", "table_description": "What was written."},
            bases=["Model"],
        ),
    ]
