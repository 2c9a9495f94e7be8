"""How long this learner takes and how the answers fall, from the latest ones.

A card costs what it takes on one study day, with the repetitions of that day. Everything is counted for a question of
usual length; longer kinds of questions cost in proportion.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, median
from typing import Any

from quizzes import question_types
from quizzes.models import Enrolment, ReviewLog
from quizzes.planning.material import StudyDays
from quizzes.scheduler import exam_table
from quizzes.scheduler.day import Day
from quizzes.scheduler.exam_learner import Attendance
from quizzes.scheduler.ratings import usual_seconds

LATEST = 500  # answers looked at
TRUSTED = 20  # so many measurements weigh as much as what is usual for everybody
LONGEST = 120.0  # seconds of one showing; longer, and the learner was away
USUAL = {kind: float(question_types.get(kind).usual_seconds) for kind in question_types.QUEUED}
REFERENCE = 12.0  # seconds of a flashcard: the question of usual length
# By rating Again, Hard, Good, Easy; of the shares of what was recalled, without Again.
FIRST_SECONDS = tuple(exam_table.USUAL.first_seconds.tolist())
LATER_SECONDS = tuple(exam_table.USUAL.later_seconds.tolist())
FIRST_SHARES = tuple(exam_table.USUAL.first.tolist())
PASSED_SHARES = tuple(exam_table.USUAL.passed.tolist())


@dataclass(frozen=True, slots=True)
class Answer:
    card: int
    at: datetime
    kind: str
    rating: int
    first: bool  # the first sight of this card
    seconds: float
    days_ago: int = 0  # the learner's own study days


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A study day that is over, when it was planned last, and the seconds that were planned from then on."""

    starts_at: datetime
    ends_at: datetime
    built_at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """`kinds`: median seconds of one showing, `right`: of one that was answered right. The others by rating, for a
    question of usual length, for a whole day."""

    kinds: Mapping[str, float]
    right: Mapping[str, float]
    first_seconds: Sequence[float]
    later_seconds: Sequence[float]
    first_shares: Sequence[float]
    passed_shares: Sequence[float]

    def length(self, kind: str) -> float:
        """How many times as long as a usual question."""
        return self.kinds.get(kind, REFERENCE) / REFERENCE

    def stored(self) -> dict[str, Any]:
        """As kept on the enrolment, where answering reads which answers are quick."""
        return {"kinds": {kind: round(seconds, 1) for kind, seconds in self.right.items()}}


EVERYBODY = Pace(USUAL, USUAL, FIRST_SECONDS, LATER_SECONDS, FIRST_SHARES, PASSED_SHARES)


def latest_answers(enrolment: Enrolment, today: Day) -> list[Answer]:
    """One query; the latest comes first. `enrolment` comes with its user's profile."""
    rows = list(
        ReviewLog.objects.filter(enrolment=enrolment, rating__isnull=False, milliseconds__gt=0)
        .order_by("-at")
        .values_list("card_id", "at", "card__question__kind", "rating", "seq", "milliseconds")[:LATEST]
    )
    profile = enrolment.user.profile
    ago = StudyDays(today, profile.zone, profile.rollover_hour).days_before(tuple(row[1] for row in rows))
    return [
        Answer(card, at, kind, rating or 0, seq == 0, ms / 1000, int(days))
        for (card, at, kind, rating, seq, ms), days in zip(rows, ago, strict=True)
    ]


def measured(answers: Iterable[Answer]) -> Pace:
    """The pace of these answers, drawn to what is usual where there are few."""
    kept = [answer for answer in answers if answer.kind in USUAL]
    if not kept:
        return EVERYBODY
    kinds = _kinds(kept)
    seconds: dict[tuple[bool, int], list[float]] = defaultdict(list)
    shares: Counter[tuple[bool, int]] = Counter()
    for day in _days(kept):
        opening = day[0]
        taken = sum(min(answer.seconds, LONGEST) for answer in day)
        seconds[opening.first, opening.rating].append(taken * REFERENCE / kinds[opening.kind])
        shares[opening.first, opening.rating] += 1
    return Pace(
        kinds,
        _right(kept),
        tuple(_drawn(seconds[True, rating], FIRST_SECONDS[rating - 1]) for rating in (1, 2, 3, 4)),
        tuple(_drawn(seconds[False, rating], LATER_SECONDS[rating - 1]) for rating in (1, 2, 3, 4)),
        _shares([shares[True, rating] for rating in (1, 2, 3, 4)], FIRST_SHARES),
        _shares([shares[False, rating] for rating in (2, 3, 4)], PASSED_SHARES),
    )


def attendance(days: Iterable[PlannedDay], answers: Sequence[Answer]) -> float:
    """The share of what was planned that was studied, recent days first. 1 until a day was missed.

    `answers`: the latest ones, latest first; days before the oldest of them are left out when there are as many as are
    looked at.
    """
    kept = Attendance()
    known_from = answers[-1].at if len(answers) >= LATEST else None
    for one in sorted(days, key=lambda one: one.starts_at):
        if known_from is not None and one.starts_at < known_from:
            continue
        before = _studied(answers, one.starts_at, one.built_at)
        since = _studied(answers, max(one.starts_at, one.built_at), one.ends_at)
        kept.record((before + since) / max(1.0, before + one.seconds))
    return kept.share


def _studied(answers: Iterable[Answer], since: datetime, until: datetime) -> float:
    """Seconds of the answers in this time (`since` included)."""
    return sum(min(answer.seconds, LONGEST) for answer in answers if since <= answer.at < until)


def _kinds(answers: Sequence[Answer]) -> dict[str, float]:
    taken: dict[str, list[float]] = defaultdict(list)
    for answer in answers:
        taken[answer.kind].append(min(answer.seconds, LONGEST))
    return {
        kind: _weighted(median(taken[kind]), len(taken[kind]), usual) if taken[kind] else usual
        for kind, usual in USUAL.items()
    }


def _right(answers: Sequence[Answer]) -> dict[str, float]:
    taken: dict[str, list[float]] = defaultdict(list)
    for answer in answers:
        if answer.rating > 1:
            taken[answer.kind].append(answer.seconds)
    return {kind: usual_seconds(taken[kind], usual) for kind, usual in USUAL.items()}


def _days(answers: Sequence[Answer]) -> list[list[Answer]]:
    """The answers to one card on one study day, in order: what one planned card led to."""
    days: dict[tuple[int, int], list[Answer]] = defaultdict(list)
    for answer in sorted(answers, key=lambda answer: answer.at):
        days[answer.card, answer.days_ago].append(answer)
    return list(days.values())


def _drawn(own: Sequence[float], usual: float) -> float:
    return _weighted(fmean(own), len(own), usual) if own else usual


def _weighted(own: float, answers: int, usual: float) -> float:
    return max(0.5, (answers * own + TRUSTED * usual) / (answers + TRUSTED))


def _shares(counts: Sequence[int], usual: Sequence[float]) -> tuple[float, ...]:
    total = sum(counts) + TRUSTED
    return tuple((count + TRUSTED * share) / total for count, share in zip(counts, usual, strict=True))
