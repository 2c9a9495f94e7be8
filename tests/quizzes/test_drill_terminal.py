"""The terminal of a lab on its page: commands run as often as one likes, and only the answer counts."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quizzes.graders.worker import engines, place, status
from quizzes.graders.worker.place import Place
from quizzes.models import DrillAttempt, Enrolment
from tests import factories, strict
from tests.quizzes.graders.worker.conftest import comes, end
from tests.quizzes.graders.worker.conftest import shared as shared  # a fixture: the host of this test run
from tests.quizzes.graders.worker.samples import LAB
from tests.quizzes.views import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment() -> Enrolment:
    return factories.enrolment(factories.learner(), factories.certification("gates"))


@pytest.fixture
def client(enrolment: Enrolment) -> Client:
    return signed_in(enrolment.user)


@pytest.fixture
def here(client: Client, enrolment: Enrolment) -> str:
    question = factories.question(enrolment.certification.topics.all()[0], kind="drill", payload=LAB)
    return str(client.post(reverse("drill_start", args=["gates", question.pk]))["Location"])


def text_of(answer: Any) -> str:
    strict.check(answer)
    return html.unescape(answer.content.decode())


@pytest.mark.usefixtures("shared")
def test_commands_run_and_only_the_answer_counts(client: Client, here: str) -> None:
    pytest.importorskip("moto")
    name = "tea" if "Make tea" in text_of(client.get(here)) else "milk"
    run = client.post(here, {"answer": "", "command": "aws sqs list-queues", "run": "1"})
    page = text_of(run)
    assert run.status_code == 200 and "water" in page, "what was there before"
    made = f"aws sqs create-queue --queue-name {name}"
    again = text_of(client.post(here, {"answer": "aws sqs list-queues\r\n", "command": made, "run": "1"}))
    assert f">\naws sqs list-queues\n{made}</textarea>" in again, "all commands so far can be changed"
    assert f"/{name}" in again
    wrong = text_of(client.post(here, {"answer": "aws sqs make-tea", "run": "1"}))
    assert 'class="failed"' in wrong
    assert DrillAttempt.objects.get().finished_at is None
    assert client.post(here, {"answer": "aws sqs list-queues", "command": made}).status_code == 302
    attempt = DrillAttempt.objects.get()
    assert (attempt.answers, attempt.score) == ([f"aws sqs list-queues\n{made}"], 1.0)
    told = text_of(client.get(here))
    assert "That is right: all 3 checks hold." in told and "What was run" in told


def test_the_engine_starts_while_the_drill_is_read(
    client: Client, here: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("moto")
    where = Place(tmp_path / "host", idle=60)
    monkeypatch.setattr(place, "_here", where)
    try:
        client.get(here)
        assert comes(lambda: "lab" in (status(where) or {}).get("loaded", ()))
    finally:
        end(where)


def test_too_many_commands_are_told_in_the_terminal(client: Client, here: str) -> None:
    page = text_of(client.post(here, {"answer": "aws sqs list-queues\n" * 61, "run": "1"}))
    assert "at most 60 commands" in page


def test_what_is_not_installed_is_said_before_anything_is_written(
    client: Client, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    assert "environment.sh lab" in text_of(client.get(here))
    refused = client.post(here, {"answer": "aws sqs list-queues"})
    assert refused.status_code == 422
    assert "This could not be graded yet" in text_of(refused)
    assert DrillAttempt.objects.get().finished_at is None
