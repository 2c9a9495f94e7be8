"""Taking back after other things have happened: names that are taken again, disagreements settled, files renamed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import User
from content import decisions, ingestion
from content.ingest.choices import LineChoiceKind
from content.models import Certification, Conflict, Decision, Fact, IngestionRun, Publication, Source
from quizzes import question_bank
from quizzes.models import Question
from studyapp import pipeline
from tests import factories
from tests.factories import NOW
from tests.importing import HARBOUR, MARKET, certification, published, staged

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
LATER = NOW + timedelta(days=1)
STORE = "# Stores\n\n## Shelves\n\n- A store keeps at most {} shelves.\n- **{}** – {}.\n"
FEW = STORE.format(5, "Shelf", "a board that holds jars along the wall")
MANY = STORE.format(15, "Jar", "a glass that keeps salt dry for months")
CARD = "# Keys\n\n## Gates\n\nA key opens one of the gates.\n\nQ: {} {{#{}}}\nA: {}\n"


@pytest.fixture
def stores() -> Certification:
    return certification("stores")


@pytest.fixture
def teacher(stores: Certification) -> User:
    return factories.instructor(stores)


def disagreement() -> Conflict:
    return Conflict.objects.select_related("a__source", "b__source", "certification").get()


def test_a_name_that_was_taken_again_gives_way(stores: Certification, tmp_path: Path) -> None:
    published(stores, tmp_path / "1", {"harbour.md": HARBOUR})
    second = published(stores, tmp_path / "2", {"port.md": HARBOUR})
    third = published(stores, tmp_path / "3", {"harbour.md": MARKET})
    pipeline.revert(third, None, LATER)
    pipeline.revert(second, None, LATER)
    assert [row.path for row in Source.objects.filter(retired=False)] == ["harbour.md"]


def test_an_anchor_that_was_taken_again_gives_way(stores: Certification, tmp_path: Path) -> None:
    brass = ("Who keeps the brass key?", "The keeper of the north gate")
    published(stores, tmp_path / "1", {"a.md": CARD.format(brass[0], "q-x", brass[1])})
    second = published(stores, tmp_path / "2", {"a.md": CARD.format(brass[0], "q-y", brass[1])})
    tide = CARD.format("When does the tide turn?", "q-x", "At noon, with the bell")
    third = published(stores, tmp_path / "3", {"b.md": tide})
    pipeline.revert(third, None, LATER)
    pipeline.revert(second, None, LATER)
    (question,) = Question.objects.ready().filter(origin=Question.Origin.AUTHORED)
    assert question.anchor == "q-x"


def test_a_settled_disagreement_keeps_nothing_alive(
    stores: Certification, teacher: User, tmp_path: Path
) -> None:
    published(stores, tmp_path / "1", {"a.md": FEW})
    pipeline.retire_source(Source.objects.get(), None, NOW)
    published(stores, tmp_path / "2", {"b.md": MANY})
    third = published(stores, tmp_path / "3", {"a.md": FEW})
    pipeline.settle_conflict(disagreement(), "both", teacher, LATER)
    pipeline.revert(third, None, LATER)
    assert not Fact.objects.exclude(state=Fact.State.RETIRED).filter(source__path="a.md").exists()
    assert not Question.objects.ready().filter(source__path="a.md").exists()


def test_a_decision_that_was_withdrawn_meanwhile_stays_withdrawn(
    stores: Certification, teacher: User, tmp_path: Path
) -> None:
    published(stores, tmp_path / "1", {"a.md": FEW})
    second = published(stores, tmp_path / "2", {"b.md": MANY})
    found = disagreement()
    pipeline.settle_conflict(found, "a", teacher, LATER)
    taken_back = pipeline.revert(second, None, LATER)
    decisions.withdraw(stores, Decision.Subject.CONFLICT, found.key, teacher, LATER)
    pipeline.revert(taken_back, None, LATER)
    assert disagreement().chosen == ""


def test_a_source_that_was_taken_out_meanwhile_disagrees_no_more(
    stores: Certification, tmp_path: Path
) -> None:
    published(stores, tmp_path / "1", {"a.md": FEW})
    run = staged(stores, tmp_path / "2", {"b.md": MANY})
    assert run.draft and run.draft["conflicts"]
    pipeline.retire_source(Source.objects.get(path="a.md"), None, LATER)
    pipeline.publish(run, None, LATER)
    assert not Conflict.objects.exists()
    assert Fact.objects.live().filter(text__contains="15 shelves").exists()


def test_a_disagreement_that_is_over_cannot_be_settled(
    stores: Certification, teacher: User, tmp_path: Path
) -> None:
    published(stores, tmp_path / "1", {"a.md": FEW, "b.md": MANY})
    found = disagreement()
    again = disagreement()
    assert pipeline.settle_conflict(found, "a", teacher, LATER)
    assert pipeline.settle_conflict(again, "", teacher, LATER)
    assert disagreement().chosen == ""
    pipeline.retire_source(Source.objects.get(path="b.md"), None, LATER)
    assert not pipeline.settle_conflict(found, "b", teacher, LATER)
    assert not Conflict.objects.exists()


def test_what_was_brought_back_is_no_dead_end(stores: Certification, tmp_path: Path) -> None:
    first = published(stores, tmp_path / "1", {"a.md": FEW})
    second = published(stores, tmp_path / "2", {"m.md": MARKET})
    third = pipeline.revert(second, None, LATER)
    fourth = pipeline.revert(third, None, LATER)
    fifth = published(stores, tmp_path / "5", {"h.md": HARBOUR})
    pipeline.revert(fifth, None, LATER)
    assert "brought back by publication 4" in pipeline.can_revert(second)
    assert pipeline.can_revert(fourth) == ""
    pipeline.revert(fourth, None, LATER)
    assert pipeline.can_revert(first) == ""
    pipeline.revert(first, None, LATER)
    assert not Source.objects.filter(retired=False).exists()
    assert Publication.objects.count() == 8


def test_decisions_about_lines_follow_a_rename_back(
    stores: Certification, teacher: User, tmp_path: Path
) -> None:
    published(stores, tmp_path / "1", {"harbour.md": HARBOUR})
    line = "- **Beacon** – a fixed mark on a rock, with or without a lamp."
    decisions.decide_line(stores, "harbour.md", line, LineChoiceKind.LEAVE_OUT, teacher, NOW)
    second = published(stores, tmp_path / "2", {"port.md": HARBOUR})
    pipeline.revert(second, None, LATER)
    run = ingestion.of_published(stores, teacher, LATER, "Read again")
    pipeline.stage(run)
    assert run.draft is not None
    assert not any("Beacon" in fact["text"] for fact in run.draft["facts"])


def test_a_second_reading_that_fails_leaves_the_preview(stores: Certification, tmp_path: Path) -> None:
    run = staged(stores, tmp_path / "1", {"a.md": FEW})
    assert ingestion.read_again(run, LATER)
    assert ingestion.fail(IngestionRun.objects.filter(pk=run.pk), "It took too long.", LATER) == 1
    run.refresh_from_db()
    assert (run.state, run.error) == (IngestionRun.State.PREVIEW, "It took too long.")


def test_a_question_in_dispute_is_not_put_back(stores: Certification, tmp_path: Path) -> None:
    light = "# Harbour\n\n## Lights\n\n- **Pilot light** – a lamp that burns for {} hours every night.\n"
    published(stores, tmp_path / "1", {"a.md": light.format(9)})
    published(stores, tmp_path / "2", {"b.md": light.format(12)})
    question = Question.objects.filter(state=Question.State.HELD)[0]
    assert question_bank.set_aside(question)
    assert not question_bank.put_back(question)
    question.refresh_from_db()
    assert question.state == Question.State.HELD


def test_a_question_of_a_topic_that_is_gone_is_not_put_back(stores: Certification, tmp_path: Path) -> None:
    published(stores, tmp_path / "1", {"m.md": MARKET})
    pipeline.retire_source(Source.objects.get(), None, LATER)
    question = Question.objects.filter(state=Question.State.RETIRED)[0]
    assert not question_bank.put_back(question)
