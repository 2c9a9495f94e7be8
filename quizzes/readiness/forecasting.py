"""From what is known to a forecast: recall on exam day at so many minutes a day, then the probability to pass."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from content.models import Topic
from quizzes.calibration import readiness as model
from quizzes.calibration.response import Floats
from quizzes.planning.horizon import MOST_DAYS, budget_of, horizon_of
from quizzes.readiness.inputs import Known
from quizzes.readiness.outlooks import Outlooks, left_alone
from quizzes.readiness.shapes import Curve, CurvePoint, DomainReadiness, Readiness, TopicGain
from quizzes.scheduler import fsrs6

WORKED_OUT = (0, 5, 10, 15, 20, 30, 45, 70, 120)  # minutes a day; between them lines are drawn
WORKED_OUT_OF_MANY = (0, 10, 25, 50, 120)
SHOWN = tuple(range(0, 125, 5))
ASSUMED_DAYS = 30  # to the exam, where the learner has none ahead
MOST_CARDS = 4_000  # looked at one by one; with more, some stand for those like them
USUAL_MINUTES = 15


def forecast(known: Known, minutes: int, at: datetime) -> Readiness:
    """The forecast for `minutes` a day."""
    exam = known.enrolment.exam_date
    ahead = exam if exam is not None and exam >= known.today.date else None
    recall = _recall(known, ahead, minutes)
    found = model.forecast(_inputs(known, ahead, recall))
    return Readiness(
        on=known.today.date,
        exam_date=ahead,
        made_at=at,
        minutes=minutes,
        probability=found.probability,
        low=found.low,
        high=found.high,
        share=found.share,
        share_low=found.share_low,
        share_high=found.share_high,
        scaled=found.scaled,
        scaled_low=found.scaled_low,
        scaled_high=found.scaled_high,
        pass_mark=known.enrolment.certification.pass_mark,
        domains=_domains(known, found),
        best_topics=_topics(known, *_best(known, ahead, found)),
        answers=found.answers,
        provisional=found.provisional or not len(known),
        reasons=found.reasons if len(known) else ("no_questions", *found.reasons),
    )


def curve(known: Known, at: datetime) -> Curve:
    """Some points are worked out; lines are drawn between them."""
    today, exam, minutes = known.today.date, known.enrolment.exam_date, known.enrolment.minutes_a_day
    assumed = exam is None or exam < today
    on = today + timedelta(days=ASSUMED_DAYS) if exam is None or exam < today else exam
    if not len(known) or on == today:
        return Curve((), on, assumed, minutes, at)
    outlooks, found = _outlooks(known, on), []
    worked_out = WORKED_OUT if len(known) <= MOST_CARDS else WORKED_OUT_OF_MANY
    for each in worked_out:
        recall = outlooks.recall(sum(_seconds(known, on, each)))
        point = model.forecast(_inputs(known, on, recall))
        scaled = np.nan if point.scaled is None else point.scaled
        found.append((point.share, scaled, point.probability, point.low, point.high))
    # What is expected never falls with more minutes; the numbers are not that exact.
    columns = np.maximum.accumulate(np.array(found), axis=0)
    drawn = np.array([np.interp(SHOWN, worked_out, column) for column in columns.T]).T
    points = tuple(
        CurvePoint(each, share, None if np.isnan(scaled) else scaled, probability, low, high)
        for each, (share, scaled, probability, low, high) in zip(SHOWN, drawn.tolist(), strict=True)
    )
    return Curve(points, on, assumed, minutes, at)


def _recall(known: Known, exam: date | None, minutes: int) -> Floats:
    """Expected recall on exam day of each question; of today without an exam ahead."""
    if exam is None or exam <= known.today.date or not len(known):
        return left_alone(known.cards, 0, fsrs6.vector(known.enrolment.parameters))
    return _outlooks(known, exam).recall(sum(_seconds(known, exam, minutes)))


def _outlooks(known: Known, exam: date) -> Outlooks:
    """Around the plan for the learner's own minutes, or some usual ones where these are none."""
    seconds = _seconds(known, exam, known.enrolment.minutes_a_day)
    if sum(seconds) <= 0:
        seconds = _seconds(known, exam, USUAL_MINUTES)
    return Outlooks(
        known.cards, seconds, known.enrolment.parameters, known.habits, known.guess, most=MOST_CARDS
    )


def _seconds(known: Known, exam: date, minutes: int) -> tuple[float, ...]:
    """Of study on each day until the exam, today first, as far as the learner usually comes."""
    today = known.today.date
    budget = budget_of(today, exam, 60 * minutes, known.off)
    horizon = horizon_of(today, exam, 60 * minutes, max(0, budget - known.spent), known.off)
    return tuple(known.part * each for each in horizon.attended(known.attendance).seconds)


def _inputs(known: Known, exam: date | None, recall: Floats) -> model.Inputs:
    days = 0 if exam is None else min(MOST_DAYS, (exam - known.today.date).days)
    alone = left_alone(known.cards, max(0, days), fsrs6.vector(known.enrolment.parameters))
    to_come = 1.0 - min(1.0, float(alone.sum()) / max(1e-9, float(recall.sum())))
    return model.Inputs(
        exam=known.exam,
        bank=known.bank,
        evidence=known.evidence,
        recall=np.where(recall > 0, np.clip(recall - known.hope, 0.0, 1.0), 0.0),
        days_left=float(days),
        population=known.population,
        seconds=known.seconds,
        to_come=to_come,
        kept_days=known.kept_days,
    )


def _domains(known: Known, found: model.Readiness) -> tuple[DomainReadiness, ...]:
    names = known.domains or ((None, ""),)
    return tuple(
        DomainReadiness(
            number=number,
            title=title,
            weight=domain.weight,
            right=domain.right,
            low=domain.low,
            high=domain.high,
            recall=domain.recall,
            questions=domain.questions,
            answers=domain.answers,
        )
        for (number, title), domain in zip(names, found.domains, strict=True)
    )


def _best(
    known: Known, exam: date | None, found: model.Readiness
) -> tuple[tuple[model.TopicGain, ...], tuple[model.TopicGain, ...]]:
    """(topics worth more than the plan gives them, topics that the plan takes care of): three together.

    Where the plan brings everything to where it can be, the best topics are those that it must not leave out.
    """
    more = found.best_topics
    if len(more) >= model.BEST or not len(known):
        return more, ()
    w = fsrs6.vector(known.enrolment.parameters)
    days = 0 if exam is None else (exam - known.today.date).days
    left = model.forecast(_inputs(known, exam, left_alone(known.cards, days, w)))
    named = {gain.topic for gain in more}
    rest = [gain for gain in left.best_topics if gain.topic not in named]
    return more, tuple(rest[: model.BEST - len(more)])


def _topics(
    known: Known, more: tuple[model.TopicGain, ...], planned: tuple[model.TopicGain, ...]
) -> tuple[TopicGain, ...]:
    """One query, for the titles."""
    ids = [known.topics[gain.topic] for gain in (*more, *planned)]
    titles: dict[int, str] = dict(Topic.objects.filter(pk__in=ids).values_list("pk", "title"))
    return tuple(
        TopicGain(
            topic=pk,
            title=titles.get(pk, ""),
            hours=gain.hours,
            probability=gain.probability,
            score=gain.score,
            per_hour=gain.per_hour,
            score_per_hour=gain.score_per_hour,
            planned=place >= len(more),
        )
        for place, (pk, gain) in enumerate(zip(ids, (*more, *planned), strict=True))
    )
