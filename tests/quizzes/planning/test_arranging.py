"""The order of a day's cards: nothing is lost, topics are mixed, first sights keep the reading order."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from quizzes.planning.arranging import arrange, merge
from quizzes.planning.candidates import Candidate, Why
from quizzes.planning.material import Place

# Topic 1 holds 2 and 3, topic 3 holds 4; 5 and 6 stand alone. Numbers are positions in reading order.
PARENTS = {1: None, 2: 1, 3: 1, 4: 3, 5: None, 6: None}
PLACES = {topic: Place(parent, topic, 1, 1.0, 0.1) for topic, parent in PARENTS.items()}


def card(question: int, topic: int, why: str = Why.DUE) -> Candidate:
    return Candidate(question, topic, why, 10)


def fresh(question: int, topic: int) -> Candidate:
    return card(question, topic, Why.NEW)


def days(why: str) -> st.SearchStrategy[list[Candidate]]:
    topics = st.lists(st.sampled_from(sorted(PARENTS)), max_size=40)
    offset = 1000 if why == Why.NEW else 0
    return topics.map(
        lambda found: [
            card(offset + n, topic, why) for n, topic in enumerate(sorted(found) if offset else found)
        ]
    )


@given(days(Why.DUE), days(Why.NEW))
def test_nothing_is_lost(reviews: list[Candidate], new: list[Candidate]) -> None:
    assert Counter(arrange(reviews, new, PLACES)) == Counter([*reviews, *new])


@given(days(Why.DUE))
def test_neighbours_of_one_topic_only_where_it_cannot_be_avoided(reviews: list[Candidate]) -> None:
    order = arrange(reviews, [], PLACES)
    most = max(Counter(one.topic_id for one in reviews).values(), default=0)
    unavoidable = max(0, 2 * most - len(reviews) - 1)
    assert sum(a.topic_id == b.topic_id for a, b in pairwise(order)) == unavoidable


@given(days(Why.DUE), days(Why.NEW))
def test_first_sights_keep_the_reading_order_of_topics(
    reviews: list[Candidate], new: list[Candidate]
) -> None:
    order = [one for one in arrange(reviews, new, PLACES) if one.is_new]
    begun = list(dict.fromkeys(one.topic_id for one in order))
    assert begun == sorted(begun)
    place = {one.question_id: n for n, one in enumerate(order)}
    for one in order:
        for other in order:
            if PARENTS[one.topic_id] == other.topic_id:
                assert place[other.question_id] < place[one.question_id], "what stands above comes first"


def test_near_topics_are_mixed_with_each_other() -> None:
    reviews = [card(1, 2), card(2, 5), card(3, 3), card(4, 6)]
    assert [one.topic_id for one in arrange(reviews, [], PLACES)][:2] == [2, 3], "both under topic 1"


def test_new_cards_are_spread_between_reviews() -> None:
    order = merge([card(n, 5) for n in range(6)], [fresh(10 + n, 6) for n in range(3)])
    assert [one.is_new for one in order] == [False, False, True] * 3


def test_a_tree_edited_into_a_ring_is_still_arranged() -> None:
    ring = {1: Place(2, 1, 1, 1.0, 0.1), 2: Place(1, 2, 1, 1.0, 0.1)}
    cards = [fresh(1, 1), fresh(2, 2)]
    assert Counter(arrange([], cards, ring)) == Counter(cards)
