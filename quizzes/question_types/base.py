"""The contract of a question type."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


class BadResponse(ValueError):
    """What was sent cannot be an answer to this question. The message is a sentence for the learner."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice as shown. `place` is its position on the page, `index` its position in the payload."""

    place: int
    index: int
    html: str
    correct: bool = False
    chosen: bool = False
    says: str = ""

    @property
    def letter(self) -> str:
        return chr(ord("A") + self.place)


@dataclass(frozen=True, slots=True)
class Presentation:
    """What the template needs. `told` is False before the answer, and then nothing in here gives the key away."""

    stem: str
    options: tuple[Option, ...] = ()
    answer: str = ""
    rationale: str = ""
    told: bool = False
    choose: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grade:
    """`correct` is None where the learner rates the answer alone."""

    correct: bool | None


class QuestionType(abc.ABC):
    """How one kind of question is checked, shown and graded. Stateless."""

    kind: ClassVar[str]
    label: ClassVar[str]
    # The learner sees the answer and rates it; otherwise the answer is graded and the rating follows.
    self_rated: ClassVar[bool] = False
    # Asked by the review queue; a drill is not.
    in_queue: ClassVar[bool] = True
    usual_seconds: ClassVar[int] = 15

    @property
    def template(self) -> str:
        """Holds the partials `ask` and `told`."""
        return f"questions/{self.kind}.html"

    @abc.abstractmethod
    def validate(self, stem: str, payload: Mapping[str, Any]) -> list[str]:
        """What is wrong with a question of this kind, as sentences; empty when it can be asked."""

    @abc.abstractmethod
    def present(self, html: Mapping[str, Any], payload: Mapping[str, Any], seed: str) -> Presentation:
        """The question before the answer. Options are shuffled by `seed`, which names the showing."""

    @abc.abstractmethod
    def tell(
        self, html: Mapping[str, Any], payload: Mapping[str, Any], seed: str, response: Mapping[str, Any]
    ) -> Presentation:
        """The question with its answer; `response` is what `read` returned (empty when self-rated)."""

    @abc.abstractmethod
    def read(self, sent: Mapping[str, list[str]], payload: Mapping[str, Any], seed: str) -> dict[str, Any]:
        """The learner's form as a stored response, independent of the shuffle. Raises BadResponse."""

    @abc.abstractmethod
    def grade(self, payload: Mapping[str, Any], response: Mapping[str, Any]) -> Grade:
        """Grade a stored response."""
