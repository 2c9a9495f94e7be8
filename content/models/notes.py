"""A topic's text from one source, and the statements in it, with the lines they came from."""

from __future__ import annotations

import uuid

from django.db import models


class Note(models.Model):
    topic = models.ForeignKey("content.Topic", on_delete=models.CASCADE, related_name="notes")
    source = models.ForeignKey("content.Source", on_delete=models.CASCADE, related_name="notes")
    line_from = models.PositiveIntegerField()
    line_to = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)
    markdown = models.TextField(help_text="Canonical Markdown.")
    html = models.TextField(editable=False)
    html_policy = models.PositiveSmallIntegerField(
        editable=False, help_text="Sanitiser policy that cleaned `html`."
    )

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.source} {self.line_from}–{self.line_to}"


class FactQuerySet(models.QuerySet["Fact"]):
    def live(self) -> FactQuerySet:
        return self.filter(state=Fact.State.LIVE)


class Fact(models.Model):
    class State(models.TextChoices):
        LIVE = "live"
        DISPUTED = "disputed"  # another source says otherwise: not asked until somebody decides
        OVERRULED = "overruled"  # decided: the other statement holds
        RETIRED = "retired"

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    topic = models.ForeignKey("content.Topic", on_delete=models.CASCADE, related_name="facts")
    note = models.ForeignKey("content.Note", null=True, on_delete=models.SET_NULL, related_name="facts")
    source = models.ForeignKey("content.Source", on_delete=models.CASCADE, related_name="facts")
    line_from = models.PositiveIntegerField()
    line_to = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=20)
    text = models.TextField()
    term = models.CharField(max_length=300, blank=True)
    value = models.CharField(max_length=200, blank=True)
    context = models.CharField(max_length=1000, blank=True)
    anchor = models.CharField(max_length=120, blank=True)
    fingerprint = models.CharField(max_length=32, db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.LIVE)

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.text[:80]
