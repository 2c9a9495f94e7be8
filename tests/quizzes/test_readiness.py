"""Forecasts of exam day in the database: made once a study day, renewed when something changed, never a crash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content import jobs
from quizzes import readiness, study_days
from quizzes.models import (
    Card,
    Enrolment,
    ItemCalibration,
    LearnerAbility,
    PlannedBreak,
    Question,
    ReadinessForecast,
    ReviewLog,
    StudyDay,
)
from quizzes.readiness import forecasting, inputs, rows
from quizzes.readiness.inputs import population_of
from quizzes.readiness.shapes import times_in_100
from tests import factories
from tests.factories import NOW
from tests.quizzes import logs

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def enrolment() -> Enrolment:
    certification = factories.certification(domains=(75, 25))
    factories.questions(certification, each=10)
    made = factories.enrolment(
        factories.learner(), certification, minutes_a_day=10, exam_date=TODAY + 20 * DAY
    )
    return loaded(made)


def loaded(enrolment: Enrolment) -> Enrolment:
    return Enrolment.objects.select_related("user__profile", "certification").get(pk=enrolment.pk)


def learned(enrolment: Enrolment, cards: int, showings: int = 3) -> None:
    questions = Question.objects.filter(certification=enrolment.certification).order_by("pk")
    logs.answered(enrolment, list(questions[:cards]), NOW, showings)


def swept(at: datetime, plan: bool = True) -> int:
    if plan:
        for one in Enrolment.objects.select_related("user__profile", "certification"):
            study_days.ensure_plan(one, at)
    job = jobs.submit("readiness", str(jobs.Job.objects.count()), at)
    claim = jobs.claim(job.pk, at)
    assert claim is not None
    return rows.forecast_due(claim, at)


def test_a_forecast_is_made_once_and_kept(enrolment: Enrolment, django_assert_max_num_queries: Any) -> None:
    learned(enrolment, 20)
    made = readiness.current(enrolment, NOW)
    assert 0 <= made.low <= made.probability <= made.high <= 1
    assert made.answers == 60 and made.exam_date == TODAY + 20 * DAY
    assert [domain.weight for domain in made.domains] == [0.75, 0.25]
    assert len(made.best_topics) == 3
    with django_assert_max_num_queries(3):
        assert readiness.current(enrolment, NOW + timedelta(hours=1)) == made
    assert readiness.kept(enrolment, NOW + DAY) == made
    assert ReadinessForecast.objects.count() == 1


def test_queries_do_not_grow_with_cards(enrolment: Enrolment) -> None:
    counts = []
    for cards in (5, 35):
        Card.objects.all().delete()
        learned(enrolment, cards)
        with CaptureQueriesContext(connection) as queries:
            readiness.what_if(enrolment, NOW, 10)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_studying_renews_it_but_not_at_every_answer(enrolment: Enrolment) -> None:
    learned(enrolment, 10)
    made = readiness.current(enrolment, NOW)
    card = Card.objects.first()
    assert card is not None
    ReviewLog.objects.create(
        card=card, seq=card.seq, enrolment=enrolment, question_version_id=card.question.current_id or 0, kind=1,
        rating=3, at=NOW + timedelta(seconds=20), state=2, stability=9.0, difficulty=5.0,
    )  # fmt: skip
    assert readiness.current(enrolment, NOW + timedelta(minutes=1)) == made
    renewed = readiness.current(enrolment, NOW + timedelta(minutes=5))
    assert renewed.made_at == NOW + timedelta(minutes=5) and renewed.answers == made.answers + 1
    assert ReadinessForecast.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda one: Enrolment.objects.update(minutes_a_day=60),
        lambda one: Enrolment.objects.update(exam_date=TODAY + 40 * DAY),
        lambda one: Enrolment.objects.update(days_off=[5, 6]),
        lambda one: PlannedBreak.objects.create(enrolment=one, first=TODAY + DAY, last=TODAY + 3 * DAY),
    ],
)
def test_other_settings_renew_it_at_once(enrolment: Enrolment, change: Callable[[Enrolment], object]) -> None:
    readiness.current(enrolment, NOW)
    change(enrolment)
    later = NOW + timedelta(seconds=5)
    assert readiness.current(loaded(enrolment), later).made_at == later


def test_more_minutes_never_lower_it(enrolment: Enrolment) -> None:
    learned(enrolment, 15)
    shares = [readiness.what_if(enrolment, NOW, minutes).share for minutes in (0, 1, 2, 5, 10, 30, 600)]
    assert shares == sorted(shares) and shares[-1] > shares[0] + 0.05
    assert not ReadinessForecast.objects.exists()
    kept, asked = readiness.current(enrolment, NOW), readiness.what_if(enrolment, NOW, 10)
    assert kept == asked


def test_the_curve_rises_and_is_kept(enrolment: Enrolment, django_assert_max_num_queries: Any) -> None:
    curve = readiness.curve(enrolment, NOW)
    shares = [point.share for point in curve.points]
    assert [point.minutes for point in curve.points] == list(range(0, 125, 5))
    assert shares == sorted(shares) and shares[-1] > shares[0]
    assert not curve.assumed
    headline = readiness.current(enrolment, NOW)
    assert curve.points[2].share == pytest.approx(headline.share, abs=0.01)  # ten minutes
    with django_assert_max_num_queries(4):
        assert readiness.curve(enrolment, NOW + timedelta(hours=1)) == curve


def test_without_an_exam_it_is_about_today_and_the_curve_about_a_month(enrolment: Enrolment) -> None:
    Enrolment.objects.update(exam_date=None)
    one = loaded(enrolment)
    made, curve = readiness.current(one, NOW), readiness.curve(one, NOW)
    assert made.exam_date is None and made.sentence.startswith("If the exam were today, you would pass")
    assert (
        curve.assumed
        and curve.exam_date == TODAY + 30 * DAY
        and curve.points[-1].share > curve.points[0].share
    )


@pytest.mark.parametrize("days", [-1, 0, 1, 2, 364, 365, 366, 5000])
def test_any_date_gives_numbers(enrolment: Enrolment, days: int) -> None:
    learned(enrolment, 10)
    Enrolment.objects.update(exam_date=TODAY + days * DAY, minutes_a_day=600 if days % 2 else 0)
    one = loaded(enrolment)
    made, curve = readiness.current(one, NOW), readiness.curve(one, NOW)
    assert 0 <= made.low <= made.probability <= made.high <= 1
    assert "in 100" in made.sentence
    assert bool(curve.points) == (days != 0)


def test_a_bank_without_questions_and_one_without_domains(enrolment: Enrolment) -> None:
    Question.objects.update(state=Question.State.RETIRED)
    made = readiness.current(enrolment, NOW)
    assert made.provisional and made.reasons[0] == "no_questions" and made.best_topics == ()
    assert readiness.curve(enrolment, NOW).points == ()
    bare = factories.certification(domains=())
    other = loaded(factories.enrolment(enrolment.user, bare))
    assert [domain.number for domain in readiness.current(other, NOW).domains] == [None]


def test_who_answers_right_is_readier_and_hard_questions_count_more(enrolment: Enrolment) -> None:
    learned(enrolment, 30)
    ReviewLog.objects.update(rating=1)
    wrong = readiness.what_if(enrolment, NOW, 10)
    ReviewLog.objects.update(rating=3)
    right = readiness.what_if(enrolment, NOW, 10)
    assert right.share > wrong.share
    ItemCalibration.objects.bulk_create(
        ItemCalibration(question=question, difficulty=2.0, standard_error=0.2, answers=90, provisional=False)
        for question in Question.objects.all()
    )
    assert readiness.what_if(enrolment, NOW, 0).share < right.share


def test_other_learners_are_where_a_beginner_is_expected(enrolment: Enrolment) -> None:
    before = population_of(enrolment.certification_id)
    for _ in range(30):
        other = factories.enrolment(factories.learner(), enrolment.certification)
        LearnerAbility.objects.create(enrolment=other, ability=1.5, standard_error=0.3)
    after = population_of(enrolment.certification_id)
    assert after.learners == 30 and after.mean > before.mean + 0.8 and 0 < after.sd < before.sd


def test_the_sweep_forecasts_what_was_planned_once(enrolment: Enrolment) -> None:
    assert swept(NOW, plan=False) == 0
    assert swept(NOW) == 1
    assert [swept(NOW + timedelta(minutes=5 * n)) for n in range(1, 4)] == [0, 0, 0]
    assert swept(NOW + DAY) == 1
    assert list(ReadinessForecast.objects.order_by("date").values_list("date", flat=True)) == [
        TODAY,
        TODAY + DAY,
    ]


def test_one_learner_who_cannot_be_forecast_keeps_nobody_waiting(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = factories.enrolment(factories.learner(), enrolment.certification)
    forecast = rows.current

    def odd(one: Enrolment, at: datetime) -> readiness.Readiness:
        if one.pk == enrolment.pk:
            raise ValueError("odd rows")
        return forecast(one, at)

    monkeypatch.setattr(rows, "current", odd)
    swept(NOW)
    assert ReadinessForecast.objects.get().enrolment_id == other.pk


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_one_forecast_for_each_day_when_clocks_change(enrolment: Enrolment, zone: str) -> None:
    enrolment.user.profile.zone = zone
    enrolment.user.profile.save()
    start = datetime(2026, 10, 23, 12, tzinfo=UTC)
    Enrolment.objects.update(exam_date=None, minutes_a_day=1)
    for hour in range(0, 24 * 12, 6):
        swept(start + timedelta(hours=hour))
    dates = list(ReadinessForecast.objects.order_by("date").values_list("date", flat=True))
    assert dates == [start.date() + n * DAY for n in range(len(dates))] and len(dates) >= 12


def test_a_clock_set_back_makes_todays_row_anew(enrolment: Enrolment) -> None:
    swept(NOW)
    earlier = NOW - timedelta(hours=2)
    assert readiness.current(enrolment, earlier).made_at == earlier
    assert ReadinessForecast.objects.count() == 1
    assert swept(NOW - DAY) == 1
    assert ReadinessForecast.objects.count() == 2 == StudyDay.objects.count()


def test_what_others_wrote_into_a_row_is_not_trusted(enrolment: Enrolment) -> None:
    ReadinessForecast.objects.create(
        enrolment=enrolment, date=TODAY, probability=0.5, low=0.4, high=0.6, made_at=NOW
    )
    assert readiness.kept(enrolment, NOW) is None
    assert readiness.current(enrolment, NOW).domains
    assert ReadinessForecast.objects.count() == 1


def test_a_very_large_bank_is_represented_by_a_part(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned(enrolment, 30)
    whole = readiness.what_if(enrolment, NOW, 2)
    monkeypatch.setattr(inputs, "MOST", 20)
    monkeypatch.setattr(forecasting, "MOST_CARDS", 10)
    part = readiness.what_if(enrolment, NOW, 2)
    assert sum(domain.questions for domain in part.domains) == 20
    assert part.share == pytest.approx(whole.share, abs=0.08)
    shares = [readiness.what_if(enrolment, NOW, minutes).share for minutes in (0, 1, 3, 10)]
    assert shares == sorted(shares)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.0, 0.004, "hardly ever in 100 times"),
        (0.68, 0.79, "68–79 times in 100"),
        (0.5, 0.501, "about 50 times in 100"),
        (0.996, 1.0, "nearly 100 times in 100"),
        (0.0, 1.0, "0–100 times in 100 (too early to say)"),
        (0.1, 0.89, "10–89 times in 100"),
    ],
)
def test_an_interval_as_people_say_it(low: float, high: float, said: str) -> None:
    assert times_in_100(low, high) == said
