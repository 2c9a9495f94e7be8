"""A publication that is taken back leaves everything as it was before, and no history is lost."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from content.models import Certification, Conflict, Domain, Fact, Note, Source, Topic
from quizzes import question_bank
from quizzes.models import Card, Question, ReviewLog
from studyapp import pipeline
from tests import factories
from tests.factories import NOW
from tests.importing import HARBOUR, MARKET, certification, published

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
LATER = NOW + timedelta(days=1)
EDITED = (
    HARBOUR.replace("at most 14 days", "at most 21 days")
    .replace("## Ropes", "## Knots and ropes")
    .replace("- **Beacon** – a fixed mark on a rock, with or without a lamp.\n", "")
    .replace("a floating mark that is chained", "a floating mark that is always chained")
    + "\n## Tides\n\n- **Ebb** – the water runs out to the sea.\n"
)


@pytest.fixture
def harbour(tmp_path: Path) -> Certification:
    return certification()


def told(of: Certification) -> dict[str, Any]:
    """What learners and instructors have: every live row, without what never shows."""
    rows: dict[str, Any] = {
        "topics": Topic.objects.live().order_by("pk").values(),
        "facts": Fact.objects.exclude(state=Fact.State.RETIRED).order_by("pk").values(),
        "notes": Note.objects.order_by("pk").values(),
        "sources": Source.objects.filter(retired=False).order_by("pk").values(),
        "domains": Domain.objects.order_by("pk").values(),
        "questions": Question.objects.ready().order_by("pk").values(),
        "conflicts": Conflict.objects.order_by("pk").values(),
        "cards": Card.objects.filter(suspended=False).order_by("pk").values(),
    }
    return {name: json.loads(json.dumps(list(found), default=str)) for name, found in rows.items()}


def met_all(of: Certification) -> None:
    """A learner who has a card of every question."""
    enrolment = factories.enrolment(factories.learner(), of)
    for question in Question.objects.ready():
        Card.objects.get_or_create(enrolment=enrolment, question=question, topic=question.topic)


def test_an_edit_is_taken_back_and_brought_back(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path, {"harbour.md": HARBOUR, "market.md": MARKET})
    met_all(harbour)
    before = told(harbour)
    second = published(harbour, tmp_path, {"harbour.md": EDITED}, LATER)
    after = told(harbour)
    assert after != before
    effect = pipeline.effect_of(second)
    assert (effect.topics_gone, effect.learners) == (1, 1)
    assert effect.questions_gone and effect.questions_back

    taken_back = pipeline.revert(second, None, LATER)
    assert told(harbour) == before
    assert (taken_back.number, taken_back.reverts) == (3, second)

    pipeline.revert(taken_back, None, LATER)
    assert told(harbour) == after


def test_the_first_publication_can_be_taken_back(harbour: Certification, tmp_path: Path) -> None:
    first = published(harbour, tmp_path, {"harbour.md": HARBOUR})
    met_all(harbour)
    pipeline.revert(first, None, LATER)
    assert not any(told(harbour)[name] for name in ("topics", "facts", "notes", "questions", "cards"))
    assert Card.objects.exists() and Question.objects.exists()
    published(harbour, tmp_path, {"harbour.md": HARBOUR}, LATER)
    assert Topic.objects.live().count() == Topic.objects.count()
    assert not Card.objects.filter(suspended=True).exists()


def test_publications_are_taken_back_one_after_the_other(harbour: Certification, tmp_path: Path) -> None:
    first = published(harbour, tmp_path, {"harbour.md": HARBOUR})
    before = told(harbour)
    second = published(harbour, tmp_path, {"harbour.md": EDITED})
    third = published(harbour, tmp_path, {"market.md": MARKET})
    assert "Take back what came after it" in pipeline.can_revert(second)
    with pytest.raises(pipeline.CannotRevert):
        pipeline.revert(second, None, LATER)
    pipeline.revert(third, None, LATER)
    pipeline.revert(second, None, LATER)
    assert told(harbour) == before
    assert pipeline.can_revert(first) == ""
    assert "already" in pipeline.can_revert(third)


def test_a_second_press_finds_the_same_one(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path, {"harbour.md": HARBOUR})
    second = published(harbour, tmp_path, {"harbour.md": EDITED})
    assert pipeline.revert(second, None, LATER) == pipeline.revert(second, None, LATER)


def test_what_was_decided_since_stays(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path, {"harbour.md": HARBOUR})
    second = published(harbour, tmp_path, {"harbour.md": EDITED})
    question = Question.objects.ready().filter(fact__text__contains="always chained").first()
    assert question is not None
    question_bank.set_aside(question)
    pipeline.revert(second, None, LATER)
    question.refresh_from_db()
    assert question.state == Question.State.DRAFT


def test_answers_given_in_between_stay(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path, {"harbour.md": HARBOUR})
    met_all(harbour)
    second = published(harbour, tmp_path, {"harbour.md": EDITED})
    logged = ReviewLog.objects.count()
    pipeline.revert(second, None, LATER)
    assert ReviewLog.objects.count() == logged
    third = published(harbour, tmp_path, {"harbour.md": EDITED}, LATER)
    assert third.number == 4
    numbers = [version.number for question in Question.objects.all() for version in question.versions.all()]
    assert len(numbers) == sum(len(set(q.versions.values_list("number"))) for q in Question.objects.all())
