"""Questions over re-imports: same question, same row, same schedule; a changed answer is due at once."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Certification, Publication
from quizzes import study_days
from quizzes.answering import record_review
from quizzes.models import Card, Enrolment, Question, QuestionVersion, ReviewLog
from quizzes.showing import showing_of
from studyapp import pipeline
from tests import factories
from tests.factories import NOW
from tests.importing import HARBOUR, certification, published, staged

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
LATER = NOW + timedelta(days=2)
DRILL = """
```drill
id: fog-at-night
title: Fog at night
grader: case
prompt: A ship comes in and nobody sees the lamp.
steps:
  - ask: What do you use?
    options:
      - {text: "The bell", ok: true, say: "It is heard."}
      - {text: "A flag", ok: false, say: "Nobody sees it."}
explain: Sound goes through fog.
```
"""


@pytest.fixture
def harbour() -> Certification:
    return certification()


def by_anchor() -> Question:
    return Question.objects.select_related("current").get(anchor="q-loop")


def text_of(question: Question) -> str:
    question.refresh_from_db()
    assert question.current is not None
    return question.current.stem


def studied(of: Certification) -> Enrolment:
    """A learner who has answered every question once."""
    enrolment = factories.enrolment(factories.learner(), of)
    of.refresh_from_db()
    study_days.ensure_plan(enrolment, NOW)
    for card in Card.objects.filter(enrolment=enrolment):
        showing = showing_of(card.pk, enrolment.user_id)
        assert showing is not None
        right = {"rating": 4}
        if "options" in showing.payload:
            keys = [at for at, option in enumerate(showing.payload["options"]) if option["correct"]]
            right = {"options": keys, "certainty": 3}  # type: ignore[dict-item]
        record_review(showing, 0, right, NOW)
    assert ReviewLog.objects.filter(enrolment=enrolment).count() > 3
    return enrolment


def cards() -> list[Any]:
    return list[Any](Card.objects.order_by("pk").values())


def test_authored_generated_and_drills_become_ready(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path, {"harbour.md": HARBOUR + DRILL})
    authored = by_anchor()
    assert (authored.state, authored.kind, authored.topic.title) == ("ready", "multiple_choice", "Ropes")
    assert authored.current is not None
    assert authored.current.reference == "https://example.org/knots"
    assert "hurt" in authored.current.html["rationale"]
    cloze = Question.objects.get(kind="cloze", origin="authored")
    assert cloze.fact is not None
    assert "six" in cloze.fact.text
    assert Question.objects.get(kind="case").anchor == "drill:fog-at-night"
    generated = Question.objects.filter(origin="generated")
    assert generated.filter(pattern="definition").exists()
    assert {question.state for question in generated} == {"ready"}
    assert all(question.sibling_group and question.fact_id for question in generated)


def test_a_page_is_never_given_an_address_that_could_run(harbour: Certification, tmp_path: Path) -> None:
    """Also when a preview was read before addresses were looked at."""
    run = staged(harbour, tmp_path, {"harbour.md": HARBOUR + DRILL})
    unsafe = json.dumps(run.draft).replace("https://example.org", "javascript:alert(1)//")
    run.draft = json.loads(unsafe)
    run.save()
    pipeline.publish(run, by=None, at=NOW)
    assert set(QuestionVersion.objects.values_list("reference", flat=True)) == {""}


def test_an_unchanged_import_leaves_every_row_as_it_is(harbour: Certification, tmp_path: Path) -> None:
    first = published(harbour, tmp_path, {"harbour.md": HARBOUR + DRILL})
    studied(harbour)
    before = cards(), list(Question.objects.order_by("pk").values()), list(QuestionVersion.objects.values())
    harbour.refresh_from_db()
    revision = harbour.revision
    again = published(harbour, tmp_path, {"harbour.md": HARBOUR + DRILL}, LATER)
    assert again == first
    assert Publication.objects.count() == 1
    assert (
        cards(),
        list(Question.objects.order_by("pk").values()),
        list(QuestionVersion.objects.values()),
    ) == before
    harbour.refresh_from_db()
    assert harbour.revision == revision == 1


def test_new_words_make_a_version_and_keep_the_schedule(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path, {"harbour.md": HARBOUR})
    studied(harbour)
    before = cards()
    question = by_anchor()
    text = HARBOUR.replace(
        "Which knot makes a loop that does not slip?", "Which of these knots makes a firm loop?"
    )
    publication = published(harbour, tmp_path, {"harbour.md": text}, LATER)
    assert text_of(question) == "Which of these knots makes a firm loop?"
    assert question.versions.count() == 2
    assert cards() == before
    assert publication.summary["questions"]["edited"] == 1


def test_another_key_makes_cards_due_and_keeps_the_history(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path, {"harbour.md": HARBOUR})
    enrolment = studied(harbour)
    question = by_anchor()
    card = Card.objects.get(enrolment=enrolment, question=question)
    text = HARBOUR.replace("- [x] Bowline", "- [ ] Bowline").replace("- [ ] Reef knot", "- [x] Reef knot")
    published(harbour, tmp_path, {"harbour.md": text}, LATER)
    after = Card.objects.get(pk=card.pk)
    assert (after.due, after.stability, after.reps) == (LATER, card.stability, card.reps)
    assert [row.kind for row in ReviewLog.objects.filter(card=card).order_by("seq")] == [
        0,
        ReviewLog.Kind.RESET,
    ]
    others = Card.objects.exclude(pk=card.pk)
    assert not ReviewLog.objects.filter(card__in=others, kind=ReviewLog.Kind.RESET).exists()


def test_an_article_in_the_answer_keeps_the_schedule(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path, {"harbour.md": HARBOUR})
    studied(harbour)
    before = cards()
    question = Question.objects.get(pattern="definition", kind="flashcard", fact__term="Clove hitch")
    text = HARBOUR.replace("ties a rope to a post.\n-", "ties the rope to a post.\n-")
    published(harbour, tmp_path, {"harbour.md": text}, LATER)
    question.refresh_from_db()
    assert question.current is not None
    assert "the rope" in question.current.payload["answer"]
    assert cards() == before


def test_a_question_under_another_heading_with_another_answer_keeps_its_history(
    harbour: Certification, tmp_path: Path
) -> None:
    plain = HARBOUR.replace(" {#q-loop}", "")
    published(harbour, tmp_path, {"harbour.md": plain})
    studied(harbour)
    question = Question.objects.get(kind="multiple_choice", origin="authored")
    block = plain[plain.index("Q: ") : plain.index("The tide turns")]
    text = plain.replace(block, "").replace("## Ropes", f"{block}## Ropes")
    text = text.replace("- [x] Bowline", "- [ ] Bowline").replace("- [ ] Reef knot", "- [x] Reef knot")
    published(harbour, tmp_path, {"harbour.md": text}, LATER)
    question.refresh_from_db()
    assert (question.state, question.topic.title) == ("ready", "Lights")
    assert Question.objects.filter(kind="multiple_choice", origin="authored").count() == 1
    assert Card.objects.get(question=question).due == LATER


def test_another_number_in_a_fact_changes_its_generated_question(
    harbour: Certification, tmp_path: Path
) -> None:
    published(harbour, tmp_path, {"harbour.md": HARBOUR})
    enrolment = studied(harbour)
    question = Question.objects.get(pattern="number", fact__text__contains="lamp keeper")
    published(harbour, tmp_path, {"harbour.md": HARBOUR.replace("14 days", "21 days")}, LATER)
    question.refresh_from_db()
    assert question.current is not None
    keys = [option["text"] for option in question.current.payload.get("options", []) if option["correct"]]
    assert (keys or [question.current.payload.get("answer")]) == ["21"]
    assert (question.state, question.current.number) == ("ready", 2)
    assert Card.objects.get(enrolment=enrolment, question=question).due == LATER


def test_a_question_that_is_gone_is_retired_and_comes_back(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path, {"harbour.md": HARBOUR})
    enrolment = studied(harbour)
    question = by_anchor()
    before = Card.objects.filter(enrolment=enrolment, question=question).values().get()
    start, end = HARBOUR.index("Q: Which"), HARBOUR.index("The tide")
    published(harbour, tmp_path, {"harbour.md": HARBOUR[:start] + HARBOUR[end:]}, LATER)
    question.refresh_from_db()
    card = Card.objects.get(pk=before["id"])
    assert (question.state, card.suspended) == ("retired", True)
    publication = published(harbour, tmp_path, {"harbour.md": HARBOUR}, LATER)
    question.refresh_from_db()
    assert question.state == "ready"
    assert Card.objects.filter(pk=card.pk).values().get() == before
    assert publication.summary["questions"]["revived"] == 1


def test_generated_questions_go_with_their_fact(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path, {"harbour.md": HARBOUR})
    gone = Question.objects.filter(fact__text__contains="Clove hitch", origin="generated")
    assert gone.exists()
    text = HARBOUR.replace("- **Clove hitch** – a knot that ties a rope to a post.\n", "")
    published(harbour, tmp_path, {"harbour.md": text}, LATER)
    assert {question.state for question in gone} == {"retired"}


def test_what_was_turned_down_is_not_asked_and_not_proposed_as_new(
    harbour: Certification, tmp_path: Path
) -> None:
    run = staged(harbour, tmp_path, {"harbour.md": HARBOUR})
    run.rejected = [0]
    run.save()
    _, proposals = pipeline.draft_of(run)
    pipeline.publish(run, None, NOW)
    turned_down = Question.objects.get(fingerprint=proposals[0].fingerprint)
    assert turned_down.state == "draft"
    published(
        harbour, tmp_path, {"harbour.md": HARBOUR.replace("from far away", "from very far away")}, LATER
    )
    turned_down.refresh_from_db()
    assert turned_down.state == "draft"


def test_a_moved_question_takes_its_cards_to_the_new_topic(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path, {"harbour.md": HARBOUR})
    enrolment = studied(harbour)
    start, end = HARBOUR.index("Q: Which"), HARBOUR.index("The tide")
    question_text = HARBOUR[start:end]
    text = HARBOUR[:start] + HARBOUR[end:]
    text = text.replace("## Ropes", f"{question_text}\n## Ropes")
    published(harbour, tmp_path, {"harbour.md": text}, LATER)
    question = by_anchor()
    assert question.topic.title == "Lights"
    assert Card.objects.get(enrolment=enrolment, question=question).topic == question.topic


def test_two_questions_may_trade_their_words(harbour: Certification, tmp_path: Path) -> None:
    notes = "# Harbour\n\n## Bells of the harbour\n\nQ: Who rings the bell?\nA: {0}\n\nQ: Who lights the lamp?\nA: {1}\n"
    published(harbour, tmp_path, {"harbour.md": notes.format("The pilot", "The keeper")})
    pks = set(Question.objects.values_list("pk", flat=True))
    published(harbour, tmp_path, {"harbour.md": notes.format("The keeper", "The pilot")}, LATER)
    assert set(Question.objects.filter(state="ready").values_list("pk", flat=True)) == pks


def queries_of(to: Certification, folder: Path, count: int, say: str) -> int:
    text = "# Harbour\n" + "".join(
        f"\n## Pier {n} of the harbour\n\n- **Pier number {n}** – a {say} landing place that ships of class {n} may use.\n"
        f"\nQ: Who may land at pier {n}?\nA: Ships of class {n}, {say} ones.\n"
        for n in range(count)
    )
    run = staged(to, folder, {"harbour.md": text})
    with CaptureQueriesContext(connection) as queries:
        pipeline.publish(run, None, NOW)
    return len(queries)


def test_queries_do_not_grow_with_questions(tmp_path: Path) -> None:
    few, more = certification("few"), certification("more")
    assert queries_of(few, tmp_path, 8, "good") == queries_of(more, tmp_path, 16, "good")
    assert queries_of(few, tmp_path, 8, "quiet") == queries_of(more, tmp_path, 16, "quiet")
