"""Prepare the data folder of the browser tests; a process of its own, because its settings are the product's.

    python -m tests.e2e.seed LEARNERS       → {"sessions": {email: key}, "demo": {"learner": [email, password], …}, …}

The shipped course with the demo people; two small certifications with questions of one kind each and one with drills;
learners who are enrolled in all; and a `veteran` who has studied for some days and got a weekly review.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
from datetime import datetime, timedelta
from io import StringIO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studyapp.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import Profile, User
from content.models import Certification
from quizzes import study_days
from quizzes.answering import record_review
from quizzes.models import Enrolment
from quizzes.showing import next_showing
from studyapp import first_people
from tests import factories
from tests.quizzes.graders import samples

DAYS, ANSWERS_A_DAY = 6, 8
HINTS = ["Think of **one** lamp first.", "Then of all of them."]
CHOICES = {
    "a": "`web:1`, 40 days old",
    "b": {"text": "web:2", "say": "It is younger."},
    "c": "web:3, 50 days old",
}
# Answer boxes by name: number, order, choice, choices, textarea.
WORKSHOP = {
    "number": samples.drill("number", hints=HINTS, explain="Whole cans.", source="https://lamps.example/oil"),
    "order": samples.drill("order"),
    "choice": samples.drill("verdict"),
    "choices": samples.drill(
        "pick",
        id="expired",
        title="Which expire?",
        choices=CHOICES,
        right=["a", "c"],
        one=None,
        draw=None,
        let=None,
    ),
    "textarea": samples.drill("bucket", hints=HINTS),
}


def main(learners: int) -> None:
    at = timezone.now()
    call_command("quickstart", demo=True, stdout=StringIO())
    demo = {person.role: person for person in first_people.demo_people(at)}
    course = Certification.objects.earliest("pk")
    with transaction.atomic():
        made = [course]
        for slug, kind in (("recall", "flashcard"), ("choice", "multiple_choice")):
            certification = factories.certification(slug)
            factories.questions(certification, each=3, kind=kind)
            made.append(certification)
        made.append(_workshop())
        people = [_learner(f"reader{number}@example.org", made, at) for number in range(learners)]
        # Their days are planned when they open them; the sweep would keep the one worker from reading notes.
        Enrolment.objects.update(next_plan_at=at + timedelta(days=2))
        people.append(_learner("veteran@example.org", [course], at - timedelta(days=DAYS)))
        _study(Enrolment.objects.get(user__email="veteran@example.org"), at)
        people += User.objects.filter(email__in=[person.email for person in demo.values()])
        sessions = {person.email: _session(person) for person in people}
    call_command("send_digests", now=at.isoformat(), stdout=StringIO())  # notes when each review is due
    due = Profile.objects.get(user__email="veteran@example.org").next_digest_at
    assert due is not None
    call_command("send_digests", now=(due + timedelta(minutes=5)).isoformat(), stdout=StringIO())
    topic = course.topics.filter(retired=False, notes__isnull=False).order_by("position")[0]
    logins = {role: [person.email, person.password] for role, person in demo.items()}
    case = course.topics.filter(questions__kind="case", questions__state="ready").order_by("position")[0]
    told = {"course": course.slug, "topic": topic.slug, "case": case.slug}
    print(json.dumps({"sessions": sessions, "demo": logins, **told}))


def _workshop() -> Certification:
    """Drills of every answer box."""
    certification = factories.certification("workshop")
    for topic, name in zip(
        itertools.cycle(certification.topics.order_by("position")), WORKSHOP, strict=False
    ):
        factories.question(topic, kind="drill", payload=WORKSHOP[name])
    return certification


def _learner(email: str, certifications: list[Certification], at: datetime) -> User:
    user = User.objects.create_user(email, name=email.partition("@")[0].title())
    for certification in certifications:
        exam = (at + timedelta(days=35)).date()
        Enrolment.objects.create(user=user, certification=certification, created_at=at, exam_date=exam)
    return user


def _session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "accounts.backends.EmailBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _study(enrolment: Enrolment, until: datetime) -> None:
    """A few answers on each of the last days, most of them right."""
    for days in range(DAYS, 0, -1):
        at = until - timedelta(days=days)
        for number in range(ANSWERS_A_DAY):
            at += timedelta(seconds=20)
            enrolment.refresh_from_db()
            plan = study_days.ensure_plan(enrolment, at)
            if (showing := next_showing(enrolment.pk, plan.date, at)) is None:
                break
            right = number % 4 != 1
            rating = {"rating": 3 if right else 1}
            if not showing.type.self_rated:
                keys = [
                    n for n, option in enumerate(showing.payload["options"]) if option["correct"] == right
                ]
                rating = {"options": keys, "certainty": 2}  # type: ignore[dict-item]
            record_review(showing, showing.card.seq, rating, at, milliseconds=9000)


if __name__ == "__main__":
    main(int(sys.argv[1]))
