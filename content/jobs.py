"""Background jobs as rows: submit, claim, report progress, finish; and the dispatcher that wakes Celery.

A request writes the row and never waits for the broker. The dispatcher (inside beat) announces queued rows to
Celery within a second, and again when nobody took them or a worker died holding one. A worker holds a job by its
lease and its attempt number; a worker that lost its lease is told so at its next report and stops.

A periodic job gives way: while somebody waits for another job, it goes back into the queue at its next report, so an
upload is read at once also where one worker does everything. What it has done stays done.
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
GIVES_WAY_FOR = timedelta(minutes=15)  # since it was submitted; then it takes its turn like any other


class LostClaim(Exception):
    """The job was cancelled, or another worker has it now. Stop without writing anything more."""


class GaveWay(LostClaim):
    """Somebody waits for another job. This one goes on later from what it has written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's hold on a job. `gives_way_until`: see GaveWay; None for a job that somebody waits for."""

    job_id: int
    attempt: int
    payload: dict[str, Any]
    gives_way_until: datetime | None = None

    def progress(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Report how far the job is and renew the lease. Raises LostClaim when it is no longer ours, and GaveWay."""
        at = timezone.now()
        self._write(stage=stage, done=done, total=total, lease_until=at + LEASE)
        self.give_way(at)

    def give_way(self, at: datetime) -> None:
        """Raise GaveWay when this is the time for another job."""
        if self.gives_way_until is not None and at < self.gives_way_until and _somebody_waits(at):
            raise GaveWay(f"job {self.job_id}")

    def still_held(self) -> None:
        """Raise LostClaim unless the job is ours; inside a transaction this also keeps it ours until the end."""
        self._write(lease_until=timezone.now() + LEASE)

    def _write(self, **fields: Any) -> None:
        held = Job.objects.filter(pk=self.job_id, attempts=self.attempt, state=Job.State.RUNNING)
        if not held.update(**fields):
            raise LostClaim(f"job {self.job_id}, attempt {self.attempt}")


def submit(
    kind: str, key: str, at: datetime, payload: dict[str, Any] | None = None, gives_way: bool = False
) -> Job:
    """The job of this kind and key, made when there is none yet. `gives_way`: nobody waits for it."""
    fields = {"payload": payload or {}, "run_after": at, "created_at": at, "gives_way": gives_way}
    job, _ = Job.objects.get_or_create(kind=kind, key=key, defaults=fields)
    return job


def claim(job_id: int, at: datetime) -> Claim | None:
    """Take the job, or None when somebody holds it, it has ended, or its time has not come."""
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=at)
    taken = Job.objects.filter(free, pk=job_id, run_after__lte=at).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, lease_until=at + LEASE, error=""
    )
    if not taken:
        return None
    job = Job.objects.only("attempts", "payload", "gives_way", "created_at").get(pk=job_id)
    until = job.created_at + GIVES_WAY_FOR if job.gives_way else None
    return Claim(job_id, job.attempts, job.payload, until)


def run(job_id: int, handler: Callable[[Claim], None]) -> None:
    """Claim the job, do it, mark it. A failure is kept on the row and tried again with a growing pause."""
    held = claim(job_id, timezone.now())
    if held is None:
        return
    try:
        held.give_way(timezone.now())
        handler(held)
    except GaveWay:
        _put_back(held)
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
    ).order_by("gives_way", "run_after", "pk")
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


def _somebody_waits(at: datetime) -> bool:
    return Job.objects.filter(state=Job.State.QUEUED, gives_way=False, run_after__lte=at).exists()


def _put_back(held: Claim) -> None:
    """Into the queue once more, behind what somebody waits for. Not counted as an attempt."""
    ours = Job.objects.filter(pk=held.job_id, attempts=held.attempt, state=Job.State.RUNNING)
    ours.update(state=Job.State.QUEUED, attempts=F("attempts") - 1, announced_at=None, lease_until=None)


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
