"""System checks of the house: an acknowledged answer must survive a power cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections


@register(Tags.database)
def durable_commits(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The database puts a commit on the disk before it says that it is done."""
    return [
        Warning(problem, hint=hint, id="studyapp.W001")
        for alias in databases or ()
        for problem, hint in durability_problems(alias)
    ]


def durability_problems(alias: str = "default") -> list[tuple[str, str]]:
    """(what is wrong, what to do) for each setting that could lose an acknowledged answer."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            if cursor.fetchone()[0] < 2:
                return [
                    (
                        "SQLite does not sync each commit.",
                        "Set PRAGMA synchronous=FULL in the database options.",
                    )
                ]
            return []
        problems = []
        for setting, bad in (
            ("fsync", {"off"}),
            ("synchronous_commit", {"off"}),
            ("full_page_writes", {"off"}),
        ):
            cursor.execute(f"SHOW {setting}")
            if (value := cursor.fetchone()[0]) in bad:
                problems.append((f"PostgreSQL runs with {setting} = {value}.", f"Set {setting} = on."))
        return problems
