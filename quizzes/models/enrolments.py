"""One learner in one certification: the exam date, the minutes a day, the days off, the class."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q


class Enrolment(models.Model):
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="enrolments")
    certification = models.ForeignKey(
        "content.Certification", on_delete=models.CASCADE, related_name="enrolments"
    )
    study_class = models.ForeignKey(
        "quizzes.Class", null=True, blank=True, on_delete=models.SET_NULL, related_name="enrolments"
    )
    exam_date = models.DateField(null=True, blank=True)
    minutes_a_day = models.PositiveSmallIntegerField(default=20, validators=[MaxValueValidator(600)])
    # Weekdays without study, Monday is 0; single dates are PlannedBreak rows.
    days_off = models.JSONField(default=list, blank=True)
    # FSRS-6 weights (21 numbers) of the adopted `fit`; empty means the published defaults.
    parameters = models.JSONField(null=True, blank=True, editable=False)
    fit = models.ForeignKey(
        "quizzes.ParameterFit",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # How long this learner takes, renewed when a day is planned: see quizzes.planning.pace.
    pace = models.JSONField(default=dict, blank=True, editable=False)
    desired_retention = models.FloatField(default=0.9)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    # When this learner's next study day begins (UTC); the planning sweep looks here.
    next_plan_at = models.DateTimeField(null=True, blank=True, editable=False)
    # When it is looked at again whether the parameters should be fitted anew (UTC); empty means now.
    next_fit_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "certification"], name="enrolled_once"),
            models.CheckConstraint(condition=Q(minutes_a_day__lte=600), name="enrolment_minutes_fit_a_day"),
        ]
        indexes = [
            models.Index(fields=["next_plan_at"], condition=Q(active=True), name="enrolment_plan_due"),
            models.Index(fields=["next_fit_at"], condition=Q(active=True), name="enrolment_fit_due"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.certification}"


class PlannedBreak(models.Model):
    """Dates without study, first and last day included: a journey, a wedding. The plan goes around them."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="breaks")
    first = models.DateField()
    last = models.DateField()

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=models.F("first")), name="break_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"
