"""Writes the mail: text and HTML from one review, with the headers that let a mail program unsubscribe.

The HTML is written with classes; `static/css/mail.css` is put into its style attributes here, because mail programs
drop style sheets. What only works as a sheet (dark colours, narrow screens) stays in a style element.
"""

from __future__ import annotations

from datetime import datetime
from email.charset import QP, Charset
from email.utils import format_datetime
from functools import cache
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Profile
from quizzes.digests import unsubscribing
from quizzes.digests.review import Review
from quizzes.models import Digest

_SHEET = settings.BASE_DIR / "static" / "css" / "mail.css"

# Seven-bit lines that any server passes on unchanged.
_PRINTABLE = Charset("utf-8")
_PRINTABLE.body_encoding = QP


class OneLineHeaders(EmailMultiAlternatives):
    """Long headers stay on one line: not every mail program reads a folded List-Unsubscribe."""

    def message(self, **options: Any) -> Any:
        message = super().message(**options)
        message.policy = message.policy.clone(max_line_length=900)
        return message


def written(digest: Digest, review: Review, at: datetime) -> OneLineHeaders:
    """The mail of one row. `digest` comes with `user__profile`."""
    said = _said(digest, review)
    message = OneLineHeaders(
        subject=review.subject,
        body=render_to_string("emails/weekly.txt", said),
        to=[digest.user.email],
        headers={
            "Message-ID": message_id(digest),
            "Date": format_datetime(at),
            "List-Id": f"Weekly review <weekly.{settings.SITE_HOST}>",
            "List-Unsubscribe": f"<{said['unsubscribe']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.encoding = _PRINTABLE
    message.attach_alternative(html(said), "text/html")
    return message


def message_id(digest: Digest) -> str:
    """The same for every attempt at the same review, so that a mail program can tell, too."""
    return f"<{digest.kind}.{digest.week}.{digest.user_id}@{settings.SITE_HOST}>"


def html(said: dict[str, Any]) -> str:
    page = _inliner().inline(render_to_string("emails/weekly.html", said | {"sheet": _sheet()}))
    return "\n".join(line for line in map(str.strip, page.splitlines()) if line)


def _said(digest: Digest, review: Review) -> dict[str, Any]:
    profile: Profile = digest.user.profile
    return {
        "review": review,
        "profile": profile,
        "site": settings.SITE_URL,
        "preferences": settings.SITE_URL + reverse("preferences"),
        "in_browser": settings.SITE_URL + reverse("digest", args=[digest.pk]),
        "unsubscribe": unsubscribing.address_of(digest.user_id),
    }


@cache
def _sheet() -> str:
    return _SHEET.read_text(encoding="utf-8")


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(
        keep_style_tags=True,
        keep_at_rules=True,
        remove_inlined_selectors=True,
        minify_css=True,
        load_remote_stylesheets=False,
    )
