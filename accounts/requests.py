"""What a view may count on, for the type checker.

`now` and `htmx` on every request, a `User` behind `login_required`.
"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class Visit(HttpRequest):
    """Any request; `now` is its one moment, UTC (see studyapp.middleware)."""

    now: datetime
    htmx: HtmxDetails


class SignedIn(Visit):
    """A request of somebody who is signed in."""

    user: User
