"""A preview too large for a request is published by a job, once, and says how far it is."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from content import ingestion
from content.models import IngestionRun, Job, Publication
from quizzes.studio.views import runs
from studyapp import tasks
from tests.quizzes.studio import rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(run: IngestionRun, monkeypatch: pytest.MonkeyPatch) -> IngestionRun:
    monkeypatch.setattr(runs, "MOST_FACTS_AT_ONCE", 0)
    return run


def press(client: Client, run: IngestionRun) -> None:
    answer = client.post(reverse("studio_run_publish", args=[run.uid]))
    assert answer["Location"] == reverse("studio_run", args=[run.uid])


def test_pressing_twice_writes_one_job_and_one_publication(large: IngestionRun, client: Client) -> None:
    press(client, large)
    press(client, large)
    job = Job.objects.get(kind=ingestion.PUBLISH_KIND)
    page = client.get(reverse("studio_run", args=[large.uid])).content.decode()
    assert "Publishing" in page
    assert Publication.objects.count() == 0, "the request published nothing"
    tasks.publish(job.pk)
    tasks.publish(job.pk)
    large.refresh_from_db()
    assert (large.state, Publication.objects.count()) == (IngestionRun.State.PUBLISHED, 1)
    assert client.get(reverse("studio_run_progress", args=[large.uid])).status_code == 286


def test_a_publishing_that_failed_is_told_and_can_be_tried_again(large: IngestionRun, client: Client) -> None:
    press(client, large)
    Job.objects.filter(kind=ingestion.PUBLISH_KIND).update(state=Job.State.FAILED, error="The disk is full.")
    page = client.get(reverse("studio_run", args=[large.uid])).content.decode()
    assert "Publishing stopped" in page
    assert "The disk is full." in page
    press(client, large)
    assert Job.objects.get(kind=ingestion.PUBLISH_KIND).state == Job.State.QUEUED


def test_what_was_discarded_meanwhile_stays_unpublished(large: IngestionRun, client: Client) -> None:
    press(client, large)
    ingestion.discard(large, rooms.NOW)
    tasks.publish(Job.objects.get(kind=ingestion.PUBLISH_KIND).pk)
    assert Publication.objects.count() == 0
