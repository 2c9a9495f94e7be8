"""Celery's doors to learning: ids in, work elsewhere, the truth in rows.

Every task takes the id of a job row (see content.jobs), is idempotent and has limits of its own.
"""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from content import jobs
from quizzes import study_days
from quizzes.digests import opening, sending


@shared_task(name="quizzes.tasks.plan_study_days", soft_time_limit=540, time_limit=580)
def plan_study_days(job_id: int) -> None:
    """Every few minutes: build the study day of each learner whose rollover has passed."""
    jobs.run(job_id, study_days.plan_job)


@shared_task(name="quizzes.tasks.send_digests", soft_time_limit=240, time_limit=270)
def send_digests(job_id: int) -> None:
    """Every few minutes: open the weekly reviews whose time has come and split them among the workers."""
    jobs.run(job_id, lambda claim: opening.sweep_and_split(claim, timezone.now()))


@shared_task(name=opening.RANGE_TASK, soft_time_limit=1500, time_limit=1560)
def send_digest_range(job_id: int) -> None:
    """Render and hand over the opened reviews of one range of rows."""
    jobs.run(job_id, lambda claim: sending.send_claimed(claim, timezone.now))
