"""Real notes, when STUDYAPP_SAMPLE_NOTES names a folder of them: in, published, one card studied, in again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from content import ingestion
from content.models import Certification, Fact, Note, Publication, Topic
from quizzes import study_days
from quizzes.answering import record_review
from quizzes.models import Card, Question, QuestionVersion, ReviewLog
from quizzes.showing import next_showing
from studyapp import pipeline
from tests import factories
from tests.factories import NOW
from tests.importing import certification

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FILES = sorted(Path(settings.SAMPLE_NOTES).iterdir()) if settings.SAMPLE_NOTES else []


def test_sample_notes_are_there() -> None:
    if not settings.SAMPLE_NOTES:
        pytest.skip("STUDYAPP_SAMPLE_NOTES is not set; name a folder of real notes to test with them")
    assert FILES


def tables() -> list[list[Any]]:
    models = (Certification, Topic, Note, Fact, Question, QuestionVersion, Card, Publication)
    return [list[Any](model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name[:12])
def test_a_file_of_real_notes(file: Path) -> None:
    sample = certification("sample")
    run = ingestion.of_paths(sample, [file], NOW)
    staged = pipeline.stage(run)
    assert staged.unread == ()
    for source in staged.report["sources"]:
        left_out = sum(row["nonblank"] for row in source["discarded"])
        assert source["in_blocks"] + left_out == source["nonblank"] > 0
    pipeline.publish(run, None, NOW)
    sample.refresh_from_db()
    assert Topic.objects.live().count() > 20
    assert Fact.objects.live().count() > 100

    enrolment = factories.enrolment(factories.learner(), sample)
    plan = study_days.ensure_plan(enrolment, NOW)
    showing = next_showing(enrolment.pk, plan.date, NOW)
    assert showing is not None
    keys = [at for at, option in enumerate(showing.payload.get("options", [])) if option["correct"]]
    record_review(showing, 0, {"options": keys, "certainty": 3} if keys else {"rating": 3}, NOW)
    assert ReviewLog.objects.get().card_id == showing.card.pk

    before = tables()
    again = ingestion.of_paths(sample, [file], NOW)
    pipeline.stage(again)
    pipeline.publish(again, None, NOW)
    assert tables() == before
