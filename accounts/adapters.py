"""How django-allauth behaves in this house."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Invite

SESSION_INVITE = "invite"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Sign-up is for holders of an invite, unless the operator opened it."""
        if settings.SIGNUP_OPEN:
            return True
        token = request.session.get(SESSION_INVITE, "")
        return bool(token) and Invite.objects.with_token(token, timezone.now()) is not None


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    pass
