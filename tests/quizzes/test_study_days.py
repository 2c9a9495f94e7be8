"""Plans of study days in the database: built once and kept, rebuilt when something changed, never a crash."""

from __future__ import annotations

import dataclasses
import json
import uuid
from datetime import date, timedelta
from io import StringIO
from typing import Any

import numpy as np
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content import jobs
from content.models import Job
from quizzes import review_queue, study_days, sweeping
from quizzes.answering import reset_cards, suspend_cards
from quizzes.models import Card, Enrolment, PlanItem, PlannedBreak, Question, StudyDay
from quizzes.planning import reasons
from quizzes.planning.material import Bounds
from quizzes.showing import next_showing
from tests import factories
from tests.factories import NOW
from tests.quizzes.plans import DAY, cards_of, enrolled, learned, planned

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
TODAY = NOW.date()


@pytest.fixture
def enrolment() -> Enrolment:
    return enrolled()


def test_a_plan_is_built_once_and_kept(enrolment: Enrolment) -> None:
    first = study_days.ensure_plan(enrolment, NOW)
    enrolment.refresh_from_db()
    items = list(PlanItem.objects.values_list())
    again = study_days.ensure_plan(enrolment, NOW + timedelta(hours=3))
    assert again == first
    assert list(PlanItem.objects.values_list()) == items
    assert enrolment.next_plan_at == first.ends_at


def test_the_minutes_are_a_hard_limit(enrolment: Enrolment) -> None:
    for minutes in (1, 3, 10):
        plan = planned(enrolment, minutes_a_day=minutes)
        assert 0 < plan.expected_seconds <= 60 * minutes == plan.budget_seconds


def test_seconds_as_shown_add_up_to_no_more_than_the_minutes(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each card takes a little more than half a second over 14, and is shown as 15."""
    real = review_queue.worth_of

    def odd(*given: Any) -> Any:
        worth = real(*given)
        return dataclasses.replace(worth, seconds=np.full_like(worth.seconds, 14.51))

    monkeypatch.setattr(review_queue, "worth_of", odd)
    plan = planned(enrolment, minutes_a_day=8)
    assert plan.expected_seconds == 32 * 15 == plan.budget_seconds


def test_who_has_only_questions_left_that_were_taken_back_gets_others(enrolment: Enrolment) -> None:
    plan = planned(enrolment, minutes_a_day=2)
    suspend_cards(Question.objects.filter(cards__in=cards_of(plan)))
    assert next_showing(enrolment.pk, plan.date, NOW) is None
    enrolment.refresh_from_db()
    again = study_days.ensure_plan(enrolment, NOW + timedelta(minutes=5))
    assert next_showing(enrolment.pk, again.date, NOW + timedelta(minutes=5)) is not None


def test_a_plan_before_an_exam_says_what_it_is_worth(enrolment: Enrolment) -> None:
    learned(enrolment, 10)
    plan = planned(enrolment)
    assert (plan.mode, plan.days_left) == (StudyDay.Mode.EXAM, 31)
    assert plan.price is not None and plan.price > 0
    for item in plan.items.all():
        assert item.gain_per_second > 0
        assert reasons.card_sentence(item.why, item.because).endswith(".")
    assert reasons.day_sentence(plan).startswith("31 days to the exam: ")


def test_more_minutes_than_needed_are_used_to_look_ahead(enrolment: Enrolment) -> None:
    learned(enrolment, 40, stability=30.0, ago=2)
    plan = planned(enrolment, minutes_a_day=60)
    whys = set(plan.items.values_list("why", flat=True))
    assert whys & {PlanItem.Why.AHEAD, PlanItem.Why.FADING}, "nothing is due for four weeks"


def test_a_domain_of_more_weight_is_met_first_when_time_is_short(enrolment: Enrolment) -> None:
    plan = planned(enrolment, minutes_a_day=4, exam_date=TODAY + 2 * DAY)
    first = list(plan.items.values_list("card__topic__domain__number", flat=True))
    assert first.count(1) > first.count(2)


def test_retired_and_held_questions_are_never_planned(enrolment: Enrolment) -> None:
    cards = learned(enrolment, 10, ago=9)
    Question.objects.filter(pk=cards[0].question_id).update(state=Question.State.HELD)
    Card.objects.filter(pk=cards[1].pk).update(suspended=True)
    Question.objects.filter(pk=cards[1].question_id).update(state=Question.State.RETIRED)
    unseen = Question.objects.exclude(cards__enrolment=enrolment)
    unseen.update(state=Question.State.RETIRED)
    for exam in (None, TODAY + 20 * DAY):
        plan = planned(enrolment, exam_date=exam, minutes_a_day=200)
        assert set(cards_of(plan)) == {card.pk for card in cards[2:]}


def test_an_answer_that_changed_comes_first_of_all_reasons(enrolment: Enrolment) -> None:
    card = learned(enrolment, 5, stability=300.0, ago=1)[0]
    reset_cards([card.question], NOW)
    for exam in (None, TODAY + 20 * DAY):
        plan = planned(enrolment, exam_date=exam, minutes_a_day=1)
        assert plan.items.get(card=card).why == PlanItem.Why.CHANGED


def test_steps_left_on_an_earlier_day_are_planned_like_any_other_card(enrolment: Enrolment) -> None:
    (card,) = learned(enrolment, 1, ago=2, state=Card.State.LEARNING, step=1, due=NOW - 2 * DAY)
    for exam in (None, TODAY + 20 * DAY):
        plan = planned(enrolment, exam_date=exam, minutes_a_day=200)
        assert plan.items.get(card=card).why == PlanItem.Why.LEARNING
        showing = next_showing(enrolment.pk, plan.date, NOW)
        assert showing is not None
        assert showing.left.cards == plan.items.count(), "counted once"


def test_days_off_are_planned_around_and_never_asked(enrolment: Enrolment) -> None:
    plan = planned(enrolment, days_off=[TODAY.weekday()])
    assert (plan.mode, plan.budget_seconds, cards_of(plan)) == (StudyDay.Mode.OFF, 0, [])
    assert reasons.day_sentence(plan) == "Today is a day off; nothing is asked."
    assert cards_of(planned(enrolment, NOW + DAY)) != []
    PlannedBreak.objects.create(enrolment=enrolment, first=TODAY + DAY, last=TODAY + 3 * DAY)
    assert cards_of(planned(enrolment, NOW + 2 * DAY)) == []
    assert study_days.study_more(enrolment, NOW).items.exists(), "who asks for more gets it"


def test_on_the_day_of_the_exam_only_what_was_seen_is_looked_at(enrolment: Enrolment) -> None:
    seen = {card.pk for card in learned(enrolment, 12)}
    plan = planned(enrolment, exam_date=TODAY)
    assert set(cards_of(plan)) <= seen
    assert cards_of(plan)
    assert plan.budget_seconds == 300
    assert set(plan.items.values_list("why", flat=True)) == {PlanItem.Why.LAST}


def test_after_the_exam_what_was_learned_is_kept(enrolment: Enrolment) -> None:
    cards = learned(enrolment, 12, ago=9)
    plan = planned(enrolment, exam_date=TODAY - DAY, minutes_a_day=60)
    assert (plan.mode, plan.days_left) == (StudyDay.Mode.RETENTION, None)
    assert {card.pk for card in cards} <= set(cards_of(plan))
    assert plan.items.filter(why=PlanItem.Why.NEW).count() == 20


def test_a_backlog_is_spread_over_the_days(enrolment: Enrolment) -> None:
    learned(enrolment, 40, ago=30)
    plan = planned(enrolment, exam_date=None, minutes_a_day=3)
    assert 0 < plan.items.count() < 20
    assert plan.because["backlog"]
    assert not plan.items.filter(why=PlanItem.Why.NEW).exists()


def test_the_sweep_plans_everybody_whose_day_has_begun_and_nobody_twice(enrolment: Enrolment) -> None:
    other = factories.enrolment(factories.learner(zone="Asia/Tokyo"), enrolment.certification)
    claim = _claim()
    assert study_days.plan_due(claim, NOW) == 2
    assert study_days.plan_due(claim, NOW) == 0
    other.refresh_from_db()
    assert study_days.plan_due(claim, other.next_plan_at or NOW) == 1


def test_the_sweep_lets_an_upload_go_first_and_then_plans_the_rest(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(sweeping.AT_ONCE):
        factories.enrolment(factories.learner(), enrolment.certification)
    sweep = jobs.submit("quizzes.tasks.plan_study_days", "now", NOW, gives_way=True)
    build = study_days.build

    def and_meanwhile_notes_are_uploaded(*args: Any) -> StudyDay:
        jobs.submit("studyapp.tasks.ingest", "notes", NOW)
        return build(*args)

    with time_machine.travel(NOW, tick=False):
        monkeypatch.setattr(study_days, "build", and_meanwhile_notes_are_uploaded)
        jobs.run(sweep.pk, study_days.plan_job)
        assert (StudyDay.objects.count(), Job.objects.get(pk=sweep.pk).state) == (sweeping.AT_ONCE, "queued")
        jobs.claim(Job.objects.get(key="notes").pk, NOW)
        jobs.run(sweep.pk, study_days.plan_job)
        assert (StudyDay.objects.count(), Job.objects.get(pk=sweep.pk).state) == (
            sweeping.AT_ONCE + 1,
            "done",
        )


def test_a_day_planned_from_a_part_is_planned_again_by_the_sweep(enrolment: Enrolment) -> None:
    learned(enrolment, 30)
    today = study_days.study_day(enrolment.user.profile, NOW)
    plan = study_days.build(enrolment, today, NOW, 300, Bounds(seen=5, unseen=5))
    assert plan.items.count() <= 10
    enrolment.refresh_from_db()
    assert enrolment.next_plan_at == NOW
    assert study_days.plan_due(_claim(), NOW) == 1
    assert study_days.plan_due(_claim(), NOW) == 0
    again = StudyDay.objects.get()
    assert again.items.count() > 10
    assert again.budget_seconds == 300, "what the learner asked for stays"


def test_planning_costs_the_same_queries_for_twice_the_cards(enrolment: Enrolment) -> None:
    learned(enrolment, 15)
    with CaptureQueriesContext(connection) as few:
        planned(enrolment)
    factories.questions(enrolment.certification, each=10)
    other = factories.enrolment(factories.learner(), enrolment.certification)
    learned(other, 40)
    with CaptureQueriesContext(connection) as many:
        planned(other)
    assert len(many) <= len(few)


def test_the_command_prints_the_day_as_json(enrolment: Enrolment) -> None:
    out = StringIO()
    call_command(
        "plan_study_day", "--email", enrolment.user.email, "--certification", enrolment.certification.slug,
        "--date", "2026-11-25", "--format", "json", stdout=out,
    )  # fmt: skip
    report = json.loads(out.getvalue())
    assert report["date"] == "2026-11-25"
    assert report["budget_seconds"] == 600
    assert 0 < report["expected_seconds"] <= 600
    for card in report["cards"]:
        assert {"card", "question", "topic", "why", "gain_per_second"} <= set(card)
        assert card["gain_per_second"] > 0
        assert card["why"].endswith(".")


@pytest.mark.parametrize("days", (-300, -1, 1, 55))
def test_looking_at_another_day_leaves_no_trace(enrolment: Enrolment, days: int) -> None:
    """A day that was never studied, planned because somebody looked, would count as missed."""
    now = timezone.now()
    planned(enrolment, now)
    rows = Enrolment.objects.values_list("next_plan_at", "pace"), StudyDay.objects.values_list()
    before = [list(kept) for kept in rows]
    report = json.loads(_day_of(enrolment, (now + days * DAY).date().isoformat()))
    assert report["cards"] and report["date"] != now.date().isoformat()
    assert [list(kept.all()) for kept in rows] == before


def test_a_day_that_is_over_is_shown_as_it_was_planned(enrolment: Enrolment) -> None:
    then = timezone.now() - 3 * DAY
    plan = planned(enrolment, then)
    items = list(PlanItem.objects.values_list())
    report = json.loads(_day_of(enrolment, plan.date.isoformat()))
    assert [card["card"] for card in report["cards"]] == cards_of(plan)
    assert list(PlanItem.objects.values_list()) == items


@pytest.mark.parametrize("day", ("0001-01-01", "9999-12-31"))
def test_a_day_out_of_reach_is_refused_in_a_sentence(enrolment: Enrolment, day: str) -> None:
    with pytest.raises(CommandError, match="within ten years"):
        _day_of(enrolment, day)


def _day_of(enrolment: Enrolment, day: str) -> str:
    out = StringIO()
    call_command(
        "plan_study_day", "--email", enrolment.user.email, "--certification", enrolment.certification.slug,
        "--date", day, "--format", "json", stdout=out,
    )  # fmt: skip
    return out.getvalue()


def _claim() -> jobs.Claim:
    job = jobs.submit("quizzes.tasks.plan_study_days", uuid.uuid4().hex, NOW)
    claim = jobs.claim(job.pk, NOW)
    assert claim is not None
    return claim


def test_dates_are_the_learners_own(enrolment: Enrolment) -> None:
    """An exam tomorrow in Auckland is not tomorrow in Honolulu."""
    enrolment.user.profile.zone = "Pacific/Auckland"
    enrolment.user.profile.save()
    plan = planned(enrolment, exam_date=date(2026, 11, 23))
    assert (plan.date, plan.days_left) == (date(2026, 11, 21), 2)
    enrolment.user.profile.zone = "Pacific/Honolulu"
    enrolment.user.profile.save()
    assert planned(enrolment).date == date(2026, 11, 20)
