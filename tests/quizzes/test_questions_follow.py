"""Questions follow their statements through edits; a preview tells of questions what publishing then does."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from content.ingest.changes import Changes
from content.ingest.model import Draft
from content.ingest.publish import foresee, publish
from content.models import Certification
from quizzes import question_bank
from quizzes.generation import Proposal, propose
from quizzes.models import Card, Question, ReviewLog
from quizzes.question_bank import BankChanges
from tests import factories
from tests.factories import NOW
from tests.importing import HARBOUR, certification, draft

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
LATER = NOW + timedelta(days=2)
Proposing = Callable[[Draft], Sequence[Proposal]]


@pytest.fixture
def harbour() -> Certification:
    return certification()


def ask(to: Certification, text: str, proposing: Proposing = propose, **choices: Any) -> BankChanges:
    """Publish, as the pipeline does, and look whether the preview had told the same."""
    read = draft({"harbour.md": text})
    proposals = proposing(read)
    told = question_bank.plan(foresee(to, read, LATER), proposals, **choices)
    with transaction.atomic():
        changes = publish(to, read, None, None, LATER)
        done = question_bank.apply(changes, proposals, read.questions, read.drills, LATER, **choices)
    assert told.question_counts == question_bank.counts(done)
    assert told.counts() == changes.facts.counts()
    assert Changes.from_json(json.loads(json.dumps(told.to_json()))) == told
    return done


def of(words: str) -> list[Question]:
    return list(Question.objects.filter(fact__text__contains=words, origin="generated").order_by("pk"))


def only(pattern: str) -> Proposing:
    return lambda read: [one for one in propose(read) if one.pattern == pattern]


def nothing(read: Draft) -> list[Proposal]:
    return []


def words_of(row: Question) -> tuple[str, dict[str, Any]]:
    row.refresh_from_db()
    assert row.current is not None
    return row.current.stem, row.current.payload


def met(row: Question) -> Card:
    """A card that somebody has learned."""
    enrolment = factories.enrolment(factories.learner(), row.certification)
    return Card.objects.create(
        enrolment=enrolment,
        question=row,
        topic=row.topic,
        state=Card.State.REVIEW,
        stability=9.0,
        difficulty=5.0,
        due=NOW + timedelta(days=9),
        last_review=NOW,
        reps=3,
        seq=3,
    )


def same_schedule(card: Card) -> bool:
    return Card.objects.filter(pk=card.pk).values().get() == {
        field.attname: getattr(card, field.attname) for field in Card._meta.concrete_fields
    }


REWORDED = HARBOUR.replace("a knot that ties a rope to a post", "a knot that ties a rope firmly to a post")


def test_a_reworded_statement_keeps_its_question_though_the_generator_would_ask_another(
    harbour: Certification,
) -> None:
    ask(harbour, HARBOUR, only("definition"))
    (row,) = of("Clove hitch")
    card = met(row)

    def another(read: Draft) -> list[Proposal]:
        return [
            replace(one, pattern="elsewise", kind="flashcard", fingerprint=one.fingerprint[::-1])
            for one in propose(read)
            if one.pattern == "definition"
        ]

    done = ask(harbour, REWORDED, another)
    assert [one.pk for one in of("Clove hitch")] == [row.pk], "nothing else is asked in its place"
    row.refresh_from_db()
    assert (row.state, row.stale) == ("ready", True)
    assert same_schedule(card)
    assert done.counts["retired"] == 0
    ask(harbour, REWORDED, only("definition"))
    row.refresh_from_db()
    assert not row.stale, "proposed again, it is brought up to date"


def test_of_a_reworded_statement_the_same_question_is_brought_up_to_date(harbour: Certification) -> None:
    ask(harbour, HARBOUR)
    before = {row.pk for row in of("Clove hitch")}
    ask(harbour, REWORDED)
    assert {row.pk for row in of("Clove hitch")} == before
    assert all(row.state == "ready" for row in of("Clove hitch"))


def test_another_answer_that_nobody_asks_for_is_retired(harbour: Certification) -> None:
    ask(harbour, HARBOUR, only("number"))
    (row,) = of("lamp keeper")
    ask(harbour, HARBOUR.replace("14 days", "21 days"), nothing)
    row.refresh_from_db()
    assert row.state == "retired"


def test_a_question_that_another_number_does_not_touch_stands(harbour: Certification) -> None:
    def who(read: Draft) -> list[Proposal]:
        return [
            replace(
                one, stem="Who may stay for a while?", payload={"answer": "A lamp keeper"}, kind="flashcard"
            )
            for one in propose(read)
            if "lamp keeper" in read.facts[one.fact].text
        ][:1]

    ask(harbour, HARBOUR, who)
    (row,) = of("lamp keeper")
    card = met(row)
    ask(harbour, HARBOUR.replace("14 days", "21 days"), nothing)
    row.refresh_from_db()
    assert (row.state, row.stale) == ("ready", True)
    assert same_schedule(card)


def test_a_no_in_the_statement_makes_its_cards_due(harbour: Certification) -> None:
    notes = "# Harbour\n\n## Rules of the basin\n\n- A fishing boat can enter the inner basin at night.\n"

    def what(read: Draft) -> list[Proposal]:
        return [
            Proposal(
                kind="flashcard",
                stem=f"What of boats and {'not ' if 'cannot' in fact.text else ''}the basin?",
                payload={"answer": "inner basin"},
                rationale="",
                topic=fact.topic,
                fact=place,
                source=fact.source,
                line_from=fact.line_from,
                line_to=fact.line_to,
                pattern="says",
                score=80.0,
                answer_fingerprint="a",
                fingerprint="of the boat",
                sibling_group="b",
            )
            for place, fact in enumerate(read.facts)
        ]

    ask(harbour, notes, what)
    (row,) = of("fishing boat")
    card = met(row)
    ask(harbour, notes.replace("can enter", "cannot enter"), what)
    card.refresh_from_db()
    assert (card.due, card.stability, card.reps) == (LATER, 9.0, 3)
    assert ReviewLog.objects.get(card=card).kind == ReviewLog.Kind.RESET


def test_a_question_of_a_list_changes_with_its_members(harbour: Certification) -> None:
    """The line that it belongs to says what it said, but the key is made of the lines beside it, too."""
    notes = "# Harbour\n\n## Mooring\n\n- Three things hold a ship to the quay:\n  - ropes\n  - fenders\n  - bollards\n"

    def name_all(read: Draft) -> list[Proposal]:
        place = next(place for place, fact in enumerate(read.facts) if "ropes" in fact.text)
        fact = read.facts[place]
        key = "; ".join(one.text for one in read.facts if one.context == fact.context)
        return [
            Proposal(
                kind="flashcard",
                stem="What holds a ship to the quay? Name all.",
                payload={"answer": key},
                rationale="",
                topic=fact.topic,
                fact=place,
                source=fact.source,
                line_from=fact.line_from,
                line_to=fact.line_to,
                pattern="name_all",
                score=80.0,
                answer_fingerprint=key[:30],
                fingerprint=f"list {key}"[:60],
                sibling_group="list",
            )
        ]

    ask(harbour, notes, name_all)
    (row,) = of("ropes")
    card = met(row)
    ask(harbour, notes + "  - chains\n", name_all)
    assert words_of(row)[1] == {"answer": "ropes; fenders; bollards; chains"}
    card.refresh_from_db()
    assert card.due == LATER


def test_of_a_statement_that_stands_nothing_is_added_unless_somebody_accepts(harbour: Certification) -> None:
    ask(harbour, HARBOUR, only("definition"))
    count = Question.objects.count()
    extra = next(one for one in propose(draft({"harbour.md": HARBOUR})) if one.pattern == "number")
    assert ask(harbour, HARBOUR).counts["new"] == 0
    assert Question.objects.count() == count
    done = ask(harbour, HARBOUR, accepted={extra.fingerprint})
    assert done.counts["new"] == 1
    assert Question.objects.get(fingerprint=extra.fingerprint).state == "ready"
    assert ask(harbour, HARBOUR).written is False


def test_what_is_rejected_is_a_draft_and_what_is_accepted_later_is_asked(harbour: Certification) -> None:
    one = propose(draft({"harbour.md": HARBOUR}))[0].fingerprint
    ask(harbour, HARBOUR, rejected={one})
    row = Question.objects.get(fingerprint=one)
    assert row.state == "draft"
    ask(harbour, REWORDED)
    ask(harbour, HARBOUR.replace("## Lights {#lights}", "## Lights at sea {#lights}"))
    row.refresh_from_db()
    assert row.state == "draft"
    ask(harbour, HARBOUR, accepted={row.fingerprint, one})
    row.refresh_from_db()
    assert row.state == "ready"
    ask(harbour, HARBOUR, rejected={row.fingerprint})
    row.refresh_from_db()
    assert row.state == "draft"


def test_a_rejected_question_does_not_come_back_with_its_statement(harbour: Certification) -> None:
    rejected = {one.fingerprint for one in propose(draft({"harbour.md": HARBOUR}))}
    ask(harbour, HARBOUR, rejected=rejected)
    ask(harbour, HARBOUR[: HARBOUR.index("## Ropes")])
    ask(harbour, HARBOUR)
    assert set(Question.objects.filter(origin="generated").values_list("state", flat=True)) == {"draft"}


def test_questions_come_back_with_their_statement_though_others_would_be_asked_now(
    harbour: Certification,
) -> None:
    ask(harbour, HARBOUR, only("definition"))
    (row,) = of("Clove hitch")
    card = met(row)
    ask(harbour, HARBOUR[: HARBOUR.index("## Ropes")])
    row.refresh_from_db()
    assert row.state == "retired" and Card.objects.get(pk=card.pk).suspended
    done = ask(harbour, HARBOUR, nothing)
    row.refresh_from_db()
    assert row.state == "ready" and same_schedule(card)
    assert done.counts["revived"] >= 1


HOLES = "# Harbour\n\n## Signals\n\nA ==red== flag closes the ==inner== basin, a ==green== one opens it.\n"


def holes() -> dict[str, int]:
    rows = Question.objects.filter(kind="cloze", state="ready").select_related("current")
    return {row.current.payload["answer"]: row.pk for row in rows if row.current is not None}


def test_holes_are_known_by_what_they_hide(harbour: Certification) -> None:
    ask(harbour, HOLES)
    before = holes()
    assert set(before) == {"red", "inner", "green"}
    ask(harbour, HOLES.replace("==red==", "red").replace("opens", "==opens=="))
    assert {key: holes()[key] for key in ("inner", "green")} == {
        key: before[key] for key in ("inner", "green")
    }
    ask(harbour, HOLES)
    assert holes() == before, "the hole that came back has its row"
    cards = {key: met(Question.objects.get(pk=pk)) for key, pk in before.items()}
    ask(harbour, HOLES.replace("==green==", "==yellow=="))
    assert holes() == {"red": before["red"], "inner": before["inner"], "yellow": before["green"]}
    assert Card.objects.get(pk=cards["green"].pk).due == LATER
    assert same_schedule(cards["red"]) and same_schedule(cards["inner"])


def test_questions_with_one_short_answer_do_not_trade_histories(harbour: Certification) -> None:
    text = "# Harbour\n\n## Rules of the harbour\n\n{0}Q: Is the outer mole lit at night?\nA: Yes\n"
    first = "Q: May a yacht anchor in the fairway?\nA: Yes\n\n"
    ask(harbour, text.format(first))
    mole = Question.objects.get(current__stem__contains="mole")
    yacht = Question.objects.get(current__stem__contains="yacht")
    ask(harbour, text.format("").replace("lit at night", "lit in the night"))
    assert "in the night" in words_of(mole)[0]
    yacht.refresh_from_db()
    assert (mole.state, yacht.state) == ("ready", "retired")


def test_who_gives_two_questions_one_name_is_told(harbour: Certification) -> None:
    ask(harbour, HARBOUR)
    read = draft(
        {"pilots.md": "# Pilots\n\n## Work of a pilot\n\nQ: Who brings a ship in? {#q-loop}\nA: The pilot\n"}
    )
    with transaction.atomic():
        changes = publish(harbour, read, None, None, LATER)
        done = question_bank.apply(changes, [], read.questions, [], LATER)
    assert done.problems == [
        "pilots.md, line 5: The identifier “q-loop” is taken by a question of harbour.md. Give one of them another "
        "identifier."
    ]
    assert Question.objects.get(anchor="q-loop").kind == "multiple_choice"


def test_an_author_may_name_a_question_later(harbour: Certification) -> None:
    text = HARBOUR.replace(" {#q-loop}", "")
    ask(harbour, text)
    row = Question.objects.get(kind="multiple_choice", origin="authored")
    ask(harbour, HARBOUR)
    row.refresh_from_db()
    assert (row.anchor, row.state) == ("q-loop", "ready")
    assert Question.objects.filter(kind="multiple_choice", origin="authored").count() == 1
