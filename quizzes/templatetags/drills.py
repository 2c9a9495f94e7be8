"""Sentences of graders on a page: plain text in which `backticks` name code."""

from __future__ import annotations

import re
from datetime import date

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from quizzes.graders.engine.filling import HOLE

register = template.Library()

_TICKED = re.compile(r"`([^`\n]{1,300})`")


@register.filter
def ticked(text: object) -> SafeString:
    """Escaped, with `code` between backticks set as code. Nothing else of Markdown is read: `*` is a wildcard here."""
    return mark_safe(_TICKED.sub(r"<code>\1</code>", escape(str(text))))  # noqa: S308  (escaped first)


@register.filter
def dated(iso: object) -> str:
    """“21 November 2026” for 2026-11-21; anything else as it stands."""
    try:
        on = date.fromisoformat(str(iso))
    except ValueError:
        return str(iso)
    return f"{on.day} {on:%B %Y}"


@register.filter
def unfilled(title: object) -> str:
    """A drill's title where no variant is shown: without the braces that values would fill."""
    return HOLE.sub("…", str(title))
