"""Difficulty and ability between two nightly fits: Elo's update for every answer, in the order of the review log.

A job calls `follow_log` every few minutes. The cursor and the ratings are written in one transaction, so every row is
taken once. See docs/adr/0019-elo-follows-the-log.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from quizzes.calibration import elo, response
from quizzes.calibration.elo import Standing
from quizzes.models import ItemCalibration, LearnerAbility, LogCursor, ReviewLog
from quizzes.scheduler.memory import DEFAULT_DECAY, retrievability
from quizzes.stats import taken_back

CURSOR = "elo"
SETTLED = timedelta(minutes=1)  # after so long no row with a smaller number can appear
MOST = 5_000  # rows taken at once


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the log. `floor`: probability to be right by luck or by remembering this very question."""

    question: int
    enrolment: int
    domain: int | None
    correct: bool
    floor: float


def follow_log(at: datetime, most: int = MOST) -> int:
    """Take what was answered since the last time; returns how many rows were read, 0 when there are none left."""
    with alone() as cursor:
        rows = _settled(cursor.log_id, at, most)
        if not rows:
            return 0
        _rate(_answers(rows))
        LogCursor.objects.filter(name=CURSOR).update(log_id=rows[-1].pk, at=at)
    return len(rows)


@contextmanager
def alone() -> Iterator[LogCursor]:
    """A transaction that takes turns with whoever else writes difficulties and abilities; gives Elo's cursor.

    Elo and the nightly fit make the same rows: without turns one of them would fail at a row that the other has made
    a moment ago, or both would wait for each other.
    """
    with transaction.atomic():
        LogCursor.objects.get_or_create(name=CURSOR)
        yield LogCursor.objects.select_for_update().get(name=CURSOR)


def _settled(after: int, at: datetime, most: int) -> list[ReviewLog]:
    """The next rows, up to the first that is too young. A row of the future is one of a clock that was wrong.

    `undone` says whether a row was taken back, also by one that is too young itself.
    """
    rows: list[ReviewLog] = []
    following = ReviewLog.objects.filter(pk__gt=after).order_by("pk").annotate(undone=taken_back())
    for row in following.select_related("card__topic", "question_version")[:most]:
        if at - SETTLED < row.at <= at:
            break
        rows.append(row)
    return rows


def _answers(rows: Sequence[ReviewLog]) -> list[Answer]:
    kept = [row for row in rows if row.rating is not None and not row.undone]  # type: ignore[attr-defined]
    before = _stability_before(kept)
    return [
        Answer(
            question=row.card.question_id,
            enrolment=row.enrolment_id,
            domain=row.card.topic.domain_id,
            correct=row.correct if row.correct is not None else (row.rating or 0) > 1,
            floor=_floor(row, before.get((row.card_id, row.seq - 1))),
        )
        for row in kept
    ]


def _stability_before(rows: Sequence[ReviewLog]) -> dict[tuple[int, int], float | None]:
    cards = {row.card_id for row in rows if row.seq}
    last = max((row.pk for row in rows), default=0)
    found = ReviewLog.objects.filter(card__in=cards, pk__lte=last).values_list("card_id", "seq", "stability")
    return {(card, seq): stability for card, seq, stability in found}


def _floor(row: ReviewLog, stability: float | None) -> float:
    recall = retrievability(stability, row.elapsed_days, DEFAULT_DECAY) if stability else 0.0
    return float(response.floor(response.luck_of(row.question_version.payload), recall))


def _rate(answers: Sequence[Answer]) -> None:
    items = {
        one.pk: one for one in ItemCalibration.objects.filter(pk__in={answer.question for answer in answers})
    }
    people = LearnerAbility.objects.filter(enrolment__in={answer.enrolment for answer in answers})
    able = {(one.enrolment_id, one.domain_id): one for one in people}
    for answer in answers:
        item = items.setdefault(answer.question, ItemCalibration(question_id=answer.question))
        learner = _ability(able, answer.enrolment, None)
        domain = None if answer.domain is None else _ability(able, answer.enrolment, answer.domain)
        standing = elo.NOBODY if domain is None else _standing(domain)
        moved = elo.update(_standing(item), _standing(learner), answer.correct, answer.floor, standing)
        _set(item, moved.item)
        _set(learner, moved.learner)
        if domain is not None:
            _set(domain, moved.domain)
    _write(ItemCalibration, list(items.values()))
    _write(LearnerAbility, list(able.values()))


def _ability(
    able: dict[tuple[int, int | None], LearnerAbility], enrolment: int, domain: int | None
) -> LearnerAbility:
    return able.setdefault((enrolment, domain), LearnerAbility(enrolment_id=enrolment, domain_id=domain))


def _standing(row: ItemCalibration | LearnerAbility) -> Standing:
    return Standing(row.elo, row.elo_answers)


def _set(row: ItemCalibration | LearnerAbility, standing: Standing) -> None:
    row.elo, row.elo_answers = standing.value, standing.answers


def _write(model: Any, rows: Sequence[Any]) -> None:
    fresh = [row for row in rows if row._state.adding]
    known = [row for row in rows if not row._state.adding]
    model.objects.bulk_create(fresh, batch_size=500)
    model.objects.bulk_update(known, ["elo", "elo_answers"], batch_size=500)
