"""A published question in other words: checked, kept over imports, and due again only when its answer is another one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from content.models import Certification, Conflict
from quizzes.models import Card, Question
from studyapp import pipeline
from tests import factories
from tests.factories import NOW
from tests.quizzes.studio import rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(certification: Certification) -> Question:
    return factories.question(certification.topics.all()[0], stem="What burns?", payload={"answer": "Oil"})


def address(question: Question, name: str = "studio_question_edit") -> str:
    return reverse(name, args=["workshop", question.uid])


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def met(question: Question) -> Card:
    enrolment = factories.enrolment(factories.learner(), question.certification)
    return Card.objects.create(
        enrolment=enrolment, question=question, topic=question.topic, reps=3, seq=3,
        state=Card.State.REVIEW, stability=40.0, difficulty=5.0, last_review=NOW, due=NOW.replace(year=2027),
    )  # fmt: skip


def save(client: Client, question: Question, **words: str) -> Any:
    return client.post(address(question), words, follow=True)


def test_the_form_holds_its_words(question: Question, client: Client) -> None:
    shown = text_of(client.get(address(question)))
    assert "What burns?</textarea>" in shown and "Oil</textarea>" in shown


def test_other_words_make_a_version_and_change_no_schedule(question: Question, client: Client) -> None:
    card = met(question)
    shown = text_of(save(client, question, stem="What is it that burns?", answer="Oil", rationale=""))
    assert "nobody’s schedule changes" in shown
    assert "written by hand" in shown and '<th scope="row" class="num">2</th>' in shown
    question.refresh_from_db()
    due = card.due
    card.refresh_from_db()
    assert (question.by_hand, card.due) == (True, due)
    listed = text_of(client.get(reverse("studio_questions", args=["workshop"]), {"origin": "by-hand"}))
    assert "What is it that burns?" in listed
    assert "so nothing was changed" in text_of(
        save(client, question, stem="What is it that burns?", answer="Oil", rationale="")
    )


def test_another_answer_makes_cards_due(question: Question, client: Client) -> None:
    card = met(question)
    assert "the 1 learner who has met it" in text_of(client.get(address(question)))
    shown = text_of(save(client, question, stem="What burns?", answer="Tallow", rationale=""))
    assert "The card of 1 learner is due now" in shown
    card.refresh_from_db()
    assert card.due is not None and card.due.year < 2027


def test_what_cannot_be_asked_is_not_saved(question: Question, client: Client) -> None:
    answer = save(client, question, stem="", answer="", rationale="Kept.")
    assert answer.status_code == 422
    shown = text_of(answer)
    assert "The question is empty." in shown and "The answer is empty." in shown and "Kept." in shown
    assert question.versions.count() == 1


def test_options_in_other_words(certification: Certification, client: Client) -> None:
    question = factories.question(certification.topics.all()[0], kind="multiple_choice")
    assert question.current is not None
    options = {f"option{n}": one["text"] for n, one in enumerate(question.current.payload["options"])}
    answer = save(client, question, stem="Which?", **options)
    assert "Mark exactly one option as right." in text_of(answer)
    assert "Saved" in text_of(save(client, question, stem="Which?", key="1", **options))
    question.refresh_from_db()
    assert question.current is not None
    assert [one["correct"] for one in question.current.payload["options"]][:2] == [False, True]


def test_a_drill_is_not_written_here(certification: Certification, client: Client) -> None:
    question = factories.question(certification.topics.all()[0], kind="case", payload={"steps": []})
    desk = reverse("studio_drill", args=["workshop", question.uid])
    assert client.get(address(question)).headers["Location"] == desk
    shown = client.get(address(question, "studio_question")).content.decode()
    assert "/edit/" not in shown and desk in shown


def test_held_for_a_look_until_it_is_written_or_put_back(question: Question, client: Client) -> None:
    Question.objects.filter(pk=question.pk).update(state=Question.State.HELD, stale=True, by_hand=True)
    assert "has changed since you wrote it" in text_of(client.get(address(question, "studio_question")))
    listed = reverse("studio_questions", args=["workshop"])
    for state in ("held", "stale"):
        assert client.get(listed, {"state": state}).context["page"].paginator.count == 1
    assert "It is asked again." in text_of(save(client, question, stem="What burns now?", answer="Oil"))
    question.refresh_from_db()
    assert (question.state, question.stale) == (Question.State.READY, False)


def test_held_by_a_disagreement_says_where_to_choose(
    certification: Certification, owner: User, client: Client
) -> None:
    files = [
        rooms.upload(name, f"# Oil\n\n- A full tank burns for {hours} hours.\n")
        for name, hours in (("lamp.md", 12), ("oil.md", 9))
    ]
    pipeline.publish(rooms.preview(certification, owner, *files), owner, NOW)
    conflict = Conflict.objects.get()
    question = factories.question(certification.topics.all()[0])
    Question.objects.filter(pk=question.pk).update(fact=conflict.b, state=Question.State.HELD)
    page = address(question, "studio_question")
    assert "See both and choose" in text_of(client.get(page))
    refused = client.post(address(question, "studio_question_put_back"), follow=True)
    assert "Two sources disagree" in text_of(refused)
    pipeline.settle_conflict(conflict, "a", owner, NOW)
    assert "The other statement was chosen" in text_of(client.get(page))
    pipeline.settle_conflict(conflict, "both", owner, NOW)
    question.refresh_from_db()
    assert question.state == Question.State.READY
