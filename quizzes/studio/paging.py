"""One page of many rows, and the links to the others. A page number that is not one means the nearest page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from accounts.requests import SignedIn


def page_of(request: SignedIn, rows: Sequence[Any] | QuerySet, size: int) -> Page:
    return Paginator(rows, size).get_page(request.GET.get("page"))


def query_without_page(request: SignedIn) -> str:
    """The other parameters of this address, ready to stand before `page=`: empty, or ending in `&`."""
    others = request.GET.copy()
    others.pop("page", None)
    return f"{others.urlencode()}&" if others else ""
