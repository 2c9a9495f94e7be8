"""Everything that was decided about the notes of a certification, by whom and when, each with a way back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedIn
from content import decisions
from content.models import Certification, Conflict, Decision
from quizzes.access import taught_or_404
from quizzes.studio import decided
from quizzes.studio.paging import page_of, query_without_page
from quizzes.studio.pipeline import pipeline

DECISIONS_A_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decisions_of(request: SignedIn, slug: str) -> HttpResponse:
    certification = taught_or_404(request, slug)
    if request.method == "POST":
        return _withdraw(request, certification)
    subject = request.GET.get("subject", "")
    subject = subject if subject in Decision.Subject else ""
    page = page_of(request, decided.standing(certification, subject), DECISIONS_A_PAGE)
    counts = decided.counts(certification)
    context = {
        "section": "studio",
        "certification": certification,
        "page": page,
        "rows": [decided.row(one) for one in page],
        "subject": subject,
        "counts": counts,
        "total": sum(count for _, _, count in counts),
        "query": query_without_page(request),
    }
    return render(request, "studio/decisions.html", context)


def _withdraw(request: SignedIn, certification: Certification) -> HttpResponse:
    """Take one back; a published disagreement is open again at once."""
    subject, key = request.POST.get("subject", ""), request.POST.get("key", "")
    conflict = None
    if subject == Decision.Subject.CONFLICT:
        found = Conflict.objects.filter(certification=certification, key=key).exclude(chosen="")
        conflict = found.select_related("a__source", "b__source", "certification").first()
    if conflict is not None:
        taken = pipeline().settle_conflict(conflict, "", request.user, request.now)
    else:
        taken = decisions.withdraw(certification, subject, key, request.user, request.now)
    if taken:
        messages.success(request, f"Taken back. {decided.effect(subject, conflict is not None)}")
    else:
        messages.info(request, "It had been taken back already, so nothing was changed.")
    page = request.GET.get("page", "")
    query = query_without_page(request) + (f"page={page}" if page.isdigit() else "")
    where = reverse("studio_decisions", args=[certification.slug])
    return redirect(f"{where}?{query}".rstrip("?&"))
