"""Weekly reviews in the browser: mine, the way out of them, and the mails of an installation without a mail server."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from quizzes.digests import outbox, unsubscribing
from quizzes.digests.review import Review
from quizzes.models import Digest

A_YEAR = 53
SHOWN = [Digest.State.SENT, Digest.State.UNKNOWN]


@require_GET
@login_required
def digests(request: HttpRequest) -> HttpResponse:
    mine = Digest.objects.filter(user=request.user.pk, state__in=SHOWN).order_by("-due_at")[:A_YEAR]
    return render(request, "digests/index.html", {"digests": mine})


@require_GET
@login_required
def digest(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Digest, pk=pk, user=request.user.pk, state__in=SHOWN, content__isnull=False)
    return render(request, "digests/digest.html", {"digest": found, "review": _review(found)})


@csrf_exempt  # a mail program posts here without cookies; the signed token is the permission (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Reading this page changes nothing; mail scanners follow every link. POST switches the digest off, or on again."""
    profile = unsubscribing.profile_of(token)
    if profile is None:
        return render(request, "digests/bad_link.html", status=404)
    if request.method == "POST":
        unsubscribing.switch(profile, on=request.POST.get("digest") == "on")
        if "digest" in request.POST:  # from our page
            return redirect(request.path)
        return HttpResponse("The weekly digest is off.\n", content_type="text/plain")  # for a mail program
    return render(request, "digests/unsubscribe.html", {"profile": profile, "token": token})


@require_safe
@login_required
def outbox_list(request: HttpRequest) -> HttpResponse:
    """Staff see the weekly reviews; only administrators see other mail, which may carry links to sign in with."""
    _staff_or_404(request)
    letters = outbox.newest(everything=request.user.is_superuser)
    return render(
        request, "digests/outbox.html", {"letters": letters, "to_files": outbox.folder() is not None}
    )


@require_safe
@login_required
def outbox_letter(request: HttpRequest, name: str) -> HttpResponse:
    _staff_or_404(request)
    letter = outbox.read(name, everything=request.user.is_superuser)
    if letter is None:
        raise Http404("There is no such mail.")
    sent = Digest.objects.filter(message_id=letter.message_id).first() if letter.message_id else None
    return render(request, "digests/letter.html", {"letter": letter, "review": _review(sent)})


def _staff_or_404(request: HttpRequest) -> None:
    if not request.user.is_staff:
        raise Http404("This page is for staff.")


def _review(sent: Digest | None) -> Review | None:
    return Review.restored(sent.content) if sent and sent.content else None
