"""How django-allauth behaves in this house."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts import inviting

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    # What happened and what to do, in the words of the other pages.
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This email address and this password do not go together. "
        "Check both, or choose a new password.",
        "enter_current_password": "Write the password that you have now.",
        "incorrect_code": "This code is not right, or no longer. Take the newest one.",
        "incorrect_password": "This is not your password. Try again, or choose a new one.",
        "too_many_login_attempts": "There were too many tries. Wait some minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Sign-up is for holders of an invite, unless the operator opened it."""
        return settings.SIGNUP_OPEN or inviting.remembered(request, timezone.now()) is not None

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away must not turn sign-in into an error page, nor tell who has an account."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            log.exception("the mail server did not take an account mail (%s)", template_prefix)


class MFAAdapter(DefaultMFAAdapter):
    def _get_site_name(self) -> str:
        """The name a phone or key shows beside a passkey."""
        return settings.MFA_TOTP_ISSUER
