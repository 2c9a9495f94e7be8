"""Learners with a past: cards seen some days ago, due on some days, and the answers that led there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Profile, User
from content.models import Certification, Topic
from quizzes.models import Card, Enrolment, Question, ReviewLog
from tests import factories

# A Sunday, 17:00 in UTC: the hour at which everybody's digest is due unless a test says otherwise.
SUNDAY = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def course(slug: str = "gates", topics: int = 2, each: int = 3, kind: str = "flashcard") -> Certification:
    made = factories.certification(slug, topics=topics)
    factories.questions(made, each=each, kind=kind)
    return made


def learner(certification: Certification, at: datetime = SUNDAY, **profile: Any) -> Enrolment:
    """Somebody who saw every question three days ago; they fall due now, tomorrow, the day after, and so on."""
    enrolment = factories.enrolment(
        factories.learner(**profile), certification, exam_date=(at + 31 * DAY).date()
    )
    study(enrolment, at)
    return enrolment


def learners(
    certification: Certification, count: int, at: datetime = SUNDAY, prefix: str = "many"
) -> list[Enrolment]:
    """Many of them, quickly."""
    users = User.objects.bulk_create(
        User(email=f"{prefix}{n}@example.org", password="!", date_joined=at - 60 * DAY) for n in range(count)
    )
    Profile.objects.bulk_create(Profile(user=user) for user in users)
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(user=user, certification=certification, created_at=at - 60 * DAY) for user in users
    )
    questions = list(certification.questions.order_by("position"))
    Card.objects.bulk_create(
        [card for enrolment in enrolments for card in _cards(enrolment, questions, at)], batch_size=2000
    )
    _log(Card.objects.filter(enrolment__in=[enrolment.pk for enrolment in enrolments]), at)
    return enrolments


def study(enrolment: Enrolment, at: datetime, questions: Sequence[Question] | None = None) -> list[Card]:
    chosen = list(questions or enrolment.certification.questions.order_by("position"))
    made = Card.objects.bulk_create(_cards(enrolment, chosen, at))
    _log(Card.objects.filter(pk__in=[card.pk for card in made]), at)
    return made


def answer(
    card: Card,
    at: datetime,
    rating: int = 3,
    kind: int = ReviewLog.Kind.REVIEW,
    seq: int | None = None,
    **fields: Any,
) -> ReviewLog:
    """One row of the review log."""
    seq = card.seq if seq is None else seq
    assert card.question.current_id
    row = ReviewLog.objects.create(
        card=card, seq=seq, enrolment_id=card.enrolment_id, question_version_id=card.question.current_id, kind=kind,
        rating=rating, at=at, milliseconds=12_000, state=card.state, **fields,
    )  # fmt: skip
    Card.objects.filter(pk=card.pk).update(seq=seq + 1)
    card.seq = seq + 1
    return row


def topic(certification: Certification, number: int = 0) -> Topic:
    return certification.topics.order_by("position")[number]


def _cards(enrolment: Enrolment, questions: Sequence[Question], at: datetime) -> list[Card]:
    return [
        Card(
            enrolment=enrolment, question=question, topic_id=question.topic_id, state=Card.State.REVIEW,
            stability=2.0 + number % 7, difficulty=5.0, last_review=at - 3 * DAY, due=at + (number % 7 - 1) * DAY,
            reps=2, seq=2,
        )
        for number, question in enumerate(questions)
    ]  # fmt: skip


def _log(cards: Any, at: datetime) -> None:
    """Every card was learned ten days ago and reviewed three days ago; each fifth review failed."""
    rows = []
    for number, card in enumerate(cards.select_related("question").order_by("pk")):
        for seq, (kind, ago) in enumerate([(ReviewLog.Kind.LEARN, 10), (ReviewLog.Kind.REVIEW, 3)]):
            rows.append(
                ReviewLog(
                    card=card, seq=seq, enrolment_id=card.enrolment_id, question_version_id=card.question.current_id,
                    kind=kind, rating=1 if number % 5 == 4 and seq else 3, at=at - ago * DAY, milliseconds=12_000,
                    state=card.state,
                )
            )  # fmt: skip
    ReviewLog.objects.bulk_create(rows, batch_size=2000)
