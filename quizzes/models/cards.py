"""One learner's schedule of one question. Narrow on purpose: it is written at every answer.

Only `quizzes.answering` writes schedules. `seq` counts what was recorded on the card; (card, seq) names one
showing, and an answer to a showing that is over is refused.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Card(models.Model):
    class State(models.IntegerChoices):
        NEW = 0
        LEARNING = 1
        REVIEW = 2
        RELEARNING = 3

    enrolment = models.ForeignKey(
        "quizzes.Enrolment", on_delete=models.CASCADE, related_name="cards", db_index=False
    )
    question = models.ForeignKey("quizzes.Question", on_delete=models.CASCADE, related_name="cards")
    topic = models.ForeignKey("content.Topic", on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.PositiveSmallIntegerField(choices=State.choices, default=State.NEW)
    step = models.PositiveSmallIntegerField(null=True)
    stability = models.FloatField(null=True, help_text="Days until recall falls to 90 %.")
    difficulty = models.FloatField(null=True, help_text="1 (easy) to 10.")
    due = models.DateTimeField(null=True, help_text="UTC; empty while new.")
    last_review = models.DateTimeField(null=True)
    reps = models.PositiveIntegerField(default=0)
    lapses = models.PositiveIntegerField(default=0)
    seq = models.PositiveIntegerField(default=0)
    suspended = models.BooleanField(default=False)
    # Looks still owed after a sure and wrong answer: 2 the next day, 1 about a week later.
    doubt = models.PositiveSmallIntegerField(null=True)
    # The fit whose parameters gave stability and difficulty; empty for the published defaults. Fits outlive what
    # they computed, so the database need not look after it at every answer.
    fit = models.ForeignKey(
        "quizzes.ParameterFit",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "question"], name="card_once")]
        indexes = [
            models.Index(
                fields=["enrolment", "due", "id", "topic"],
                condition=Q(suspended=False),
                name="card_due_covering",
            ),
            models.Index(
                fields=["enrolment", "due"],
                condition=Q(suspended=False, state__in=[1, 3]),
                name="card_in_steps",
            ),
        ]

    def __str__(self) -> str:
        return f"card {self.pk}"
