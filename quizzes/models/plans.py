"""What one learner studies on one study day: which cards, in what order, and why."""

from __future__ import annotations

from django.db import models


class StudyDay(models.Model):
    class Mode(models.TextChoices):
        EXAM = "exam", "aims at the exam date"
        RETENTION = "retention", "keeps what was learned"
        OFF = "off", "a day off"

    enrolment = models.ForeignKey(
        "quizzes.Enrolment", on_delete=models.CASCADE, related_name="study_days", db_index=False
    )
    date = models.DateField(help_text="The learner's own study day.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    built_at = models.DateTimeField()
    bank_revision = models.PositiveIntegerField(help_text="Revision of the certification it was built for.")
    budget_seconds = models.PositiveIntegerField()
    expected_seconds = models.PositiveIntegerField(default=0)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.RETENTION)
    days_left = models.PositiveIntegerField(null=True, help_text="Study days to the exam, this one counted.")
    # What a second is worth under the learner's minutes, in score: the next day's plan begins its search here.
    price = models.FloatField(null=True)
    # The numbers behind the sentence that says why the day looks as it does: see quizzes.planning.reasons.
    because = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "date"], name="study_day_once")]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.date}"


class PlanItem(models.Model):
    """Open while the card's `seq` is still the planned one: answering needs no write here."""

    class Why(models.TextChoices):
        LEARNING = "learning", "You are still learning it."
        RELEARN = "relearn", "You forgot it last time."
        DUE = "due", "You are about to forget it."
        OVERDUE = "overdue", "It has waited longer than planned."
        NEW = "new", "You have not met it yet."
        CHANGED = "changed", "Its answer has changed since you learned it."
        DOUBTED = "doubted", "You were sure of another answer."
        FADING = "fading", "You would forget it before the exam."
        AHEAD = "ahead", "You have time left; seeing it now helps on exam day."
        LAST = "last", "The exam is near; a last look keeps it."
        LEECH = "leech", "It keeps slipping away; read about it once more."

    study_day = models.ForeignKey(StudyDay, on_delete=models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    card = models.ForeignKey("quizzes.Card", on_delete=models.CASCADE, related_name="+")
    seq = models.PositiveIntegerField()
    why = models.CharField(max_length=10, choices=Why.choices)
    expected_seconds = models.PositiveSmallIntegerField(default=0)
    gain_per_second = models.FloatField(
        default=0.0, help_text="Expected exam score (0 to 1) gained by a second spent here today."
    )
    # The numbers behind the sentence: see quizzes.planning.reasons.
    because = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["study_day", "position"], name="plan_position_unique")]

    def __str__(self) -> str:
        return f"{self.position}. card {self.card_id}"
