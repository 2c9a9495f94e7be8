"""For tests of two who write at once: hold what the one has locked until the other one waits for it."""

from __future__ import annotations

import time

from django.db import connection

PATIENCE = 5.0  # seconds until it is clear that nobody waits
ON_SQLITE = 0.2  # writers queue there before they begin, and nobody can be asked who does


def until_somebody_waits() -> None:
    """Return when a connection waits for another one's lock, or when that does not happen."""
    until = time.monotonic() + (PATIENCE if connection.vendor == "postgresql" else ON_SQLITE)
    while time.monotonic() < until and not _somebody_waits():
        time.sleep(0.02)


def _somebody_waits() -> bool:
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
