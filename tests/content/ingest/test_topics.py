"""One tree of all topics: every row once, parents before children, sources in their order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.ingest.topics.joining import says_enough
from content.ingest.topics.order import Seat, order, ranks, sources_in_order

_SEATS = st.integers(1, 12).flatmap(
    lambda count: st.tuples(
        *(
            st.builds(
                Seat,
                pk=st.just(pk),
                parent=st.none() | st.integers(1, 14),
                rank=st.integers(0, 3),
                line=st.integers(1, 50),
            )
            for pk in range(1, count + 1)
        )
    )
)


@given(_SEATS)
def test_every_row_has_one_place_behind_its_parent(seats: tuple[Seat, ...]) -> None:
    places = order(seats)
    at = {place.pk: place for place in places}
    assert sorted(at) == sorted(seat.pk for seat in seats)
    assert [place.position for place in places] == list(range(len(seats)))
    for place in places:
        above = at[place.parent] if place.parent is not None else None
        assert place.depth == (above.depth + 1 if above else 0)
        assert above is None or above.position < place.position


def test_new_sources_stand_behind_the_one_they_follow() -> None:
    assert list(ranks(["a", "c"], ["a", "b"])) == ["a", "b", "c"]
    assert list(ranks(["b"], ["a", "b"])) == ["a", "b"]
    assert list(ranks(["a"], ["z"])) == ["a", "z"]
    assert list(ranks(["a", "b", "c"], ["c", "a"])) == ["a", "b", "c"]
    assert list(ranks(["a", "b", "c"], ["c", "a"], says_order=True)) == ["c", "b", "a"]


def test_the_order_of_sources_is_read_off_how_their_topics_stand() -> None:
    assert sources_in_order([["a", "c"], ["a", "a", "b"], ["b", "c"]]) == ["a", "b", "c"]
    assert sources_in_order([["b", "a"], ["a", "b"]]) == ["b", "a"]


@given(st.permutations("abcd"), st.lists(st.sets(st.sampled_from("abcd")), max_size=6))
def test_sources_in_order_explains_what_one_order_made(rank: list[str], groups: list[set[str]]) -> None:
    siblings = [sorted(group, key=rank.index) for group in groups]
    found = sources_in_order(siblings)
    assert all(sorted(group, key=found.index) == group for group in siblings)


@pytest.mark.parametrize(
    ("title", "enough"),
    [("Encryption", False), ("Use cases", False), ("Overview", False), ("SQS", True), ("DynamoDB", True),
     ("Bucket policies", True), ("How it works", False), ("Lights", False)],
)  # fmt: skip
def test_titles_that_mean_the_same_anywhere(title: str, enough: bool) -> None:
    assert says_enough(title) is enough
