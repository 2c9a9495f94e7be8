"""Take back what a recording holds, column by column, in the caller's transaction.

A column goes back to its old value only while it still says what the recorded publication wrote; what somebody
changed since then stays. Rows that were made are retired where learners' history may hang on them, else deleted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from content.writers import recording
from content.writers.recording import ANYTHING, mark, storable
from content.writers.rows import delete, write

# In this order rows that point to others come after them.
_ORDER = [
    "content.Certification",
    "content.Domain",
    "content.Source",
    "content.Topic",
    "content.TopicHeading",
]
_ORDER += ["content.Note", "content.Fact", "content.Conflict", "quizzes.Question"]
_RETIRING: dict[str, dict[str, Any]] = {
    "content.Source": {"retired": True},
    "content.Topic": {"retired": True},
    "content.Fact": {"state": "retired"},
    "quizzes.Question": {"state": "retired"},
}
_DELETED = ("content.Domain", "content.TopicHeading", "content.Note", "content.Conflict")
# Two rows may trade these, and the unique index looks after every row.
_UNIQUE = {"content.Source": "path", "quizzes.Question": "fingerprint"}
# Which of these a row is in, is worked out again from the disagreements that stand.
_ALIKE = {
    "content.Fact": frozenset(["live", "disputed", "overruled"]),
    "quizzes.Question": frozenset(["ready", "held"]),
}


def restore(kept: Mapping[str, Any]) -> None:
    """Undo a recording's `models`. Call it while recording, and this can be taken back as well."""
    labels = [label for label in _ORDER if label in kept]
    for label in labels:
        _bring_back(apps.get_model(label), kept[label]["gone"])
    for label in labels:
        _put_right(apps.get_model(label), label, kept[label])
    for label in reversed(labels):
        if label in _DELETED:
            delete(apps.get_model(label), kept[label]["made"])


def _bring_back(model: type[Model], gone: list[dict[str, Any]]) -> None:
    rows = [model(**_typed(model, row)) for row in gone]
    model._default_manager.bulk_create(rows, batch_size=500)
    recording.made(model, [row.pk for row in rows])


def _put_right(model: type[Model], label: str, kept: Mapping[str, Any]) -> None:
    said: dict[str, dict[str, Any]] = kept["said"]
    rows = {row.pk: row for row in _rows(model, [int(pk) for pk in said])}
    changed: dict[int, Model] = {}
    fields: set[str] = set()
    for pk, columns in said.items():
        row = rows.get(int(pk))
        back = _still_said(row, columns, _ALIKE.get(label, frozenset())) if row is not None else {}
        if row is not None and back:
            for name, value in _typed(model, back).items():
                setattr(row, name, value)
            changed[row.pk] = row
            fields |= back.keys()
    for row in _rows(model, kept["made"]) if label in _RETIRING else ():
        for name, value in _RETIRING[label].items():
            setattr(row, name, value)
        changed[row.pk] = row
        fields |= _RETIRING[label].keys()
    _step_aside(model, label, changed, fields)
    write(model, changed.values(), [_name(model, column) for column in sorted(fields)])


def _still_said(row: Model, columns: Mapping[str, Any], alike: frozenset[str]) -> dict[str, Any]:
    """The old values of those columns that say what was written. `alike`: states that count as one."""
    now = storable({name: getattr(row, name) for name in columns})
    return {
        name: old
        for name, (old, new) in columns.items()
        if new == ANYTHING or mark(now[name]) == new or (name == "state" and {now[name], new} <= alike)
    }


def _step_aside(model: type[Model], label: str, changed: Mapping[int, Model], fields: set[str]) -> None:
    name = _UNIQUE.get(label, "")
    if name not in fields:
        return
    now = dict(_rows(model, list(changed)).values_list("pk", name))
    trading = [row for pk, row in changed.items() if now[pk] != getattr(row, name)]
    recording.changing(model, trading, [name])
    for row in trading:
        model._default_manager.filter(pk=row.pk).update(**{name: f"aside-{row.pk}"})
    _clear_the_way(model, name, trading)


def _clear_the_way(model: type[Model], name: str, coming: Sequence[Model]) -> None:
    """Rows outside that hold what is coming back: retired ones, whose name is free to go."""
    for row in coming:
        certification = {"certification_id": row.certification_id}  # type: ignore[attr-defined]
        holders = model._default_manager.filter(**certification, **{name: getattr(row, name)})
        for holder in holders.exclude(pk=row.pk):
            setattr(holder, name, f"former-{holder.pk}-{getattr(holder, name)}"[:60])
            write(model, [holder], [name])


def _rows(model: type[Model], pks: list[int]) -> QuerySet[Model]:
    return model._default_manager.filter(pk__in=pks)


def _typed(model: type[Model], row: Mapping[str, Any]) -> dict[str, Any]:
    """Column → value as the model holds it."""
    by_column = {field.attname: field for field in model._meta.concrete_fields}
    return {
        name: by_column[name].to_python(value) if not by_column[name].is_relation else value
        for name, value in row.items()
    }


def _name(model: type[Model], column: str) -> str:
    return next(field.name for field in model._meta.concrete_fields if field.attname == column)
