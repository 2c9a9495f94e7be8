"""Can this install do its work now? Used by /readyz and by `manage.py doctor`."""

from __future__ import annotations

from celery import current_app
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


def problems() -> dict[str, str]:
    """What is wrong, by part: {"database": sentence, "migrations": sentence, "broker": sentence}; empty when well."""
    found: dict[str, str] = {}
    if problem := database_problem():
        return {"database": problem}
    if pending := pending_migrations():
        found["migrations"] = f"{len(pending)} to apply: {', '.join(pending)}. Run manage.py migrate."
    if problem := broker_problem():
        found["broker"] = problem
    return found


def database_problem() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"The database does not answer: {error}"
    return ""


def pending_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def broker_problem() -> str:
    try:
        with current_app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except Exception as error:  # noqa: BLE001  (each transport raises errors of its own)
        return f"The broker does not answer: {error}"
    return ""
