"""A drill with a written or constructed answer: shown in its variant, on pages of its own, and graded by an engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes import graders
from quizzes.question_types.base import BadResponse, Grade, Presentation, QuestionType


class Drill(QuestionType):
    kind: ClassVar[str] = "drill"
    label: ClassVar[str] = "Drill"
    in_queue: ClassVar[bool] = False
    usual_seconds: ClassVar[int] = 300

    def validate(self, stem: str, payload: Mapping[str, Any]) -> list[str]:
        return graders.problems(payload)

    def present(self, html: Mapping[str, Any], payload: Mapping[str, Any], seed: str) -> Presentation:
        return Presentation(stem=html["stem"])

    def tell(
        self, html: Mapping[str, Any], payload: Mapping[str, Any], seed: str, response: Mapping[str, Any]
    ) -> Presentation:
        return Presentation(stem=html["stem"], rationale=html["rationale"], told=True)

    def read(self, sent: Mapping[str, list[str]], payload: Mapping[str, Any], seed: str) -> dict[str, Any]:
        raise BadResponse("A drill is answered on its own page.")

    def grade(self, payload: Mapping[str, Any], response: Mapping[str, Any]) -> Grade:
        verdict = graders.grade(payload, int(response.get("seed", 0)), response.get("answer", ""))
        return Grade(correct=verdict.ok)
