"""Today's cards, in order: gather → what is it worth → fill the minutes, burying siblings → arrange.

Reads the database through `quizzes.planning`; `quizzes.study_days` writes what comes out. Loads numpy: import it
where a plan is built.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, Q

from quizzes.models import Card, Enrolment, ReviewLog, StudyDay
from quizzes.planning import exam_mode, pace, retention_mode
from quizzes.planning.arranging import arrange
from quizzes.planning.candidates import Candidate, Planned, Why
from quizzes.planning.choosing import Basket
from quizzes.planning.horizon import Horizon
from quizzes.planning.material import Bounds, Material, due_ahead, gather
from quizzes.planning.pace import Pace
from quizzes.planning.worth import Worth, kept_prices, worth_of
from quizzes.scheduler import leeches
from quizzes.scheduler.day import Day
from quizzes.stats import taken_back

STEP_SECONDS = 10  # kept free for each card that comes back within today's learning steps
DAYS_LOOKED_BACK = 14  # to see how much of the planned time is used
LAST_DAYS = 2  # before the exam, a look is the last one
KEPT = 0.85  # recall on exam day from which on a card counts as kept


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a plan is made of."""

    material: Material
    horizon: Horizon
    pace: Pace
    parameters: tuple[float, ...] | None
    guess: tuple[float, ...]  # prices found yesterday, by day from today
    groups_today: frozenset[str]
    most_new: int  # first sights, where no exam is aimed at
    changed: frozenset[int]  # rows whose answer has changed since it was learned


def build(
    enrolment: Enrolment,
    today: Day,
    horizon: Horizon,
    bounds: Bounds,
    guess: tuple[float, ...] = (),
    most_new: int = retention_mode.NEW_A_DAY,
) -> Planned:
    """The cards of the study day in the order to ask them. `most_new`: first sights of a day without an exam ahead."""
    if horizon.seconds[0] <= 0:
        return Planned((), guess)
    material = gather(enrolment, today, bounds, only_due=horizon.mode == StudyDay.Mode.RETENTION)
    groups, met = answered_today(enrolment, today)
    answers = pace.latest_answers(enrolment, today)
    if horizon.mode == StudyDay.Mode.EXAM:
        horizon = horizon.attended(pace.attendance(days_before(enrolment, today), answers))
    inputs = Inputs(
        material,
        horizon,
        pace.measured(answers),
        tuple(enrolment.parameters) if enrolment.parameters else None,
        guess,
        groups,
        most_new - met,
        changed_rows(enrolment, material),
    )
    planned = plan(inputs)
    exam = horizon.mode == StudyDay.Mode.EXAM
    ahead = material.due_ahead() if exam else due_ahead(enrolment, today, bounds)
    return replace(planned, pace={**inputs.pace.stored(), "due": ahead})


def plan(inputs: Inputs) -> Planned:
    """Choose and arrange. Pure: the same inputs give the same plan."""
    material = inputs.material
    if not len(material):
        return Planned((), inputs.guess, {"questions": material.questions}, whole=material.whole)
    worth = worth_of(material, inputs.horizon, inputs.pace, inputs.parameters, inputs.guess)
    seconds = _whole_seconds(worth)
    basket = Basket(inputs.horizon.seconds[0] - _kept_for_steps(material), set(inputs.groups_today))
    musts = frozenset(inputs.changed | _doubted(material))
    if inputs.horizon.mode == StudyDay.Mode.EXAM:
        exam_mode.choose(material, worth.gain, worth.lift, seconds, musts, basket, inputs.horizon.exam_day)
    else:
        retention_mode.choose(material, worth.recall, seconds, musts, basket, inputs.most_new)
    cards = {row: _candidate(row, inputs, worth, seconds[row]) for row in basket.rows}
    reviews = [card for card in cards.values() if not card.is_new]
    fresh = [cards[row] for row in sorted(cards) if cards[row].is_new]
    order = arrange(reviews, fresh, material.places)
    return Planned(
        tuple(order),
        tuple(kept_prices(worth.prices)),
        _because(inputs, order),
        whole=material.whole,
    )


def answered_today(enrolment: Enrolment, today: Day) -> tuple[frozenset[str], int]:
    """Sibling groups of which a card was answered on this study day, and how many cards were met for the first time.

    What was taken back buries nothing; a card that was answered again after that was still met today. One query.
    """
    rows = ReviewLog.objects.filter(
        enrolment=enrolment, at__gte=today.starts_at, at__lt=today.ends_at, rating__isnull=False
    )
    columns = ("card_id", "card__question__sibling_group", "seq", taken_back())
    found = list(rows.values_list(*columns))
    kept = {card: group for card, group, _, undone in found if not undone}
    met = {card for card, _, seq, _ in found if seq == 0} & kept.keys()
    return frozenset(group for group in kept.values() if group), len(met)


def days_before(enrolment: Enrolment, today: Day) -> list[pace.PlannedDay]:
    """The latest study days before today with something to do, or with all of it done. One query."""
    answers = ReviewLog.objects.filter(
        enrolment=enrolment, at__gte=OuterRef("starts_at"), at__lt=OuterRef("ends_at"), rating__isnull=False
    )
    days = StudyDay.objects.filter(
        Q(expected_seconds__gt=0) | Exists(answers), enrolment=enrolment, date__lt=today.date
    )
    rows = days.order_by("-date").values_list("starts_at", "ends_at", "built_at", "expected_seconds")
    return [pace.PlannedDay(*row) for row in rows[:DAYS_LOOKED_BACK]]


def changed_rows(enrolment: Enrolment, material: Material) -> frozenset[int]:
    """Rows whose last log entry says that the answer itself has changed."""
    resets = ReviewLog.objects.filter(enrolment=enrolment, kind=ReviewLog.Kind.RESET)
    changed = set(resets.values_list("card_id", "seq"))
    if not changed:
        return frozenset()
    showings = zip(material.card.tolist(), material.seq.tolist(), strict=True)
    return frozenset(row for row, (card, seq) in enumerate(showings) if (card, seq - 1) in changed)


def _doubted(material: Material) -> frozenset[int]:
    owed = (material.doubt > 0) & (material.due <= 0) & ~material.today
    return frozenset(np.flatnonzero(owed).tolist())


def _kept_for_steps(material: Material) -> int:
    in_steps = (material.state == Card.State.LEARNING) | (material.state == Card.State.RELEARNING)
    return STEP_SECONDS * int(np.count_nonzero(in_steps & material.today))


def _candidate(row: int, inputs: Inputs, worth: Worth, seconds: int) -> Candidate:
    material = inputs.material
    why = _why(row, inputs, worth)
    return Candidate(
        question_id=int(material.question[row]),
        topic_id=int(material.topic[row]),
        why=why,
        seconds=seconds,
        sibling_group=material.group[row],
        card_id=int(material.card[row]) or None,
        seq=int(material.seq[row]),
        gain=_gain(row, worth),
        because=_numbers(row, why, inputs, worth),
    )


def _whole_seconds(worth: Worth) -> list[int]:
    """As they are shown: what is shown of a day must not add up to more than its minutes."""
    whole: list[int] = np.maximum(1, np.rint(worth.seconds)).astype(np.int64).tolist()
    return whole


def _gain(row: int, worth: Worth) -> float:
    """Against the best later day; where there is nothing to choose, against leaving it alone."""
    return float(worth.gain[row] if worth.gain[row] > 0 else worth.lift[row])


def _why(row: int, inputs: Inputs, worth: Worth) -> Why:
    material = inputs.material
    if np.isnan(material.stability[row]):
        return Why.NEW
    if row in inputs.changed:
        return Why.CHANGED
    if material.doubt[row] > 0:
        return Why.DOUBTED
    if material.state[row] == Card.State.RELEARNING:
        return Why.RELEARN
    if material.state[row] == Card.State.LEARNING:
        return Why.LEARNING
    if leeches.leech(int(material.lapses[row])):
        return Why.LEECH
    return _why_a_review(row, inputs, worth)


def _why_a_review(row: int, inputs: Inputs, worth: Worth) -> Why:
    due, days_left = inputs.material.due[row], inputs.horizon.days_left
    if days_left is not None and days_left <= LAST_DAYS:
        return Why.LAST
    if due <= 0:
        return Why.OVERDUE if due < 0 else Why.DUE
    return Why.FADING if worth.on_exam_day[row] < KEPT else Why.AHEAD


def _numbers(row: int, why: Why, inputs: Inputs, worth: Worth) -> dict[str, Any]:
    """What the sentence about the card needs; see quizzes.planning.reasons."""
    material = inputs.material
    if why == Why.NEW:
        return {"weight": round(material.places[int(material.topic[row])].weight, 4)}
    numbers: dict[str, Any] = {"now": round(float(worth.recall[row]), 4)}
    if inputs.horizon.days_left is not None:
        numbers |= {
            "exam": round(float(worth.on_exam_day[row]), 4),
            "then": round(float(worth.if_remembered[row]), 4),
        }
    if why == Why.LEECH:
        numbers["lapses"] = int(material.lapses[row])
    if material.due[row] < 0:
        numbers["late"] = int(-material.due[row])
    return numbers


def _because(inputs: Inputs, order: list[Candidate]) -> dict[str, Any]:
    """What the sentence about the day needs."""
    material = inputs.material
    fresh = sum(card.is_new for card in order)
    seen = ~np.isnan(material.stability)
    due = int(np.count_nonzero(seen & (material.due <= 0) & ~material.today))
    return {
        "questions": material.questions,
        "new": fresh,
        "reviews": len(order) - fresh,
        "unseen": len(material) - material.seen,
        "due": due,
        "backlog": due > len(order) - fresh,
    }
