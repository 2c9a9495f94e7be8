"""What fills the minutes: hard limits, one of each sibling group, first sights in reading order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quizzes.planning import exam_mode, retention_mode
from quizzes.planning.choosing import Basket, FirstSights, fill
from quizzes.planning.material import Material, Place

NAN = float("nan")
# Topics 1 (with 2 under it) belong to domain 1, topic 3 stands under topic 1 in domain 2, topic 4 alone in domain 2.
PLACES = {
    1: Place(None, 0, 1, 0.75, 0.1),
    2: Place(1, 1, 1, 0.75, 0.1),
    3: Place(1, 2, 2, 0.25, 0.1),
    4: Place(None, 3, 2, 0.25, 0.1),
}


def material(
    rows: Sequence[tuple[int, float, str]],
    due: Sequence[float] | None = None,
    today: Sequence[bool] | None = None,
) -> Material:
    """Rows of (topic, stability, sibling group)."""
    size = len(rows)
    numbers = np.arange(size, dtype=np.int64)
    zeros = np.zeros(size, dtype=np.int64)
    return Material(
        card=numbers + 1,
        seq=zeros,
        question=numbers + 100,
        topic=np.array([topic for topic, _, _ in rows], dtype=np.int64),
        state=zeros + 2,
        stability=np.array([stability for _, stability, _ in rows], dtype=np.float64),
        difficulty=np.full(size, 5.0),
        days=np.full(size, 3.0),
        due=np.array(due if due is not None else [-1.0] * size),
        today=np.array(today if today is not None else [False] * size, dtype=np.bool_),
        lapses=zeros,
        doubt=zeros,
        kind=("flashcard",) * size,
        group=tuple(group for _, _, group in rows),
        places=PLACES,
        whole=True,
    )


rows = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from([NAN, 2.0, 9.0]), st.sampled_from(["", "", "a", "b"])),
    max_size=40,
).map(lambda found: sorted(found, key=lambda row: (row[1] != row[1], row[0])))


@given(rows, st.integers(0, 300), st.data())
def test_the_basket_keeps_its_limits(
    found: list[tuple[int, float, str]], seconds: int, data: st.DataObject
) -> None:
    cards = material(found)
    costs = data.draw(st.lists(st.floats(1.0, 60.0), min_size=len(found), max_size=len(found)))
    order = data.draw(st.permutations(range(len(found))))
    basket = Basket(seconds, {"b"})
    fill(basket, order, cards, costs)
    assert sum(costs[row] for row in basket.rows) <= seconds
    assert len(basket.rows) == len(set(basket.rows))
    groups = [cards.group[row] for row in basket.rows if cards.group[row]]
    assert len(groups) == len(set(groups))
    assert "b" not in groups


@given(rows)
def test_nothing_is_first_seen_before_what_stands_above_it(found: list[tuple[int, float, str]]) -> None:
    cards = material([(topic, NAN, "") for topic, _, _ in found])
    sights = FirstSights(cards, range(len(found)))
    shown: list[int] = []
    for domain in (2, 2, 1) * len(found):
        row = sights.next_of(domain)
        if row is not None:
            shown.append(int(cards.topic[row]))
    assert sorted(shown) == sorted(topic for topic, _, _ in found)
    for below in (2, 3):
        if 1 in shown and below in shown:
            assert max(n for n, t in enumerate(shown) if t == 1) < shown.index(below)


def test_an_unseen_row_stands_for_the_first_of_its_domain() -> None:
    cards = material([(1, NAN, ""), (2, NAN, ""), (4, NAN, "")])
    basket = Basket(20)
    fill(basket, [1, 2], cards, [10.0, 10.0, 10.0])
    assert basket.rows == [1, 2]
    basket = Basket(20)
    fill(basket, [1, 0], cards, [10.0, 10.0, 10.0])
    assert basket.rows == [0, 1], "reading order, whatever the order of worth"


def test_before_an_exam_what_gains_most_comes_first_and_nothing_that_gains_nothing() -> None:
    cards = material(
        [(1, 5.0, ""), (2, 5.0, ""), (4, 5.0, ""), (4, 5.0, "")], today=[False, False, False, True]
    )
    basket = Basket(600)
    gain, lift = np.array([0.2, 0.5, -0.1, 0.9]), np.zeros(4)
    exam_mode.choose(cards, gain, lift, [10.0] * 4, frozenset(), basket)
    assert basket.rows == [1, 0], "the last one was answered today, the third is not worth it"
    must = Basket(15)
    exam_mode.choose(cards, gain, lift, [10.0] * 4, frozenset({2}), must)
    assert must.rows == [2]


def test_minutes_that_nothing_needs_today_go_to_what_lifts_the_score_most() -> None:
    cards = material([(1, 5.0, ""), (2, 5.0, ""), (4, NAN, ""), (4, NAN, "")])
    gain, lift = np.array([-0.1, 0.2, -0.1, -0.2]), np.array([0.0, 0.1, 0.3, 0.3])
    basket = Basket(35)
    exam_mode.choose(cards, gain, lift, [10.0] * 4, frozenset(), basket)
    assert basket.rows == [1, 2, 3], "and the first is not worth a look at all"


def test_on_the_day_of_the_exam_nothing_new_is_begun() -> None:
    cards = material([(1, 5.0, ""), (2, NAN, "")])
    basket = Basket(600)
    exam_mode.choose(cards, np.array([0.1, 0.9]), np.ones(2), [10.0] * 2, frozenset(), basket, only_seen=True)
    assert basket.rows == [0]


def test_without_an_exam_new_questions_are_capped_and_follow_the_weights() -> None:
    cards = material([(2, NAN, "")] * 40 + [(4, NAN, "")] * 40)
    basket = Basket(6000)
    retention_mode.choose(cards, np.full(80, NAN), [10.0] * 80, frozenset(), basket)
    topics = [int(cards.topic[row]) for row in basket.rows]
    assert (topics.count(2), topics.count(4)) == (15, 5)


def test_a_backlog_is_worked_off_from_the_best_kept_end_and_nothing_new_is_added() -> None:
    cards = material([(2, 5.0, "")] * 4 + [(4, NAN, "")])
    recall = np.array([0.2, 0.8, 0.5, 0.7, NAN])
    basket = Basket(25)
    retention_mode.choose(cards, recall, [10.0] * 5, frozenset(), basket)
    assert basket.rows == [1, 3]
    plenty = Basket(100)
    retention_mode.choose(cards, recall, [10.0] * 5, frozenset(), plenty)
    assert plenty.rows == [0, 2, 3, 1, 4], "with time for all, the most forgotten comes first"


def test_what_is_not_due_is_left_alone_without_an_exam() -> None:
    cards = material([(2, 5.0, ""), (4, 5.0, "")], due=[3.0, 0.0])
    basket = Basket(100)
    retention_mode.choose(cards, np.array([0.9, 0.9]), [10.0] * 2, frozenset(), basket)
    assert basket.rows == [1]


def test_before_an_exam_the_domains_share_first_sights_by_weight() -> None:
    """However the plan ranks cards that are all alike."""
    cards = material([(2, NAN, "")] * 20 + [(4, NAN, "")] * 20)
    gain = np.array([-0.1] * 20 + [0.2] * 20)
    basket = Basket(120)
    exam_mode.choose(cards, gain, np.zeros(40), [10.0] * 40, frozenset(), basket)
    topics = [int(cards.topic[row]) for row in basket.rows]
    assert (topics.count(2), topics.count(4)) == (9, 3)
