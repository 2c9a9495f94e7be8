"""Drill engines: what an answer does, against checks. One file a grader.

A drill's `spec` is one mapping (see docs/note_format.md); `grade` never raises for what a learner wrote.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from quizzes.graders.base import Check, Grader, Verdict
from quizzes.graders.case import CaseGrader

__all__ = ["Check", "Grader", "Verdict", "get", "grade", "names", "problems"]

log = logging.getLogger(__name__)

_GRADERS: dict[str, Grader] = {grader.name: grader for grader in (CaseGrader(),)}


def names() -> frozenset[str]:
    """Every grader that a drill may name."""
    return frozenset(_GRADERS)


def get(name: str) -> Grader:
    """The grader of this name; KeyError when there is none."""
    return _GRADERS[name]


def grade(spec: Mapping[str, Any], seed: int, answer: Any) -> Verdict:
    """Grade `answer` to the drill `spec` in its variant `seed`. A surprise becomes a verdict with an error."""
    try:
        return get(str(spec["grader"])).grade(spec, seed, answer)
    except Exception:
        log.exception("drill %s could not grade an answer", spec.get("id"))
        return Verdict(checks=(), error="This answer could not be read.")


def problems(spec: Mapping[str, Any]) -> list[str]:
    """What an author must mend in a drill, as sentences; empty when it can be published."""
    missing = [key for key in ("id", "title", "grader", "prompt") if not str(spec.get(key) or "").strip()]
    if missing:
        return [f"The drill has no “{key}”." for key in missing]
    if spec["grader"] not in _GRADERS:
        return [f"There is no grader “{spec['grader']}”; known are: {', '.join(_GRADERS)}."]
    return get(spec["grader"]).problems(spec)
