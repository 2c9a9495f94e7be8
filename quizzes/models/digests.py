"""One weekly review for one person: the row is the promise that it is sent once."""

from __future__ import annotations

from django.db import models


class Digest(models.Model):
    class State(models.TextChoices):
        DUE = "due"
        SENDING = "sending"
        SENT = "sent"
        EMPTY = "empty", "nothing to say"
        FAILED = "failed"
        UNKNOWN = "unknown", "stopped while being handed over; not sent again"

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="digests", db_index=False
    )
    kind = models.CharField(max_length=20, default="weekly")
    week = models.CharField(max_length=8, help_text="ISO week in the person's zone, such as 2026-W47.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    message_id = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    # The facts the mail was written from, so that it can be shown again in the browser.
    content = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "week"], name="digest_once_a_week")]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state__in=["due", "sending"]), name="digest_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.week}"
