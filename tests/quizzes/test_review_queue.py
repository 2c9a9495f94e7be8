"""Today's cards: gathered, siblings buried, fitted to the minutes, interleaved; plans built once and kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from content import jobs
from quizzes import review_queue, study_days
from quizzes.answering import record_review
from quizzes.models import Card, Enrolment, PlanItem, StudyDay
from quizzes.review_queue import Candidate, bury_siblings, fit, interleave, merge
from quizzes.showing import next_showing
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def candidate(question: int, topic: int = 1, group: str = "", seconds: int = 10) -> Candidate:
    return Candidate(question, topic, group, "due", seconds)


candidates = st.lists(
    st.builds(candidate, st.integers(1, 9999), st.integers(1, 5), st.sampled_from(["", "a", "b"])),
    max_size=60,
)


@given(candidates)
def test_interleaving_keeps_every_card_and_separates_topics(cards: list[Candidate]) -> None:
    order = interleave(cards)
    assert Counter(order) == Counter(cards)
    neighbours = sum(a.topic_id == b.topic_id for a, b in pairwise(order))
    assert neighbours <= sum(a.topic_id == b.topic_id for a, b in pairwise(cards)) + 8


@given(candidates)
def test_one_sibling_a_day(cards: list[Candidate]) -> None:
    kept = bury_siblings(cards, {"b"})
    groups = [card.sibling_group for card in kept if card.sibling_group]
    assert len(groups) == len(set(groups))
    assert "b" not in groups
    assert [card for card in cards if not card.sibling_group] == [
        card for card in kept if not card.sibling_group
    ]


@given(candidates, st.integers(0, 600))
def test_fitting_keeps_to_the_minutes(cards: list[Candidate], seconds: int) -> None:
    kept, left = fit(cards, seconds)
    assert kept == cards[: len(kept)]
    assert sum(card.seconds for card in kept[:-1]) < max(1, seconds)
    assert left >= 0


@given(candidates, candidates)
def test_new_cards_are_spread_between_reviews(reviews: list[Candidate], fresh: list[Candidate]) -> None:
    order = merge(reviews, fresh)
    assert Counter(order) == Counter([*reviews, *fresh])


@pytest.fixture
def enrolment() -> Enrolment:
    certification = factories.certification(domains=(75, 25))
    factories.questions(certification, each=10)
    return factories.enrolment(factories.learner(), certification, minutes_a_day=10)


def test_new_cards_follow_the_blueprint(enrolment: Enrolment) -> None:
    plan = study_days.ensure_plan(enrolment, NOW)
    domains = Counter(
        plan.items.order_by("position").values_list("card__topic__domain__number", flat=True)[:16]
    )
    assert domains == {1: 12, 2: 4}


def test_a_plan_is_built_once_and_kept(enrolment: Enrolment) -> None:
    first = study_days.ensure_plan(enrolment, NOW)
    enrolment.refresh_from_db()
    items = list(PlanItem.objects.values_list())
    again = study_days.ensure_plan(enrolment, NOW + timedelta(hours=3))
    assert again == first
    assert list(PlanItem.objects.values_list()) == items
    assert enrolment.next_plan_at == first.ends_at


def test_a_new_publication_rebuilds_the_plan_and_keeps_what_was_answered(enrolment: Enrolment) -> None:
    plan = study_days.ensure_plan(enrolment, NOW)
    enrolment.refresh_from_db()
    showing = next_showing(enrolment.pk, plan.date, NOW)
    assert showing is not None
    record_review(showing, 0, {"rating": 3}, NOW)
    topic = enrolment.certification.topics.order_by("position").first()
    assert topic is not None
    added = factories.question(topic)
    enrolment.certification.revision += 1
    enrolment.certification.save()
    rebuilt = study_days.ensure_plan(enrolment, NOW + timedelta(minutes=1))
    cards = set(rebuilt.items.values_list("card_id", flat=True))
    assert showing.card.pk in cards
    assert added.pk in set(rebuilt.items.values_list("card__question_id", flat=True)) or len(cards) >= 20
    assert StudyDay.objects.count() == 1


def test_due_cards_come_before_the_end_of_the_study_day(enrolment: Enrolment) -> None:
    plan = study_days.ensure_plan(enrolment, NOW)
    card = plan.items.first().card  # type: ignore[union-attr]
    Card.objects.filter(pk=card.pk).update(
        state=Card.State.REVIEW, stability=5.0, difficulty=5.0, last_review=NOW - timedelta(days=5),
        due=plan.ends_at - timedelta(seconds=1),
    )  # fmt: skip
    day = study_days.study_day(enrolment.user.profile, NOW)
    assert [one.card_id for one in review_queue.gather_due(enrolment, day, NOW)] == [card.pk]
    Card.objects.filter(pk=card.pk).update(due=plan.ends_at)
    assert review_queue.gather_due(enrolment, day, NOW) == []


def test_ten_more_minutes_bring_more_cards(enrolment: Enrolment) -> None:
    Enrolment.objects.update(minutes_a_day=1)
    enrolment.refresh_from_db()
    before = study_days.ensure_plan(enrolment, NOW).items.count()
    enrolment.refresh_from_db()
    assert study_days.study_more(enrolment, NOW).items.count() > before


def test_the_sweep_plans_everybody_whose_day_has_begun_and_nobody_twice(enrolment: Enrolment) -> None:
    other = factories.enrolment(factories.learner(zone="Asia/Tokyo"), enrolment.certification)
    claim = _claim()
    assert study_days.plan_due(claim, NOW) == 2
    assert study_days.plan_due(claim, NOW) == 0
    other.refresh_from_db()
    assert study_days.plan_due(claim, other.next_plan_at or NOW) == 1


def test_planning_costs_the_same_queries_for_twice_the_cards(
    enrolment: Enrolment, django_assert_num_queries: Callable[[int], Any]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    day = study_days.study_day(enrolment.user.profile, NOW)
    with CaptureQueriesContext(connection) as few:
        study_days.build(enrolment, day, NOW)
    factories.questions(enrolment.certification, each=10)
    other = factories.enrolment(factories.learner(), enrolment.certification)
    with CaptureQueriesContext(connection) as many:
        study_days.build(other, study_days.study_day(other.user.profile, NOW), NOW)
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
    assert {"card", "question", "topic", "why"} <= set(report["cards"][0])


def _claim() -> jobs.Claim:
    job = jobs.submit("quizzes.tasks.plan_study_days", "test", NOW)
    claim = jobs.claim(job.pk, NOW)
    assert claim is not None
    return claim
