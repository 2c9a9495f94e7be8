"""How django-allauth behaves in this house."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts import inviting


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Sign-up is for holders of an invite, unless the operator opened it."""
        return settings.SIGNUP_OPEN or inviting.remembered(request, timezone.now()) is not None


class MFAAdapter(DefaultMFAAdapter):
    def _get_site_name(self) -> str:
        """The name a phone or key shows beside a passkey."""
        return settings.MFA_TOTP_ISSUER
