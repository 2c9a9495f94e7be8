"""A card that is asked on a study day, once it was chosen, and the reasons it carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quizzes.models import PlanItem

Why = PlanItem.Why


@dataclass(frozen=True, slots=True)
class Candidate:
    """`card_id` is None for a question that the learner has no card of yet. `gain`: of exam score, a second."""

    question_id: int
    topic_id: int
    why: str
    seconds: int
    sibling_group: str = ""
    card_id: int | None = None
    seq: int = 0
    gain: float = 0.0
    because: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def is_new(self) -> bool:
        return self.why == Why.NEW


@dataclass(frozen=True, slots=True)
class Planned:
    """The cards of one study day in the order to ask them, and what the day's row keeps about them."""

    cards: tuple[Candidate, ...]
    prices: tuple[float, ...] = ()  # of a second, today first: see quizzes.planning.worth
    because: Mapping[str, Any] = field(default_factory=dict)
    pace: Mapping[str, Any] | None = None  # measured now, to be kept on the enrolment
    whole: bool = True  # False when only a part of the learner's cards was looked at

    @property
    def price(self) -> float | None:
        return self.prices[0] if self.prices else None

    @property
    def expected_seconds(self) -> int:
        return sum(card.seconds for card in self.cards)
