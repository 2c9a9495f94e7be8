"""The front page and the two health pages."""

from __future__ import annotations

import logging
import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from studyapp import health

log = logging.getLogger(__name__)


def home(request: HttpRequest) -> HttpResponse:
    """Learners go to their day, everybody else to the door."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    return redirect("today")


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return JsonResponse({"status": "ok"})


@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, no migration is pending, the broker answers. 503 with the reasons otherwise."""
    problems = health.problems()
    return JsonResponse(
        {"status": "unready" if problems else "ok", **problems}, status=503 if problems else 200
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that cannot be used just now is a 503 that may be tried again; anything else is our fault."""
    if isinstance(sys.exc_info()[1], OperationalError):
        response = render(request, "503.html", status=503)
        response["Retry-After"] = "2"
        return response
    try:
        return render(request, "500.html", status=500)
    except Exception:
        # The page itself needs static files that may be the very thing that is missing.
        log.exception("the error page could not be shown")
        return HttpResponse("Something went wrong on our side. Please try again in a minute.", status=500)
