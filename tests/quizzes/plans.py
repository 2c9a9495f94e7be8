"""Rows that tests of study days begin with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from quizzes import study_days
from quizzes.models import Card, Enrolment, Question, StudyDay
from tests import factories
from tests.factories import NOW

DAY = timedelta(days=1)


def enrolled() -> Enrolment:
    """A learner with ten minutes a day, in two domains that weigh three to one."""
    certification = factories.certification(domains=(75, 25))
    factories.questions(certification, each=10)
    return factories.enrolment(factories.learner(), certification, minutes_a_day=10)


def learned(
    enrolment: Enrolment, cards: int, stability: float = 5.0, ago: int = 3, **fields: Any
) -> list[Card]:
    """Cards of the first questions, answered `ago` days before and due `stability` days after that."""
    last = NOW - ago * DAY
    questions = Question.objects.filter(certification=enrolment.certification).order_by(
        "topic__position", "pk"
    )
    values = {
        "state": Card.State.REVIEW, "stability": stability, "difficulty": 5.0, "last_review": last, "reps": 1,
        "due": last + stability * DAY,
    } | fields  # fmt: skip
    return Card.objects.bulk_create(
        Card(enrolment=enrolment, question=question, topic_id=question.topic_id, **values)
        for question in questions[:cards]
    )


def planned(enrolment: Enrolment, at: Any = NOW, **settings: Any) -> StudyDay:
    """The plan after these settings were made."""
    Enrolment.objects.filter(pk=enrolment.pk).update(next_plan_at=None, **settings)
    enrolment.refresh_from_db()
    return study_days.ensure_plan(enrolment, at)


def cards_of(plan: StudyDay) -> list[int]:
    return list(plan.items.order_by("position").values_list("card_id", flat=True))
