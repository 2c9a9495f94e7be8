"""The database fails at every statement boundary of answering and of undoing: nothing is half-written, and the same
request again does what it would have done.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction
from django.test import Client

from quizzes import study_days
from quizzes.models import Card, Enrolment, ReviewLog
from quizzes.question_types.choice import order
from quizzes.schedule_state import mismatches
from quizzes.showing import Showing, next_showing, seed_of
from tests import factories
from tests.quizzes.views import signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]

HTMX = {"HX-Request": "true"}
WHEN = ("before", "after", "lost before", "lost after")
STATEMENTS = 12  # a little more than a request makes


def break_down(when: str) -> None:
    """What a statement meets when the database refuses it, or, `lost`, when it has gone away."""
    if when.startswith("lost"):
        connections["default"].connection.close()
    raise OperationalError("the database went away")


@contextlib.contextmanager
def fault(number: int, when: str) -> Iterator[list[str]]:
    """Fail before or after the statement `number`, once. Yields the statements that were met."""
    seen: list[str] = []

    def wrapper(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        seen.append(sql)
        mine = len(seen) - 1 == number
        if mine and when.endswith("before"):
            break_down(when)
        result = execute(sql, params, many, context)
        if mine and when.endswith("after"):
            break_down(when)
        return result

    with connections["default"].execute_wrapper(wrapper):
        yield seen
    connections["default"].close()  # as the end of a request does after an error


@contextlib.contextmanager
def fault_at_commit(number: int, when: str) -> Iterator[list[str]]:
    """Fail before or after the commit `number`, once."""
    connection: Any = connections["default"]
    seen: list[str] = []
    commit = connection._commit

    def broken() -> None:
        seen.append("COMMIT")
        mine = len(seen) - 1 == number
        if mine and when.endswith("before"):
            break_down(when)
        commit()
        if mine:
            break_down(when)

    connection._commit = broken
    try:
        yield seen
    finally:
        connection._commit = commit
        connection.close()


@pytest.fixture
def enrolment() -> Enrolment:
    with transaction.atomic():
        certification = factories.certification("gates")
        factories.questions(certification, each=25)
        return factories.enrolment(factories.learner(), certification, minutes_a_day=600)


def check(card_id: int) -> list[ReviewLog]:
    """The card's log, after it was found to replay to the card."""
    log = list(ReviewLog.objects.filter(card=card_id).order_by("seq"))
    assert mismatches(Card.objects.get(pk=card_id), log) == []
    return log


def current(enrolment: Enrolment) -> Showing:
    from django.utils import timezone

    plan = study_days.ensure_plan(enrolment, timezone.now())
    showing = next_showing(enrolment.pk, plan.date, timezone.now())
    assert showing is not None
    return showing


def patient(enrolment: Enrolment) -> Client:
    """A browser that is shown the error page instead of the exception."""
    client = signed_in(enrolment.user)
    client.raise_request_exception = False
    return client


def faults() -> Iterator[tuple[Any, int, str]]:
    """Every fault worth meeting: how to cause it, which statement, when. The last of each row is beyond the end."""
    lost = connections["default"].vendor == "postgresql"  # a SQLite connection is not lost
    for broken, most in ((fault, STATEMENTS), (fault_at_commit, 2)):
        for when in WHEN if lost else WHEN[:2]:
            yield from ((broken, number, when) for number in range(most))


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_an_answer_meets_every_fault(enrolment: Enrolment, headers: dict[str, str]) -> None:
    client = patient(enrolment)
    met = 0
    for broken, number, when in faults():
        card = current(enrolment).card
        sent = {"card": card.pk, "seq": card.seq, "rating": "4"}
        with broken(number, when) as seen:
            first = client.post("/study/gates/answer/", sent, headers=headers)
        if len(seen) <= number:  # beyond the last one
            assert first.status_code in {200, 302}
            continue
        met += 1
        where = f"{when} {seen[number]}"
        assert first.status_code == 503, where
        assert first["Retry-After"]
        assert len(check(card.pk)) - card.seq in {0, 1}, where
        assert client.post("/study/gates/answer/", sent, headers=headers).status_code in {200, 302}, where
        assert [row.rating for row in check(card.pk) if row.seq >= card.seq] == [4], f"recorded once, {where}"
    assert met >= 8, "session, user, card and the answer itself, before and after"


def test_an_undo_meets_every_fault(enrolment: Enrolment) -> None:
    client = patient(enrolment)
    for broken, number, when in faults():
        card = current(enrolment).card
        sent = {"card": card.pk, "seq": card.seq}
        client.post("/study/gates/answer/", sent | {"rating": "1"})
        with broken(number, when) as seen:
            first = client.post("/study/gates/undo/", sent)
        if len(seen) > number:
            where = f"{when} {seen[number]}"
            assert first.status_code == 503, where
            check(card.pk)
            assert client.post("/study/gates/undo/", sent).status_code == 302, where
        log = check(card.pk)
        assert [row.undoes for row in log if row.kind == ReviewLog.Kind.UNDO] == [card.seq], "taken back once"
        client.post("/study/gates/answer/", {"card": card.pk, "seq": len(log), "rating": "4"})


def test_a_graded_answer_is_recorded_once_after_a_fault(enrolment: Enrolment) -> None:
    """The stored response does not depend on the order in which the options were shown."""
    topic = enrolment.certification.topics.first()
    assert topic is not None
    question = factories.question(topic, "multiple_choice")
    assert question.current is not None
    payload = question.current.payload
    card = Card.objects.create(enrolment=enrolment, question=question, topic=topic)
    client = patient(enrolment)
    sent = {"card": card.pk, "seq": 0, "option": "1", "certainty": "3", "shown_at": "1"}
    with fault(2, "after"):
        assert client.post("/study/gates/answer/", sent).status_code == 503
    for _ in range(2):
        assert client.post("/study/gates/answer/", sent).status_code == 302
    (row,) = check(card.pk)
    shown = order(payload, seed_of(card.pk, 0))
    assert row.response == {"options": [shown[1]], "certainty": 3}
