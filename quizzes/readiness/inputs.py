"""What a forecast is made of, read from the rows: the bank as columns, the learner's answers, days and habits.

A fixed number of queries. A bank of more than `MOST` questions is represented by every second, third … one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any

import numpy as np
from django.db.models import Avg, Count, F, FilteredRelation, Q
from numpy.typing import NDArray

from content.models import Domain
from quizzes import question_types, review_queue, study_days
from quizzes.calibration.ability import USUAL, Bank, Evidence, Population
from quizzes.calibration.exam import Exam
from quizzes.calibration.population import USUAL_LEARNERS
from quizzes.calibration.response import Floats, Ints, luck_of
from quizzes.models import Enrolment, LearnerAbility, Question, ReviewLog
from quizzes.planning import pace
from quizzes.planning.horizon import DaysOff
from quizzes.planning.material import Place, StudyDays, places_of
from quizzes.planning.worth import habits_of
from quizzes.scheduler import exam_outlook, fsrs6
from quizzes.scheduler.day import Day
from quizzes.scheduler.exam_table import Habits

MOST = 12_000  # questions that are looked at one by one
ANSWERS = 3_000  # latest ones; older ones weigh next to nothing
FEW = 60  # answers that say half of what many would
MOST_HOPE = 0.05  # of recall, that is taken back
UNKNOWN_ERROR = 1.0  # logits, of a question that nobody has answered


@dataclass(frozen=True, slots=True)
class Known:
    """Columns of length Q belong to the questions of `bank`; `part`: the share of all questions that they are."""

    enrolment: Enrolment
    today: Day
    exam: Exam
    bank: Bank
    evidence: Evidence
    hope: float  # by how much the memory model has foretold this learner's recall too high
    population: Population
    cards: exam_outlook.Cards
    seconds: Floats  # of study to bring a question to 90 % recall
    habits: Habits
    attendance: float
    kept_days: float  # days on which this learner studied, of the latest
    off: DaysOff
    spent: int  # seconds studied today
    part: float
    topics: tuple[int, ...]  # ids, in the order of the bank's topic numbers
    domains: tuple[tuple[int, str], ...]  # number and title
    guess: tuple[float, ...]  # prices of a second in the last plan, by day from today

    def __len__(self) -> int:
        return len(self.cards)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The questions that are looked at, each with this learner's card and its calibration, as they were read."""

    question: tuple[int, ...] = ()
    topic: tuple[int, ...] = ()
    kind: tuple[str, ...] = ()
    stability: tuple[float | None, ...] = ()
    difficulty: tuple[float | None, ...] = ()
    last: tuple[datetime | None, ...] = ()
    hardness: tuple[float | None, ...] = ()
    error: tuple[float | None, ...] = ()
    elo: tuple[float | None, ...] = ()
    elo_answers: tuple[int | None, ...] = ()


def gather(enrolment: Enrolment, today: Day) -> Known:
    """`enrolment` comes with its certification and its user's profile."""
    domains = list(Domain.objects.filter(certification=enrolment.certification_id).order_by("number", "pk"))
    places = places_of(enrolment.certification_id)
    total = sum(place.questions for place in places.values())
    every = max(1, -(-total // MOST))
    read = _columns(enrolment, places, every)
    answers = pace.latest_answers(enrolment, today)
    measured = pace.measured(answers)
    lengths = np.array([measured.length(one) for one in read.kind], dtype=np.float64)
    before = review_queue.days_before(enrolment, today)
    attended = pace.attendance(before, answers)
    place = {pk: row for row, pk in enumerate(read.question)}
    evidence, hope = _evidence(enrolment, place, fsrs6.vector(enrolment.parameters))
    breaks = tuple(enrolment.breaks.order_by("first", "pk").values_list("first", "last"))
    return Known(
        enrolment=enrolment,
        today=today,
        exam=_exam(enrolment, domains),
        bank=_bank_of(read, places, domains, _luck(enrolment.certification_id, every)),
        evidence=evidence,
        hope=hope,
        population=population_of(enrolment.certification_id),
        cards=_cards(enrolment, read, places, today, lengths),
        seconds=60.0 * lengths,
        habits=habits_of(measured),
        attendance=attended,
        kept_days=attended * len(before),
        off=DaysOff(tuple(enrolment.days_off), breaks),
        spent=study_days.seconds_spent(enrolment, today),
        part=len(read.question) / max(1, total),
        topics=tuple(places),
        domains=tuple((domain.number, domain.title) for domain in domains),
        guess=study_days.prices_before(enrolment, today),
    )


def _columns(enrolment: Enrolment, places: Mapping[int, Place], every: int) -> _Columns:
    """One query. Questions of topics that are no longer there are left out."""
    rows = [row for row in _questions(enrolment, every) if row[1] in places]
    return _Columns(*zip(*rows, strict=True)) if rows else _Columns()


def _bank_of(
    read: _Columns, places: Mapping[int, Place], domains: Sequence[Domain], luck: Mapping[int, float]
) -> Bank:
    topics = {pk: number for number, pk in enumerate(places)}
    of_domain = {domain.pk: number for number, domain in enumerate(domains)}
    difficulties, errors, provisional = _difficulties(read.hardness, read.error, read.elo, read.elo_answers)
    return Bank(
        difficulty=difficulties,
        error=errors,
        luck=np.array([luck.get(pk, 0.0) for pk in read.question], dtype=np.float64),
        topic=np.array([topics[one] for one in read.topic], dtype=np.int64),
        topic_domain=np.array(
            [of_domain.get(place.domain or 0, -1) for place in places.values()], dtype=np.int64
        ),
        provisional=provisional,
    )


def _cards(
    enrolment: Enrolment, read: _Columns, places: Mapping[int, Place], today: Day, lengths: Floats
) -> exam_outlook.Cards:
    """What the learner remembers of each question, what it weighs, and how long it takes."""
    profile = enrolment.user.profile
    clock = StudyDays(today, profile.zone, profile.rollover_hour)
    return exam_outlook.Cards.of(
        _floats(read.stability),
        _floats(read.difficulty),
        clock.days_before(read.last),
        np.array([places[one].share for one in read.topic], dtype=np.float64),
        lengths,
    )


def _floats(values: Sequence[float | None]) -> Floats:
    """NaN where there is none."""
    return np.array([np.nan if one is None else one for one in values], dtype=np.float64)


def population_of(certification: int) -> Population:
    """What the other learners' abilities say of one of whom nothing is known. Two queries."""
    rows = LearnerAbility.objects.filter(
        enrolment__certification=certification, ability__isnull=False, standard_error__isnull=False
    )
    moments: dict[str, Any] = {
        "count": Count("pk"),
        "mean": Avg("ability"),
        "square": Avg(F("ability") * F("ability") + F("standard_error") * F("standard_error")),
    }
    overall = rows.filter(domain=None).aggregate(**moments)
    domains = rows.exclude(domain=None).aggregate(**moments)
    mean = _drawn(overall["mean"], overall["count"], USUAL.mean)
    # The mean square around the drawn mean; rounding may leave a hair less than nothing.
    square = overall["square"]
    spread = None if square is None else max(0.0, square - 2 * mean * overall["mean"] + mean**2)
    return Population(
        mean=mean,
        sd=sqrt(_drawn(spread, overall["count"], USUAL.sd**2)),
        # A domain's row holds the difference from the general ability. A learner has several: each says half as much.
        domain_sd=round(sqrt(_drawn(domains["square"], domains["count"] / 2, USUAL.domain_sd**2)), 3),
        learners=overall["count"],
    )


def _drawn(own: float | None, learners: float, usual: float) -> float:
    """What these learners show, drawn to what is usual; that alone while there are none."""
    if own is None:
        return usual
    return (learners * own + USUAL_LEARNERS * usual) / (learners + USUAL_LEARNERS)


def _questions(enrolment: Enrolment, every: int) -> Any:
    """All that the queue could ask, each with this learner's card and its calibration. One query."""
    mine = FilteredRelation("cards", condition=Q(cards__enrolment=enrolment.pk))
    return (
        _bank(enrolment.certification_id, every)
        .annotate(mine=mine)
        .order_by("topic__position", "origin", "position", "pk")
        .values_list(
            "pk", "topic_id", "kind", "mine__stability", "mine__difficulty", "mine__last_review",
            "calibration__difficulty", "calibration__standard_error", "calibration__elo",
            "calibration__elo_answers",
        )
    )  # fmt: skip


def _bank(certification: int, every: int) -> Any:
    questions = Question.objects.ready().filter(certification=certification, kind__in=question_types.QUEUED)
    return questions.annotate(lot=F("pk") % every).filter(lot=0) if every > 1 else questions


def _luck(certification: int, every: int) -> dict[int, float]:
    """Of questions with options. One query."""
    rows = _bank(certification, every).filter(kind__in=question_types.CHOICES)
    return {pk: luck_of(payload or {}) for pk, payload in rows.values_list("pk", "current__payload")}


def _difficulties(
    hardness: tuple[float | None, ...],
    error: tuple[float | None, ...],
    elo: tuple[float | None, ...],
    elo_answers: tuple[int | None, ...],
) -> tuple[Floats, Floats, Any]:
    """Of the nightly fit; before it, what Elo found so far; before the first answer, an average question."""
    fitted, errors = _floats(hardness), _floats(error)
    followed = np.array([one or 0.0 for one in elo], dtype=np.float64)
    count = np.array([one or 0 for one in elo_answers], dtype=np.float64)
    unfitted = np.isnan(fitted)
    # An answer tells about a fifth of a squared logit: the variance of a Bernoulli trial, blurred by the ability.
    by_elo = 1.0 / np.sqrt(1.0 / UNKNOWN_ERROR**2 + count / 5.0)
    return (
        np.where(unfitted, followed, fitted),
        np.where(unfitted | np.isnan(errors), by_elo, errors),
        unfitted,
    )


def _exam(enrolment: Enrolment, domains: list[Domain]) -> Exam:
    about = enrolment.certification
    return Exam(
        weights=tuple(float(domain.weight) for domain in domains),
        scored=about.scored_questions,
        pass_mark=about.pass_mark,
        scale_min=about.scale_min,
        scale_max=about.scale_max,
    )


def _evidence(enrolment: Enrolment, place: dict[int, int], parameters: fsrs6.Array) -> tuple[Evidence, float]:
    """(the latest answers that count, with what was remembered of the very question before each; by how much that was
    too hopeful). One query."""
    rows = list(
        ReviewLog.objects.filter(enrolment=enrolment)
        .order_by("-at", "-pk")
        .values_list(
            "card_id", "seq", "card__question_id", "rating", "correct", "elapsed_days", "stability", "undoes"
        )[:ANSWERS]
    )
    undone = {(row[0], row[7]) for row in rows if row[7] is not None}
    after = {(row[0], row[1]): row[6] for row in rows}
    # Without the row before it, an old answer does not say what was remembered: it is left out.
    kept = [
        row
        for row in reversed(rows)
        if row[3] is not None
        and (row[0], row[1]) not in undone
        and row[2] in place
        and (row[1] == 0 or (row[0], row[1] - 1) in after)
    ]
    if not kept:
        return Evidence.none(), 0.0
    before = [after.get((row[0], row[1] - 1)) for row in kept]
    stability = _floats(before)
    elapsed = np.array([row[5] for row in kept], dtype=np.float64)
    recall = fsrs6.retrievability(parameters, stability, elapsed)
    questions: Ints = np.array([place[row[2]] for row in kept], dtype=np.int64)
    right: NDArray[np.bool_] = np.array(
        [row[4] if row[4] is not None else (row[3] or 0) > 1 for row in kept], dtype=bool
    )
    later = (elapsed >= 1) & ~np.isnan(stability)
    # A plan picks what its model believes in, so the model is too hopeful just there: half of what answers show of it
    # is taken back, less while they are few. See docs/adr/0018.
    hope = 0.5 * float((recall - right)[later].sum()) / (int(later.sum()) + FEW)
    return Evidence(questions, right, np.nan_to_num(recall)), max(-MOST_HOPE, min(MOST_HOPE, hope))
