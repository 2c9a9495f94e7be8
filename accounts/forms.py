"""Forms about people: sign-up, the first administrator, preferences."""

from __future__ import annotations

import zoneinfo
from functools import cache
from itertools import groupby
from typing import Any, cast

from allauth.account import forms as allauth_forms
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import inviting, people
from accounts.models import Profile, User
from accounts.preferences import change_profile

_LEGACY_AREAS = {"Etc", "SystemV", "US", "Brazil", "Canada", "Chile", "Mexico"}


class SignUpForm(allauth_forms.SignupForm):
    """allauth's form with a name; the person, their profile and the use of the invite are one transaction."""

    name = forms.CharField(
        label="Your name",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1", "password2"]

    def save(self, request: HttpRequest) -> User:
        try:
            return self._make(request)
        except inviting.InviteSpent:
            # Somebody else took the last place while this form was being filled in.
            inviting.forget(request)
            raise ImmediateHttpResponse(render(request, "account/signup_closed.html", status=410)) from None
        except IntegrityError:
            # Two forms with one address at the same moment: the other one made the account.
            raise ImmediateHttpResponse(redirect("account_login")) from None

    def try_save(self, request: HttpRequest) -> tuple[User | None, Any]:
        try:
            user, response = super().try_save(request)
        except ImmediateHttpResponse as stopped:
            return None, stopped.response
        return user, response

    def _make(self, request: HttpRequest) -> User:
        now = timezone.now()
        invite = inviting.remembered(request, now)
        if invite is None and not settings.SIGNUP_OPEN:
            raise inviting.InviteSpent  # it was usable when this request began
        user = people.sign_up(
            self.cleaned_data["email"],
            self.cleaned_data.get("password1"),
            self.cleaned_data["name"],
            invite=invite,
            # Without mail nothing could ever confirm the address, so it is taken as given.
            verified=not settings.MAIL_CONFIGURED,
            at=now,
        )
        inviting.forget(request)
        return user


class FirstAdministratorForm(forms.Form):
    name = forms.CharField(
        label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label="Email address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password1 = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 10 characters. Several words make a good password.",
    )
    password2 = forms.CharField(
        label="The same password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exists():
            raise ValidationError("Somebody here uses this address already. Give another one.")
        return email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", "The two passwords differ. Type the same one twice.")
        if first:
            try:
                validate_password(first, User(email=data.get("email", ""), name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password1", error)
        return data


class PreferencesForm(forms.ModelForm):
    """How one person wants to study and be written to."""

    name = forms.CharField(
        label="Name",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As your instructors and the weekly digest see it.",
    )
    zone = forms.ChoiceField(label="Time zone", help_text="Your study day and your digest follow it.")
    rollover_hour = forms.TypedChoiceField(
        label="A new study day begins at",
        coerce=int,
        widget=forms.Select(attrs={"class": "short"}),
        help_text="If you study past midnight, choose an hour at which you are asleep.",
    )
    digest_hour = forms.TypedChoiceField(
        label="Hour", coerce=int, widget=forms.Select(attrs={"class": "short"})
    )
    theme = forms.ChoiceField(
        label="Colours", choices=Profile.Theme.choices, required=False, widget=forms.RadioSelect
    )

    class Meta:
        model = Profile
        fields = [
            *("zone", "rollover_hour", "digest_on", "digest_weekday", "digest_hour"),
            *("single_keys", "theme"),
        ]
        labels = {
            "digest_on": "Send me the weekly digest",
            "digest_weekday": "Day",
            "single_keys": "Single-key shortcuts",
        }
        widgets = {"digest_weekday": forms.Select(attrs={"class": "short"})}
        help_texts = {
            "digest_on": "What is due, what is weak, one button. Nothing is sent when there is nothing to say.",
            "single_keys": "Space shows the answer, 1 to 4 rate it. Switch off for dictation or a screen reader.",
        }

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, instance=user.profile, initial={"name": user.name})
        self.user = user
        hours = [(hour, f"{hour:02d}:00") for hour in range(24)]
        for name in ("rollover_hour", "digest_hour"):
            cast(forms.ChoiceField, self.fields[name]).choices = hours
        cast(forms.ChoiceField, self.fields["zone"]).choices = _zone_choices(user.profile.zone)

    def keep(self) -> None:
        changed = set(self.changed_data)
        with transaction.atomic():
            change_profile(self.user, {name: self.cleaned_data[name] for name in changed - {"name"}})
            if "name" in changed:
                User.objects.filter(pk=self.user.pk).update(name=self.cleaned_data["name"])


def _zone_choices(current: str) -> list[Any]:
    """UTC, then every zone under its area. A zone kept from elsewhere stays choosable."""
    choices: list[Any] = [("UTC", "UTC"), *_zones_by_area()]
    known = {"UTC"} | {zone for _, zones in _zones_by_area() for zone, _ in zones}
    return choices if current in known else [(current, current), *choices]


@cache
def _zones_by_area() -> list[tuple[str, list[tuple[str, str]]]]:
    zones = sorted(
        zone
        for zone in zoneinfo.available_timezones()
        if "/" in zone and zone.partition("/")[0] not in _LEGACY_AREAS
    )
    return [
        (area, [(zone, zone.partition("/")[2].replace("_", " ")) for zone in group])
        for area, group in groupby(zones, key=lambda zone: zone.partition("/")[0])
    ]
