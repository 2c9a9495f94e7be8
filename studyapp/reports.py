"""The report of one ingestion as JSON: what `manage.py ingest --report` writes and the Studio shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from content.ingest.conflicts import Conflict
from content.ingest.joining import join
from content.ingest.model import Draft, FactDraft, Notice, plain
from quizzes.generation import Proposal


def report(
    draft: Draft,
    proposals: Sequence[Proposal],
    relinks: Mapping[str, int],
    conflicts: Sequence[Conflict] = (),
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
        "topics": len(set(join(draft, []).group.values())),
        "facts": len(draft.facts),
        "questions": dict(sorted(_kinds(draft, proposals).items())),
        "conflicts": _conflicts(draft, conflicts),
        "warnings": [_sentence(notice) for notice in (*draft.warnings, *also)],
        "errors": [_sentence(notice) for notice in draft.errors],
        "merges": _merges(draft),
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


def _conflicts(draft: Draft, conflicts: Sequence[Conflict]) -> list[dict[str, Any]]:
    """Both statements, with file and line."""
    titles = {topic.key: topic.title for topic in draft.topics}

    def side(fact: FactDraft) -> dict[str, Any]:
        return {"source": fact.source, "line": fact.line_from, "text": fact.text}

    return [
        {"topic": titles.get(one.a.topic, ""), "a": side(one.a), "b": side(one.b), "kind": one.kind}
        for one in conflicts
    ]


def _merges(draft: Draft) -> list[dict[str, Any]]:
    """Topics that more than one source of this upload has."""
    topics = {topic.key: topic for topic in draft.topics}
    sources: dict[int, list[str]] = defaultdict(list)
    for key, first in join(draft, []).group.items():
        sources[first].append(topics[key].source)
    return [
        {"topic": topics[first].title, "sources": paths} for first, paths in sources.items() if len(paths) > 1
    ]
