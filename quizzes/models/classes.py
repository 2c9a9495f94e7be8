"""Learners and instructors of one certification, joined by invite."""

from __future__ import annotations

from django.db import models


class Class(models.Model):
    certification = models.ForeignKey(
        "content.Certification", on_delete=models.CASCADE, related_name="classes"
    )
    name = models.CharField(max_length=200)
    instructors = models.ManyToManyField("accounts.User", blank=True, related_name="taught_classes")
    exam_date = models.DateField(null=True, blank=True, help_text="Given to everybody who joins.")
    invite = models.ForeignKey(
        "accounts.Invite", null=True, blank=True, on_delete=models.SET_NULL, related_name="classes"
    )
    created_at = models.DateTimeField()
    # Where learners who join begin: weights of the memory model fitted to those who were here before.
    parameters = models.JSONField(null=True, blank=True, editable=False)
    fit = models.ForeignKey(
        "quizzes.ParameterFit",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "classes"

    def __str__(self) -> str:
        return self.name
