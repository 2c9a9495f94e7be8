"""Small middlewares: one `now` a request, the learner's zone at the edge, and no NUL in a form."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponse]


def moment_and_zone(get_response: GetResponse) -> GetResponse:
    """`request.now` is the one moment of this request (UTC); times are shown in the learner's zone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            with timezone.override(zoneinfo.ZoneInfo(request.user.profile.zone)):
                response = get_response(request)
        else:
            response = get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
        return response

    return middleware


def no_nul(get_response: GetResponse) -> GetResponse:
    """Refuse forms with a NUL in them: no page sends one, and PostgreSQL cannot store it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        form = request.content_type == "application/x-www-form-urlencoded" and request.method == "POST"
        if form and b"%00" in request.body:
            raise BadRequest("NUL in a form")
        return get_response(request)

    return middleware
