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
    # True: no files of its own; it reads the certification's published sources again.
    again = models.BooleanField(default=False)
    # What the preview stands on: the decisions taken until then, and the certification's revision at that time.
    staged_at = models.DateTimeField(null=True, blank=True)
    staged_revision = models.PositiveIntegerField(default=0)
    # Fingerprints of proposed questions that the instructor turned down, or asked for though the fact is not new.
    rejected = models.JSONField(default=list)
    accepted = models.JSONField(default=list)
    # Fingerprint of a proposed question → what the instructor wrote instead: {stem, payload, rationale}.
    edits = models.JSONField(default=dict)
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
    # What the rows that it changed said before (see content.writers.rows.Recording); how it is taken back.
    before = models.JSONField(null=True, blank=True, editable=False)
    reverts = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="reverted_by"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["certification", "number"], name="publication_number_unique")
        ]

    def __str__(self) -> str:
        return f"Publication {self.number}"
