"""Questions that the learner answers in the head and rates: flashcard and cloze."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.question_types.base import BadResponse, Grade, Presentation, QuestionType

HOLE = "[…]"


class Flashcard(QuestionType):
    kind: ClassVar[str] = "flashcard"
    label: ClassVar[str] = "Flashcard"
    self_rated: ClassVar[bool] = True
    usual_seconds: ClassVar[int] = 12

    @property
    def template(self) -> str:
        return "questions/recall.html"

    def validate(self, stem: str, payload: Mapping[str, Any]) -> list[str]:
        problems = []
        if not stem.strip():
            problems.append("The question is empty.")
        if not str(payload.get("answer", "")).strip():
            problems.append("The answer is empty.")
        return problems

    def present(self, html: Mapping[str, Any], payload: Mapping[str, Any], seed: str) -> Presentation:
        return Presentation(stem=html["stem"])

    def tell(
        self, html: Mapping[str, Any], payload: Mapping[str, Any], seed: str, response: Mapping[str, Any]
    ) -> Presentation:
        return Presentation(stem=html["stem"], answer=html["answer"], rationale=html["rationale"], told=True)

    def read(self, sent: Mapping[str, list[str]], payload: Mapping[str, Any], seed: str) -> dict[str, Any]:
        rating = (sent.get("rating") or [""])[0]
        if rating not in {"1", "2", "3", "4"}:
            raise BadResponse("Choose Again, Hard, Good or Easy.")
        return {"rating": int(rating)}

    def grade(self, payload: Mapping[str, Any], response: Mapping[str, Any]) -> Grade:
        return Grade(correct=None)


class Cloze(Flashcard):
    """A sentence with one hole. Other holes of the sentence are filled in, and are questions of their own."""

    kind: ClassVar[str] = "cloze"
    label: ClassVar[str] = "Fill the gap"
    usual_seconds: ClassVar[int] = 9

    def validate(self, stem: str, payload: Mapping[str, Any]) -> list[str]:
        problems = super().validate(stem, payload)
        if HOLE not in stem:
            problems.append(f"The sentence has no gap; write {HOLE} where the answer belongs.")
        return problems
