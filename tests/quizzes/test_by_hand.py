"""What people say of questions has the last word: edits in a preview, edits of published questions, looks, disputes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from content.models import Certification, Fact
from quizzes import question_bank
from quizzes.generation import propose
from quizzes.models import Card, Question, ReviewLog
from tests import factories
from tests.factories import NOW
from tests.importing import HARBOUR, certification, draft
from tests.quizzes.test_questions_follow import ask, met, nothing, only, same_schedule, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
LATER = NOW + timedelta(days=2)
MINE = {
    "stem": "How long may a keeper stay out there?",
    "payload": {"answer": "14 days"},
    "rationale": "It is lonely.",
}


@pytest.fixture
def harbour() -> Certification:
    return certification()


@pytest.fixture
def clove(harbour: Certification) -> Question:
    """A published question of a statement, made by the generator."""
    ask(harbour, HARBOUR, only("definition"))
    return Question.objects.get(fact__text__contains="Clove hitch", kind="flashcard")


def keeper(harbour: Certification, pattern: str = "number") -> str:
    """Fingerprint of the proposal about the lamp keeper."""
    read = draft({"harbour.md": HARBOUR})
    return next(
        one.fingerprint
        for one in propose(read)
        if one.pattern == pattern and "keeper" in read.facts[one.fact].text
    )


def edited(harbour: Certification) -> Question:
    """The question about the lamp keeper in an instructor's words, out of a preview."""
    words = {**MINE, "payload": _options("14 days", "7 days", "a month")}
    one = keeper(harbour)
    ask(harbour, HARBOUR, edits={one: words})
    return Question.objects.get(fingerprint=one)


def _options(key: str, *others: str) -> dict[str, list[dict[str, object]]]:
    return {"options": [{"text": text, "correct": text == key, "rationale": ""} for text in (key, *others)]}


def test_an_instructors_words_replace_the_proposals_and_imports_leave_them(harbour: Certification) -> None:
    row = edited(harbour)
    assert (row.by_hand, row.state) == (True, "ready")
    assert words_of(row) == (MINE["stem"], _options("14 days", "7 days", "a month"))
    card = met(row)
    assert ask(harbour, HARBOUR).written is False
    ask(harbour, HARBOUR.replace("before somebody takes over", "until somebody takes over"))
    assert words_of(row)[0] == MINE["stem"]
    assert (row.state, row.stale) == ("ready", False)
    assert same_schedule(card)


def test_another_answer_under_an_instructors_words_waits_for_a_look(harbour: Certification) -> None:
    row = edited(harbour)
    card = met(row)
    new = HARBOUR.replace("14 days", "21 days")
    done = ask(harbour, new)
    row.refresh_from_db()
    assert (row.state, row.stale, done.counts["stale"]) == ("held", True, 1)
    assert words_of(row)[0] == MINE["stem"]
    assert Card.objects.get(pk=card.pk).suspended
    assert ask(harbour, new).written is False
    row.refresh_from_db()
    assert (row.state, row.stale) == ("held", True)
    teacher = factories.instructor(harbour)
    version = question_bank.edit(
        row, str(MINE["stem"]), _options("21 days", "7 days", "a month"), "", teacher, LATER
    )
    assert version is not None and version.number == 2
    row.refresh_from_db()
    assert (row.state, row.stale, row.by_hand) == ("ready", False, True)
    card.refresh_from_db()
    assert (card.suspended, card.due, card.reps) == (False, LATER, 3)
    assert ask(harbour, new).written is False


def test_it_waits_also_when_nothing_like_it_is_proposed_any_more(harbour: Certification) -> None:
    row = edited(harbour)
    ask(harbour, HARBOUR.replace("14 days", "21 days"), nothing)
    row.refresh_from_db()
    assert (row.state, row.stale) == ("held", True)
    assert question_bank.put_back(row)
    row.refresh_from_db()
    assert (row.state, row.stale) == ("ready", False)


def test_words_of_a_question_that_is_published_already_can_be_edited_in_a_preview(
    harbour: Certification,
) -> None:
    one = keeper(harbour)
    ask(harbour, HARBOUR)
    row = Question.objects.get(fingerprint=one)
    kind_fits = (
        _options("14 days", "7 days", "a month") if row.kind == "multiple_choice" else {"answer": "14"}
    )
    ask(harbour, HARBOUR, edits={one: {**MINE, "payload": kind_fits}})
    assert words_of(row)[0] == MINE["stem"]
    assert row.by_hand


def test_an_edit_that_cannot_be_asked_is_told(harbour: Certification) -> None:
    done = ask(harbour, HARBOUR, edits={keeper(harbour): {**MINE, "stem": ""}})
    assert any("harbour.md, line 9" in problem for problem in done.problems)


def test_an_edit_is_a_version_and_only_another_answer_makes_it_due(clove: Question) -> None:
    teacher = factories.instructor(clove.certification)
    card = met(clove)
    _, payload = words_of(clove)
    version = question_bank.edit(
        clove, "What is a clove hitch good for?", payload, "Two turns.", teacher, LATER
    )
    assert version is not None and (version.number, version.created_at) == (2, LATER)
    assert "Two turns" in version.html["rationale"]
    assert same_schedule(card)
    again = question_bank.edit(
        clove, "What is a clove hitch good for?", payload, "Two turns.", teacher, LATER
    )
    assert again is None and clove.versions.count() == 2
    question_bank.edit(clove, "What is it?", {"answer": "Something for sails."}, "", teacher, LATER)
    card.refresh_from_db()
    assert (card.due, card.reps) == (LATER, 3)
    assert ReviewLog.objects.filter(card=card, kind=ReviewLog.Kind.RESET).count() == 1


def test_an_edit_that_nobody_could_answer_is_refused(clove: Question) -> None:
    with pytest.raises(question_bank.NotAskable) as refused:
        question_bank.edit(clove, "", {"answer": ""}, "", factories.instructor(clove.certification), LATER)
    assert refused.value.problems
    assert clove.versions.count() == 1


def test_an_authored_question_that_was_edited_here_waits_when_its_author_changes_the_key(
    harbour: Certification,
) -> None:
    ask(harbour, HARBOUR)
    row = Question.objects.select_related("current").get(anchor="q-loop")
    assert row.current is not None
    teacher = factories.instructor(harbour)
    question_bank.edit(row, "Which of these loops never slips?", row.current.payload, "", teacher, LATER)
    assert ask(harbour, HARBOUR).written is False
    ask(harbour, HARBOUR.replace("Which knot makes a loop that does not slip?", "Which loop stays as it is?"))
    assert words_of(row)[0] == "Which of these loops never slips?"
    assert (row.state, row.stale) == ("ready", False)
    other_key = HARBOUR.replace("- [x] Bowline", "- [ ] Bowline").replace("- [ ] Reef", "- [x] Reef")
    ask(harbour, other_key)
    row.refresh_from_db()
    assert (row.state, row.stale) == ("held", True)
    assert ask(harbour, other_key).written is False


def test_questions_of_disputed_facts_are_held_and_released(clove: Question) -> None:
    harbour, fact = clove.certification, clove.fact
    assert fact is not None
    card = met(clove)
    Fact.objects.filter(pk=fact.pk).update(state=Fact.State.DISPUTED)
    assert question_bank.hold(harbour, {fact.pk}, LATER) == Question.objects.filter(fact=fact).count() > 0
    assert question_bank.hold(harbour, {fact.pk}, LATER) == 0
    clove.refresh_from_db()
    assert clove.state == "held" and Card.objects.get(pk=card.pk).suspended
    assert ask(harbour, HARBOUR, only("definition")).written is False, "an import leaves it held"
    assert question_bank.put_back(clove) is False
    Fact.objects.filter(pk=fact.pk).update(state=Fact.State.LIVE)
    assert question_bank.release(harbour, {fact.pk}, LATER) > 0
    clove.refresh_from_db()
    assert clove.state == "ready" and same_schedule(card)


def test_holding_leaves_other_questions_and_drafts_alone(clove: Question) -> None:
    before = dict(Question.objects.exclude(fact=clove.fact).values_list("pk", "state"))
    question_bank.set_aside(clove)
    assert question_bank.hold(clove.certification, {clove.fact_id or 0}, LATER) == (
        Question.objects.filter(fact=clove.fact, state="held").count()
    )
    clove.refresh_from_db()
    assert clove.state == "draft"
    assert question_bank.hold(clove.certification, (), LATER) == 0
    assert dict(Question.objects.exclude(fact=clove.fact).values_list("pk", "state")) == before


def test_what_waits_for_a_look_is_not_released_by_the_end_of_a_dispute(harbour: Certification) -> None:
    row = edited(harbour)
    ask(harbour, HARBOUR.replace("14 days", "21 days"))
    assert question_bank.release(harbour, {row.fact_id or 0}, LATER) == 0
    row.refresh_from_db()
    assert row.state == "held"


def test_set_aside_and_put_back(clove: Question) -> None:
    card = met(clove)
    assert question_bank.set_aside(clove)
    assert not question_bank.set_aside(clove)
    assert Card.objects.get(pk=card.pk).suspended
    ask(clove.certification, HARBOUR, only("definition"))
    clove.refresh_from_db()
    assert clove.state == "draft"
    assert question_bank.put_back(clove)
    assert not question_bank.put_back(clove)
    assert same_schedule(card)
