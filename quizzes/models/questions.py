"""What is asked. A question keeps its identity for years; what it says is a version of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class QuestionQuerySet(models.QuerySet["Question"]):
    def ready(self) -> QuestionQuerySet:
        return self.filter(state=Question.State.READY)


class Question(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft"
        READY = "ready"
        HELD = "held"  # sources disagree about its fact
        RETIRED = "retired"

    class Origin(models.TextChoices):
        AUTHORED = "authored"
        GENERATED = "generated"

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    certification = models.ForeignKey(
        "content.Certification", on_delete=models.CASCADE, related_name="questions"
    )
    topic = models.ForeignKey("content.Topic", on_delete=models.CASCADE, related_name="questions")
    fact = models.ForeignKey(
        "content.Fact", null=True, blank=True, on_delete=models.SET_NULL, related_name="questions"
    )
    source = models.ForeignKey(
        "content.Source", null=True, on_delete=models.SET_NULL, related_name="questions"
    )
    line_from = models.PositiveIntegerField(default=1)
    line_to = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    pattern = models.CharField(max_length=40, blank=True, help_text="The generation pattern that made it.")
    anchor = models.CharField(max_length=120, blank=True)
    # What a re-import recognises it by: see quizzes.question_bank.
    fingerprint = models.CharField(max_length=64)
    # Questions of one fact, or holes of one sentence, are siblings: never asked on one day.
    sibling_group = models.CharField(max_length=64, blank=True)
    position = models.PositiveIntegerField(default=0)
    stale = models.BooleanField(default=False, help_text="Its fact has changed since it was written.")
    by_hand = models.BooleanField(
        default=False, help_text="An instructor wrote its words; imports leave them as they are."
    )
    current = models.ForeignKey(
        "quizzes.QuestionVersion", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["certification", "fingerprint"], name="question_fingerprint_unique"
            )
        ]
        indexes = [
            models.Index(
                fields=["certification", "position"], condition=Q(state="ready"), name="question_ready"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class QuestionVersion(models.Model):
    """`payload` is what the question type needs to present and grade (see quizzes.question_types)."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    stem = models.TextField()
    payload = models.JSONField(default=dict)
    rationale = models.TextField(blank=True)
    reference = models.URLField(max_length=500, blank=True)
    # {"stem": html, "rationale": html, "options": [html], "says": [html], "answer": html}, cleaned by `html_policy`.
    # "written": a drill as it was typed in the Studio, plain text.
    html = models.JSONField(default=dict, editable=False)
    html_policy = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="question_version_unique")]

    def __str__(self) -> str:
        return self.stem[:80]
