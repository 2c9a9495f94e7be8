"""Celery's doors to work that joins content and quizzes: an id in, a few lines, the truth in rows.

Every task takes the id of a job row (see content.jobs), is idempotent and has limits of its own.
"""

from __future__ import annotations

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from content import ingestion, jobs
from quizzes import study_days
from studyapp import pipeline


@shared_task(name=ingestion.KIND, soft_time_limit=600, time_limit=660)
def ingest(job_id: int) -> None:
    """Read an upload and make its preview."""
    jobs.run(job_id, pipeline.ingest_job)


@shared_task(name=ingestion.PUBLISH_KIND, soft_time_limit=900, time_limit=960)
def publish(job_id: int) -> None:
    """Publish a preview that is too large for a request."""
    jobs.run(job_id, pipeline.publish_job)


@shared_task(name="studyapp.tasks.clean_up", soft_time_limit=300, time_limit=330)
def clean_up(job_id: int) -> None:
    """Every night: what ended long ago and nobody needs."""
    jobs.run(job_id, _clean_up)


def _clean_up(claim: jobs.Claim) -> None:
    at = timezone.now()
    claim.progress("uploads")
    ingestion.settle_given_up(at)
    ingestion.forget_files(at)
    ingestion.forget_drafts(at)
    claim.progress("plans and sessions")
    study_days.forget_old(at)
    Session.objects.filter(expire_date__lt=at).delete()
    jobs.sweep_ended(at)
