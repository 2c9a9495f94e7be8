"""A drill: one situation, several steps. Answered on pages of its own (see quizzes.drills), graded by a grader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes import graders
from quizzes.question_types.base import BadResponse, Grade, Presentation, QuestionType


class Case(QuestionType):
    kind: ClassVar[str] = "case"
    label: ClassVar[str] = "Drill"
    in_queue: ClassVar[bool] = False
    usual_seconds: ClassVar[int] = 180

    def validate(self, stem: str, payload: Mapping[str, Any]) -> list[str]:
        return graders.problems(payload)

    def present(self, html: Mapping[str, Any], payload: Mapping[str, Any], seed: str) -> Presentation:
        return Presentation(stem=html["stem"])

    def tell(
        self, html: Mapping[str, Any], payload: Mapping[str, Any], seed: str, response: Mapping[str, Any]
    ) -> Presentation:
        return Presentation(stem=html["stem"], rationale=html["rationale"], told=True)

    def read(self, sent: Mapping[str, list[str]], payload: Mapping[str, Any], seed: str) -> dict[str, Any]:
        raise BadResponse("A drill is answered step by step.")

    def grade(self, payload: Mapping[str, Any], response: Mapping[str, Any]) -> Grade:
        return Grade(correct=graders.grade(dict(payload), 0, response.get("answer")).ok)
