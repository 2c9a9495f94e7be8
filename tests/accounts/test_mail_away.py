"""A mail server that does not answer: the page is the same for everybody, and nothing breaks."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("known", [True, False])
def test_a_reset_looks_the_same_when_mail_cannot_be_sent(settings: Settings, known: bool) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    email = factories.learner().email if known else "nobody@example.org"
    answer = Client().post("/accounts/password/reset/", {"email": email})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/reset/done/")
