"""The report of one ingestion as JSON: what `manage.py ingest --report` writes and the Studio shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from content.ingest.model import Draft, Notice, plain
from quizzes.generation import Proposal
from studyapp.sides import Sides


def report(
    draft: Draft,
    proposals: Sequence[Proposal],
    relinks: Mapping[str, int],
    sides: Sides,
    also: Sequence[Notice] = (),
) -> dict[str, Any]:
    """Every line accounted for, and what would be published. `also`: sentences about files that were not read."""
    return {
        "sources": [
            {
                "path": source.path,
                "dialect": source.dialect,
                "lines": source.lines,
                "nonblank": source.nonblank,
                "in_blocks": source.in_blocks,
                "discarded": plain(source.discarded),
            }
            for source in draft.sources
        ],
        "topics": len(set(sides.groups.values())),
        "facts": len(draft.facts),
        "questions": dict(sorted(_kinds(draft, [one for one in proposals if sides.lets(one)]).items())),
        "conflicts": _conflicts(sides),
        "warnings": [_sentence(notice) for notice in (*draft.warnings, *also)],
        "errors": [_sentence(notice) for notice in draft.errors],
        "merges": _merges(sides),
        "relinks": dict(relinks),
        "drills": len(draft.drills),
    }


def _kinds(draft: Draft, proposals: Sequence[Proposal]) -> Counter[str]:
    kinds = Counter(str(question.kind) for question in draft.questions)
    kinds.update(proposal.kind for proposal in proposals)
    kinds.update(str(drill.spec["grader"]) for drill in draft.drills)
    return kinds


def _sentence(notice: Notice) -> dict[str, Any]:
    told = {"path": notice.path, "line": notice.line, "code": notice.code, "message": notice.message}
    return told | {"found": notice.found, "fix": notice.fix} if notice.fix else told


def _conflicts(sides: Sides) -> list[dict[str, Any]]:
    """Both statements, with file and line."""

    def side(one: dict[str, Any]) -> dict[str, Any]:
        return {name: one[name] for name in ("source", "line", "text")}

    return [
        {"topic": one["topic"], "a": side(one["a"]), "b": side(one["b"]), "kind": one["kind"]}
        for one in sides.conflicts
    ]


def _merges(sides: Sides) -> list[dict[str, Any]]:
    """Topics that more than one source has."""
    return [
        {"topic": one.title, "sources": list(dict.fromkeys(member["source"] for member in one.members))}
        for one in sides.merges
    ]
