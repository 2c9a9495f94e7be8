"""A case: one situation, several steps, each decided on pages of its own (see quizzes.drills)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes import graders
from quizzes.question_types.base import Grade
from quizzes.question_types.drill import Drill


class Case(Drill):
    kind: ClassVar[str] = "case"
    usual_seconds: ClassVar[int] = 180

    def grade(self, payload: Mapping[str, Any], response: Mapping[str, Any]) -> Grade:
        return Grade(correct=graders.grade(dict(payload), 0, response.get("answer")).ok)
