"""What a refit costs: the review log of one learner read, fitted, judged, written, and every card computed again.

    python -m benchmarks.refit [--reviews 1000,10000,50000] [--databases sqlite,postgresql] [--json OUT]

Each size has a database of its own. `fit` is the fitting and the judging alone; `whole` is `refitting.refit`, from the
first query to the last commit; `again` is the look at a learner whose fit is not due. Medians of several rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.answer import ROOT

ROUNDS = 5
SHOWINGS = 10  # of each card


def measured(reviews: int) -> dict[str, Any]:
    """In a process of its own, next to its database."""
    import django

    django.setup()
    from datetime import timedelta

    from django.core.management import call_command
    from django.utils import timezone

    from accounts.models import User
    from benchmarks.product_seed import certification_of
    from quizzes import refitting
    from quizzes.models import Card, Enrolment, ParameterFit, Question
    from quizzes.scheduler import refit
    from tests.quizzes import logs

    call_command("migrate", verbosity=0)
    now = timezone.now()
    certification = certification_of(reviews // SHOWINGS, "refit")
    user = User.objects.create_user("learner@example.org")
    made = Enrolment.objects.create(user=user, certification=certification, created_at=now)
    questions = list(Question.objects.filter(certification=certification))
    logs.answered(made, questions, now, SHOWINGS)
    fit, whole, again = [], [], []
    for turn in range(ROUNDS + 1):
        Enrolment.objects.update(fit=None, parameters=None)
        Card.objects.update(fit=None)
        ParameterFit.objects.all().delete()
        enrolment = Enrolment.objects.select_related("user__profile", "study_class").get()
        histories = refitting.histories_of(enrolment.pk)
        fit.append(_timed(partial(refit.fit, histories)))
        whole.append(_timed(partial(_fitted, enrolment, now)))
        later = now + timedelta(days=1 + turn)
        again.append(_timed(partial(refitting.refit, enrolment, later)))
    row = ParameterFit.objects.get()
    return {
        "reviews": reviews,
        "evaluable": row.reviews,
        "cards": len(questions),
        "adopted": row.adopted,
        "computed_again": Card.objects.filter(fit=row).count(),
        "fit_seconds": statistics.median(fit[1:]),
        "whole_seconds": statistics.median(whole[1:]),
        "again_seconds": statistics.median(again[1:]),
    }


def _fitted(enrolment: Any, at: Any) -> None:
    from quizzes import recomputing, refitting

    row = refitting.refit(enrolment, at)
    if row is None:
        raise SystemExit("no fit was made")
    if not row.adopted and row.parameters:  # what an adopted one costs is the question
        refitting.adopt(row)
        recomputing.recompute_cards(enrolment.pk)


def _timed(do: Callable[[], object]) -> float:
    begin = time.perf_counter()
    do()
    return time.perf_counter() - begin


def one(reviews: int, folder: Path, database: str, url: str = "") -> dict[str, Any]:
    environment = {
        **os.environ,
        "STUDYAPP_DATA_DIR": str(folder / f"{database}-{reviews}"),
        "STUDYAPP_LOG_LEVEL": "error",
        "DJANGO_SETTINGS_MODULE": "studyapp.settings",
    }
    environment.pop("DATABASE_URL", None)
    if url:
        environment["DATABASE_URL"] = url
    command = [sys.executable, "-m", "benchmarks.refit", "--inside", str(reviews)]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    row: dict[str, Any] = {"database": database, **json.loads(done.stdout.splitlines()[-1])}
    print(
        f"{database:>10} {row['reviews']:8,} {row['evaluable']:10,} {row['cards']:6,} {row['fit_seconds']:8.3f} s "
        f"{row['whole_seconds']:8.3f} s {row['again_seconds']:8.4f} s",
        flush=True,
    )
    return row


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reviews", default="1000,10000,50000", help="of one learner, with commas")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(measured(options.inside)))
        return
    print(
        f"{'database':>10} {'reviews':>8} {'evaluable':>10} {'cards':>6} {'fit':>10} {'whole':>10} {'again':>10}"
    )
    sizes = [int(size) for size in options.reviews.split(",") if size]
    rows = []
    with tempfile.TemporaryDirectory(prefix="studyapp-refit-") as name:
        for size in sizes:
            if "sqlite" in options.databases:
                rows.append(one(size, Path(name), "sqlite"))
            if "postgresql" in options.databases:
                from tests.servers import postgres

                with postgres.running(durable=True) as server:
                    rows.append(one(size, Path(name), "postgresql", server.url))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
