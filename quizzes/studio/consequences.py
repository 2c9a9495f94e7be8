"""What hangs on a disagreement, in numbers: questions, and learners who have one of them. One query a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from content.models import Certification, Conflict
from quizzes.models import Card, Question


@dataclass(frozen=True, slots=True)
class Consequence:
    questions: int = 0
    learners: int = 0


def of_run(
    certification: Certification, draft: Mapping[str, Any], shown: Sequence[Mapping[str, Any]]
) -> dict[str, Consequence]:
    """By key of the pair: proposed questions about either side, and learners with a published one about it."""
    proposed = Counter(one.get("fact") for one in draft.get("proposals", ()))
    which = {str(one["key"]): _published(one["a"]) | _published(one["b"]) for one in shown}
    learners = _learners(certification, which)
    return {
        str(one["key"]): Consequence(
            sum(proposed[one[name]["index"]] for name in ("a", "b") if one[name].get("index") is not None),
            learners[str(one["key"])],
        )
        for one in shown
    }


def of_published(certification: Certification, shown: Sequence[Conflict]) -> dict[str, Consequence]:
    """By key of the disagreement: its questions, asked and held, and learners with one of them. Two queries."""
    which = {one.key: Q(question__fact__in=[one.a_id, one.b_id]) for one in shown}
    learners = _learners(certification, which)
    facts = [pk for one in shown for pk in (one.a_id, one.b_id)]
    asked = Question.objects.filter(fact__in=facts, state__in=[Question.State.READY, Question.State.HELD])
    count = dict(asked.order_by().values_list("fact").annotate(Count("pk")))
    return {
        one.key: Consequence(count.get(one.a_id, 0) + count.get(one.b_id, 0), learners[one.key])
        for one in shown
    }


def _published(side: Mapping[str, Any]) -> Q:
    if side.get("uid"):
        return Q(question__fact__uid=side["uid"])
    return Q(question__fact__fingerprint=side["fingerprint"], question__fact__source__path=side["source"])


def _learners(certification: Certification, which: Mapping[str, Q]) -> dict[str, int]:
    if not which:
        return {}
    cards = Card.objects.filter(question__certification=certification, enrolment__active=True)
    counts = {
        f"n{place}": Count("enrolment", distinct=True, filter=of) for place, of in enumerate(which.values())
    }
    found = cards.aggregate(**counts)
    return {key: found[f"n{place}"] for place, key in enumerate(which)}
