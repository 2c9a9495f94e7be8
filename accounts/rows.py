"""Single rows by constant SQL, for the few queries that every answer asks. No ORM is compiled on the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection


def one(sql: str, parameters: Sequence[Any]) -> dict[str, Any] | None:
    """The first row as {column: value as the database gives it}; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
        return (
            None if row is None else dict(zip((column[0] for column in cursor.description), row, strict=True))
        )


def moment(value: datetime | None) -> datetime | None:
    """A timestamp column. SQLite gives it without a zone, and it is UTC."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value
