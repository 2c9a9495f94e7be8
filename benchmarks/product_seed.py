"""Fill the product's database for a measurement; prints `session card seq slug` a line, as the floor's seed does.

python -m benchmarks.product_seed LEARNERS CARDS
"""

import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studyapp.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.models import User
from content.models import Certification, Domain, Topic
from quizzes import study_days
from quizzes.models import Card, Enrolment, Question, QuestionVersion
from quizzes.question_types import render
from quizzes.showing import next_showing

TOPICS = 40
WEIGHTS = (32, 26, 24, 18)


def main(learners: int, cards: int) -> None:
    call_command("migrate", verbosity=0)
    certification = certification_of(cards)
    questions = list(certification.questions.values_list("pk", "topic_id"))
    now = timezone.now()
    for number in range(learners):
        user = User.objects.create_user(f"learner{number}@example.org")
        enrolment = Enrolment.objects.create(
            user=user, certification=certification, created_at=now, minutes_a_day=600
        )
        Card.objects.bulk_create(
            (
                Card(
                    enrolment=enrolment, question_id=question, topic_id=topic, state=Card.State.REVIEW,
                    stability=3.0, difficulty=5.0, due=now - timedelta(days=2, seconds=n),
                    last_review=now - timedelta(days=5), reps=1,
                )
                for n, (question, topic) in enumerate(questions)
            ),
            batch_size=5000,
        )  # fmt: skip
        plan = study_days.ensure_plan(enrolment, now)
        showing = next_showing(enrolment.pk, plan.date, now)
        print(signed_in(user), showing.card.pk if showing else "", 0, certification.slug, flush=True)


def signed_in(user: User) -> str:
    """The key of a session of this person."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "accounts.backends.EmailBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    assert session.session_key
    return session.session_key


def certification_of(cards: int, slug: str = "measured") -> Certification:
    """A certification of so many flashcards, in forty topics and four domains."""
    made = Certification.objects.create(slug=slug, title=slug.title(), revision=1)
    domains = [
        Domain.objects.create(certification=made, number=number, title=f"Domain {number}", weight=weight)
        for number, weight in enumerate(WEIGHTS, start=1)
    ]
    topics = [
        Topic(
            certification=made, domain=domains[n * len(WEIGHTS) // TOPICS], position=n, title=f"Topic {n}",
            slug=f"topic-{n}",
        )
        for n in range(TOPICS)
    ]  # fmt: skip
    Topic.objects.bulk_create(topics)
    html = render("How many knocks open the gate?", {"answer": "three"}, "")
    questions = [
        Question(
            certification=made, topic=topics[n % TOPICS], kind="flashcard", state="ready", origin="authored",
            fingerprint=str(n), position=n,
        )
        for n in range(cards)
    ]  # fmt: skip
    Question.objects.bulk_create(questions, batch_size=2000)
    versions = [
        QuestionVersion(
            question=question, stem="How many knocks open the gate?", payload={"answer": "three"}, html=html,
            created_at=timezone.now(),
        )
        for question in questions
    ]  # fmt: skip
    QuestionVersion.objects.bulk_create(versions, batch_size=2000)
    newest = QuestionVersion.objects.filter(question=OuterRef("pk")).values("pk")[:1]
    made.questions.update(current=Subquery(newest))
    return made


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
