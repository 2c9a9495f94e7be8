"""Questions can be searched: the database keeps a full-text index of what each version says."""

from django.db import migrations

from content import search_index
from quizzes.search import QUESTIONS


def forwards(apps, schema_editor):
    search_index.create(schema_editor.connection, QUESTIONS)


def backwards(apps, schema_editor):
    search_index.drop(schema_editor.connection, QUESTIONS)


class Migration(migrations.Migration):

    dependencies = [
        ('quizzes', '0002_decisions'),
        ('content', '0003_search'),
    ]

    operations = [
        migrations.RunPython(forwards, backwards),
    ]
