"""After a new fit: the memory of a learner's cards is computed again from their log. Due dates stay where they are.

    a fit is adopted → the enrolment names it → every card is computed again by it, as long as nobody answers it
meanwhile (compare-and-swap on `seq`, which stays). A card that is missed here is computed again at its next answer
(see quizzes.schedule_state.current) or when its learner is looked at again. Loads numpy: for jobs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from django.db import connection, transaction
from django.db.models import Q

from quizzes.models import Card, Enrolment, ReviewLog
from quizzes.scheduler import fsrs6

CHUNK = 500  # cards written in one transaction, so that answers wait for a moment only

History = list[tuple[int, int]]  # rating and study days since the answer before, oldest first


def recompute_cards(enrolment_id: int) -> int:
    """Bring every seen card of this learner under the parameters of today. Two queries and the writes."""
    enrolment = Enrolment.objects.only("parameters", "fit_id").get(pk=enrolment_id)
    mine = enrolment.fit_id
    other = Q(fit__isnull=False) if mine is None else Q(fit__isnull=True) | ~Q(fit=mine)
    cards = Card.objects.filter(other, enrolment=enrolment_id, stability__isnull=False)
    stale = dict(cards.values_list("pk", "seq"))
    histories = {card: found for card, found in _histories(enrolment_id).items() if card in stale and found}
    computed = memories(list(histories.values()), enrolment.parameters)
    rows = [
        (stability, difficulty, enrolment.fit_id, card, stale[card])
        for card, (stability, difficulty) in zip(histories, computed, strict=True)
    ]
    return sum(_swap(rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK))


def memories(histories: Sequence[History], parameters: Sequence[float] | None) -> list[tuple[float, float]]:
    """Stability and difficulty after each history (none of them empty), all cards moved on together."""
    w = fsrs6.vector(parameters)
    order = sorted(range(len(histories)), key=lambda card: -len(histories[card]))
    stability, difficulty = np.full(len(order), np.nan), np.full(len(order), np.nan)
    running = len(order)
    for place in range(len(histories[order[0]]) if order else 0):
        while len(histories[order[running - 1]]) <= place:
            running -= 1
        answers = np.array([histories[card][place] for card in order[:running]])
        stability[:running], difficulty[:running] = fsrs6.review(
            w, stability[:running], difficulty[:running], answers[:, 0], answers[:, 1]
        )
    found: list[tuple[float, float]] = [(0.0, 0.0)] * len(order)
    for card, both in zip(order, zip(stability.tolist(), difficulty.tolist(), strict=True), strict=True):
        found[card] = both
    return found


def _histories(enrolment_id: int) -> dict[int, History]:
    """What counts of every card's log: an undo takes one answer away."""
    rows = ReviewLog.objects.filter(enrolment=enrolment_id).order_by("card_id", "seq")
    kept: dict[int, dict[int, tuple[int, int]]] = {}
    values: Iterable[tuple[int, int, int | None, int, int | None]] = rows.values_list(
        "card_id", "seq", "rating", "elapsed_days", "undoes"
    ).iterator(chunk_size=5000)
    for card, seq, rating, elapsed, undoes in values:
        answers = kept.setdefault(card, {})
        if rating is not None:
            answers[seq] = (rating, elapsed)
        elif undoes is not None:
            answers.pop(undoes, None)
    return {card: list(answers.values()) for card, answers in kept.items()}


_UPDATE = "UPDATE quizzes_card SET stability = %s, difficulty = %s, fit_id = %s WHERE id = %s AND seq = %s"


def _swap(rows: Sequence[tuple[float, float, int | None, int, int]]) -> int:
    """Write (stability, difficulty, fit, card, seq) where the card is still there; returns how many were.

    A card that somebody else is writing is passed over: whoever waits while many cards are locked may be waited for.
    """
    cards = Card.objects.filter(pk__in=[row[3] for row in rows])
    with transaction.atomic(), connection.cursor() as cursor:
        free = set(cards.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
        mine = [row for row in rows if row[3] in free]
        if mine:
            cursor.executemany(_UPDATE, mine)
        return max(0, cursor.rowcount) if mine else 0
