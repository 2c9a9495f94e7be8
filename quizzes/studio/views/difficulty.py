"""How hard questions are, and what an instructor expects of learners who just pass."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedIn
from content.models import Certification
from quizzes.access import taught_or_404
from quizzes.studio import difficulty as hardness
from quizzes.studio.paging import page_of

QUESTIONS_A_PAGE = 50
EXPECTED_A_PAGE = 25


@login_required
@require_safe
def difficulty(request: SignedIn, slug: str) -> HttpResponse:
    """Every question that is asked, with fitted difficulty, its range, and the share right at first sight."""
    certification = taught_or_404(request, slug)
    order = request.GET.get("order", "hardest")
    order = order if order in hardness.ORDERS else "hardest"
    page = page_of(request, hardness.asked(certification, order), QUESTIONS_A_PAGE)
    context = {
        "section": "studio",
        "certification": certification,
        "order": order,
        "orders": hardness.ORDERS,
        "page": page,
        "query": f"order={order}&",
        "rows": hardness.rows(page),
    }
    return render(request, "studio/difficulty.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def expectations(request: SignedIn, slug: str) -> HttpResponse:
    """A page of questions, each with the share of just-passing learners expected to answer it right."""
    certification = taught_or_404(request, slug)
    if request.method != "POST":
        return _page(request, certification)
    sent = {name: str(value) for name, value in request.POST.items()}
    changed = hardness.keep(certification, request.user, sent, request.now)
    if changed is None:
        return _page(request, certification, sent)
    ratings = "1 rating is" if changed == 1 else f"{changed} ratings are"
    said = f"{ratings} saved. Tonight’s fit takes them in." if changed else "Nothing was changed."
    messages.success(request, said)
    page = request.POST.get("page", "")
    at = f"?page={page}" if page.isascii() and page.isdigit() and len(page) < 7 else ""
    return redirect(reverse("studio_expectations", args=[slug]) + at)


def _page(
    request: SignedIn, certification: Certification, sent: Mapping[str, str] | None = None
) -> HttpResponse:
    page = page_of(request, hardness.asked(certification), EXPECTED_A_PAGE)
    rows = hardness.expectations(list(page), request.user, sent)
    context = {
        "section": "studio",
        "certification": certification,
        "page": page,
        "rows": [(row, hardness.field_name(row.question)) for row in rows],
        "wrong": [(row, hardness.field_name(row.question)) for row in rows if row.error],
    }
    return render(request, "studio/expectations.html", context, status=200 if sent is None else 422)
