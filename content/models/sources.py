"""One uploaded notes file, as it was, so that every note and fact can show the lines it came from."""

from __future__ import annotations

import uuid

from django.db import models


class Source(models.Model):
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    certification = models.ForeignKey(
        "content.Certification", on_delete=models.CASCADE, related_name="sources"
    )
    path = models.CharField(max_length=500, help_text="Path inside what was uploaded, with forward slashes.")
    dialect = models.CharField(max_length=30, blank=True)
    sha256 = models.CharField(max_length=64)
    text = models.TextField()
    lines = models.PositiveIntegerField()
    nonblank = models.PositiveIntegerField()
    in_blocks = models.PositiveIntegerField()
    # [{line_from, line_to, nonblank, reason}]: lines that are furniture, debris, navigation.
    discarded = models.JSONField(default=list)
    retired = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["certification", "path"], name="source_path_unique")]

    def __str__(self) -> str:
        return self.path
