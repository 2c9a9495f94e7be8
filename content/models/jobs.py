"""The truth of every background job: one row. Celery is only the wake-up."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Job(models.Model):
    """`kind` is the name of a Celery task that takes this row's id; (`kind`, `key`) makes a job unique.

    A worker holds a job by a lease and by the number of its attempt: whoever has an older attempt has lost it.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    OPEN = (State.QUEUED, State.RUNNING)

    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    gives_way = models.BooleanField(default=False)  # nobody waits for it; see content.jobs
    run_after = models.DateTimeField()
    announced_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=80, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="job_once")]
        indexes = [
            models.Index(fields=["run_after"], condition=Q(state__in=["queued", "running"]), name="job_open"),
            models.Index(fields=["finished_at"], name="job_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
