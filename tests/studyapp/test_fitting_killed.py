"""A worker is killed while it fits, calibrates and forecasts. The next one goes on; nothing is counted twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import tree

pytestmark = [pytest.mark.crash, pytest.mark.slow]

SETUP = "import django; django.setup()\n"
FILL = """
from datetime import timedelta
from django.core.management import call_command
from tests import factories
from tests.factories import NOW
from tests.quizzes import logs
call_command("migrate", verbosity=0)
bank = factories.questions(factories.certification(domains=(100,), topics=1), each=60)
one = factories.enrolment(factories.learner(), bank[0].certification, exam_date=NOW.date() + timedelta(days=20))
truth = [value * (0.3 if place < 4 else 1.0) for place, value in enumerate(logs.fsrs6.DEFAULTS.tolist())]
logs.answered(one, bank, NOW, truth=truth)
"""
WORK = """
from content import jobs
from quizzes import calibrating, elo_ratings, refitting, study_days
from quizzes.models import Enrolment
from quizzes.readiness import rows
from tests.factories import NOW
job = jobs.submit("all", "one", NOW)
job.refresh_from_db()
jobs.Job.objects.filter(pk=job.pk).update(state="queued", lease_until=None)
claim = jobs.claim(job.pk, NOW)
print("begun", flush=True)
study_days.plan_due(claim, NOW)
elo_ratings.follow_log(NOW)
refitting.refit_due(claim, NOW)
calibrating.calibrate_all(claim, NOW)
rows.forecast_due(claim, NOW)
"""
LOOK = """
import json
from django.db.models import Sum
from quizzes.models import *
one = Enrolment.objects.get()
print(json.dumps({
    "fits": list(ParameterFit.objects.values_list("pk", "adopted")),
    "used": one.fit_id,
    "parameters_of_fit": ParameterFit.objects.get().parameters == one.parameters,
    "cards": sorted(set(Card.objects.exclude(stability=None).values_list("fit", flat=True)), key=str),
    "log": ReviewLog.objects.count(),
    "elo": ItemCalibration.objects.aggregate(n=Sum("elo_answers"))["n"],
    "fitted": ItemCalibration.objects.aggregate(n=Sum("answers"))["n"],
    "forecasts": ReadinessForecast.objects.count(),
    "plans": StudyDay.objects.count(),
}))
"""


def python(folder: Path, code: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "studyapp.settings",
        "STUDYAPP_DATA_DIR": str(folder),
        "STUDYAPP_LOG_LEVEL": "error",
        "DATABASE_URL": "",
        "REDIS_URL": "",
    }
    command = [sys.executable, "-c", SETUP + code]
    return subprocess.Popen(command, cwd=tree.ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def said(folder: Path, code: str) -> str:
    process = python(folder, code)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return output


def killed(folder: Path, seconds: float) -> bool:
    """Whether the worker was still at it after so many seconds."""
    worker = python(folder, WORK)
    assert worker.stdout is not None and worker.stdout.readline() == "begun\n"
    try:
        worker.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        return True
    finally:
        worker.stdout.close()


def test_what_was_killed_is_done_once(tmp_path: Path) -> None:
    said(tmp_path, FILL)
    pauses = [0.15, 0.3, 0.45, 0.6, 0.8, 1.1]
    interrupted = sum(killed(tmp_path, seconds) for seconds in pauses)
    assert interrupted >= 2
    said(tmp_path, WORK)
    found: dict[str, Any] = json.loads(said(tmp_path, LOOK))
    assert len(found["fits"]) == 1 and found["parameters_of_fit"] and found["log"] == 300
    assert found["fits"][0] == [found["used"], True] and found["cards"] == [found["used"]]
    assert found["elo"] == found["fitted"] == 300
    assert found["forecasts"] == found["plans"] == 1
