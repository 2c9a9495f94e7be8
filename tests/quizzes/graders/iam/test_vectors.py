"""What the vendor's documentation says, vector by vector, and that every vector names its page."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from quizzes.graders.iam.cases import decide
from tests.quizzes.graders.iam.vector_files import vectors

ALL = list(vectors())


@pytest.mark.parametrize("vector", ALL, ids=[vector["name"] for vector in ALL])
def test_decision(vector: dict[str, Any]) -> None:
    assert decide(vector["case"]) == vector["expect"], vector["say"]


def test_there_are_enough_and_each_is_one() -> None:
    assert len(ALL) >= 150
    assert max(Counter(vector["name"] for vector in ALL).values()) == 1
    assert max(Counter(str(vector["case"]) for vector in ALL).values()) == 1
    assert all(vector["page"].startswith("https://docs.aws.amazon.com/") for vector in ALL)


def test_every_decision_is_among_them() -> None:
    assert Counter(vector["expect"] for vector in ALL).keys() == {
        "Allowed",
        "ImplicitlyDenied",
        "ExplicitlyDenied",
    }
