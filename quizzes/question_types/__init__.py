"""Kinds of question. Adding one touches one file here, one template and one test."""

from quizzes.question_types.base import Grade, Option, Presentation, QuestionType
from quizzes.question_types.registry import CHOICES, DRILLS, QUEUED, get, kinds
from quizzes.question_types.rendering import render

__all__ = [
    "CHOICES", "DRILLS", "QUEUED", "Grade", "Option", "Presentation", "QuestionType", "get", "kinds", "render",
]  # fmt: skip
