"""Two published statements that cannot both hold, until somebody says which one does."""

from __future__ import annotations

from django.db import models


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def open(self) -> ConflictQuerySet:
        return self.filter(chosen="")


class Conflict(models.Model):
    """`key`: that of `comparing.conflicts.Conflict`. `chosen`: empty until decided, then a, b or both."""

    class Chosen(models.TextChoices):
        OPEN = "", "not decided"
        A = "a", "the first holds"
        B = "b", "the second holds"
        BOTH = "both", "both hold"

    certification = models.ForeignKey(
        "content.Certification", on_delete=models.CASCADE, related_name="conflicts"
    )
    key = models.CharField(max_length=64)
    a = models.ForeignKey("content.Fact", on_delete=models.CASCADE, related_name="+")
    b = models.ForeignKey("content.Fact", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    chosen = models.CharField(max_length=4, choices=Chosen.choices, default=Chosen.OPEN, blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["certification", "key"], name="conflict_once")]

    def __str__(self) -> str:
        return f"{self.a} / {self.b}"
