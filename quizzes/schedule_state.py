"""A card's schedule as a value, and the replay that rebuilds it from the review log.

A memory is computed under the parameters of one fit, which card and log row name. When a learner's parameters are
fitted anew, a card's memory is computed again from its ratings; what was due stays due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from accounts.models import Profile
from quizzes.models import Card, Enrolment, ReviewLog
from quizzes.scheduler import day, load, memory
from quizzes.scheduler.memory import Memory, Rating, State
from quizzes.scheduler.ratings import WAITS, Certainty, doubt_after

_NO_DAYS: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything the log determines about a card."""

    memory: Memory = memory.NEW
    due: datetime | None = None
    last_review: datetime | None = None
    reps: int = 0
    lapses: int = 0
    seq: int = 0
    doubt: int | None = None
    fit_id: int | None = None


def of_card(card: Card) -> Schedule:
    then = Memory(State(card.state), card.step, card.stability, card.difficulty)
    return Schedule(
        then, card.due, card.last_review, card.reps, card.lapses, card.seq, card.doubt, card.fit_id
    )


@dataclass(frozen=True, slots=True)
class Learner:
    """What scheduling needs to know of one learner in one certification."""

    zone: str
    rollover_hour: int
    parameters: tuple[float, ...] | None
    desired_retention: float
    fit_id: int | None = None
    # Kept when a day is planned: usual seconds a kind, what is due on the days ahead, breaks. See quizzes.planning.
    pace: Mapping[str, Any] = field(default_factory=dict)
    days_off: tuple[int, ...] = ()

    @classmethod
    def of(cls, enrolment: Enrolment, profile: Profile) -> Learner:
        fitted = tuple(enrolment.parameters) if enrolment.parameters else None
        return cls(
            profile.zone, profile.rollover_hour, fitted, enrolment.desired_retention, enrolment.fit_id,
            enrolment.pace, tuple(enrolment.days_off),
        )  # fmt: skip

    def usual_seconds(self, kind: str, otherwise: float) -> float:
        """This learner's own median time for a question of this kind; `otherwise` while it is not known."""
        return float(self.pace.get("kinds", {}).get(kind, otherwise))

    def elapsed_days(self, since: datetime | None, at: datetime) -> int:
        return 0 if since is None else day.days_between(since, at, self.zone, self.rollover_hour)

    def due(
        self, outcome: memory.Outcome, at: datetime, card_id: int, seq: int, doubt: int | None = None
    ) -> datetime:
        """Within the steps after the wait; else at the start of the study day about that many days ahead.

        Which day exactly: fuzzed, where less is due, not on a day off; no later than the look that a doubt owes.
        """
        if outcome.memory.state != State.REVIEW:
            return at + outcome.wait
        today = day.study_day(at, self.zone, self.rollover_hour).date
        longest = WAITS.get(doubt) if doubt else None
        days = load.balanced(outcome.days, self._load(today), self._days_off(today), card_id, seq, longest)
        return day.start_of(today + timedelta(days=days), self.zone, self.rollover_hour)

    def _load(self, today: date) -> Mapping[int, float]:
        """What is due on the days ahead, as it was when the last day was planned."""
        counted = self.pace.get("due")
        if not counted:
            return {}
        shift = (today - date.fromisoformat(self.pace["on"])).days
        return {ahead - shift: count for ahead, count in enumerate(counted, start=1) if ahead > shift}

    def _days_off(self, today: date) -> frozenset[int]:
        breaks = self.pace.get("breaks", ())
        return _off(today, self.days_off, tuple(map(tuple, breaks))) if breaks or self.days_off else _NO_DAYS


def answered(
    before: Schedule,
    rating: Rating,
    at: datetime,
    learner: Learner,
    card_id: int,
    certainty: Certainty | None = None,
) -> tuple[Schedule, int]:
    """The schedule after an answer, and the study days since the last one."""
    elapsed = learner.elapsed_days(before.last_review, at)
    outcome = memory.review(before.memory, rating, elapsed, learner.parameters, learner.desired_retention)
    doubt = doubt_after(before.doubt, rating, certainty, elapsed)
    lapsed = before.memory.state == State.REVIEW and rating == Rating.AGAIN
    after = Schedule(
        memory=outcome.memory,
        due=learner.due(outcome, at, card_id, before.seq, doubt),
        last_review=at,
        reps=before.reps + 1,
        lapses=before.lapses + lapsed,
        seq=before.seq + 1,
        doubt=doubt,
        fit_id=learner.fit_id,
    )
    return after, elapsed


def current(card: Card, learner: Learner) -> Schedule:
    """The card's schedule under the learner's parameters of today. Reads the log only after a new fit."""
    stored = of_card(card)
    if stored.fit_id == learner.fit_id or card.state == State.NEW:
        return stored
    rows = effective(ReviewLog.objects.filter(card_id=card.pk))
    return replace(stored, memory=memory_after(rows, learner.parameters), fit_id=learner.fit_id)


def memory_after(rows: Iterable[ReviewLog], parameters: Sequence[float] | None) -> Memory:
    """What is remembered after these rows (those that count, in order), computed from ratings and elapsed days."""
    then = memory.NEW
    for row in rows:
        if row.rating is not None:
            then = memory.review(then, Rating(row.rating), row.elapsed_days, parameters).memory
    return then


def effective(log: Iterable[ReviewLog]) -> list[ReviewLog]:
    """The rows that still count, in order: every undo takes one earlier row away."""
    rows: list[ReviewLog] = []
    for row in sorted(log, key=lambda row: row.seq):
        if row.kind == ReviewLog.Kind.UNDO:
            rows = [kept for kept in rows if kept.seq != row.undoes]
        else:
            rows.append(row)
    return rows


def replay(log: Sequence[ReviewLog]) -> Schedule:
    """The schedule that a card must have after this log (all rows of one card, any order).

    Its memory is the one recorded with the last row, under the parameters of that row's fit.
    """
    seq = max((row.seq for row in log), default=-1) + 1
    state = Schedule(seq=seq)
    before = State.NEW
    for row in effective(log):
        lapse = before == State.REVIEW and row.rating == Rating.AGAIN
        was_answer = row.rating is not None
        state = Schedule(
            memory=Memory(State(row.state), row.step, row.stability, row.difficulty),
            due=row.due,
            last_review=row.at if was_answer else state.last_review,
            reps=state.reps + was_answer,
            lapses=state.lapses + lapse,
            seq=seq,
            doubt=_doubt(state.doubt, row),
            fit_id=row.fit_id,
        )
        before = State(row.state)
    return state


def mismatches(
    card: Card, log: Sequence[ReviewLog], fits: Mapping[int, Sequence[float]] | None = None
) -> list[str]:
    """How a card differs from its log, as sentences. Memory is computed again from ratings and elapsed days.

    `fits`: parameters by the id of their fit. What names no fit was computed under the published defaults.
    """
    fits = fits or {}
    found = []
    ordered = sorted(log, key=lambda row: row.seq)
    if [row.seq for row in ordered] != list(range(card.seq)):
        found.append(f"card {card.pk}: its log is not 0 … {card.seq - 1} without gaps")
    stored, replayed = of_card(card), replay(log)
    if _apart_from_memory(stored) != _apart_from_memory(replayed):
        found.append(f"card {card.pk}: stored {stored}, its log gives {replayed}")
    computed = memory_after(effective(log), fits.get(stored.fit_id or 0))
    if not _close(computed, stored.memory):
        found.append(f"card {card.pk}: stored {stored.memory}, computed {computed}")
    for place, row in enumerate(ordered, start=1):
        recorded = Memory(State(row.state), row.step, row.stability, row.difficulty)
        computed = memory_after(effective(ordered[:place]), fits.get(row.fit_id or 0))
        if not _close(computed, recorded):
            found.append(f"card {card.pk}, showing {row.seq}: recorded {recorded}, computed {computed}")
    return found


def _doubt(before: int | None, row: ReviewLog) -> int | None:
    if row.rating is None:
        return before
    certainty = None if row.certainty is None else Certainty(row.certainty)
    return doubt_after(before, Rating(row.rating), certainty, row.elapsed_days)


@lru_cache(maxsize=1024)
def _off(today: date, weekdays: tuple[int, ...], breaks: tuple[tuple[str, str], ...]) -> frozenset[int]:
    spans = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in breaks]
    return load.days_off(today, weekdays, spans)


def _apart_from_memory(schedule: Schedule) -> Schedule:
    return replace(schedule, memory=memory.NEW, fit_id=None)


def _close(a: Memory, b: Memory) -> bool:
    pairs = ((a.stability, b.stability), (a.difficulty, b.difficulty))
    near = all(
        x == y or (x is not None and y is not None and abs(x - y) <= 1e-6 * max(1.0, abs(x)))
        for x, y in pairs
    )
    return near and (a.state, a.step) == (b.state, b.step)
