from tortoise import migrations
from tortoise.migrations import operations as ops
from core.api.store import IdField, MomentField
from tortoise import fields

class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name='PostingRow',
            fields=[
                ('id', IdField(primary_key=True, unique=True, db_index=True)),
                ('group_id', fields.BigIntField()),
                ('day', fields.CharField(max_length=10)),
                ('kind', fields.CharField(max_length=16)),
                ('state', fields.CharField(max_length=16)),
                ('prompt', fields.CharField(max_length=100)),
                ('words', fields.TextField(unique=False)),
                ('at', MomentField()),
            ],
            options={'table': 'prompts_posting', 'app': 'prompts', 'unique_together': (('group_id', 'day', 'kind'),), 'pk_attr': 'id', 'table_description': "A group's post of a day, ``words`` is the opening that the chair chose for it."},
            bases=['Model'],
        ),
    ]
