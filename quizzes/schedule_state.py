"""A card's schedule as a value, and the replay that rebuilds it from the review log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Profile
from quizzes.models import Card, Enrolment, ReviewLog
from quizzes.scheduler import day, fuzz, memory
from quizzes.scheduler.memory import Memory, Rating, State


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything the log determines about a card."""

    memory: Memory = memory.NEW
    due: datetime | None = None
    last_review: datetime | None = None
    reps: int = 0
    lapses: int = 0
    seq: int = 0


def of_card(card: Card) -> Schedule:
    then = Memory(State(card.state), card.step, card.stability, card.difficulty)
    return Schedule(then, card.due, card.last_review, card.reps, card.lapses, card.seq)


@dataclass(frozen=True, slots=True)
class Learner:
    """What scheduling needs to know of one learner in one certification."""

    zone: str
    rollover_hour: int
    parameters: tuple[float, ...] | None
    desired_retention: float

    @classmethod
    def of(cls, enrolment: Enrolment, profile: Profile) -> Learner:
        fitted = tuple(enrolment.parameters) if enrolment.parameters else None
        return cls(profile.zone, profile.rollover_hour, fitted, enrolment.desired_retention)

    def elapsed_days(self, since: datetime | None, at: datetime) -> int:
        return 0 if since is None else day.days_between(since, at, self.zone, self.rollover_hour)

    def due(self, outcome: memory.Outcome, at: datetime, card_id: int, seq: int) -> datetime:
        """Within the steps after the wait; else at the start of the study day that many days ahead, fuzzed."""
        if outcome.memory.state != State.REVIEW:
            return at + outcome.wait
        today = day.study_day(at, self.zone, self.rollover_hour)
        on = today.date + timedelta(days=fuzz.fuzzed(outcome.days, card_id, seq))
        return day.start_of(on, self.zone, self.rollover_hour)


def answered(
    before: Schedule, rating: Rating, at: datetime, learner: Learner, card_id: int
) -> tuple[Schedule, int]:
    """The schedule after an answer, and the study days since the last one."""
    elapsed = learner.elapsed_days(before.last_review, at)
    outcome = memory.review(before.memory, rating, elapsed, learner.parameters, learner.desired_retention)
    lapsed = before.memory.state == State.REVIEW and rating == Rating.AGAIN
    after = Schedule(
        memory=outcome.memory,
        due=learner.due(outcome, at, card_id, before.seq),
        last_review=at,
        reps=before.reps + 1,
        lapses=before.lapses + lapsed,
        seq=before.seq + 1,
    )
    return after, elapsed


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
    """The schedule that a card must have after this log (all rows of one card, any order)."""
    seq = max((row.seq for row in log), default=-1) + 1
    state = Schedule(seq=seq)
    before = State.NEW
    for row in effective(log):
        lapse = before == State.REVIEW and row.rating == Rating.AGAIN
        was_answer = row.kind != ReviewLog.Kind.RESET
        state = Schedule(
            memory=Memory(State(row.state), row.step, row.stability, row.difficulty),
            due=row.due,
            last_review=row.at if was_answer else state.last_review,
            reps=state.reps + was_answer,
            lapses=state.lapses + lapse,
            seq=seq,
        )
        before = State(row.state)
    return state


def mismatches(card: Card, log: Sequence[ReviewLog], parameters: Sequence[float] | None = None) -> list[str]:
    """How a card differs from its log, as sentences. Memory is computed again from ratings and elapsed days."""
    found = []
    if (stored := of_card(card)) != (replayed := replay(log)):
        found.append(f"card {card.pk}: stored {stored}, its log gives {replayed}")
    if [row.seq for row in sorted(log, key=lambda row: row.seq)] != list(range(card.seq)):
        found.append(f"card {card.pk}: its log is not 0 … {card.seq - 1} without gaps")
    then = memory.NEW
    for row in effective(log):
        recorded = Memory(State(row.state), row.step, row.stability, row.difficulty)
        if row.kind != ReviewLog.Kind.RESET and row.rating is not None:
            computed = memory.review(then, Rating(row.rating), row.elapsed_days, parameters).memory
            if not _close(computed, recorded):
                found.append(f"card {card.pk}, showing {row.seq}: recorded {recorded}, computed {computed}")
        then = recorded
    return found


def _close(a: Memory, b: Memory) -> bool:
    pairs = ((a.stability, b.stability), (a.difficulty, b.difficulty))
    near = all(
        x == y or (x is not None and y is not None and abs(x - y) <= 1e-6 * max(1.0, abs(x)))
        for x, y in pairs
    )
    return near and (a.state, a.step) == (b.state, b.step)
