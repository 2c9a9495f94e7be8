"""What a publication does to rows, kept while it does it, so that it can be taken back.

    with recording() as kept: … write, create, delete …  →  kept.models (plain data)  →  Publication.before

Of a changed row the old and the new value of each column that differs are kept: whatever somebody changed afterwards
by hand is recognised, because it no longer is what the publication wrote. Long texts are remembered by a digest on
the new side.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import SET_NULL, Model

_PLAIN = (str, int, float, bool, list, dict, type(None))
_LONG = 80
ANYTHING = {"anything": True}  # the new side of a column that was changed by a statement of its own


class Recording:
    """`models`: label of a model → `made` (ids), `gone` (whole rows), `said` (id → column → [old, new])."""

    def __init__(self) -> None:
        self.models: dict[str, dict[str, Any]] = {}

    def of(self, model: type[Model]) -> dict[str, Any]:
        return self.models.setdefault(model._meta.label, {"made": [], "gone": [], "said": {}})


@contextmanager
def recording() -> Iterator[Recording]:
    """Record what `rows` writes in this block."""
    kept = Recording()
    token = _current.set(kept)
    try:
        yield kept
    finally:
        _current.reset(token)


def made(model: type[Model], pks: Sequence[int]) -> None:
    """Rows that were inserted."""
    if (kept := _current.get()) is not None and pks:
        kept.of(model)["made"] += pks


def changing(model: type[Model], rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Rows that are about to be saved: what differs from what the database says."""
    if (kept := _current.get()) is None:
        return
    columns = _columns(model, fields)
    known = kept.of(model)
    ours = {row.pk: row for row in rows} | dict.fromkeys(known["made"])
    for old in (
        model._default_manager.filter(pk__in=[row.pk for row in rows]).order_by().values("pk", *columns)
    ):
        row = ours[old.pop("pk")]
        if row is not None:
            new = {name: getattr(row, name) for name in columns}
            _keep(known["said"], row.pk, storable(old), storable(new))


def touching(model: type[Model], pks: Sequence[int], fields: Sequence[str]) -> None:
    """Rows that a statement of its own is about to change."""
    if (kept := _current.get()) is None or not pks:
        return
    columns = _columns(model, fields)
    known = kept.of(model)
    for old in model._default_manager.filter(pk__in=pks).order_by().values("pk", *columns):
        pk = old.pop("pk")
        if pk not in known["made"]:
            _keep(known["said"], pk, storable(old), dict.fromkeys(columns, ANYTHING))


def deleting(model: type[Model], pks: Sequence[int]) -> None:
    """Rows that are about to be deleted, and those that point to them."""
    if (kept := _current.get()) is None:
        return
    columns = [field.attname for field in model._meta.concrete_fields]
    known = kept.of(model)
    gone = model._default_manager.filter(pk__in=pks).exclude(pk__in=known["made"]).values(*columns)
    known["gone"] += [storable(row) for row in gone]
    known["made"] = [pk for pk in known["made"] if pk not in set(pks)]
    for link in model._meta.related_objects:
        if link.on_delete is SET_NULL:
            name = link.field.name
            pointing = link.related_model._default_manager.filter(**{f"{name}__in": list(pks)})
            touching(link.related_model, list(pointing.values_list("pk", flat=True)), [name])


def mark(value: Any) -> Any:
    """A value as the new side keeps it: itself, or a digest of a long text."""
    if isinstance(value, str) and len(value) > _LONG:
        return {"sha256": hashlib.sha256(value.encode()).hexdigest()}
    return value


def storable(row: dict[str, Any]) -> dict[str, Any]:
    """Dates, decimals and uuids as text; a field's `to_python` reads them back."""
    return {name: value if isinstance(value, _PLAIN) else str(value) for name, value in row.items()}


def _keep(said: dict[str, Any], pk: int, old: dict[str, Any], new: dict[str, Any]) -> None:
    columns = said.get(str(pk), {})
    for name, value in old.items():
        if name in columns:
            columns[name][1] = mark(new[name])
        elif new[name] != value:
            columns[name] = [value, mark(new[name])]
    if columns:
        said[str(pk)] = columns


def _columns(model: type[Model], fields: Sequence[str]) -> list[str]:
    return [model._meta.get_field(name).attname for name in fields]  # type: ignore[union-attr]


_current: ContextVar[Recording | None] = ContextVar("recording", default=None)
