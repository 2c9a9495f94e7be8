"""Drill engines: what an answer does, against checks. One file a grader.

A drill's `spec` is one mapping (see docs/drill_format.md); `grade` never raises for what a learner wrote.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sized
from typing import Any

from quizzes.graders.base import UNREADABLE, Check, Choice, Grader, Problem, Verdict, Widget
from quizzes.graders.engine.drill import TRIED_SEEDS, as_text, authoring_problems, fill
from quizzes.graders.engine.selftest import selftest
from quizzes.graders.registry import get, names

__all__ = [
    "Check",
    "Choice",
    "Grader",
    "Problem",
    "Verdict",
    "Widget",
    "example",
    "fill",
    "get",
    "grade",
    "names",
    "problems",
    "told",
    "widget",
]

log = logging.getLogger(__name__)


def grade(spec: Mapping[str, Any], seed: int, answer: Any) -> Verdict:
    """Grade `answer` to the drill `spec` in its variant `seed`. Whatever happens, a verdict comes back.

    The one boundary: a surprise becomes a sentence for the learner and a line in the log, without the answer's text.
    A case may be answered by a list of option numbers; every other answer is text.
    """
    try:
        text = as_text(answer)
        if isinstance(text, Verdict):
            return text
        return get(str(spec["grader"])).grade(text, fill(spec, seed))
    except Exception:
        ident = spec.get("id") if hasattr(spec, "get") else type(spec).__name__
        length = len(answer) if isinstance(answer, Sized) else 0
        log.exception("drill %s, seed %s: an answer of %s signs could not be graded", ident, seed, length)
        return Verdict.refused(UNREADABLE)


def widget(spec: Mapping[str, Any], seed: int) -> Widget:
    """How the answer to this variant is given."""
    return get(str(spec["grader"])).widget(fill(spec, seed))


def example(spec: Mapping[str, Any]) -> str:
    """The task in one of its variants, for lists and searches; as it is written when it cannot be filled."""
    if authoring_problems(spec):
        return str(spec.get("prompt") or "").strip()
    return str(fill(spec, 0)["prompt"]).strip()


def told(spec: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an author must mend, each as (path of the place, sentence), for whoever knows the lines. Never raises.

    A drill that is written properly is tried in three variants: good answers must pass, and bad ones fail as they say.
    """
    found = [(problem.path, problem.text) for problem in authoring_problems(spec)]
    if found or get(str(spec["grader"])).mode != "inline":
        return found
    failures = selftest(spec, TRIED_SEEDS).failures
    return [
        (one.place if one.place.startswith(("good", "bad")) else "", f"In variant {one.seed}, {one.text}.")
        for one in failures
    ]


def problems(spec: Mapping[str, Any]) -> list[str]:
    """What an author must mend in a drill, as sentences; empty when it can be published. Never raises."""
    return [str(problem) for problem in authoring_problems(spec)]
