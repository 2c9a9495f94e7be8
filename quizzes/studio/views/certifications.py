"""The Studio's front pages: what I teach, one certification with its notes, a new one, one source."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, Manager, Max, OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedIn
from content.ingest.blocks import lines
from content.models import Certification, Conflict, Fact, IngestionRun, Publication, Source, Topic
from quizzes.access import taught_or_404
from quizzes.models import Enrolment, Question
from quizzes.studio import publications, published, uploads
from quizzes.studio.access import instructor_or_404, source_or_404
from quizzes.studio.forms import CertificationForm, DomainFormSet, create_certification
from quizzes.studio.paging import page_of

LINES_A_PAGE = 150
PUBLICATIONS_SHOWN = 12
OPEN_STATES = (IngestionRun.State.UPLOADED, IngestionRun.State.PREVIEW)


@login_required
@require_safe
def studio(request: SignedIn) -> HttpResponse:
    """Everything I teach, with counts and what waits for me."""
    instructor_or_404(request)
    taught = _counted(Certification.objects.taught_by(request.user))
    waiting = (
        _light(IngestionRun.objects)
        .filter(certification__in=Certification.objects.taught_by(request.user), state__in=OPEN_STATES)
        .select_related("certification")
    )
    return render(
        request,
        "studio/studio.html",
        {"section": "studio", "certifications": taught, "waiting": waiting[:20]},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_certification(request: SignedIn) -> HttpResponse:
    instructor_or_404(request)
    form = CertificationForm(request.POST or None)
    blueprint = DomainFormSet(request.POST or None, prefix="domains")
    if request.method == "POST" and all([form.is_valid(), blueprint.is_valid()]):
        certification = create_certification(form, blueprint, request.user)
        messages.success(request, f"{certification.title} is made. Give it notes to read.")
        return redirect("studio_certification", certification.slug)
    status = 422 if request.method == "POST" else 200
    context = {"section": "studio", "form": form, "blueprint": blueprint}
    return render(request, "studio/new_certification.html", context, status=status)


@login_required
@require_safe
def certification(request: SignedIn, slug: str) -> HttpResponse:
    """One certification: upload, open uploads, sources, publications, blueprint."""
    found = taught_or_404(request, slug)
    runs = _light(found.ingestion_runs).select_related("owner")
    return render(
        request,
        "studio/certification.html",
        {
            "section": "studio",
            "certification": found,
            "counts": _counts(found),
            "domains": found.domains.all(),
            "open_runs": runs.filter(state__in=OPEN_STATES)[:20],
            "past_runs": runs.exclude(state__in=OPEN_STATES).select_related("publication")[:8],
            "publications": publications.lines_of(_publications(found)),
            "disagreements": Conflict.objects.filter(certification=found).open().count(),
            "sources": page_of(request, _sources(found), 50),
            "limits": uploads.limits(),
            "most_bytes": uploads.limit_bytes(),
        },
    )


@login_required
@require_safe
def source(request: SignedIn, slug: str, uid: UUID) -> HttpResponse:
    """A published source beside what became of it. `?line=` opens the page with that line."""
    found = source_or_404(request, slug, uid)
    texts = lines.split(found.text)
    page = page_of(request, range(len(texts)), LINES_A_PAGE)
    line = request.GET.get("line", "")
    if line.isascii() and line.isdigit() and "page" not in request.GET:
        page = page.paginator.get_page(max(0, int(line[:9]) - 1) // LINES_A_PAGE + 1)
    return render(
        request,
        "studio/source.html",
        {
            "section": "studio",
            "certification": found.certification,
            "source": found,
            "passages": published.passages(found, texts, page.start_index() or 1, page.end_index()),
            "facts": found.facts.exclude(state=Fact.State.RETIRED).count(),
            "asked": found.questions.filter(state=Question.State.READY).count(),
            "page": page,
        },
    )


def _light(runs: Manager[IngestionRun]) -> QuerySet[IngestionRun]:
    """Runs without their draft and report, which are megabytes."""
    return runs.defer("draft", "report")


def _publications(certification: Certification) -> list[Publication]:
    """The latest, without what their rows said before, which is megabytes."""
    rows = certification.publications.select_related("published_by", "reverts", "reverted_by")
    return list(rows.defer("before", "reverts__before", "reverted_by__before")[:PUBLICATIONS_SHOWN])


def _sources(certification: Certification) -> QuerySet[Source]:
    live = certification.sources.filter(retired=False).defer("text", "discarded")
    return live.annotate(left_out=F("nonblank") - F("in_blocks")).order_by("path")


def _counted(certifications: QuerySet[Certification]) -> QuerySet[Certification]:
    """With counts by subquery: joins would multiply them."""

    def number_of(rows: QuerySet) -> Subquery:
        mine = rows.filter(certification=OuterRef("pk")).order_by().values("certification")
        return Subquery(mine.annotate(n=Count("pk")).values("n"))

    last = Publication.objects.filter(certification=OuterRef("pk")).order_by().values("certification")
    return certifications.annotate(
        topic_count=number_of(Topic.objects.live()),
        question_count=number_of(Question.objects.ready()),
        learner_count=number_of(Enrolment.objects.filter(active=True)),
        to_decide=number_of(Conflict.objects.open()),
        published_last=Subquery(last.annotate(at=Max("published_at")).values("at")),
    )


def _counts(certification: Certification) -> dict[str, int]:
    """What is published, in four numbers and the questions by state."""
    by_state = dict(
        Question.objects.filter(certification=certification)
        .order_by()
        .values_list("state")
        .annotate(Count("pk"))
    )
    return {
        "topics": Topic.objects.live().filter(certification=certification).count(),
        "facts": Fact.objects.live().filter(topic__certification=certification, topic__retired=False).count(),
        "ready": by_state.get(Question.State.READY, 0),
        "retired": by_state.get(Question.State.RETIRED, 0),
        "held": by_state.get(Question.State.HELD, 0),
        "aside": by_state.get(Question.State.DRAFT, 0),
        "learners": Enrolment.objects.filter(Q(certification=certification), active=True).count(),
    }
