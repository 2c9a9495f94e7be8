"""All kinds of question, by name."""

from __future__ import annotations

from quizzes.question_types.base import QuestionType
from quizzes.question_types.case import Case
from quizzes.question_types.choice import MultipleChoice, MultipleResponse
from quizzes.question_types.drill import Drill
from quizzes.question_types.recall import Cloze, Flashcard

_TYPES: dict[str, QuestionType] = {
    kind.kind: kind() for kind in (Flashcard, Cloze, MultipleChoice, MultipleResponse, Case, Drill)
}


def get(kind: str) -> QuestionType:
    """The type of this name; KeyError when there is none."""
    return _TYPES[kind]


# Drills have pages of their own, and are not asked by the queue.
QUEUED = tuple(name for name, kind in _TYPES.items() if kind.in_queue)
DRILLS = tuple(name for name, kind in _TYPES.items() if not kind.in_queue)
# Their payloads have options, so that somebody may be right by luck.
CHOICES = tuple(name for name, kind in _TYPES.items() if isinstance(kind, MultipleChoice))


def kinds() -> tuple[str, ...]:
    return tuple(_TYPES)
