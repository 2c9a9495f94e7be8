"""Parameters of the memory model, one row for each attempt to fit them: adopted or refused, and why.

These rows are the truth. `Enrolment.parameters` and `Class.parameters` repeat the adopted ones, so that answering
reads no further row; a card and a log row name the fit under which their memory was computed.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ParameterFit(models.Model):
    """Of one learner, or of a class: the prior of those who join it. Never deleted while cards were computed by it."""

    enrolment = models.ForeignKey(
        "quizzes.Enrolment", null=True, on_delete=models.CASCADE, related_name="fits", db_index=False
    )
    study_class = models.ForeignKey(
        "quizzes.Class", null=True, on_delete=models.SET_NULL, related_name="fits"
    )
    at = models.DateTimeField(help_text="UTC.")
    reviews = models.PositiveIntegerField(
        help_text="Answers it was fitted to, a study day or more after another."
    )
    parameters = models.JSONField(null=True, help_text="21 numbers; empty when the fit gave none.")
    # Mean log loss over answers that the fit did not see: with the parameters before, and with these.
    loss_before = models.FloatField(null=True)
    loss_after = models.FloatField(null=True)
    adopted = models.BooleanField(default=False)
    reason = models.TextField(blank=True, help_text="Why it was adopted or refused, as a sentence.")

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(enrolment__isnull=True) | Q(study_class__isnull=True), name="fit_of_one_owner"
            ),
        ]
        indexes = [models.Index(fields=["enrolment", "-at"], name="fits_of_learner")]

    def __str__(self) -> str:
        return f"fit {self.pk} of {self.at:%Y-%m-%d}"
