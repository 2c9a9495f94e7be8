"""Change rows in memory and write those that really changed.

Everything that a publication writes of content and questions goes through here, so that `recording` can keep what
stood there before: that is how a publication is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import Model

from content.writers import recording

M = TypeVar("M", bound=Model)


def change(row: Model, **values: Any) -> bool:
    """Set attributes; True when at least one differed."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def write(model: type[M], rows: Iterable[M], fields: Sequence[str]) -> int:
    """Save `fields` of rows that exist: one statement a batch. Returns how many rows."""
    found = list(rows)
    if found:
        recording.changing(model, found, fields)
        # An upsert by primary key: one plain statement, where bulk_update makes a CASE of every row and field.
        model._default_manager.bulk_create(
            found, update_conflicts=True, unique_fields=["pk"], update_fields=list(fields), batch_size=500
        )
    return len(found)


def create(model: type[M], rows: Iterable[M]) -> list[M]:
    """Insert new rows; they come back with their ids."""
    made = model._default_manager.bulk_create(list(rows), batch_size=500)
    recording.made(model, [row.pk for row in made])
    return made


def delete(model: type[M], pks: Sequence[int]) -> int:
    """Delete rows by id; returns how many."""
    if not pks:
        return 0
    recording.deleting(model, pks)
    return model._default_manager.filter(pk__in=pks).delete()[0]
