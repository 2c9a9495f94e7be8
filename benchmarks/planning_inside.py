"""What `benchmarks.planning` runs in processes of their own, next to a database: fill it, plan in it. Prints JSON.

python -m benchmarks.planning_inside plan CARDS          one learner, several times
python -m benchmarks.planning_inside learners COUNT      fill a database with learners of 400 questions
python -m benchmarks.planning_inside sweep SHARE OF      plan every OF-th of them
python -m benchmarks.planning_inside large CARDS TOTAL   one learner with many cards among many cards
"""

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studyapp.settings")
django.setup()

from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from benchmarks.product_seed import certification_of, signed_in
from content.models import Certification
from quizzes import study_days
from quizzes.models import Card, Enrolment, StudyDay
from quizzes.planning.material import IN_A_JOB

DAY = timedelta(days=1)
SLOTS = 97  # different histories of cards; a prime, so that they spread over topics and kinds
SMALL = 1_000  # cards of the learner that the large one is compared with
USUAL_CARDS = 400
ROUNDS = 7


def plan(cards: int) -> dict[str, Any]:
    """One learner half-way through a course of so many questions, 30 days before the exam."""
    call_command("migrate", verbosity=0)
    now = timezone.now()
    enrolment = _enrolment(certification_of(cards, f"cards-{cards}"), now)
    _learn(enrolment, now, share=2)
    today = study_days.study_day(enrolment.user.profile, now)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fresh, daily, processor = [], [], []
    for _ in range(ROUNDS):
        StudyDay.objects.all().delete()
        used = time.process_time()
        fresh.append(_timed(lambda: study_days.build(enrolment, today, now, bounds=IN_A_JOB)))
        processor.append(time.process_time() - used)
        daily.append(_timed(lambda: study_days.build(enrolment, today, now, bounds=IN_A_JOB)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "cards": cards,
        "first_seconds": fresh[0],  # modules are loaded on the way
        "seconds": statistics.median(fresh[1:]),
        "processor_seconds": statistics.median(processor[1:]),
        "next_day_seconds": statistics.median(daily),
        "microseconds_a_card": 1e6 * statistics.median(fresh[1:]) / cards,
        "memory_mb": (peak - before) / 1024,
        "planned": StudyDay.objects.get().items.count(),
    }


def learners(count: int) -> dict[str, Any]:
    """Learners of one course, each at another place in it."""
    call_command("migrate", verbosity=0)
    now = timezone.now()
    certification = certification_of(USUAL_CARDS, "sweep")
    for number in range(count):
        _learn(_enrolment(certification, now), now, share=2, turn=number)
    return {"learners": count}


def sweep(share: int, of: int) -> dict[str, Any]:
    """As the periodic job does, for a share of the learners."""
    now = timezone.now()
    mine = Enrolment.objects.annotate(place=F("pk") % of).filter(place=share)
    planned = 0
    begin = time.perf_counter()
    for enrolment in mine.select_related("user__profile", "certification").order_by("pk"):
        today = study_days.study_day(enrolment.user.profile, now)
        study_days.build(enrolment, today, now, bounds=IN_A_JOB)
        planned += 1
    return {"planned": planned, "seconds": time.perf_counter() - begin}


def large(cards: int, total: int) -> dict[str, Any]:
    """A learner with `cards` cards and one with a thousand, in a database of `total`; both planned and signed in."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    now = timezone.now()
    big, small = certification_of(cards, "large"), certification_of(SMALL, "small")
    found = {}
    for certification in (big, small):
        enrolment = _enrolment(certification, now, minutes=600)
        _learn(enrolment, now)
        found[certification.slug] = _ready(enrolment, now)
    for number in range(max(0, total - cards - SMALL) // SMALL):
        _learn(_enrolment(small, now), now, turn=number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"cards": Card.objects.count(), **found}


def _ready(enrolment: Enrolment, now: datetime) -> dict[str, Any]:
    today = study_days.study_day(enrolment.user.profile, now)
    on_the_spot = _timed(lambda: study_days.build(enrolment, today, now))
    job = _timed(lambda: study_days.build(enrolment, today, now, bounds=IN_A_JOB))
    items = StudyDay.objects.get(enrolment=enrolment).items.order_by("position")
    return {
        "session": signed_in(enrolment.user),
        "card": items[0].card_id,
        "missing_plan_seconds": on_the_spot,
        "job_seconds": job,
    }


def _enrolment(certification: Certification, now: datetime, minutes: int = 15) -> Enrolment:
    user = User.objects.create_user(f"learner{User.objects.count()}@example.org")
    return Enrolment.objects.create(
        user=user, certification=certification, created_at=now, minutes_a_day=minutes,
        exam_date=(now + 30 * DAY).date(),
    )  # fmt: skip


def _learn(enrolment: Enrolment, now: datetime, share: int = 1, turn: int = 0) -> None:
    """Give the learner cards of every `share`-th question, with histories of many kinds. Two statements."""
    moment = connection.ops.adapt_datetimefield_value
    slots = []
    for slot in range(SLOTS):
        ago, stability = 1 + slot % 23, 1.5 + (slot * 7) % 41
        last = now - ago * DAY - timedelta(seconds=slot)
        slots.append((slot, stability, 1.0 + slot % 9, moment(last), moment(last + round(stability) * DAY)))
    rows = ", ".join(["(%s, %s, %s, %s, %s)"] * SLOTS)
    kind = "timestamptz" if connection.vendor == "postgresql" else "datetime"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH history (slot, stability, difficulty, last, due) AS (VALUES {rows})
            INSERT INTO quizzes_card (enrolment_id, question_id, topic_id, state, stability, difficulty, due,
                last_review, reps, lapses, seq, suspended)
            SELECT %s, q.id, q.topic_id, 2, h.stability, h.difficulty,
                {_cast("h.due", kind)}, {_cast("h.last", kind)}, 1, 0, 0, {_false()}
            FROM quizzes_question q JOIN history h ON h.slot = (q.position + %s) %% {SLOTS}
            WHERE q.certification_id = %s AND q.position %% %s = 0
            """,
            [
                *(value for slot in slots for value in slot),
                enrolment.pk,
                turn,
                enrolment.certification_id,
                share,
            ],
        )


def _cast(column: str, kind: str) -> str:
    return f"CAST({column} AS {kind})" if connection.vendor == "postgresql" else column


def _false() -> str:
    return "FALSE" if connection.vendor == "postgresql" else "0"


def _timed(work: Any) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    commands: dict[str, Callable[..., dict[str, Any]]]
    commands = {"plan": plan, "learners": learners, "sweep": sweep, "large": large}
    print(json.dumps(commands[sys.argv[1]](*map(int, sys.argv[2:]))))
