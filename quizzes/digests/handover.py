"""Hands one mail to the mail server and knows at which point it failed.

Only while the server is taking the text itself can a break leave it unknown whether the mail was accepted. Before
that point a mail may be tried again, after it never.
"""

from __future__ import annotations

import smtplib
from email.utils import parseaddr
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend

from accounts.mail_files import EmailBackend as FileBackend

MOST_A_CONNECTION = 200  # servers limit how many mails they take in one go
CLOSING = 421


class Unreachable(Exception):
    """No mail can be handed over now: no server, no sign-in, or the sender is refused."""


class Refused(Exception):
    """The server did not accept this mail. `for_good`: trying again would not help."""

    def __init__(self, reason: str, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good


class Uncertain(Exception):
    """The connection broke while the mail was being taken."""


class Post:
    """One connection for many mails. Use `ready()` before a mail is claimed, then `hand_over()`."""

    def __init__(self) -> None:
        self._backend: Any = get_connection()
        self._taken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def ready(self) -> None:
        """Be connected. Raises Unreachable."""
        if not isinstance(self._backend, SMTPBackend):
            return
        if self._taken >= MOST_A_CONNECTION:
            self._close()
        try:
            self._backend.open()
            self._server.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            raise Unreachable(_reason(error)) from error

    def hand_over(self, message: EmailMessage) -> None:
        """Return when the server has accepted the mail. Raises Refused, Unreachable or Uncertain."""
        if isinstance(self._backend, SMTPBackend):
            self._by_smtp(message)
        else:
            self._by_backend(message)

    def _by_smtp(self, message: EmailMessage) -> None:
        text = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own messages know it
        try:
            self._envelope(message)
        except (smtplib.SMTPServerDisconnected, OSError):
            # An idle connection that the server has closed: nothing was handed over yet, so once more.
            self._close()
            self.ready()
            try:
                self._envelope(message)
            except (smtplib.SMTPServerDisconnected, OSError) as error:
                self._close()
                raise Unreachable(_reason(error)) from error
        self._text(text)
        self._taken += 1

    def _envelope(self, message: EmailMessage) -> None:
        server = self._server
        code, reply = server.mail(parseaddr(message.from_email or settings.DEFAULT_FROM_EMAIL)[1])
        if code == CLOSING:
            raise smtplib.SMTPServerDisconnected(_said(code, reply))
        if code != 250:
            self._start_over()
            raise Unreachable(f"The sender is refused: {_said(code, reply)}")
        code, reply = server.rcpt(message.to[0])
        if code == CLOSING:
            raise smtplib.SMTPServerDisconnected(_said(code, reply))
        if code not in (250, 251):
            self._start_over()
            raise Refused(_said(code, reply), for_good=code >= 500)

    def _text(self, text: bytes) -> None:
        try:
            code, reply = self._server.data(text)
        except smtplib.SMTPDataError as error:  # it refused before a line was sent
            self._start_over()
            raise Refused(_said(error.smtp_code, error.smtp_error), error.smtp_code >= 500) from error
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            raise Uncertain(_reason(error)) from error
        if code != 250:
            self._start_over()
            raise Refused(_said(code, reply), for_good=code >= 500)

    def _by_backend(self, message: EmailMessage) -> None:
        try:
            self._backend.send_messages([message])
        except OSError as error:
            if isinstance(self._backend, FileBackend):  # the file was never put in its place
                raise Unreachable(_reason(error)) from error
            raise Uncertain(_reason(error)) from error

    @property
    def _server(self) -> smtplib.SMTP:
        if self._backend.connection is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self._backend.connection

    def _start_over(self) -> None:
        try:
            self._server.rset()
        except (smtplib.SMTPException, OSError):
            self._close()

    def _close(self) -> None:
        self._taken = 0
        self._backend.close()


def _said(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    return f"{code} {' '.join(text.split())}"[:500]


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
