"""Classes, for those who teach them: members, the exam date, the invite link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import inviting
from accounts.requests import SignedIn
from content.models import Certification
from quizzes import enrolling
from quizzes.access import class_or_404
from quizzes.forms import ClassForm, InstructorForm, LinkForm
from quizzes.models import Class, Enrolment, ReviewLog

_SHOWN_ONCE = "class_link"


@login_required
@require_safe
def classes(request: SignedIn) -> HttpResponse:
    """The classes this person teaches, and those of the certifications they teach."""
    taught = Certification.objects.taught_by(request.user)
    learners = Count("enrolments", filter=Q(enrolments__active=True), distinct=True)
    mine = Q(instructors=request.user) | Q(certification__in=taught)
    groups = (
        Class.objects.filter(pk__in=Class.objects.filter(mine).values("pk"))
        .select_related("certification")
        .annotate(learners=learners)
    )
    may_make = taught.exists()
    if not may_make and not groups:
        raise Http404("You teach no class.")
    return render(
        request, "quizzes/classes.html", {"groups": groups, "may_make": may_make, "section": "classes"}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def class_new(request: SignedIn) -> HttpResponse:
    taught = Certification.objects.taught_by(request.user)
    if not taught.exists():
        raise Http404("You teach no certification.")
    sent = request.POST if request.method == "POST" else None
    form = ClassForm(sent, taught=taught, today=timezone.localdate(request.now))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        group = enrolling.make_class(
            data["certification"], data["name"], request.user, request.now, data["exam_date"]
        )
        messages.success(request, f"The class {group.name} is made. Invite its learners with a link.")
        return redirect("class", group.pk)
    return render(
        request, "quizzes/class_new.html", {"form": form, "section": "classes"}, status=_status(form)
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def class_page(request: SignedIn, pk: int) -> HttpResponse:
    """Members, link and settings of one class; POST changes name and exam date."""
    group = class_or_404(request, pk)
    if request.method != "POST":
        return _page(request, group)
    form = _settings(request, group)
    if not form.is_valid():
        return _page(request, group, form=form)
    enrolling.change_class(group, form.cleaned_data["name"], form.cleaned_data["exam_date"])
    messages.success(request, "The class is saved.")
    return redirect("class", pk)


@login_required
@require_POST
def link(request: SignedIn, pk: int) -> HttpResponse:
    """Make a new invite link. It is shown once, on the page that follows."""
    group = class_or_404(request, pk)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _page(request, group, link_form=form)
    expires_at = request.now + timedelta(days=form.cleaned_data["days"])
    token = enrolling.make_link(group, request.user, request.now, form.cleaned_data["most_uses"], expires_at)
    request.session[_SHOWN_ONCE] = {"class": pk, "token": token}
    return redirect("class", pk)


@login_required
@require_POST
def withdraw_link(request: SignedIn, pk: int) -> HttpResponse:
    enrolling.withdraw_link(class_or_404(request, pk))
    messages.success(request, "The invite link is withdrawn. Whoever has joined stays.")
    return redirect("class", pk)


@login_required
@require_POST
def add_instructor(request: SignedIn, pk: int) -> HttpResponse:
    group = class_or_404(request, pk)
    form = InstructorForm(request.POST)
    if not form.is_valid():
        return _page(request, group, instructor_form=form)
    instructor = form.cleaned_data["email"]
    enrolling.add_instructor(group, instructor)
    messages.success(request, f"{instructor} teaches this class now.")
    return redirect("class", pk)


@login_required
@require_POST
def remove_member(request: SignedIn, pk: int, member: int) -> HttpResponse:
    group = class_or_404(request, pk)
    enrolment = get_object_or_404(_members(group), pk=member)
    enrolling.remove_member(enrolment)
    messages.success(
        request, f"{enrolment.user} is no longer in this class. Their cards and history are kept."
    )
    return redirect("class", pk)


def _page(request: SignedIn, group: Class, **forms: Any) -> HttpResponse:
    invite = group.invite
    usable = invite is not None and inviting.is_usable(invite, request.now)
    context = {
        "group": group,
        "nav": group.certification,
        "members": _members(group),
        "instructors": group.instructors.order_by("name", "email"),
        "invite": invite if usable else None,
        "link": _shown_once(request, group),
        "form": forms.get("form") or _settings(request, group, bound=False),
        "link_form": forms.get("link_form") or LinkForm(),
        "instructor_form": forms.get("instructor_form") or InstructorForm(),
        "section": "classes",
    }
    return render(request, "quizzes/class.html", context, status=422 if forms else 200)


def _settings(request: SignedIn, group: Class, bound: bool = True) -> ClassForm:
    data = request.POST if bound else None
    return ClassForm(data, today=timezone.localdate(request.now), group=group)


def _members(group: Class) -> QuerySet[Enrolment]:
    """Active learners of the class, with the moment of their last answer as `studied_at`."""
    log = ReviewLog.objects.filter(enrolment=OuterRef("pk")).order_by()
    last = log.values("enrolment").annotate(last=Max("at")).values("last")
    return (
        Enrolment.objects.filter(study_class=group, active=True)
        .select_related("user", "certification")
        .annotate(studied_at=Subquery(last))
        .order_by("user__name", "user__email")
    )


def _shown_once(request: SignedIn, group: Class) -> str | None:
    """The whole address of a link that was made just now, forgotten as it is shown."""
    made = request.session.get(_SHOWN_ONCE)
    if request.method != "GET" or not isinstance(made, dict) or made.get("class") != group.pk:
        return None
    del request.session[_SHOWN_ONCE]
    return request.build_absolute_uri(reverse("join", args=[made["token"]]))


def _status(form: ClassForm) -> int:
    return 422 if form.is_bound else 200
