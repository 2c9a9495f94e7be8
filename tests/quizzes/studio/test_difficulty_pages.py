"""How hard questions are and what instructors expect of learners who just pass: pages, form, access."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from content.models import Certification
from quizzes.models import AngoffRating, Card, ItemCalibration, Question, ReviewLog
from quizzes.studio import difficulty
from tests import factories
from tests.factories import NOW
from tests.quizzes.views import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(certification: Certification) -> list[Question]:
    factories.questions(certification, each=3)
    return list(difficulty.asked(certification))


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def fitted(question: Question, hard: float, error: float = 0.5, answers: int = 40) -> None:
    ItemCalibration.objects.create(
        question=question, difficulty=hard, standard_error=error, answers=answers, provisional=answers < 30
    )


def answered(question: Question, right: bool, taken_back: bool = False) -> None:
    """By a learner of its own, at first sight."""
    enrolment = factories.enrolment(factories.learner(), question.certification)
    card = Card.objects.create(enrolment=enrolment, question=question, topic=question.topic, seq=1)
    kept = {"card": card, "enrolment": enrolment, "question_version": question.current, "at": NOW, "state": 1}
    ReviewLog.objects.create(
        seq=0, kind=ReviewLog.Kind.LEARN, rating=3 if right else 1, correct=right, **kept
    )
    if taken_back:
        ReviewLog.objects.create(seq=1, kind=ReviewLog.Kind.UNDO, undoes=0, **kept)


def page(client: Client, **query: str | int) -> Any:
    answer = client.get(reverse("studio_difficulty", args=["workshop"]), query)
    assert answer.status_code == 200
    return answer


def test_difficulty_comes_with_its_range_and_the_share_right(client: Client, asked: list[Question]) -> None:
    fitted(asked[0], 1.1, error=0.25)
    for right in (True, True, False, True):
        answered(asked[0], right)
    answered(asked[0], False, taken_back=True)
    said = text(page(client))
    assert "1.1, hard" in said and "0.8 to 1.4" in said and "75 % of 4" in said
    assert "provisional" not in said.replace("a difficulty is provisional", "")


def test_few_answers_are_provisional(client: Client, asked: list[Question]) -> None:
    fitted(asked[0], -0.7, answers=29)
    assert "-0.7, easy provisional" in text(page(client))


def test_questions_nobody_answered_say_so(client: Client, asked: list[Question]) -> None:
    assert text(page(client)).count("not fitted yet") == len(asked)


@pytest.mark.parametrize(("order", "first"), [("hardest", 1), ("easiest", 0), ("", 1), ("nonsense", 1)])
def test_orders(client: Client, asked: list[Question], order: str, first: int) -> None:
    fitted(asked[0], -2.0)
    fitted(asked[1], 2.0)
    rows = re.findall(r"/questions/([0-9a-f-]{36})/", page(client, order=order).content.decode())
    assert rows[0] == str(asked[first].uid)


def test_what_is_not_asked_is_not_listed(client: Client, asked: list[Question]) -> None:
    Question.objects.filter(pk=asked[0].pk).update(state=Question.State.DRAFT)
    assert str(asked[0].uid) not in page(client).content.decode()


@pytest.mark.parametrize("name", ["studio_difficulty", "studio_expectations"])
def test_queries_do_not_grow_with_questions(
    client: Client, certification: Certification, asked: list[Question], name: str
) -> None:
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name, args=["workshop"]))
        counts.append(len(queries))
        for question in factories.questions(certification, each=4):
            fitted(question, 0.3)
            answered(question, True)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["studio_difficulty", "studio_expectations"])
def test_only_those_who_teach_it(asked: list[Question], name: str) -> None:
    address = reverse(name, args=["workshop"])
    elsewhere = signed_in(factories.instructor(factories.certification("elsewhere")))
    learner = factories.learner()
    factories.enrolment(learner, asked[0].certification)
    for somebody in (elsewhere, signed_in(learner)):
        assert somebody.get(address).status_code == 404
        assert somebody.post(address, {difficulty.field_name(asked[0]): "5"}).status_code in {404, 405}
    assert not AngoffRating.objects.exists()


# --- what instructors expect ------------------------------------------------------------------------------------


def send(client: Client, **fields: str) -> Any:
    return client.post(reverse("studio_expectations", args=["workshop"]), fields)


def ratings() -> dict[int, float]:
    return dict(AngoffRating.objects.values_list("question_id", "probability"))


def test_ratings_are_kept_changed_and_taken_back(client: Client, owner: User, asked: list[Question]) -> None:
    one, two, three = (difficulty.field_name(question) for question in asked[:3])
    answer = send(client, **{one: "60", two: "0", three: "", "page": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/studio/workshop/expectations/?page=1")
    assert ratings() == {asked[0].pk: 0.6, asked[1].pk: 0.0}
    assert set(AngoffRating.objects.values_list("instructor", flat=True)) == {owner.pk}
    kept = client.get(answer["Location"]).content.decode()
    assert 'value="60"' in kept and "2 ratings are saved" in kept
    before = AngoffRating.objects.get(question=asked[0]).at
    send(client, **{one: "60", two: "35"})
    assert ratings() == {asked[0].pk: 0.6, asked[1].pk: 0.35}
    assert AngoffRating.objects.get(question=asked[0]).at == before, "what was not changed keeps its time"
    send(client, **{one: ""})
    assert ratings() == {asked[1].pk: 0.35}


@pytest.mark.parametrize("value", ["101", "-1", "half", "5.5", "1e1", "٤", "9999999999"])
def test_what_is_no_share_is_told_at_its_row_and_nothing_is_kept(
    client: Client, asked: list[Question], value: str
) -> None:
    good, bad = difficulty.field_name(asked[0]), difficulty.field_name(asked[1])
    answer = send(client, **{good: "60", bad: value})
    assert answer.status_code == 422 and not ratings()
    shown = answer.content.decode()
    assert f'href="#{bad}"' in shown and "Write a whole number from 0 to 100, or leave it empty." in shown
    assert 'value="60"' in shown, "what was written stays in the form"


def test_questions_of_another_certification_are_left_alone(client: Client, asked: list[Question]) -> None:
    other = factories.certification("elsewhere")
    foreign = factories.questions(other, each=1)[0]
    answer = send(client, **{difficulty.field_name(foreign): "50", "rating-": "1", "rating-zz": "2"})
    assert answer.status_code == 302 and not ratings()


def test_others_are_told_only_after_saying_something(client: Client, asked: list[Question]) -> None:
    colleague = factories.instructor(asked[0].certification)
    AngoffRating.objects.create(question=asked[0], instructor=colleague, probability=0.8, at=NOW)
    address = reverse("studio_expectations", args=["workshop"])
    assert "instructors expect" not in text(client.get(address))
    send(client, **{difficulty.field_name(asked[0]): "60"})
    assert "2 instructors expect 70 on average" in text(client.get(address))
    assert AngoffRating.objects.count() == 2
