"""Change rows in memory and write those that really changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import Model

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
        # An upsert by primary key: one plain statement, where bulk_update makes a CASE of every row and field.
        model._default_manager.bulk_create(
            found, update_conflicts=True, unique_fields=["pk"], update_fields=list(fields), batch_size=500
        )
    return len(found)


def create(model: type[M], rows: Iterable[M]) -> list[M]:
    """Insert new rows; they come back with their ids."""
    return model._default_manager.bulk_create(list(rows), batch_size=500)
