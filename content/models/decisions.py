"""What people decided about the notes: remembered for good, so that no later import asks again."""

from __future__ import annotations

from django.db import models


class Decision(models.Model):
    """`key` names the thing by its words, never by a row or a line number, so that it is found again in edited notes.

    `content.decisions` makes the keys and is the only writer. `data` holds what a page needs to show the decision and
    what reading needs to follow it.
    """

    class Subject(models.TextChoices):
        LINE = "line", "a line kept or left out"
        TITLE = "title", "a line that is a title or none"
        MISREAD = "misread", "a reading error"
        TOPICS = "topics", "topics that are one or two"
        CONFLICT = "conflict", "statements that disagree"
        FACT = "fact", "a reworded statement"
        DUPLICATE = "duplicate", "statements that say the same"

    certification = models.ForeignKey(
        "content.Certification", on_delete=models.CASCADE, related_name="decisions"
    )
    subject = models.CharField(max_length=10, choices=Subject.choices)
    key = models.CharField(max_length=64)
    choice = models.CharField(max_length=40, blank=True, help_text="Empty: taken back.")
    data = models.JSONField(default=dict)
    decided_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["certification", "subject", "key"], name="decision_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}: {self.choice}"
