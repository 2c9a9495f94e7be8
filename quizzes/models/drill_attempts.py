"""One learner's way through one drill. The drill is pinned by version and seed, so it can be graded again."""

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
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["enrolment", "-started_at"], name="drill_attempts_of_learner")]

    def __str__(self) -> str:
        return f"attempt {self.uid}"
