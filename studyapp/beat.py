"""Beat writes job rows and wakes the workers; it never does work itself.

For each due entry of the schedule it inserts one row (kind, period): two beats insert it once. Between entries it
announces every waiting row to Celery, so a request that wrote a row is answered within a second.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

import celery.beat
from django.db import close_old_connections
from django.utils import timezone

from content import jobs

log = logging.getLogger(__name__)

ROUND = 0.5  # seconds between two looks at the waiting rows


class DispatchingScheduler(celery.beat.Scheduler):
    """A beat scheduler that keeps no state of its own: the rows have it."""

    max_interval = ROUND

    def setup_schedule(self) -> None:
        self.merge_inplace(self.app.conf.beat_schedule)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        try:
            seconds = super().tick(*args, **kwargs)
            jobs.announce(self._wake, timezone.now())
        except Exception:
            # A database or broker that is away now is tried again at the next round.
            log.exception("beat: this round failed, trying again")
            close_old_connections()
            return 2.0
        return min(seconds, ROUND)

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        at = timezone.now()
        jobs.submit(entry.task, period(at), at, gives_way=True)

    def _wake(self, kind: str, job_id: int) -> None:
        self.app.send_task(kind, args=[job_id], retry=False)


def period(at: datetime) -> str:
    """The minute that names a periodic job's row, in UTC."""
    return f"{at:%Y-%m-%dT%H:%MZ}"
