"""Finding the enrolment that a command is about."""

from __future__ import annotations

from django.core.management.base import CommandError

from content.models import Certification
from quizzes.models import Enrolment


def enrolment_of(email: str, slug: str) -> Enrolment:
    """The active enrolment of this person in this certification. Raises CommandError, with a sentence."""
    if not Certification.objects.filter(slug=slug).exists():
        raise CommandError(f"There is no certification “{slug}”. Look at its address: it ends in its slug.")
    found = (
        Enrolment.objects.select_related("user__profile", "certification")
        .filter(user__email=email.strip().lower(), certification__slug=slug, active=True)
        .first()
    )
    if found is None:
        raise CommandError(f"Nobody with the e-mail address {email} is enrolled in “{slug}”.")
    return found
