"""How hard questions are and how able learners are, on one scale: logits, 0 is the middle, more is harder or abler.

`elo` follows the review log within minutes, `difficulty` and `ability` come of the nightly fit. Every number here can
be computed again from the log. Beside the questions on purpose: these rows are written all day, the texts are not.
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q


class ItemCalibration(models.Model):
    """How hard one question is."""

    question = models.OneToOneField(
        "quizzes.Question", on_delete=models.CASCADE, primary_key=True, related_name="calibration"
    )
    elo = models.FloatField(default=0.0)
    elo_answers = models.PositiveIntegerField(default=0, help_text="Answers that moved `elo`.")
    difficulty = models.FloatField(null=True, help_text="Of the nightly fit.")
    standard_error = models.FloatField(null=True)
    answers = models.PositiveIntegerField(default=0, help_text="Answers the nightly fit saw.")
    provisional = models.BooleanField(default=True, help_text="Too few answers to rely on it.")
    fitted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"difficulty of question {self.pk}"


class LearnerAbility(models.Model):
    """How able one learner is: over all (`domain` empty), and, as a difference from that, in each domain."""

    enrolment = models.ForeignKey(
        "quizzes.Enrolment", on_delete=models.CASCADE, related_name="abilities", db_index=False
    )
    domain = models.ForeignKey(
        "content.Domain", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    elo = models.FloatField(default=0.0)
    elo_answers = models.PositiveIntegerField(default=0)
    ability = models.FloatField(null=True, help_text="Of the nightly fit.")
    standard_error = models.FloatField(null=True)
    answers = models.PositiveIntegerField(default=0)
    fitted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "learner abilities"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "domain"],
                condition=Q(domain__isnull=False),
                name="ability_once_a_domain",
            ),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(domain__isnull=True), name="ability_once_over_all"
            ),
        ]
        indexes = [models.Index(fields=["domain"], name="abilities_in_domain")]

    def __str__(self) -> str:
        return f"ability of enrolment {self.enrolment_id}"


class AngoffRating(models.Model):
    """What an instructor expects: the probability that a learner who just passes answers this question right."""

    question = models.ForeignKey(
        "quizzes.Question", on_delete=models.CASCADE, related_name="angoff_ratings", db_index=False
    )
    instructor = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="angoff_ratings")
    probability = models.FloatField(validators=[MinValueValidator(0.0), MaxValueValidator(1.0)])
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "instructor"], name="angoff_once"),
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1), name="angoff_probability"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.probability:.0%} for question {self.question_id}"


class LogCursor(models.Model):
    """How far a job has read the review log, so that every row is taken once."""

    name = models.CharField(max_length=40, primary_key=True)
    log_id = models.BigIntegerField(default=0, help_text="The last row taken.")
    at = models.DateTimeField(null=True, help_text="When it was last moved.")

    def __str__(self) -> str:
        return f"{self.name}: {self.log_id}"
