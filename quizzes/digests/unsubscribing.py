"""Signed links that switch the weekly digest off and on again without signing in."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import Profile


def _signer() -> Signer:
    return Signer(salt="quizzes.digests.unsubscribing", sep=".")


def token_of(user_id: int) -> str:
    """Does not expire: an old mail's link must still work."""
    return _signer().sign(str(user_id))


def profile_of(token: str) -> Profile | None:
    """The profile a token speaks for; None for a token that we did not sign, or when the person is gone."""
    try:
        user_id = int(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None
    return Profile.objects.select_related("user").filter(user=user_id).first()


def address_of(user_id: int) -> str:
    """The absolute address for mails."""
    return settings.SITE_URL + reverse("unsubscribe", args=[token_of(user_id)])


def switch(profile: Profile, on: bool) -> None:
    """Idempotent. What is waiting to be sent is checked against this once more before it goes."""
    changed = Profile.objects.filter(pk=profile.pk).exclude(digest_on=on)
    changed.update(digest_on=on, next_digest_at=None)
    profile.digest_on = on
