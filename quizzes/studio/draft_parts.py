"""Parts of a run's draft, read without the rest of it: a large one is many megabytes, and a key press must not wait.

IngestionRun.draft (JSON) + paths → one expression of the database → plain data
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, JSONField
from django.db.models.sql.compiler import SQLCompiler

from content.models import IngestionRun

Path = tuple[str | int, ...]
_NOTHING: Path = ("",)


class _Parts(Func):
    """A JSON array of what stands at some paths; null where nothing does."""

    def __init__(self, column: str, paths: Sequence[Path]) -> None:
        super().__init__(F(column), output_field=JSONField())
        self.paths = list(paths)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        # With several paths the answer is always an array, so a path to nothing goes first.
        paths = [_sqlite(path) for path in [_NOTHING, *self.paths]]
        return f"JSON_EXTRACT({column}, {', '.join(['%s'] * len(paths))})", (*params, *paths)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.source_expressions[0])
        parts = [f"{column} #> %s::text[]" for _ in [_NOTHING, *self.paths]]
        given: list[Any] = []
        for path in [_NOTHING, *self.paths]:
            given += [*params, [str(step) for step in path]]
        return f"jsonb_build_array({', '.join(parts)})", given


def parts_of(run: IngestionRun, *paths: Path) -> list[Any]:
    """What stands at these paths of the run's draft, in their order; None for what does not. One query."""
    rows = IngestionRun.objects.filter(pk=run.pk).annotate(parts=_Parts("draft", paths))
    found = rows.values_list("parts", flat=True).get()
    return list(found[1:]) if found else [None] * len(paths)


def _sqlite(path: Path) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in path)
