"""What an instructor decides holds: at once where it can, at every later import, and until it is taken back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import User
from content import decisions, ingestion
from content.ingest.choices import LineChoiceKind
from content.models import Certification, Conflict, Decision, Fact, IngestionRun, Publication, Topic
from quizzes.models import Card, Question
from studyapp import pipeline
from tests import factories
from tests.factories import NOW
from tests.importing import HARBOUR, certification, published, staged

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
LATER = NOW + timedelta(days=1)
LIGHTS = "# Harbour\n\n## Lights\n\n- **Pilot light** – a lamp that burns for {} hours every night.\n"
BOTH = {"a.md": LIGHTS.format(9), "b.md": LIGHTS.format(12)}


@pytest.fixture
def harbour() -> Certification:
    return certification()


@pytest.fixture
def teacher(harbour: Certification) -> User:
    return factories.instructor(harbour)


def states() -> dict[str, str]:
    return {fact.source.path: fact.state for fact in Fact.objects.select_related("source")}


def decide(run: IngestionRun, side: str, by: User) -> None:
    assert run.draft is not None
    (conflict,) = run.draft["conflicts"]
    choice = conflict[side]["fingerprint"] if side in "ab" else decisions.BOTH
    decisions.decide_pair(
        run.certification, Decision.Subject.CONFLICT, conflict["key"], choice, conflict, by, NOW
    )


def test_statements_that_disagree_are_held_until_somebody_decides(
    harbour: Certification, teacher: User, tmp_path: Path
) -> None:
    published(harbour, tmp_path, BOTH)
    assert set(states().values()) == {Fact.State.DISPUTED}
    assert not Question.objects.ready().exists()
    conflict = Conflict.objects.get()
    winner, loser = conflict.a, conflict.b

    pipeline.settle_conflict(conflict, "a", teacher, NOW)
    asked = Question.objects.ready()
    assert asked.exists()
    assert {question.fact_id for question in asked} == {winner.pk}
    assert states() == {winner.source.path: Fact.State.LIVE, loser.source.path: Fact.State.OVERRULED}

    pipeline.settle_conflict(conflict, "", teacher, NOW)
    assert not Question.objects.ready().exists()
    pipeline.settle_conflict(conflict, "both", teacher, NOW)
    assert set(states().values()) == {Fact.State.LIVE}


def test_a_third_source_that_says_the_same_falls_silent_too(
    harbour: Certification, teacher: User, tmp_path: Path
) -> None:
    published(harbour, tmp_path, {**BOTH, "c.md": LIGHTS.format(12)})
    assert set(states().values()) == {Fact.State.DISPUTED}
    assert not Question.objects.ready().exists()
    conflict = Conflict.objects.get()
    nine = "a" if "9 hours" in conflict.a.text else "b"
    pipeline.settle_conflict(conflict, nine, teacher, NOW)
    assert states() == {"a.md": Fact.State.LIVE, "b.md": Fact.State.OVERRULED, "c.md": Fact.State.OVERRULED}


def test_a_choice_in_the_preview_is_published_and_remembered(
    harbour: Certification, teacher: User, tmp_path: Path
) -> None:
    run = staged(harbour, tmp_path, BOTH)
    decide(run, "b", teacher)
    pipeline.publish(run, teacher, NOW)
    assert Conflict.objects.get().chosen == "b"
    assert states()["b.md"] == Fact.State.LIVE
    edited = {path: f"A new first line.\n\n{text}" for path, text in BOTH.items()}
    published(harbour, tmp_path, edited, LATER)
    assert Conflict.objects.get().chosen == "b"
    assert states()["b.md"] == Fact.State.LIVE


def test_a_published_statement_falls_silent_when_another_source_disagrees(
    harbour: Certification, teacher: User, tmp_path: Path
) -> None:
    published(harbour, tmp_path / "one", {"a.md": BOTH["a.md"]})
    enrolment = factories.enrolment(factories.learner(), harbour)
    question = Question.objects.ready()[0]
    card = Card.objects.create(enrolment=enrolment, question=question, topic=question.topic)
    published(harbour, tmp_path / "two", {"b.md": BOTH["b.md"]})
    card.refresh_from_db()
    assert card.suspended
    pipeline.settle_conflict(Conflict.objects.get(), "both", teacher, NOW)
    card.refresh_from_db()
    assert not card.suspended


def test_a_disagreement_that_is_mended_in_the_notes_is_over(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path, BOTH)
    published(harbour, tmp_path, {"a.md": BOTH["a.md"], "b.md": LIGHTS.format(9)}, LATER)
    assert not Conflict.objects.exists()
    assert set(states().values()) == {Fact.State.LIVE}
    assert Question.objects.ready().exists()


def test_the_same_notes_again_change_nothing_while_a_disagreement_waits(
    harbour: Certification, tmp_path: Path
) -> None:
    first = published(harbour, tmp_path, BOTH)
    assert published(harbour, tmp_path, BOTH, LATER) == first
    assert Publication.objects.count() == 1
    assert not Question.objects.ready().exists()


def test_topics_told_apart_stay_apart(harbour: Certification, teacher: User, tmp_path: Path) -> None:
    run = staged(harbour, tmp_path, BOTH)
    assert run.draft is not None
    lights = next(merge for merge in run.draft["merges"] if merge["title"] == "Lights")
    one, other = (
        (path, tuple(trail)) for path, trail in (member["identity"] for member in lights["members"])
    )
    decisions.decide_topics(harbour, [(one, other)], decisions.APART, ("Lights", "Lights"), teacher, NOW)
    pipeline.publish(run, teacher, NOW)
    assert Topic.objects.live().filter(title="Lights").count() == 2
    published(harbour, tmp_path, {"b.md": BOTH["b.md"] + "\nMore to read.\n"}, LATER)
    assert Topic.objects.live().filter(title="Lights").count() == 2


def test_a_line_that_was_kept_is_read_at_every_import(
    harbour: Certification, teacher: User, tmp_path: Path
) -> None:
    text = HARBOUR + "\nPage 3 of 20\n"
    run = staged(harbour, tmp_path, {"harbour.md": text})
    left_out = run.report and run.report["sources"][0]["discarded"]
    assert left_out
    decisions.decide_line(harbour, "harbour.md", "Page 3 of 20", LineChoiceKind.KEEP, teacher, timezone.now())
    assert decisions.waiting(run) == 1
    with pytest.raises(pipeline.NotReady, match="Read the notes again"):
        pipeline.publish(run, teacher, LATER)
    assert ingestion.read_again(run, LATER)
    run.refresh_from_db()
    pipeline.stage(run)
    assert run.report is not None
    assert run.report["sources"][0]["discarded"] == []
    pipeline.publish(run, teacher, LATER)
    assert Fact.objects.live().filter(text="Page 3 of 20").exists()
    renamed = tmp_path / "renamed"
    again = staged(harbour, renamed, {"sea/harbour.md": text})
    assert again.report is not None
    assert again.report["sources"][0]["discarded"] == []
    pipeline.publish(again, teacher, LATER)
    assert decisions.line_choices(harbour).about("sea/harbour.md")


def test_the_published_notes_can_be_read_again(harbour: Certification, teacher: User, tmp_path: Path) -> None:
    first = published(harbour, tmp_path, {"harbour.md": HARBOUR})
    run = ingestion.of_published(harbour, teacher, NOW, "Read again")
    pipeline.stage(run)
    assert run.state == IngestionRun.State.PREVIEW
    assert pipeline.publish(run, teacher, LATER) == first


def test_what_was_taken_back_is_decided_by_the_rules_again(
    harbour: Certification, teacher: User, tmp_path: Path
) -> None:
    run = staged(harbour, tmp_path, BOTH)
    decide(run, "a", teacher)
    assert run.draft is not None
    key = run.draft["conflicts"][0]["key"]
    assert decisions.withdraw(harbour, Decision.Subject.CONFLICT, key, teacher, LATER)
    assert not decisions.withdraw(harbour, Decision.Subject.CONFLICT, key, teacher, LATER)
    pipeline.publish(run, teacher, LATER)
    assert Conflict.objects.get().chosen == ""
