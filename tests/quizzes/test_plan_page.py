"""Today's plan laid open, why a card is asked now, and the settings a plan depends on."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from quizzes import enrolling, study_days
from quizzes.models import Card, Enrolment, PlanItem, PlannedBreak, StudyDay
from quizzes.planning.reasons import day_sentence
from quizzes.showing import next_showing
from tests import factories
from tests.quizzes.views import form, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment() -> Enrolment:
    certification = factories.certification("gates")
    factories.questions(certification, each=3)
    exam = timezone.now().date() + timedelta(days=30)
    return factories.enrolment(factories.learner(), certification, exam_date=exam)


@pytest.fixture
def client(enrolment: Enrolment) -> Client:
    return signed_in(enrolment.user)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def plan(client: Client) -> str:
    answer = client.get(reverse("plan", args=["gates"]))
    assert answer.status_code == 200
    return text(answer)


def test_the_plan_shows_every_card_with_its_reason(client: Client) -> None:
    page = plan(client)
    day = StudyDay.objects.get()
    assert day_sentence(day) in page
    items = PlanItem.objects.filter(study_day=day).select_related("card__question__current", "card__topic")
    assert len(items) >= 4
    for item in items:
        version = item.card.question.current
        assert version is not None and version.stem in page and item.card.topic.title in page
    assert page.count("You have not met it yet; its domain is") == len(items)
    assert "New to you" in page


def test_the_order_is_that_of_the_session(client: Client, enrolment: Enrolment) -> None:
    answer = client.get(reverse("plan", args=["gates"])).content.decode()
    first = re.search(r'<li value="1">.*?<p class="what">(.*?)</p>', answer, re.DOTALL)
    showing = next_showing(enrolment.pk, StudyDay.objects.get().date, timezone.now())
    assert first is not None and showing is not None
    assert first[1] in showing.html["stem"]


def test_answered_cards_are_counted_and_not_listed(client: Client) -> None:
    plan(client)
    item = PlanItem.objects.select_related("card__question__current").order_by("position")[0]
    Card.objects.filter(pk=item.card_id).update(seq=1)
    page = plan(client)
    assert "1 answered already; " in page
    assert item.card.question.current is not None
    assert item.card.question.current.stem not in page


def test_what_comes_back_today_is_part_of_the_day(client: Client) -> None:
    plan(client)
    item, now = PlanItem.objects.order_by("position")[0], timezone.now()
    step = {"state": Card.State.LEARNING, "last_review": now, "due": now + timedelta(minutes=10)}
    Card.objects.filter(pk=item.card_id).update(seq=1, stability=1.0, difficulty=5.0, **step)
    assert "1 answered already, 1 of them to be asked again today; " in plan(client)


def test_a_day_off_is_said(client: Client, enrolment: Enrolment) -> None:
    today = study_days.study_day(enrolment.user.profile, timezone.now()).date
    enrolling.set_days_off(enrolment, [today.weekday()])
    page = plan(client)
    assert "Today is a day off; nothing is asked." in page and "Study ten minutes anyway" in page


def test_cards_that_keep_slipping_away_lead_to_their_topic(client: Client, enrolment: Enrolment) -> None:
    assert "Keeps slipping away" not in plan(client)
    card = Card.objects.filter(enrolment=enrolment).select_related("topic")[0]
    Card.objects.filter(pk=card.pk).update(lapses=9)
    page = client.get(reverse("plan", args=["gates"])).content.decode()
    assert "Keeps slipping away" in page and "forgotten 9 times" in page
    assert reverse("topic", args=["gates", card.topic.slug]) in page


def test_queries_do_not_grow_with_cards(client: Client, enrolment: Enrolment) -> None:
    counts = []
    for _ in range(2):
        plan(client)
        with CaptureQueriesContext(connection) as queries:
            plan(client)
        counts.append(len(queries))
        factories.questions(enrolment.certification, each=5)
        Enrolment.objects.update(next_plan_at=None)
    assert counts[0] == counts[1]


def test_somebody_else_gets_a_404(enrolment: Enrolment) -> None:
    assert signed_in(factories.learner()).get(reverse("plan", args=["gates"])).status_code == 404


# --- why this card ----------------------------------------------------------------------------------------------


def test_a_card_says_why_it_is_here_and_unfolds(client: Client) -> None:
    front = client.get(reverse("study", args=["gates"]))
    assert "You have not met it yet; its domain is" in text(front)
    assert "What you have not met counts as not known on exam day." in text(front)


def test_a_card_that_was_seen_says_its_numbers(client: Client, enrolment: Enrolment) -> None:
    client.get(reverse("study", args=["gates"]))
    first = PlanItem.objects.order_by("position")[0]
    PlanItem.objects.filter(pk=first.pk).update(
        why=PlanItem.Why.FADING, because={"now": 0.81, "exam": 0.42, "then": 0.77}
    )
    page = text(client.get(reverse("study", args=["gates"])))
    assert "Left alone, you would know it with 42 % on exam day; remembered today, with 77 %." in page
    assert "You would know it now with 81 %" in page


def test_the_answer_side_is_not_burdened(client: Client) -> None:
    front = client.get(reverse("study", args=["gates"]))
    turned = client.get(reverse("study", args=["gates"]), form(front, "/study/gates/"))
    assert "whynow" not in turned.content.decode()


# --- settings ---------------------------------------------------------------------------------------------------


def save(client: Client, **fields: object) -> Any:
    sent = {"exam_date": "", "minutes_a_day": "25"} | fields
    return client.post(reverse("enrolment", args=["gates"]), sent)


def test_date_minutes_and_days_off_are_saved_together_and_planned_anew(
    client: Client, enrolment: Enrolment
) -> None:
    exam = timezone.now().date() + timedelta(days=60)
    Enrolment.objects.update(next_plan_at=timezone.now() + timedelta(hours=3))
    answer = save(client, exam_date=exam.isoformat(), minutes_a_day="25", days_off=["5", "6"])
    assert (answer.status_code, answer["Location"]) == (302, "/certifications/gates/")
    enrolment.refresh_from_db()
    assert (enrolment.exam_date, enrolment.minutes_a_day, enrolment.days_off) == (exam, 25, [5, 6])
    assert enrolment.next_plan_at is None
    page = client.get(answer["Location"]).content.decode()
    assert page.count("checked") == 2


def test_a_week_without_a_day_is_refused_and_nothing_is_saved(client: Client, enrolment: Enrolment) -> None:
    answer = save(client, minutes_a_day="99", days_off=[str(day) for day in range(7)])
    assert answer.status_code == 422
    assert "Leave at least one day of the week for studying." in text(answer)
    enrolment.refresh_from_db()
    assert (enrolment.minutes_a_day, enrolment.days_off) == (20, [])


def test_a_break_is_added_listed_and_taken_out(client: Client, enrolment: Enrolment) -> None:
    first = timezone.now().date() + timedelta(days=4)
    Enrolment.objects.update(next_plan_at=timezone.now())
    answer = client.post(
        reverse("break_add", args=["gates"]),
        {"first": first.isoformat(), "last": (first + timedelta(days=2)).isoformat()},
    )
    assert answer.status_code == 302
    made = PlannedBreak.objects.get()
    assert (made.enrolment_id, made.first, made.last) == (enrolment.pk, first, first + timedelta(days=2))
    page = client.get(reverse("enrolment", args=["gates"])).content.decode()
    assert first.isoformat() in page
    enrolment.refresh_from_db()
    assert enrolment.next_plan_at is None
    assert client.post(reverse("break_cancel", args=["gates", made.pk])).status_code == 302
    assert not PlannedBreak.objects.exists()
    assert client.post(reverse("break_cancel", args=["gates", made.pk])).status_code == 404


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (5, 3, "The last day comes before the first. Turn them round."),
        (-5, -3, "These days are over. Choose days to come."),
        (None, 3, "Give the first day of the break."),
        (3, None, "Give the last day of the break; the same day for a single one."),
    ],
)
def test_a_break_that_is_none(client: Client, first: int | None, last: int | None, said: str) -> None:
    today = timezone.now().date()
    sent = {
        name: (today + timedelta(days=days)).isoformat()
        for name, days in (("first", first), ("last", last))
        if days is not None
    }
    answer = client.post(reverse("break_add", args=["gates"]), sent)
    assert answer.status_code == 422 and said in text(answer)
    assert not PlannedBreak.objects.exists()


def test_another_learners_break_stays(client: Client, enrolment: Enrolment) -> None:
    other = factories.enrolment(factories.learner(), enrolment.certification)
    made = enrolling.add_break(other, timezone.now().date(), timezone.now().date())
    assert client.post(reverse("break_cancel", args=["gates", made.pk])).status_code == 404
    assert PlannedBreak.objects.exists()
