from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("diary", "0001_initial")]

    operations = [
        ops.AlterField(
            model_name="Author",
            name="name",
            field=fields.CharField(db_index=True, max_length=40),
        ),
        # The remake of the table on SQLite has lost its index.
        ops.RunSQL(
            'CREATE INDEX IF NOT EXISTS "idx_diary_autho_name_9faa81" ON "diary_author" ("name")'
        ),
        ops.AddField(
            model_name="Entry",
            name="mood",
            field=fields.CharField(max_length=10, db_default="calm"),
        ),
    ]
