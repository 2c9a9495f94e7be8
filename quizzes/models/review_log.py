"""Append-only: every recorded answer and every undo. Replaying a card's log gives the card.

Rows are never changed or deleted. An undo is a row of its own that names the answer it takes back.
"""

from __future__ import annotations

from django.db import models


class ReviewLog(models.Model):
    class Kind(models.IntegerChoices):
        LEARN = 0
        REVIEW = 1
        RELEARN = 2
        UNDO = 3
        RESET = 4  # the answer itself changed at a re-import: due now, history kept

    card = models.ForeignKey("quizzes.Card", on_delete=models.CASCADE, related_name="log", db_index=False)
    seq = models.PositiveIntegerField(help_text="The showing that was answered.")
    enrolment = models.ForeignKey(
        "quizzes.Enrolment", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    question_version = models.ForeignKey(
        "quizzes.QuestionVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    rating = models.PositiveSmallIntegerField(null=True, help_text="1 Again, 2 Hard, 3 Good, 4 Easy.")
    at = models.DateTimeField(help_text="Server time, UTC.")
    elapsed_days = models.PositiveIntegerField(default=0, help_text="Study days since the last answer.")
    milliseconds = models.PositiveIntegerField(default=0, help_text="Time taken.")
    # What was answered, as recorded; also tells a repeated request from a different one.
    response = models.JSONField(default=dict)
    correct = models.BooleanField(null=True)
    certainty = models.PositiveSmallIntegerField(null=True, help_text="1 guess, 2 think, 3 sure.")
    undoes = models.PositiveIntegerField(null=True, help_text="seq of the answer that an undo takes back.")
    # The card after this row.
    state = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField(null=True)
    stability = models.FloatField(null=True)
    difficulty = models.FloatField(null=True)
    due = models.DateTimeField(null=True)
    # Under which parameters, as on the card.
    fit = models.ForeignKey(
        "quizzes.ParameterFit",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["card", "seq"], name="showing_answered_once")]
        indexes = [
            models.Index(fields=["enrolment", "at"], name="log_of_learner"),
            models.Index(fields=["enrolment", "card"], condition=models.Q(kind=4), name="log_resets"),
        ]

    def __str__(self) -> str:
        return f"card {self.card_id} · {self.seq}"
