"""Background jobs as rows: submit, claim, report progress, finish; and the dispatcher that wakes Celery.

A request writes the row and never waits for the broker. The dispatcher (inside beat) announces queued rows to
Celery within a second, and again when nobody took them or a worker died holding one. A worker holds a job by its
lease and its attempt number; a worker that lost its lease is told so at its next report and stops.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from content.models.jobs import Job

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.JOB_LEASE_SECONDS)
ANNOUNCE_AGAIN_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 5
KEEP_ENDED_FOR = timedelta(days=30)


class LostClaim(Exception):
    """The job was cancelled, or another worker has it now. Stop without writing anything more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's hold on a job."""

    job_id: int
    attempt: int
    payload: dict[str, Any]

    def progress(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Report how far the job is and renew the lease. Raises LostClaim when it is no longer ours."""
        self._write(stage=stage, done=done, total=total, lease_until=timezone.now() + LEASE)

    def still_held(self) -> None:
        """Raise LostClaim unless the job is ours; inside a transaction this also keeps it ours until the end."""
        self._write(lease_until=timezone.now() + LEASE)

    def _write(self, **fields: Any) -> None:
        held = Job.objects.filter(pk=self.job_id, attempts=self.attempt, state=Job.State.RUNNING)
        if not held.update(**fields):
            raise LostClaim(f"job {self.job_id}, attempt {self.attempt}")


def submit(
    kind: str, key: str, at: datetime, payload: dict[str, Any] | None = None, after: datetime | None = None
) -> Job:
    """The job of this kind and key, made when there is none yet."""
    job, _ = Job.objects.get_or_create(
        kind=kind, key=key, defaults={"payload": payload or {}, "run_after": after or at, "created_at": at}
    )
    return job


def claim(job_id: int, at: datetime) -> Claim | None:
    """Take the job, or None when somebody holds it, it has ended, or its time has not come."""
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=at)
    taken = Job.objects.filter(free, pk=job_id, run_after__lte=at).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, lease_until=at + LEASE, error=""
    )
    if not taken:
        return None
    attempt, payload = Job.objects.values_list("attempts", "payload").get(pk=job_id)
    return Claim(job_id, attempt, payload)


def run(job_id: int, handler: Callable[[Claim], None]) -> None:
    """Claim the job, do it, mark it. A failure is kept on the row and tried again with a growing pause."""
    held = claim(job_id, timezone.now())
    if held is None:
        return
    try:
        handler(held)
    except LostClaim:
        log.info("job %s: no longer ours, stopped", job_id)
    except Exception as error:
        _fail(held, error, timezone.now())
        raise
    else:
        _end(held, Job.State.DONE, timezone.now())


def cancel(kind: str, key: str, at: datetime) -> bool:
    """Cancel an open job; its worker stops at its next report. False when it had already ended."""
    open_job = Job.objects.filter(kind=kind, key=key, state__in=Job.OPEN)
    return bool(open_job.update(state=Job.State.CANCELLED, finished_at=at))


def announce(send: Callable[[str, int], None], at: datetime, most: int = 200) -> int:
    """Wake a worker for every job that waits; returns how many were announced.

    Two dispatchers may run: the conditional update lets one of them announce a row. `send` may raise: then the row
    stays unannounced until the next round.
    """
    waiting = Job.objects.filter(
        Q(state=Job.State.QUEUED) & (Q(announced_at=None) | Q(announced_at__lt=at - ANNOUNCE_AGAIN_AFTER))
        | Q(state=Job.State.RUNNING, lease_until__lt=at)
        & (Q(announced_at=None) | Q(announced_at__lt=at - LEASE / 3)),
        run_after__lte=at,
    ).order_by("run_after", "pk")
    announced = 0
    for pk, kind, attempts, before in waiting.values_list("pk", "kind", "attempts", "announced_at")[:most]:
        if attempts >= MOST_ATTEMPTS:
            _give_up(pk, at)
            continue
        mine = Job.objects.filter(pk=pk, announced_at=before, state__in=Job.OPEN).update(announced_at=at)
        if mine:
            try:
                send(kind, pk)
            except Exception:
                Job.objects.filter(pk=pk, announced_at=at).update(announced_at=before)
                raise
            announced += 1
    return announced


def sweep_ended(at: datetime) -> int:
    """Delete jobs that ended long ago; returns how many."""
    return Job.objects.filter(finished_at__lt=at - KEEP_ENDED_FOR).delete()[0]


def _end(held: Claim, state: str, at: datetime, **fields: Any) -> None:
    ours = Job.objects.filter(pk=held.job_id, attempts=held.attempt, state=Job.State.RUNNING)
    ours.update(state=state, finished_at=at, lease_until=None, **fields)


def _fail(held: Claim, error: Exception, at: datetime) -> None:
    if connection.needs_rollback:
        connection.rollback()
    sentence = f"{type(error).__name__}: {error}"[:2000]
    if held.attempt >= MOST_ATTEMPTS:
        _end(held, Job.State.FAILED, at, error=sentence)
        return
    ours = Job.objects.filter(pk=held.job_id, attempts=held.attempt, state=Job.State.RUNNING)
    pause = timedelta(seconds=5 * 4 ** (held.attempt - 1))
    ours.update(
        state=Job.State.QUEUED, run_after=at + pause, announced_at=None, lease_until=None, error=sentence
    )


def _give_up(pk: int, at: datetime) -> None:
    Job.objects.filter(pk=pk, state__in=Job.OPEN).update(
        state=Job.State.FAILED,
        finished_at=at,
        error=f"Given up after {MOST_ATTEMPTS} attempts; the worker stopped each time before it could finish.",
    )
