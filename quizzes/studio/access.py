"""What in the Studio is yours. Anything else is a 404, as if it did not exist."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from accounts.requests import SignedIn
from content.models import Certification, IngestionRun, Publication, Source
from quizzes.models import Question


def instructor_or_404(request: SignedIn) -> None:
    """The Studio itself exists for instructors only."""
    if not getattr(request.user, "is_instructor", False):
        raise Http404("The Studio is for instructors.")


def run_or_404(request: SignedIn, uid: UUID, *, draft: bool = False) -> IngestionRun:
    """An upload to a certification that you teach. The draft is megabytes: it is read only when asked for."""
    runs = IngestionRun.objects.select_related("certification", "owner", "publication")
    if not draft:
        runs = runs.defer("draft")
    found = runs.filter(uid=uid, certification__in=_taught(request)).first()
    if found is None:
        raise Http404("There is no such upload.")
    return found


def publication_or_404(request: SignedIn, slug: str, number: int) -> Publication:
    publications = Publication.objects.select_related(
        "certification", "published_by", "run", "reverts", "reverted_by"
    ).defer("run__draft", "run__report", "reverts__before", "reverted_by__before")
    found = publications.filter(
        certification__slug=slug, number=number, certification__in=_taught(request)
    ).first()
    if found is None:
        raise Http404("There is no such publication.")
    return found


def source_or_404(request: SignedIn, slug: str, uid: UUID) -> Source:
    sources = Source.objects.select_related("certification")
    found = sources.filter(uid=uid, certification__slug=slug, certification__in=_taught(request)).first()
    if found is None:
        raise Http404("There is no such source.")
    return found


def question_or_404(request: SignedIn, slug: str, uid: UUID) -> Question:
    questions = Question.objects.select_related("certification", "topic", "source", "current", "fact").defer(
        "source__text"
    )
    found = questions.filter(uid=uid, certification__slug=slug, certification__in=_taught(request)).first()
    if found is None:
        raise Http404("There is no such question.")
    return found


def _taught(request: SignedIn) -> QuerySet[Certification]:
    return Certification.objects.taught_by(request.user)
