"""The first line of every view: the object, if it is yours; else 404, as if it did not exist."""

from __future__ import annotations

import uuid

from django.http import Http404

from accounts.requests import SignedIn
from content.models import Certification
from quizzes.models import Class, DrillAttempt, Enrolment


def enrolment_or_404(request: SignedIn, slug: str) -> Enrolment:
    """The signed-in learner's active enrolment in this certification."""
    found = (
        Enrolment.objects.select_related("certification")
        .filter(user_id=request.user.pk, certification__slug=slug, active=True)
        .first()
    )
    if found is None:
        raise Http404("You are not enrolled in this certification.")
    return found


def readable_or_404(request: SignedIn, slug: str) -> tuple[Certification, Enrolment | None]:
    """What the signed-in person may read, as an enrolled learner or as one who teaches it, enrolled or not."""
    enrolments = Enrolment.objects.select_related("certification")
    enrolment = enrolments.filter(user_id=request.user.pk, active=True, certification__slug=slug).first()
    if enrolment is not None:
        return enrolment.certification, enrolment
    return taught_or_404(request, slug), None


def taught_or_404(request: SignedIn, slug: str) -> Certification:
    """A certification whose notes the signed-in instructor may change."""
    found = Certification.objects.taught_by(request.user).filter(slug=slug).first()
    if found is None:
        raise Http404("You do not teach this certification.")
    return found


def class_or_404(request: SignedIn, pk: int) -> Class:
    """A class taught by the signed-in instructor, or one of a certification that they teach."""
    found = Class.objects.select_related("certification").filter(pk=pk).first()
    taught = found is not None and (
        found.instructors.filter(pk=request.user.pk).exists()
        or Certification.objects.taught_by(request.user).filter(pk=found.certification_id).exists()
    )
    if found is None or not taught:
        raise Http404("You do not teach this class.")
    return found


def attempt_or_404(request: SignedIn, uid: uuid.UUID) -> DrillAttempt:
    """The signed-in learner's own drill attempt."""
    found = (
        DrillAttempt.objects.select_related("question_version__question__topic", "enrolment__certification")
        .filter(uid=uid, enrolment__user_id=request.user.pk, enrolment__active=True)
        .first()
    )
    if found is None:
        raise Http404("There is no such attempt.")
    return found
