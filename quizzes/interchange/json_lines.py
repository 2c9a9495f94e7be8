"""Questions as plain data, one JSON object each: what `manage.py questions` prints for other programs to judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from content.models import Certification
from quizzes.generation.rubric import MEANING, flaws
from quizzes.models import Question
from quizzes.question_types import CHOICES

AT_ONCE = 500  # rows read from the database at a time


def records(certification: Certification, every: bool = False) -> Iterator[dict[str, Any]]:
    """Questions in outline order: those that are asked, or with `every` also drafts, held and retired ones."""
    found = Question.objects.filter(certification=certification, current__isnull=False)
    if not every:
        found = found.ready()
    rows = (
        found.select_related("topic", "source", "current")
        .defer("source__text", "source__discarded", "current__html")
        .order_by("topic__position", "topic_id", "position", "pk")
    )
    return (record(question) for question in rows.iterator(chunk_size=AT_ONCE))


def record(question: Question) -> dict[str, Any]:
    """One question. `options`: texts, empty without choices. `key`: a text, or a list of texts when several are right.

    `line_from` and `line_to` count from 1 in `source`; `flaws` are codes of `quizzes.generation.rubric`, found in the
    version that is asked now.
    """
    version = question.current
    payload: Mapping[str, Any] = version.payload if version is not None else {}
    stem = version.stem if version is not None else ""
    options = payload.get("options") or []
    return {
        "uid": str(question.uid),
        "topic": question.topic.title,
        "kind": question.kind,
        "stem": stem,
        "options": [str(option.get("text", "")) for option in options],
        "key": key_of(question.kind, payload),
        "rationale": version.rationale if version is not None else "",
        "reference": version.reference if version is not None else "",
        "source": question.source.path if question.source is not None else "",
        "line_from": question.line_from,
        "line_to": question.line_to,
        "origin": question.origin,
        "pattern": question.pattern,
        "state": question.state,
        "flaws": list(_flaws(question.kind, stem, payload)),
    }


def key_of(kind: str, payload: Mapping[str, Any]) -> str | list[str]:
    """The right answer: the words of a card, the right option, the right options, or those of a drill's steps."""
    if "steps" in payload:
        return [text for step in payload["steps"] or [] for text in _right(step.get("options") or [], "ok")]
    right = _right(payload.get("options") or [], "correct")
    if kind == "multiple_choice" and len(right) == 1:
        return right[0]
    return right if kind in CHOICES else str(payload.get("answer", ""))


def _right(options: list[Mapping[str, Any]], mark: str) -> list[str]:
    return [str(option.get("text", "")) for option in options if option.get(mark)]


def _flaws(kind: str, stem: str, payload: Mapping[str, Any]) -> Iterator[str]:
    """In the rubric's order. Of several right options each is looked at beside the wrong ones."""
    if "steps" in payload:
        return iter(())
    options = payload.get("options") or []
    wrong = [str(option.get("text", "")) for option in options if not option.get("correct")]
    answers = _right(options, "correct") if kind in CHOICES else [str(payload.get("answer", ""))]
    found = {code for answer in answers for code in flaws(kind, stem, answer, wrong)}
    return (code for code in MEANING if code in found)
