"""Celery's doors to learning: ids in, work elsewhere, the truth in rows.

Every task takes the id of a job row (see content.jobs), is idempotent and has limits of its own. What loads numpy is
imported where it runs, so that a worker which only sends mail stays small.
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


@shared_task(name="quizzes.tasks.forecast_readiness", soft_time_limit=540, time_limit=580)
def forecast_readiness(job_id: int) -> None:
    """Every few minutes: how likely a pass is, for each learner whose study day was planned and has no forecast."""
    from quizzes.readiness import rows

    jobs.run(job_id, rows.forecast_job)


@shared_task(name="quizzes.tasks.refit_learners", soft_time_limit=540, time_limit=580)
def refit_learners(job_id: int) -> None:
    """Every few minutes: fit the memory of each learner whose study day ends soon and whose fit is due."""
    from quizzes import refitting

    jobs.run(job_id, refitting.refit_job)


@shared_task(name="quizzes.tasks.fit_classes", soft_time_limit=3000, time_limit=3060)
def fit_classes(job_id: int) -> None:
    """Every night: where those begin who join a class."""
    from quizzes import refitting

    jobs.run(job_id, refitting.class_job)


@shared_task(name="quizzes.tasks.follow_answers", soft_time_limit=240, time_limit=270)
def follow_answers(job_id: int) -> None:
    """Every few minutes: difficulties and abilities follow the review log."""
    from quizzes import calibrating

    jobs.run(job_id, calibrating.follow_job)


@shared_task(name="quizzes.tasks.calibrate", soft_time_limit=3000, time_limit=3060)
def calibrate(job_id: int) -> None:
    """Every night: how hard the questions of each certification are, fitted to all answers."""
    from quizzes import calibrating

    jobs.run(job_id, calibrating.calibrate_job)
