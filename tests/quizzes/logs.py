"""Logs of learners who remember as given parameters say: many rows at once, replaying like answered ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from quizzes.models import Card, Enrolment, Question, ReviewLog
from quizzes.scheduler import fsrs6

GAPS = (0, 1, 3, 8, 20)  # study days before each showing, repeated


def answered(
    enrolment: Enrolment,
    questions: Sequence[Question],
    before: datetime,
    showings: int = 5,
    truth: Sequence[float] | None = None,
    seed: int = 1,
) -> int:
    """Cards of these questions with `showings` answers each, the last up to ten days `before`; how many answers.

    Memory on the rows is that of the published defaults, under which the learner was asked.
    """
    rng = np.random.default_rng(seed)
    size = len(questions)
    true, known = fsrs6.vector(truth), fsrs6.vector(None)
    memory, believed = (np.full((2, size), np.nan) for _ in range(2))
    gaps = [GAPS[place % len(GAPS)] for place in range(showings)]
    first = before - timedelta(days=sum(gaps) + 10)
    begins = rng.integers(0, 10, size)
    cards = Card.objects.bulk_create(
        Card(enrolment=enrolment, question=question, topic_id=question.topic_id, state=2)
        for question in questions
    )
    rows: list[ReviewLog] = []
    elapsed = 0
    for seq, gap in enumerate(gaps):
        elapsed += gap
        recall = np.where(
            np.isnan(memory[0]), 0.75, fsrs6.retrievability(true, memory[0], np.full(size, gap))
        )
        rating = np.where(rng.random(size) < np.nan_to_num(recall), 3, 1)
        memory = np.array(fsrs6.review(true, memory[0], memory[1], rating, np.full(size, gap)))
        believed = np.array(fsrs6.review(known, believed[0], believed[1], rating, np.full(size, gap)))
        for place, card in enumerate(cards):
            at = first + timedelta(days=int(begins[place]) + elapsed, seconds=place)
            values: dict[str, Any] = {
                "state": 2, "stability": float(believed[0, place]), "difficulty": float(believed[1, place]),
                "due": at + timedelta(days=1),
            }  # fmt: skip
            rows.append(
                ReviewLog(
                    card=card, seq=seq, enrolment=enrolment, question_version_id=questions[place].current_id or 0,
                    kind=min(seq, 1), rating=int(rating[place]), at=at, elapsed_days=gap, milliseconds=8000,
                    **values,
                )
            )  # fmt: skip
            card.last_review, card.seq, card.reps = at, seq + 1, seq + 1
            card.stability, card.difficulty, card.due = (
                values["stability"],
                values["difficulty"],
                values["due"],
            )
    rows.sort(key=lambda row: row.at)
    ReviewLog.objects.bulk_create(rows, batch_size=500)
    fields = ["last_review", "seq", "reps", "stability", "difficulty", "due"]
    Card.objects.bulk_update(cards, fields, batch_size=200)
    return len(rows)
