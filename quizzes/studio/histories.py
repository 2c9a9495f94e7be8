"""How many learners' histories hang on something published. One query for a whole page."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, QuerySet

from quizzes.models import Card


def of_facts(uids: Iterable[str]) -> dict[str, int]:
    """uid of a fact → learners who have been asked about it; facts of nobody are not in it."""
    return _learners(Card.objects.filter(question__fact__uid__in=set(uids)), "question__fact__uid")


def of_questions(uids: Iterable[str]) -> dict[str, int]:
    """uid of a question → learners who have been asked it."""
    return _learners(Card.objects.filter(question__uid__in=set(uids)), "question__uid")


def of_answers(uids: Iterable[str]) -> tuple[int, int]:
    """(cards, learners) of these facts, among those who have been asked."""
    asked = Card.objects.filter(question__fact__uid__in=set(uids), reps__gt=0)
    told = asked.aggregate(cards=Count("pk"), learners=Count("enrolment", distinct=True))
    return told["cards"], told["learners"]


def _learners(cards: QuerySet[Card], by: str) -> dict[str, int]:
    asked = cards.filter(reps__gt=0).order_by().values_list(by).annotate(Count("enrolment", distinct=True))
    found: dict[str, int] = {}
    for uid, learners in asked:
        assert isinstance(uid, UUID)  # noqa: S101
        found[str(uid)] = learners
    return found
