"""The study day of each learner: built by a sweep at the rollover hour, or on the spot when it is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import F, Max, Q, Sum
from django.utils import timezone

from accounts.models import Profile
from content import jobs
from quizzes import review_queue
from quizzes.models import Card, Enrolment, PlanItem, ReviewLog, StudyDay
from quizzes.review_queue import Candidate
from quizzes.scheduler import day
from quizzes.scheduler.day import Day

BATCH = 100  # enrolments planned between two reports of progress
MORE_SECONDS = 600


def study_day(profile: Profile, at: datetime) -> Day:
    return day.study_day(at, profile.zone, profile.rollover_hour)


def ensure_plan(enrolment: Enrolment, at: datetime) -> StudyDay:
    """Today's plan, built now when it is missing, when settings changed, or when new notes were published since."""
    today = study_day(enrolment.user.profile, at)
    plan = StudyDay.objects.filter(enrolment=enrolment, date=today.date).first()
    if plan is None or enrolment.next_plan_at is None:
        return build(enrolment, today, at)
    if plan.bank_revision != enrolment.certification.revision:
        return build(enrolment, today, at, budget_seconds=plan.budget_seconds)
    return plan


def build(enrolment: Enrolment, today: Day, at: datetime, budget_seconds: int | None = None) -> StudyDay:
    """Build or rebuild the plan of one study day. What was answered stays answered; time spent is taken off."""
    with transaction.atomic():
        # One builder at a time: this row is the lock of everything planned for the learner.
        rows = Enrolment.objects.select_for_update(of=("self",)).select_related("certification")
        enrolment = rows.get(pk=enrolment.pk)
        budget = 60 * enrolment.minutes_a_day if budget_seconds is None else budget_seconds
        time_left = max(0, budget - seconds_spent(enrolment, today))
        candidates = _with_cards(enrolment, review_queue.build(enrolment, today, at, time_left))
        plan, _ = StudyDay.objects.update_or_create(
            enrolment=enrolment,
            date=today.date,
            defaults={
                "starts_at": today.starts_at,
                "ends_at": today.ends_at,
                "built_at": at,
                "bank_revision": enrolment.certification.revision,
                "budget_seconds": budget,
                "expected_seconds": sum(card.seconds for card in candidates),
            },
        )
        _write_items(plan, candidates)
        Enrolment.objects.filter(pk=enrolment.pk).update(next_plan_at=today.ends_at)
    return plan


def study_more(enrolment: Enrolment, at: datetime) -> StudyDay:
    """Ten more minutes today, because the learner asked."""
    today = study_day(enrolment.user.profile, at)
    before = StudyDay.objects.filter(enrolment=enrolment, date=today.date).first()
    budget = max(before.budget_seconds if before else 0, seconds_spent(enrolment, today))
    return build(enrolment, today, at, budget_seconds=budget + MORE_SECONDS)


def plan_due(claim: jobs.Claim, at: datetime) -> int:
    """Build the study day of everybody whose rollover has passed; returns how many. Safe to run twice."""
    due = Enrolment.objects.filter(
        Q(next_plan_at=None) | Q(next_plan_at__lte=at), active=True, user__is_active=True
    )
    waiting = list(due.order_by("pk").values_list("pk", flat=True))
    for done, start in enumerate(range(0, len(waiting), BATCH)):
        claim.progress("planning", done * BATCH, len(waiting))
        batch = Enrolment.objects.select_related("user__profile", "certification")
        for enrolment in batch.filter(pk__in=waiting[start : start + BATCH]):
            build(enrolment, study_day(enrolment.user.profile, at), at)
    claim.progress("planning", len(waiting), len(waiting))
    return len(waiting)


def plan_job(claim: jobs.Claim) -> None:
    """The periodic job: plan for everybody who is due now."""
    plan_due(claim, timezone.now())


def forget_old(at: datetime) -> int:
    """Delete plan items of days long past; what was studied is in the review log."""
    return PlanItem.objects.filter(study_day__ends_at__lt=at - timedelta(days=30)).delete()[0]


def next_due(enrolment: Enrolment, at: datetime) -> datetime | None:
    """When the next card of this learner falls due after `at` (UTC)."""
    cards = Card.objects.filter(enrolment=enrolment, suspended=False, due__gt=at)
    return cards.order_by("due").values_list("due", flat=True).first()


def seconds_spent(enrolment: Enrolment, today: Day) -> int:
    rows = ReviewLog.objects.filter(enrolment=enrolment, at__gte=today.starts_at, at__lt=today.ends_at)
    return int((rows.aggregate(total=Sum("milliseconds"))["total"] or 0) / 1000)


def _with_cards(enrolment: Enrolment, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Give a card to every question that is about to be met."""
    missing = [card for card in candidates if card.card_id is None]
    rows = [
        Card(enrolment=enrolment, question_id=card.question_id, topic_id=card.topic_id) for card in missing
    ]
    Card.objects.bulk_create(rows, ignore_conflicts=True)
    made = dict(
        Card.objects.filter(
            enrolment=enrolment, question_id__in=[card.question_id for card in missing]
        ).values_list("question_id", "pk")
    )
    return [card if card.card_id else replace(card, card_id=made[card.question_id]) for card in candidates]


def _write_items(plan: StudyDay, candidates: Sequence[Candidate]) -> None:
    """Replace what was still open by the new order, behind what was answered."""
    PlanItem.objects.filter(study_day=plan, card__seq=F("seq")).delete()
    last = PlanItem.objects.filter(study_day=plan).aggregate(last=Max("position"))["last"] or 0
    PlanItem.objects.bulk_create(
        PlanItem(
            study_day=plan,
            position=position,
            card_id=cast(int, card.card_id),
            seq=card.seq,
            why=card.why,
            expected_seconds=card.seconds,
        )
        for position, card in enumerate(candidates, start=last + 1)
    )
