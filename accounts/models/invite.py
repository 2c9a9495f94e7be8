"""A link that opens sign-up for whoever holds it. Only a hash of its token is stored."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import models
from django.db.models import F, Q

from accounts.models.user import User


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class InviteQuerySet(models.QuerySet["Invite"]):
    def usable(self, at: datetime) -> InviteQuerySet:
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=at), uses__lt=F("most_uses"), withdrawn=False
        )

    def with_token(self, token: str, at: datetime) -> Invite | None:
        return self.usable(at).filter(token_hash=hashed(token)).first()


class Invite(models.Model):
    class Purpose(models.TextChoices):
        JOIN = "join", "sign up"
        ADMINISTRATOR = "administrator", "first administrator"

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    purpose = models.CharField(max_length=15, choices=Purpose.choices, default=Purpose.JOIN)
    role = models.CharField(max_length=12, choices=User.Role.choices, default=User.Role.LEARNER)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    most_uses = models.PositiveIntegerField(default=1)
    uses = models.PositiveIntegerField(default=0)
    withdrawn = models.BooleanField(default=False)

    objects = InviteQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} as {self.role}"

    @classmethod
    def make(cls, at: datetime, **fields: object) -> tuple[Invite, str]:
        """A new invite and its token. The token is shown once; afterwards only its hash is known."""
        token = secrets.token_urlsafe(24)
        return cls.objects.create(token_hash=hashed(token), created_at=at, **fields), token
