"""Change rows in memory and write those that really changed; while recording, keep what stood there before.

Everything that a publication writes of content and questions goes through here, so that it can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db.models import SET_NULL, Model

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
        remember(model, [row.pk for row in found], fields)
        # An upsert by primary key: one plain statement, where bulk_update makes a CASE of every row and field.
        model._default_manager.bulk_create(
            found, update_conflicts=True, unique_fields=["pk"], update_fields=list(fields), batch_size=500
        )
    return len(found)


def create(model: type[M], rows: Iterable[M]) -> list[M]:
    """Insert new rows; they come back with their ids."""
    made = model._default_manager.bulk_create(list(rows), batch_size=500)
    if (recording := _recording.get()) is not None and made:
        recording.of(model)["made"] += [row.pk for row in made]
    return made


def delete(model: type[M], pks: Sequence[int]) -> int:
    """Delete rows by id; returns how many."""
    if not pks:
        return 0
    if (recording := _recording.get()) is not None:
        columns = [field.attname for field in model._meta.concrete_fields]
        gone = model._default_manager.filter(pk__in=pks).values(*columns)
        recording.of(model)["gone"] += [_storable(row) for row in gone]
        _remember_links(model, pks)
    return model._default_manager.filter(pk__in=pks).delete()[0]


def remember(model: type[Model], pks: Sequence[int], fields: Sequence[str]) -> None:
    """Keep what these fields say now. Called by `write`; by hand before a statement that changes rows another way."""
    if (recording := _recording.get()) is None:
        return
    columns = [model._meta.get_field(name).attname for name in fields]  # type: ignore[union-attr]
    said = recording.of(model)["said"]
    for row in model._default_manager.filter(pk__in=pks).order_by().values("pk", *columns):
        known = said.setdefault(str(row.pop("pk")), {})
        for name, value in _storable(row).items():
            known.setdefault(name, value)


def _remember_links(model: type[Model], pks: Sequence[int]) -> None:
    """Rows that point here are about to point nowhere."""
    for link in model._meta.related_objects:
        if link.on_delete is SET_NULL:
            name = link.field.name
            pointing = link.related_model._default_manager.filter(**{f"{name}__in": pks})
            remember(link.related_model, list(pointing.values_list("pk", flat=True)), [name])


class Recording:
    """What a publication did, row by row. `models`: label of a model → made (ids), gone (rows), said (id → columns).

    Plain data, to be stored as JSON.
    """

    def __init__(self) -> None:
        self.models: dict[str, dict[str, Any]] = {}

    def of(self, model: type[Model]) -> dict[str, Any]:
        return self.models.setdefault(model._meta.label, {"made": [], "gone": [], "said": {}})


@contextmanager
def recording() -> Iterator[Recording]:
    """Record what is written in this block."""
    made = Recording()
    token = _recording.set(made)
    try:
        yield made
    finally:
        _recording.reset(token)


_recording: ContextVar[Recording | None] = ContextVar("recording", default=None)


def _storable(row: dict[str, Any]) -> dict[str, Any]:
    """Dates, decimals and uuids as text; Django reads them back from it."""
    return {name: value if isinstance(value, _PLAIN) else str(value) for name, value in row.items()}


_PLAIN = (str, int, float, bool, list, dict, type(None))
