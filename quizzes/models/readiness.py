"""How likely a pass is, as it was forecast on each study day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ReadinessForecast(models.Model):
    """`low` and `high` hold the probability with 80 % confidence; `scaled`: expected score on the exam's scale."""

    enrolment = models.ForeignKey(
        "quizzes.Enrolment", on_delete=models.CASCADE, related_name="forecasts", db_index=False
    )
    date = models.DateField(help_text="The learner's own study day on which it was made.")
    exam_date = models.DateField(null=True, help_text="The day it is about.")
    probability = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    scaled = models.FloatField(null=True, help_text="Empty where the blueprint names no scale.")
    # Domains, best topics and whatever else the page shows: see quizzes.readiness.
    detail = models.JSONField(default=dict)
    provisional = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-date"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "date"], name="forecast_once_a_day"),
            models.CheckConstraint(
                condition=Q(low__gte=0, probability__gte=0, probability__lte=1, high__lte=1),
                name="forecast_probabilities",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} · {self.date}: {self.probability:.0%}"
