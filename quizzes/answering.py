"""The only writer of card schedules and of the review log.

An answer belongs to a *showing*, (card, seq). It is recorded by compare-and-swap on the card's `seq`, in one
statement on PostgreSQL and one short transaction on SQLite, so that it is recorded once however often it is sent:
the same answer again gives the stored outcome, another answer to the same showing is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from django.db import connection, transaction

from quizzes import question_types, study_days
from quizzes.models import Card, Question, ReviewLog
from quizzes.schedule_state import Learner, Schedule, answered, current, effective, of_card, replay
from quizzes.scheduler.memory import Rating
from quizzes.scheduler.ratings import Certainty, rating_of
from quizzes.showing import Showing

LONGEST_ANSWER = 600_000  # milliseconds; a longer one means that the learner was away


class AlreadyAnswered(Exception):
    """This showing is over, and it was not ended by this answer. Show the current card instead."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded answer. `again` is True when it had been recorded before and nothing was written now."""

    card_id: int
    seq: int
    rating: Rating
    correct: bool | None
    due: datetime
    again: bool = False


def record_review(
    showing: Showing, seq: int, response: Mapping[str, Any], at: datetime, milliseconds: int = 0
) -> Recorded:
    """Record `response` (as the question type read it) to the showing (card, `seq`), exactly once.

    Raises AlreadyAnswered when that showing was ended by a different answer, by an undo or in another tab.
    """
    if showing.card.seq != seq:
        return _stored_outcome(showing.card, seq, response)
    milliseconds = min(max(0, milliseconds), LONGEST_ANSWER)
    kind = question_types.get(showing.kind)
    grade = kind.grade(showing.payload, response)
    usual_seconds = showing.learner.usual_seconds(showing.kind, kind.usual_seconds)
    rating = _rating(grade.correct, response, milliseconds, usual_seconds)
    before = current(showing.card, showing.learner)
    certainty = Certainty(response["certainty"]) if response.get("certainty") else None
    after, elapsed = answered(before, rating, at, showing.learner, showing.card.pk, certainty)
    row = ReviewLog(
        card_id=showing.card.pk,
        seq=seq,
        enrolment_id=showing.card.enrolment_id,
        question_version_id=showing.version_id,
        kind=_LOG_KIND[before.memory.state],
        rating=rating,
        at=at,
        elapsed_days=elapsed,
        milliseconds=milliseconds,
        response=dict(response),
        correct=grade.correct,
        certainty=response.get("certainty"),
    )
    if not _swap(showing.card.pk, seq, after, row):
        fresh = Card.objects.get(pk=showing.card.pk)
        return _stored_outcome(fresh, seq, response)
    return Recorded(showing.card.pk, seq, rating, grade.correct, cast(datetime, after.due))


def undo(card_id: int, seq: int, at: datetime) -> bool:
    """Take back the answer to the showing (card, `seq`), by a row of its own. False when it is not the last one.

    Sending the same undo twice takes back one answer, and both are told so.
    """
    with transaction.atomic():
        card = Card.objects.select_for_update(no_key=True).filter(pk=card_id).first()
        log = list(ReviewLog.objects.filter(card_id=card_id))
        rows = effective(log)
        last = max(log, key=lambda row: row.seq, default=None)
        if last is not None and last.kind == ReviewLog.Kind.UNDO and last.undoes == seq:
            return True
        if card is None or not rows or rows[-1].seq != seq or last is None or card.seq != last.seq + 1:
            return False
        if rows[-1].kind == ReviewLog.Kind.RESET:
            return False
        row = ReviewLog(
            card_id=card_id,
            seq=card.seq,
            enrolment_id=card.enrolment_id,
            question_version_id=rows[-1].question_version_id,
            kind=ReviewLog.Kind.UNDO,
            at=at,
            undoes=seq,
        )
        before = replay([*log, row])
        if not _swap(card_id, card.seq, before, row):
            return False
        study_days.open_again(card_id, seq, before.seq)
    return True


def last_answer(enrolment_id: int, since: datetime) -> ReviewLog | None:
    """The latest answer of this learner that an undo would take back, if it was given after `since`."""
    recent = ReviewLog.objects.filter(enrolment_id=enrolment_id, at__gte=since).order_by("-at", "-pk")
    undone: set[tuple[int, int]] = set()
    for row in recent[:50]:
        if row.kind == ReviewLog.Kind.UNDO and row.undoes is not None:
            undone.add((row.card_id, row.undoes))
        elif row.kind != ReviewLog.Kind.RESET and (row.card_id, row.seq) not in undone:
            return row
    return None


def reset_cards(questions: Iterable[Question], at: datetime) -> int:
    """The answer to these questions changed: make their cards due now, and keep what was learned. Returns how many."""
    cards = Card.objects.filter(question__in=list(questions)).exclude(state=Card.State.NEW)
    changed = 0
    with transaction.atomic():
        locked = cards.select_for_update(of=("self",), no_key=True).order_by("pk")
        for card in locked.select_related("question"):
            after = of_card(card)
            row = ReviewLog(
                card=card,
                seq=card.seq,
                enrolment_id=card.enrolment_id,
                question_version_id=cast(int, card.question.current_id),
                kind=ReviewLog.Kind.RESET,
                at=at,
            )
            changed += _swap(card.pk, card.seq, replace(after, due=at, seq=after.seq + 1), row)
    return changed


def suspend_cards(questions: Iterable[Question]) -> int:
    """These questions are retired: their cards are kept and no longer asked."""
    return Card.objects.filter(question__in=list(questions), suspended=False).update(suspended=True)


def revive_cards(questions: Iterable[Question]) -> int:
    """These questions are back: their cards go on where they were."""
    return Card.objects.filter(question__in=list(questions), suspended=True).update(suspended=False)


_LOG_KIND = {
    0: ReviewLog.Kind.LEARN,
    1: ReviewLog.Kind.LEARN,
    2: ReviewLog.Kind.REVIEW,
    3: ReviewLog.Kind.RELEARN,
}


def _rating(
    correct: bool | None, response: Mapping[str, Any], milliseconds: int, usual_seconds: float
) -> Rating:
    if correct is None:
        return Rating(int(response["rating"]))
    return rating_of(correct, Certainty(int(response["certainty"])), milliseconds / 1000, usual_seconds)


def _stored_outcome(card: Card, seq: int, response: Mapping[str, Any]) -> Recorded:
    row = ReviewLog.objects.filter(card=card, seq=seq).first()
    if row is None or row.rating is None or row.due is None or row.response != dict(response):
        raise AlreadyAnswered
    return Recorded(card.pk, seq, Rating(row.rating), row.correct, row.due, again=True)


_CARD_COLUMNS = (
    "state", "step", "stability", "difficulty", "due", "last_review", "reps", "lapses", "seq",
    "doubt", "fit_id",
)  # fmt: skip
_LOG_COLUMNS = (
    "card_id", "seq", "enrolment_id", "question_version_id", "kind", "rating", "at", "elapsed_days", "milliseconds",
    "response", "correct", "certainty", "undoes", "state", "step", "stability", "difficulty", "due",
    "fit_id",
)  # fmt: skip
_UPDATE = "UPDATE quizzes_card SET {} WHERE id = %s AND seq = %s".format(  # noqa: S608  (column names of our own)
    ", ".join(f"{column} = %s" for column in _CARD_COLUMNS)
)
_INSERT = f"INSERT INTO quizzes_reviewlog ({', '.join(_LOG_COLUMNS)})"
_ONE_STATEMENT = (
    # The casts tell PostgreSQL the types of parameters that stand in a SELECT.
    f"WITH swapped AS ({_UPDATE} RETURNING id) {_INSERT} SELECT "  # noqa: S608
    "%s::bigint, %s::int, %s::bigint, %s::bigint, %s::smallint, %s::smallint, %s::timestamptz, %s::int, %s::int, "
    "%s::jsonb, %s::boolean, %s::smallint, %s::int, %s::smallint, %s::smallint, %s::float8, %s::float8, "
    "%s::timestamptz, %s::bigint FROM swapped"
)


def _swap(card_id: int, seq: int, after: Schedule, row: ReviewLog) -> bool:
    """Write card and log row together if the card is still at `seq`. One round trip on PostgreSQL."""
    moment = connection.ops.adapt_datetimefield_value
    then = after.memory
    card = [
        int(then.state), then.step, then.stability, then.difficulty, moment(after.due), moment(after.last_review),
        after.reps, after.lapses, seq + 1, after.doubt, after.fit_id, card_id, seq,
    ]  # fmt: skip
    log = [
        card_id, row.seq, row.enrolment_id, row.question_version_id, int(row.kind),
        None if row.rating is None else int(row.rating), moment(row.at), row.elapsed_days, row.milliseconds,
        json.dumps(row.response), row.correct, row.certainty, row.undoes,
        int(then.state), then.step, then.stability, then.difficulty, moment(after.due),
        after.fit_id,
    ]  # fmt: skip
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_ONE_STATEMENT, [*card, *log])
            return cursor.rowcount == 1
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UPDATE, card)
        if cursor.rowcount != 1:
            return False
        cursor.execute(f"{_INSERT} VALUES ({', '.join(['%s'] * len(log))})", log)
        return True


__all__ = [
    "AlreadyAnswered", "Learner", "Recorded", "last_answer", "record_review", "reset_cards", "revive_cards",
    "suspend_cards", "undo",
]  # fmt: skip
