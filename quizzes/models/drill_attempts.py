"""One learner's ways through drills, and when each drill comes back.

An attempt is pinned by version and seed, so it can be graded again. A schedule follows from the attempts alone.
Only `quizzes.drills` writes attempts, and `quizzes.drill_schedules`, in its transactions, schedules.
"""

from __future__ import annotations

import uuid

from django.db import models


class DrillAttempt(models.Model):
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(
        "quizzes.Enrolment", on_delete=models.CASCADE, related_name="drill_attempts"
    )
    question_version = models.ForeignKey(
        "quizzes.QuestionVersion", on_delete=models.PROTECT, related_name="+"
    )
    content_hash = models.CharField(max_length=64)
    seed = models.PositiveIntegerField()
    # What was answered, step by step; its length is the number of steps answered.
    answers = models.JSONField(default=list)
    checks = models.JSONField(default=list)
    steps_answered = models.PositiveSmallIntegerField(default=0)
    score = models.FloatField(null=True)
    hints_used = models.PositiveSmallIntegerField(default=0)
    seconds = models.PositiveIntegerField(null=True, help_text="From the first page to the answer.")
    in_session = models.BooleanField(
        default=False, help_text="Asked by a study session, and leads back to it."
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["enrolment", "-started_at"], name="drill_attempts_of_learner")]

    def __str__(self) -> str:
        return f"attempt {self.uid}"


class DrillSchedule(models.Model):
    """When a drill comes back, with new numbers: what the learner remembers of the mechanism, not of one variant."""

    enrolment = models.ForeignKey(
        "quizzes.Enrolment", on_delete=models.CASCADE, related_name="drill_schedules", db_index=False
    )
    question = models.ForeignKey("quizzes.Question", on_delete=models.CASCADE, related_name="+")
    stability = models.FloatField(null=True, help_text="Days until recall falls to 90 %.")
    difficulty = models.FloatField(null=True, help_text="1 (easy) to 10.")
    due = models.DateTimeField(null=True, help_text="UTC, the start of a study day.")
    last_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    lapses = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "question"], name="drill_schedule_once")]
        indexes = [models.Index(fields=["enrolment", "due"], name="drill_due")]

    def __str__(self) -> str:
        return f"drill schedule {self.pk}"
