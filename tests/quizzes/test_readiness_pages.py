"""The readiness page, what the dashboard and the weekly review say of it, and trying other minutes a day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.models import Certification
from quizzes import readiness, study_days
from quizzes.answering import record_review
from quizzes.digests import gather
from quizzes.digests.review import Review
from quizzes.models import Digest, Enrolment, Question, ReadinessForecast
from quizzes.showing import next_showing
from tests import factories
from tests.quizzes.views import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment() -> Enrolment:
    certification = factories.certification("gates")
    Certification.objects.filter(pk=certification.pk).update(
        pass_mark=720, scale_min=100, scale_max=1000, scored_questions=50
    )
    factories.questions(certification, each=4)
    exam = timezone.now().date() + timedelta(days=30)
    return factories.enrolment(factories.learner(), certification, exam_date=exam, minutes_a_day=15)


@pytest.fixture
def client(enrolment: Enrolment) -> Client:
    return signed_in(enrolment.user)


def studied(enrolment: Enrolment, answers: int = 5) -> Enrolment:
    """The first cards of today, answered well."""
    at = timezone.now() - timedelta(minutes=20)
    enrolment = Enrolment.objects.select_related("user__profile", "certification").get(pk=enrolment.pk)
    plan = study_days.ensure_plan(enrolment, at)
    for _ in range(answers):
        showing = next_showing(enrolment.pk, plan.date, at)
        assert showing is not None
        record_review(showing, showing.card.seq, {"rating": 3}, at, 6000)
        at += timedelta(seconds=15)
    return Enrolment.objects.select_related("user__profile", "certification").get(pk=enrolment.pk)


def text(answer: Any) -> str:
    """What a reader sees."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def shown(client: Client, **query: str | int) -> str:
    answer = client.get(reverse("readiness", args=["gates"]), query)
    assert answer.status_code == 200
    return text(answer)


def test_the_page_says_chance_range_score_and_pass_mark(client: Client, enrolment: Enrolment) -> None:
    now = readiness.current(studied(enrolment), timezone.now())
    page = shown(client)
    assert f"you would pass {readiness.shapes.times_in_100(now.low, now.high)}" in page
    assert now.scaled is not None
    assert f"expected score, 720 passes{now.scaled:.0f}" in page
    assert "This is a first estimate" in page
    assert "Domain 1" in page and "Domain 2" in page
    assert "How it is worked out" in page


def test_best_topics_lead_to_the_reader(client: Client, enrolment: Enrolment) -> None:
    now = readiness.current(studied(enrolment), timezone.now())
    assert now.best_topics
    page = client.get(reverse("readiness", args=["gates"])).content.decode()
    for slug in enrolment.certification.topics.filter(
        pk__in=[topic.topic for topic in now.best_topics]
    ).values_list("slug", flat=True):
        assert reverse("topic", args=["gates", slug]) in page


def test_other_minutes_are_tried_without_being_kept(client: Client, enrolment: Enrolment) -> None:
    page = shown(client, minutes=45)
    assert "It is too early to say whether 45 minutes a day would do." in page
    assert "instead of 0" not in page and "times in 100" not in page, (
        "an interval that says nothing is not repeated"
    )
    assert "Study 45 minutes a day from now" in page
    enrolment.refresh_from_db()
    assert enrolment.minutes_a_day == 15


def test_the_minutes_that_are_set_offer_nothing_to_change(client: Client) -> None:
    page = shown(client, minutes=15)
    assert "That is what you have set." in page
    assert "minutes a day from now" not in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("", "Say how many minutes a day, from 1 to 600."),
        ("many", "Write the minutes as a whole number from 1 to 600."),
        ("0", "Give from 1 to 600 minutes a day."),
        ("99999", "Give from 1 to 600 minutes a day."),
        ("<b>", "Write the minutes as a whole number"),
    ],
)
def test_minutes_that_are_none_are_told_in_a_sentence(client: Client, sent: str, said: str) -> None:
    assert said in shown(client, minutes=sent)


def test_the_button_sets_the_minutes_and_nothing_else(client: Client, enrolment: Enrolment) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(days_off=[6], next_plan_at=timezone.now())
    answer = client.post(reverse("readiness_minutes", args=["gates"]), {"minutes": "30"})
    assert (answer.status_code, answer["Location"]) == (302, "/readiness/gates/")
    before = enrolment.exam_date
    enrolment.refresh_from_db()
    assert (enrolment.minutes_a_day, enrolment.exam_date, enrolment.days_off) == (30, before, [6])
    assert enrolment.next_plan_at is None, "and the days are planned anew"
    assert "with 30 minutes a day" in shown(client)


@pytest.mark.parametrize("sent", ["", "0", "601", "x"])
def test_the_button_takes_no_nonsense(client: Client, enrolment: Enrolment, sent: str) -> None:
    answer = client.post(reverse("readiness_minutes", args=["gates"]), {"minutes": sent}, follow=True)
    assert "from 1 to 600" in text(answer)
    enrolment.refresh_from_db()
    assert enrolment.minutes_a_day == 15


def test_the_curve_marks_what_is_set_and_what_is_tried(client: Client) -> None:
    page = shown(client, minutes=45)
    assert "you, 15 min" in page and "45 min" in page and "pass mark 720" in page


def test_the_days_before_are_a_line_with_a_table_behind(client: Client, enrolment: Enrolment) -> None:
    assert "From tomorrow on, a line shows here" in shown(client)
    today = ReadinessForecast.objects.get()
    for ago in (1, 2, 3):
        ReadinessForecast.objects.create(
            enrolment=enrolment, date=today.date - timedelta(days=ago), exam_date=today.exam_date,
            probability=0.5 + ago / 100, low=0.25, high=0.75, scaled=700 + ago, made_at=today.made_at,
        )  # fmt: skip
    answer = client.get(reverse("readiness", args=["gates"])).content.decode()
    assert 'class="band"' in answer and "How it has moved" in answer
    assert [f'data-label="Passes in 100">{n}</td>' in answer for n in (51, 52, 53)] == [True] * 3


@pytest.mark.parametrize(
    ("exam", "said"),
    [
        (None, "Say when your exam is, and the forecast is about that day."),
        (-5, "Set a new date if you take it again."),
        (0, "In today&#x27;s exam you would pass"),
    ],
)
def test_without_an_exam_ahead(client: Client, enrolment: Enrolment, exam: int | None, said: str) -> None:
    on = None if exam is None else timezone.now().date() + timedelta(days=exam)
    Enrolment.objects.filter(pk=enrolment.pk).update(exam_date=on)
    assert said in shown(client)
    assert "you would pass" in shown(client)


def test_a_certification_without_questions(client: Client, enrolment: Enrolment) -> None:
    Question.objects.update(state=Question.State.DRAFT)
    assert "There are no questions yet." in shown(client)


def test_nobody_sees_the_readiness_of_another_certification(enrolment: Enrolment) -> None:
    stranger = signed_in(factories.learner())
    assert stranger.get(reverse("readiness", args=["gates"])).status_code == 404
    assert stranger.post(reverse("readiness_minutes", args=["gates"]), {"minutes": 5}).status_code == 404


def test_queries_do_not_grow_with_what_was_studied(client: Client, enrolment: Enrolment) -> None:
    counts = []
    for answers in (2, 6):
        studied(enrolment, answers)
        ReadinessForecast.objects.all().delete()
        client.get(reverse("today"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("readiness", args=["gates"]))
        counts.append(len(queries))
    assert counts[1] <= counts[0]


# --- the dashboard ---------------------------------------------------------------------------------------------


def today(client: Client) -> str:
    return text(client.get(reverse("today")))


def test_the_dashboard_says_it_all_in_one_sentence(client: Client, enrolment: Enrolment) -> None:
    now = readiness.current(studied(enrolment), timezone.now())
    passing = readiness.shapes.times_in_100(now.low, now.high)
    page = today(client)
    assert re.search(r"\d+ cards?, about \d+ minutes?\. 30 days to the exam; you would pass " + passing, page)
    assert now.best_topics[0].title in page and "surer with every answer" in page


def test_before_the_first_answer_the_dashboard_foretells_nothing(client: Client) -> None:
    page = today(client)
    assert "you would pass" not in page and "After the first answers" in page
    assert not ReadinessForecast.objects.exists()


def test_the_dashboard_shows_what_is_kept(client: Client, enrolment: Enrolment) -> None:
    readiness.current(studied(enrolment), timezone.now())
    ReadinessForecast.objects.update(low=0.68, probability=0.74, high=0.79)
    assert "you would pass 68–79 times in 100" in today(client)


def test_other_settings_make_the_dashboard_ask_anew(client: Client, enrolment: Enrolment) -> None:
    readiness.current(studied(enrolment), timezone.now())
    ReadinessForecast.objects.update(low=0.68, probability=0.74, high=0.79)
    Enrolment.objects.filter(pk=enrolment.pk).update(minutes_a_day=90)
    assert "68–79" not in today(client)
    assert "if you keep to 90 minutes a day" in today(client)


@pytest.mark.parametrize(
    ("exam", "said"),
    [
        (None, "Say when your exam is, and every card aims at that day."),
        (0, "Your exam is today; take a light look, and trust what you know."),
        (-3, "Set a new date if you take it again."),
    ],
)
def test_the_dashboard_without_an_exam_ahead(
    client: Client, enrolment: Enrolment, exam: int | None, said: str
) -> None:
    on = None if exam is None else timezone.now().date() + timedelta(days=exam)
    studied(enrolment, 2)
    Enrolment.objects.filter(pk=enrolment.pk).update(exam_date=on)
    assert said in today(client)


def test_a_day_off_says_so_and_offers_to_study_anyway(client: Client, enrolment: Enrolment) -> None:
    off = study_days.study_day(enrolment.user.profile, timezone.now()).date.weekday()
    Enrolment.objects.filter(pk=enrolment.pk).update(days_off=[off])
    page = today(client)
    assert "A day off; nothing is asked" in page and "Study ten minutes anyway" in page


# --- the weekly review ----------------------------------------------------------------------------------------


def review(enrolment: Enrolment) -> Review:
    now = timezone.now()
    digest = Digest.objects.create(user=enrolment.user, week="2026-W47", due_at=now)
    found = gather.reviews([digest], now)[digest.pk]
    assert isinstance(found, Review)
    return found


def test_the_weekly_review_tells_the_kept_forecast(enrolment: Enrolment) -> None:
    readiness.current(studied(enrolment), timezone.now())
    ReadinessForecast.objects.update(low=0.68, probability=0.74, high=0.79)
    said = review(enrolment)
    assert said.parts[0].headline.endswith("30 days to the exam; you would pass 68–79 times in 100.")
    assert Review.restored(said.stored()) == said


def test_the_weekly_review_is_silent_about_a_forecast_that_says_nothing(enrolment: Enrolment) -> None:
    readiness.current(studied(enrolment), timezone.now())
    ReadinessForecast.objects.update(low=0.01, probability=0.5, high=0.99)
    assert review(enrolment).parts[0].headline.endswith("30 days to the exam.")


@pytest.mark.parametrize("change", [{"date": date(2020, 1, 1)}, {"exam_date": date(2020, 1, 1)}])
def test_an_old_forecast_or_one_of_another_date_is_not_told(
    enrolment: Enrolment, change: dict[str, date]
) -> None:
    readiness.current(studied(enrolment), timezone.now())
    ReadinessForecast.objects.update(**change)
    assert "you would pass" not in review(enrolment).parts[0].headline


def test_a_review_that_was_stored_before_forecasts_can_be_read(enrolment: Enrolment) -> None:
    studied(enrolment)
    stored = review(enrolment).stored()
    for part in stored["parts"]:
        del part["passing"]
    assert Review.restored(stored).parts[0].passing == ""
