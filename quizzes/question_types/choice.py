"""Multiple choice and multiple response. Both are all or nothing, as the exams score them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.question_types.base import BadResponse, Grade, Option, Presentation, QuestionType


class MultipleChoice(QuestionType):
    kind: ClassVar[str] = "multiple_choice"
    label: ClassVar[str] = "Multiple choice"
    usual_seconds: ClassVar[int] = 25

    @property
    def template(self) -> str:
        return "questions/choice.html"

    def validate(self, stem: str, payload: Mapping[str, Any]) -> list[str]:
        options = payload.get("options") or []
        texts = [str(option.get("text", "")).strip().casefold() for option in options]
        right = sum(bool(option.get("correct")) for option in options)
        problems = []
        if not stem.strip():
            problems.append("The question is empty.")
        if not 2 <= len(options) <= 10:
            problems.append("Give from 2 to 10 options.")
        if not all(texts):
            problems.append("An option is empty.")
        if len(set(texts)) != len(texts):
            problems.append("Two options say the same.")
        if problem := self._wrong_number_of_keys(right, len(options)):
            problems.append(problem)
        return problems

    def _wrong_number_of_keys(self, right: int, options: int) -> str:
        return "" if right == 1 else "Mark exactly one option as right."

    def present(self, html: Mapping[str, Any], payload: Mapping[str, Any], seed: str) -> Presentation:
        options = tuple(
            Option(place, index, html["options"][index]) for place, index in enumerate(order(payload, seed))
        )
        return Presentation(stem=html["stem"], options=options, choose=len(keys(payload)))

    def tell(
        self, html: Mapping[str, Any], payload: Mapping[str, Any], seed: str, response: Mapping[str, Any]
    ) -> Presentation:
        right, chosen = keys(payload), set(response.get("options", ()))
        options = tuple(
            Option(place, index, html["options"][index], index in right, index in chosen, html["says"][index])
            for place, index in enumerate(order(payload, seed))
        )
        return Presentation(
            stem=html["stem"], options=options, rationale=html["rationale"], told=True, choose=len(right)
        )

    def read(self, sent: Mapping[str, list[str]], payload: Mapping[str, Any], seed: str) -> dict[str, Any]:
        shown = order(payload, seed)
        places = {
            int(value)
            for value in sent.get("option", ())
            if value.isascii() and value.isdigit() and len(value) < 3
        }
        if not places or max(places) >= len(shown):
            raise BadResponse("Choose an answer first.")
        self._right_number(len(places), payload)
        certainty = (sent.get("certainty") or ["2"])[0]
        if certainty not in {"1", "2", "3"}:
            raise BadResponse("Say how certain you are: guess, think or sure.")
        return {"options": sorted(shown[place] for place in places), "certainty": int(certainty)}

    def _right_number(self, chosen: int, payload: Mapping[str, Any]) -> None:
        if chosen != 1:
            raise BadResponse("Choose one answer.")

    def grade(self, payload: Mapping[str, Any], response: Mapping[str, Any]) -> Grade:
        return Grade(correct=set(response["options"]) == keys(payload))


class MultipleResponse(MultipleChoice):
    kind: ClassVar[str] = "multiple_response"
    label: ClassVar[str] = "Multiple response"
    usual_seconds: ClassVar[int] = 35

    def _wrong_number_of_keys(self, right: int, options: int) -> str:
        return "" if 2 <= right < options else "Mark at least two options as right, and not all of them."

    def _right_number(self, chosen: int, payload: Mapping[str, Any]) -> None:
        if chosen != len(keys(payload)):
            raise BadResponse(f"Choose {len(keys(payload))} answers.")


def keys(payload: Mapping[str, Any]) -> set[int]:
    """Indexes of the right options."""
    return {index for index, option in enumerate(payload["options"]) if option.get("correct")}


def order(payload: Mapping[str, Any], seed: str) -> list[int]:
    """Payload indexes in the order shown; the same for the same showing."""
    indexes = list(range(len(payload["options"])))
    random.Random(seed).shuffle(indexes)  # noqa: S311  (a shuffle, not a secret)
    return indexes
