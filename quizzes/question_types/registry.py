"""All kinds of question, by name."""

from __future__ import annotations

from quizzes.question_types.base import QuestionType
from quizzes.question_types.case import Case
from quizzes.question_types.choice import MultipleChoice, MultipleResponse
from quizzes.question_types.recall import Cloze, Flashcard

_TYPES: dict[str, QuestionType] = {
    kind.kind: kind() for kind in (Flashcard, Cloze, MultipleChoice, MultipleResponse, Case)
}


def get(kind: str) -> QuestionType:
    """The type of this name; KeyError when there is none."""
    return _TYPES[kind]


def kinds() -> tuple[str, ...]:
    return tuple(_TYPES)
