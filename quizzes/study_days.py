"""The study day of each learner: built by a sweep at the rollover hour, or on the spot when it is missing.

The only writer of study days and their items. An answer writes nothing here: an item is open while its card is still
at the planned showing; only an undo has its item follow the card. What a plan is made of stands in
`quizzes.review_queue`, loaded where a plan is built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, Sum
from django.utils import timezone

from accounts.models import Profile
from content import jobs
from quizzes import drill_schedules
from quizzes.models import Card, Enrolment, PlanItem, ReviewLog, StudyDay
from quizzes.scheduler import day
from quizzes.scheduler.day import Day
from quizzes.sweeping import sweep

if TYPE_CHECKING:
    from quizzes.planning.candidates import Candidate, Planned
    from quizzes.planning.horizon import DaysOff
    from quizzes.planning.material import Bounds

Settings = tuple[date | None, int, tuple[int, ...], tuple[tuple[date, date], ...]]

MORE_SECONDS = 600
MOST_FOR_DRILLS = 0.4  # of a day
WORTH_TOPPING_UP = 45  # seconds of a budget that are left when the plan is finished


def study_day(profile: Profile, at: datetime) -> Day:
    return day.study_day(at, profile.zone, profile.rollover_hour)


def ensure_plan(enrolment: Enrolment, at: datetime) -> StudyDay:
    """Today's plan, built now when it is missing, when settings changed, or when new notes were published since.

    Who has finished it with minutes to spare gets what is worth asking next.
    """
    today = study_day(enrolment.user.profile, at)
    plan = _of_today(enrolment, today)
    if plan is None or enrolment.next_plan_at is None or plan.built_at > at:
        return build(enrolment, today, at)  # also when it was made ahead, or the clock was set back
    if plan.bank_revision != enrolment.certification.revision:
        return build(enrolment, today, at, budget_seconds=plan.budget_seconds)
    if not plan.waiting and _may_be_topped_up(enrolment, plan, today):  # type: ignore[attr-defined]
        return build(enrolment, today, at, budget_seconds=plan.budget_seconds)
    return plan


def build(
    enrolment: Enrolment,
    today: Day,
    at: datetime,
    budget_seconds: int | None = None,
    bounds: Bounds | None = None,
) -> StudyDay:
    """Build or rebuild the plan of one study day. What was answered stays answered; time spent is taken off.

    Nothing is locked while the plan is worked out: what is answered meanwhile is left out, or closes its item by
    itself, and settings that change meanwhile have the day planned once more. `bounds`: how much is read at the most.
    """
    from quizzes import review_queue
    from quizzes.planning.horizon import budget_of, horizon_of
    from quizzes.planning.material import IN_A_REQUEST
    from quizzes.planning.retention_mode import NEW_A_DAY

    bounds = bounds or IN_A_REQUEST
    enrolment = Enrolment.objects.select_related("certification", "user__profile").get(pk=enrolment.pk)
    settings = _settings(enrolment)
    a_day, off = 60 * enrolment.minutes_a_day, _days_off(settings)
    budget = budget_seconds
    if budget is None:
        budget = budget_of(today.date, enrolment.exam_date, a_day, off)
    time_left = max(0, budget - seconds_spent(enrolment, today))
    time_left -= _kept_for_drills(enrolment, today, time_left)
    horizon = horizon_of(today.date, enrolment.exam_date, a_day, time_left, off)
    asked_for = max(0, budget - a_day) // MORE_SECONDS  # times that the learner wanted ten minutes more
    planned = review_queue.build(
        enrolment, today, horizon, bounds, prices_before(enrolment, today), NEW_A_DAY * (1 + asked_for)
    )
    day_off = today.date in off and not budget
    columns = {
        "starts_at": today.starts_at,
        "ends_at": today.ends_at,
        "built_at": at,
        "bank_revision": enrolment.certification.revision,
        "budget_seconds": budget,
        "expected_seconds": planned.expected_seconds,
        "mode": StudyDay.Mode.OFF if day_off else horizon.mode,
        "days_left": horizon.days_left,
        "price": planned.price,
        "because": {**planned.because, "prices": planned.prices},
    }
    in_part = not (planned.whole or bounds.final) and horizon.mode == StudyDay.Mode.EXAM
    return _write(enrolment, today, columns, planned, settings, at if in_part else today.ends_at)


def _write(
    enrolment: Enrolment,
    today: Day,
    columns: Mapping[str, Any],
    planned: Planned,
    settings: Settings,
    next_plan_at: datetime,
) -> StudyDay:
    """One builder at a time: the enrolment's row is the lock of everything planned for the learner.

    A lock that lets others refer to the row: an answer does, and must neither wait for a plan nor be waited for by it.
    """
    with transaction.atomic():
        locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
        plan, _ = StudyDay.objects.update_or_create(
            enrolment=enrolment, date=today.date, defaults=dict(columns)
        )
        _write_items(plan, _still_open(_with_cards(enrolment, planned.cards)))
        kept: dict[str, Any] = {"next_plan_at": next_plan_at if _settings(locked) == settings else None}
        kept["pace"] = _pace(locked, today, planned, settings)
        Enrolment.objects.filter(pk=enrolment.pk).update(**kept)
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
    return sweep(claim, "planning", waiting, lambda enrolment: _plan_in_a_job(enrolment, at))


def _plan_in_a_job(enrolment: Enrolment, at: datetime) -> StudyDay:
    """With as much as a job may read. A day that was planned in a hurry keeps its budget."""
    from quizzes.planning.material import IN_A_JOB

    today = study_day(enrolment.user.profile, at)
    begun = StudyDay.objects.filter(enrolment=enrolment, date=today.date).first()
    budget = begun.budget_seconds if begun is not None and enrolment.next_plan_at is not None else None
    return build(enrolment, today, at, budget, IN_A_JOB)


def plan_job(claim: jobs.Claim) -> None:
    """The periodic job: plan for everybody who is due now."""
    plan_due(claim, timezone.now())


def open_again(card_id: int, seq: int, showing: int) -> None:
    """The answer to a planned showing was taken back: its item is open under the card's new one. One statement."""
    PlanItem.objects.filter(card_id=card_id, seq=seq).update(seq=showing)


def forget_old(at: datetime) -> int:
    """Delete plan items of days long past; what was studied is in the review log."""
    return PlanItem.objects.filter(study_day__ends_at__lt=at - timedelta(days=30)).delete()[0]


def next_due(enrolment: Enrolment, at: datetime) -> datetime | None:
    """When the next card of this learner falls due after `at` (UTC)."""
    cards = Card.objects.filter(enrolment=enrolment, suspended=False, due__gt=at)
    return cards.order_by("due").values_list("due", flat=True).first()


def seconds_spent(enrolment: Enrolment, today: Day) -> int:
    """What was spent today on cards and drills."""
    rows = ReviewLog.objects.filter(enrolment=enrolment, at__gte=today.starts_at, at__lt=today.ends_at)
    on_cards = int((rows.aggregate(total=Sum("milliseconds"))["total"] or 0) / 1000)
    return on_cards + drill_schedules.seconds_spent(enrolment, today.starts_at, today.ends_at)


def prices_before(enrolment: Enrolment, today: Day) -> tuple[float, ...]:
    """What a second was worth in the last plan, by day from today: where the search for today's prices begins.

    One query; empty before the first plan with an exam ahead.
    """
    last = (
        StudyDay.objects.filter(enrolment=enrolment, date__lte=today.date, mode=StudyDay.Mode.EXAM)
        .order_by("-date")
        .values_list("date", "because")
        .first()
    )
    if last is None:
        return ()
    return tuple(last[1].get("prices", ())[(today.date - last[0]).days :])


def _kept_for_drills(enrolment: Enrolment, today: Day, time_left: int) -> int:
    """Seconds of the day that belong to drills which come back today, so that they displace cards, not sleep."""
    return min(drill_schedules.seconds_due(enrolment, today.ends_at), round(MOST_FOR_DRILLS * time_left))


def _of_today(enrolment: Enrolment, today: Day) -> StudyDay | None:
    """The plan of this study day; its `waiting` says whether a card of it is still open. One query."""
    open_items = PlanItem.objects.filter(study_day=OuterRef("pk"), card__seq=F("seq"), card__suspended=False)
    plans = StudyDay.objects.filter(enrolment=enrolment, date=today.date)
    return plans.annotate(waiting=Exists(open_items)).first()


def _may_be_topped_up(enrolment: Enrolment, plan: StudyDay, today: Day) -> bool:
    """Whether minutes are left, and something was answered or taken back since the plan was built: else it would be
    the same."""
    answers = ReviewLog.objects.filter(enrolment=enrolment, at__gt=plan.built_at, at__lt=today.ends_at)
    taken_back = plan.items.filter(card__suspended=True, card__seq=F("seq"))
    return (answers.exists() or taken_back.exists()) and plan.budget_seconds - seconds_spent(
        enrolment, today
    ) >= WORTH_TOPPING_UP


def _settings(enrolment: Enrolment) -> Settings:
    """Everything a learner can set that a plan depends on. One query."""
    breaks = tuple(enrolment.breaks.order_by("first", "pk").values_list("first", "last"))
    return enrolment.exam_date, enrolment.minutes_a_day, tuple(enrolment.days_off), breaks


def _pace(enrolment: Enrolment, today: Day, planned: Planned, settings: Settings) -> dict[str, Any]:
    """What answering reads without a query of its own: see quizzes.schedule_state.Learner."""
    breaks = [[first.isoformat(), last.isoformat()] for first, last in settings[3]]
    measured = {} if planned.pace is None else {**planned.pace, "on": today.date.isoformat()}
    return {**enrolment.pace, **measured, "breaks": breaks}


def _days_off(settings: Settings) -> DaysOff:
    from quizzes.planning.horizon import DaysOff

    _, _, weekdays, breaks = settings
    return DaysOff(weekdays, breaks)


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


def _still_open(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Without those that were answered while the plan was worked out: where they were planned, they stand as done."""
    cards = Card.objects.filter(pk__in=[card.card_id for card in candidates])
    at = dict(cards.values_list("pk", "seq"))
    return [card for card in candidates if at.get(cast(int, card.card_id)) == card.seq]


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
            gain_per_second=card.gain,
            because=dict(card.because),
        )
        for position, card in enumerate(candidates, start=last + 1)
    )
