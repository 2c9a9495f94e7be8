"""What runs when: every entry is a task that a worker knows, does its work by a job row, and can run twice."""

from __future__ import annotations

import pytest
from django.utils import timezone

from content import jobs
from content.models import Job
from quizzes.models import ItemCalibration, ReadinessForecast, StudyDay
from studyapp import diagnosis
from studyapp.celery import app
from studyapp.schedule import SCHEDULE
from tests import factories

pytestmark = pytest.mark.django_db
TASKS = sorted(entry["task"] for entry in SCHEDULE.values())


@pytest.mark.parametrize("name", TASKS)
def test_each_entry_does_its_job_and_ends_it(name: str) -> None:
    app.loader.import_default_modules()
    certification = factories.certification()
    factories.questions(certification)
    factories.enrolment(factories.learner(), certification)
    for turn in range(2):
        job = jobs.submit(name, str(turn), timezone.now())
        app.tasks[name](job.pk)
        job.refresh_from_db()
        assert (job.state, job.error) == (Job.State.DONE, "")
        app.tasks[name](job.pk)  # announced once more: it has ended


def test_plan_and_forecast_follow_each_other() -> None:
    certification = factories.certification()
    factories.questions(certification)
    factories.enrolment(factories.learner(), certification)
    for turn in range(2):
        for name in ("plan_study_days", "forecast_readiness", "follow_answers", "calibrate"):
            task = f"quizzes.tasks.{name}"
            app.tasks[task](jobs.submit(task, str(turn), timezone.now()).pk)
    assert StudyDay.objects.count() == ReadinessForecast.objects.count() == 1
    assert not ItemCalibration.objects.exists()  # nobody has answered


def test_doctor_says_how_to_fit_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert diagnosis.refits().well and "each learner" in diagnosis.refits().said
    monkeypatch.setattr(diagnosis, "find_spec", lambda _: None)
    assert diagnosis.refits().well and "environment.sh refit" in diagnosis.refits().said
