"""Mails that were written to files because no mail server is set: found, and read back as text. Writes nothing."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings

MOST = 200
LARGEST = 1_000_000  # bytes; we write nothing near it
_NAME = re.compile(r"[0-9A-Za-z-]{1,100}\.eml")


@dataclass(frozen=True, slots=True)
class Letter:
    """`text` is the plain part; empty in a list."""

    name: str
    subject: str
    to: str
    date: datetime | None
    message_id: str
    text: str = ""


def folder() -> Path | None:
    """Where mails are written, or None when they go to a mail server."""
    if settings.EMAIL_BACKEND != "accounts.mail_files.EmailBackend":
        return None
    return Path(settings.EMAIL_FILE_PATH)


def newest(everything: bool) -> list[Letter]:
    """The newest first. Without `everything`, weekly reviews only."""
    place = folder()
    if place is None or not place.is_dir():
        return []
    names = sorted((path.name for path in place.glob("*.eml") if _NAME.fullmatch(path.name)), reverse=True)
    letters = (_letter(place / name, headers_only=True, everything=everything) for name in names[:MOST])
    return [letter for letter in letters if letter]


def read(name: str, everything: bool) -> Letter | None:
    """One mail by its file name; None when there is no such file, or it is not to be shown."""
    place = folder()
    if place is None or not _NAME.fullmatch(name):
        return None
    return _letter(place / name, headers_only=False, everything=everything)


def _letter(path: Path, headers_only: bool, everything: bool) -> Letter | None:
    try:
        with path.open("rb") as file:
            message = BytesParser(policy=email.policy.default).parsebytes(
                file.read(LARGEST), headersonly=headers_only
            )
    except OSError:
        return None
    if not everything and "List-Unsubscribe" not in message:
        return None
    return Letter(
        name=path.name,
        subject=str(message.get("Subject", "")),
        to=str(message.get("To", "")),
        date=_date(message),
        message_id=str(message.get("Message-ID", "")),
        text="" if headers_only else _text(message),
    )


def _date(message: EmailMessage) -> datetime | None:
    try:
        moment: datetime | None = getattr(message.get("Date"), "datetime", None)
    except ValueError:
        return None
    if moment is None:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    return str(part.get_content()) if part else ""
