"""The tree as nested lists: whatever the levels are, what is opened is closed."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.models import Topic
from quizzes.outline import nested, outline_of
from tests import factories


@given(st.lists(st.integers(0, 7), max_size=40))
def test_lists_that_open_close(levels: list[int]) -> None:
    depth = 0
    for entry in nested(levels, lambda level: level):
        depth += entry.opens
        depth -= len(entry.closes)
        assert depth >= 0
    assert depth == 0


@given(st.lists(st.integers(0, 7), min_size=1, max_size=40))
def test_what_is_deeper_stands_under_what_is_before_it(levels: list[int]) -> None:
    found = nested(levels, lambda level: level)
    for before, after in itertools.pairwise(found):
        assert before.opens == (after.item > before.item)


@pytest.mark.django_db
def test_reading_order_family_and_neighbours() -> None:
    certification = factories.certification("gates", domains=[100], topics=0)

    def topic(title: str, position: int, parent: Topic | None = None, retired: bool = False) -> Topic:
        return Topic.objects.create(
            certification=certification,
            title=title,
            slug=title.lower(),
            position=position,
            parent=parent,
            retired=retired,
        )

    wall = topic("Wall", 1)
    gate = topic("Gate", 2, wall)
    lost = topic("Lost", 3, wall, retired=True)
    topic("Orphan", 4, lost)
    topic("Hinge", 5, gate)
    outline = outline_of(certification)
    assert [(node.title, node.level) for node in outline.nodes] == [
        ("Wall", 0),
        ("Gate", 1),
        ("Orphan", 0),
        ("Hinge", 2),
    ]
    hinge = outline.by_slug("hinge")
    top = outline.by_slug("wall")
    assert hinge is not None
    assert top is not None
    assert [node.title for node in outline.ancestors(hinge)] == ["Wall", "Gate"]
    assert [node.title for node in outline.subtree(top)] == ["Wall", "Gate", "Hinge"]
    before, after = outline.neighbours(hinge)
    assert (before and before.title, after) == ("Orphan", None)
