"""Topics and facts can be searched: the database keeps a full-text index of them."""

from django.db import migrations

from content import search_index


def forwards(apps, schema_editor):
    for index in (search_index.TOPICS, search_index.FACTS):
        search_index.create(schema_editor.connection, index)


def backwards(apps, schema_editor):
    for index in (search_index.TOPICS, search_index.FACTS):
        search_index.drop(schema_editor.connection, index)


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0002_decisions'),
    ]

    operations = [
        migrations.RunPython(forwards, backwards),
    ]
