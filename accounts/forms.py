"""Forms about people."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest

from accounts.models import User


class SignupForm(forms.Form):
    """What sign-up asks beside e-mail and password."""

    name = forms.CharField(label="Your name", max_length=150, required=False)

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
