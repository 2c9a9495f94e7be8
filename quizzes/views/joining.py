"""The way in by invite: /join/<token>/ for visitors and for people who have an account."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import inviting
from accounts.models import Invite, User
from accounts.requests import Visit
from quizzes import enrolling


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: Visit, token: str) -> HttpResponse:
    """Whoever holds the link may see what it is for; accepting takes an account and one press."""
    invite = inviting.find(token)
    if invite is None:
        raise Http404("There is no such invite.")
    groups = enrolling.classes_of(invite)
    if request.user.is_authenticated and groups and enrolling.is_member(request.user, groups):
        return _to_the_class(request, invite)
    if not inviting.is_usable(invite, request.now):
        return _over(request, invite)
    context = {"invite": invite, "groups": groups, "here": request.path}
    if not request.user.is_authenticated:
        if request.method == "POST":
            return redirect(request.path)
        inviting.remember(request, invite)
        return render(request, "quizzes/join.html", context)
    if request.method != "POST":
        context["opens"] = bool(groups) or (
            invite.role == User.Role.INSTRUCTOR and not request.user.is_instructor
        )
        return render(request, "quizzes/join.html", context)
    try:
        enrolling.accept(invite, request.user, request.now)
    except inviting.InviteSpent:
        return _over(request, invite)
    return _to_the_class(request, invite)


def _over(request: Visit, invite: Invite) -> HttpResponse:
    reason = inviting.why_not(invite, request.now)
    return render(request, "quizzes/join_over.html", {"reason": reason}, status=410)


def _to_the_class(request: Visit, invite: Invite) -> HttpResponse:
    """On to what the invite opened: the certification for learners, the class for instructors."""
    groups = enrolling.classes_of(invite)
    if not groups:
        return redirect("home")
    group = groups[0]
    messages.success(request, f"You are in the class {group.name}.")
    if group.instructors.filter(pk=request.user.pk).exists():
        return redirect("class", group.pk)
    return redirect("enrolment", group.certification.slug)
