"""Bridges to parts that are being built; this file goes away with them."""

from __future__ import annotations

import inspect
from typing import Any

from content.ingest import conflicts
from content.ingest.changes import Changes
from content.ingest.identity import fingerprint
from content.ingest.publish import plan as _plan
from content.ingest.read import read_notes as _read_notes
from content.writers.topics import plan_topics as _plan_topics
from quizzes import question_bank

try:
    from content.ingest import duplicates  # type: ignore[attr-defined]
except ImportError:

    class duplicates:  # type: ignore[no-redef]  # noqa: N801
        @staticmethod
        def find(facts: Any, groups: Any) -> list[Any]:
            return []


def read_notes(files: Any, tell: Any, choices: Any) -> Any:
    if "choices" in inspect.signature(_read_notes).parameters:
        return _read_notes(files, tell, choices)
    return _read_notes(files, tell)


def plan(certification: Any, draft: Any) -> Changes:
    made = _plan(certification, draft)
    return made if isinstance(made, Changes) else Changes(fact_counts=made)


def plan_topics(certification: Any, draft: Any, sources: Any, apart: Any, together: Any) -> Any:
    if "apart" in inspect.signature(_plan_topics).parameters:
        return _plan_topics(certification, draft, sources, apart, together)
    return _plan_topics(certification, draft, sources)


def key(one: conflicts.Conflict) -> str:
    made = getattr(one, "key", None)
    return made or fingerprint(*sorted((one.a.fingerprint, one.b.fingerprint)))


def hold(certification: Any, facts: Any, at: Any) -> None:
    if hasattr(question_bank, "hold"):
        question_bank.hold(certification, facts, at)


def release(certification: Any, facts: Any, at: Any) -> None:
    if hasattr(question_bank, "release"):
        question_bank.release(certification, facts, at)


def apply(changes: Any, wanted: Any, questions: Any, drills: Any, at: Any, **more: Any) -> Any:
    if "edits" in inspect.signature(question_bank.apply).parameters:
        return question_bank.apply(changes, wanted, questions, drills, at, **more)
    turned_down = {n for n, one in enumerate(wanted) if {n, one.fingerprint} & more["rejected"]}
    return question_bank.apply(changes, wanted, questions, drills, at, turned_down)
