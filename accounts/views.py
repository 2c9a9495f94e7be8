"""The first administrator's door, and everybody's preferences."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import inviting, people
from accounts.forms import FirstAdministratorForm, PreferencesForm
from accounts.requests import SignedIn, Visit


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def first_run(request: Visit, token: str) -> HttpResponseBase:
    """The link on the console of a new house: makes its first administrator, once."""
    invite = people.first_run_invite(token, request.now)
    if invite is None:
        return render(request, "accounts/first_run_over.html", status=404)
    form = FirstAdministratorForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(
            request, "accounts/first_run.html", {"form": form}, status=422 if form.is_bound else 200
        )
    data = form.cleaned_data
    try:
        user = people.create_first_administrator(
            invite, data["email"], data["password1"], data["name"], request.now
        )
    except (inviting.InviteSpent, people.AdministratorExists):
        return render(request, "accounts/first_run_over.html", status=404)
    return perform_login(request, user, email_verification="none", redirect_url=reverse("home"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: SignedIn) -> HttpResponse:
    form = PreferencesForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.keep()
        messages.success(request, "Your preferences are saved.")
        return redirect("preferences")
    return render(request, "accounts/preferences.html", {"form": form}, status=422 if form.is_bound else 200)
