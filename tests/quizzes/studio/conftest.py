"""People around one certification: who teaches it, who teaches another, who learns it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from content.models import Certification, IngestionRun
from tests import factories
from tests.quizzes.studio import rooms
from tests.quizzes.views import signed_in


@pytest.fixture
def certification() -> Certification:
    return factories.certification("workshop", topics=1)


@pytest.fixture
def owner(certification: Certification) -> User:
    return factories.instructor(certification)


@pytest.fixture
def client(owner: User) -> Client:
    return signed_in(owner)


@pytest.fixture
def run(certification: Certification, owner: User) -> IngestionRun:
    return rooms.preview(certification, owner)
