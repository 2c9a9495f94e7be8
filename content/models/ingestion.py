"""One upload on its way from files to a publication, and each publication that came of one."""

from __future__ import annotations

import uuid

from django.db import models


class IngestionRun(models.Model):
    """The row is the truth: what was uploaded, how far it is, what it would publish.

    `draft` is what the reading made (see `content.ingest.model.Draft`); it is published exactly as previewed.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", "waiting"
        PREVIEW = "preview", "ready to publish"
        PUBLISHED = "published"
        FAILED = "failed"
        CANCELLED = "cancelled"
        DISCARDED = "discarded"

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    certification = models.ForeignKey(
        "content.Certification", on_delete=models.CASCADE, related_name="ingestion_runs"
    )
    owner = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="ingestion_runs"
    )
    title = models.CharField(max_length=200, blank=True)
    # Folder of the uploaded files, relative to the uploads folder; or, from the command line, absolute paths.
    paths = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    draft = models.JSONField(null=True, blank=True, editable=False)
    # Proposed questions by index in the draft that the instructor turned down in the preview.
    rejected = models.JSONField(default=list)
    report = models.JSONField(null=True, blank=True, editable=False)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title or f"Upload of {self.created_at:%d %b %Y}"


class Publication(models.Model):
    certification = models.ForeignKey(
        "content.Certification", on_delete=models.CASCADE, related_name="publications"
    )
    number = models.PositiveIntegerField()
    run = models.OneToOneField(IngestionRun, null=True, on_delete=models.SET_NULL, related_name="publication")
    published_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    published_at = models.DateTimeField()
    summary = models.JSONField(default=dict)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["certification", "number"], name="publication_number_unique")
        ]

    def __str__(self) -> str:
        return f"Publication {self.number}"
