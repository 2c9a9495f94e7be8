"""Search in what a certification teaches: a page, and the same results for a box that asks while somebody types."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.requests import SignedIn
from content.search import search as find
from content.search_words import MOST_TEXT
from quizzes.access import readable_or_404

MOST_HITS = 30
PAGE, RESULTS = "reader/search.html", "reader/search.html#results"


@login_required
@require_safe
def search(request: SignedIn, slug: str) -> HttpResponse:
    """Topics and facts that have all the words of `?q=`."""
    certification, enrolment = readable_or_404(request, slug)
    typed = request.GET.get("q", "")[:MOST_TEXT].strip()
    context = {
        "section": "topics",
        "certification": certification,
        "enrolment": enrolment,
        "teaches": enrolment is None,
        "typed": typed,
        "found": find(certification, typed, MOST_HITS),
        "most": MOST_HITS,
    }
    response = render(request, RESULTS if request.htmx else PAGE, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
