"""What a publication wants asked: authored questions, drills and generated questions in one shape.

`question_bank` compares these with the questions that are there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from content.ingest.identity import fingerprint, normalise
from content.ingest.markup import web_address
from content.ingest.model import DrillDraft, FactDraft, QuestionDraft
from content.ingest.publish import ContentChanges
from quizzes.generation import Proposal
from quizzes.models import Question, QuestionVersion

_ARTICLES = frozenset(("a", "an", "the"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question that should exist, beside the text that it tests (`position` follows the lines).

    `adds` is False for one that is brought up to date when it exists and not made when it does not.
    """

    origin: str
    kind: str
    topic: int
    fact: int | None
    source: int
    path: str
    line_from: int
    line_to: int
    anchor: str
    fingerprint: str
    sibling_group: str
    position: int
    stem: str
    payload: dict[str, Any]
    rationale: str
    reference: str
    pattern: str = ""
    accepted: bool = True
    adds: bool = True
    of_changed_fact: bool = False

    def columns(self) -> dict[str, Any]:
        """Of the Question row."""
        return {
            "topic_id": self.topic,
            "fact_id": self.fact,
            "source_id": self.source,
            "line_from": self.line_from,
            "line_to": self.line_to,
            "kind": self.kind,
            "anchor": self.anchor,
            "fingerprint": self.fingerprint,
            "sibling_group": self.sibling_group,
            "position": self.position,
        }

    def says_the_same(self, version: QuestionVersion) -> bool:
        """Nothing that a learner could read differs. Other distractors alone do not make a generated one new."""
        if self.stem != version.stem:
            return False
        if self.origin == Question.Origin.GENERATED:
            return _key(self.payload) == _key(version.payload)
        same_words = self.rationale == version.rationale and self.reference == version.reference
        return same_words and self.payload == version.payload

    def answers_otherwise(self, version: QuestionVersion) -> bool:
        """Another key: a learner who knew the old answer would now be wrong. Articles make no other answer."""
        return _without_articles(_key(self.payload)) != _without_articles(_key(version.payload))

    @staticmethod
    def evidence() -> tuple[tuple[Callable[[Question], Hashable], Callable[[Wanted], Hashable]], ...]:
        """What a row and a wanted question can have in common, the surest first."""
        return (
            (
                lambda row: (row.origin, row.anchor) if row.anchor else None,
                lambda one: (one.origin, one.anchor) if one.anchor else None,
            ),
            (lambda row: row.fingerprint, lambda one: one.fingerprint),
            (
                lambda row: (row.fact_id, row.pattern, row.kind, _key_of(row)) if _from_fact(row) else None,
                lambda one: (one.fact, one.pattern, one.kind, _key(one.payload)) if one.pattern else None,
            ),
            (
                lambda row: (row.fact_id, row.pattern, row.kind) if _from_fact(row) else None,
                lambda one: (one.fact, one.pattern, one.kind) if one.of_changed_fact else None,
            ),
            (
                lambda row: (
                    None if row.pattern or row.anchor else (row.topic_id, row.kind, normalise(_stem_of(row)))
                ),
                lambda one: None if one.pattern or one.anchor else (one.topic, one.kind, normalise(one.stem)),
            ),
            (
                lambda row: None if row.pattern or row.anchor else (row.topic_id, row.kind, _key_of(row)),
                lambda one: None if one.pattern or one.anchor else (one.topic, one.kind, _key(one.payload)),
            ),
            (  # moved under another heading, with another answer
                lambda row: None if row.pattern or row.anchor else (row.kind, normalise(_stem_of(row))),
                lambda one: None if one.pattern or one.anchor else (one.kind, normalise(one.stem)),
            ),
        )


def wanted_authored(changes: ContentChanges, authored: Sequence[QuestionDraft]) -> Iterator[Wanted]:
    """Questions that stand ready-made in the notes."""
    facts = _FactsByLine(changes)
    for one in authored:
        if one.source not in changes.sources:
            continue
        payload: dict[str, Any] = {"answer": one.answer}
        if one.options:
            payload = {
                "options": [
                    {"text": option.text, "correct": option.correct, "rationale": option.rationale}
                    for option in one.options
                ]
            }
        fact = facts.at(one.source, one.fact_line) if one.fact_line else None
        together = f"{one.source}:{one.fact_line}" if one.fact_line else ""
        yield Wanted(
            origin=Question.Origin.AUTHORED,
            kind=str(one.kind),
            topic=changes.topics.ids[one.topic],
            fact=fact,
            source=changes.sources[one.source].pk,
            path=one.source,
            line_from=one.line_from,
            line_to=one.line_to,
            anchor=(one.anchor or "")[:120],
            fingerprint=_authored_fingerprint(one, payload),
            sibling_group=fingerprint(together) if together else "",
            position=10 * one.line_from,
            stem=one.stem,
            payload=payload,
            rationale=one.rationale,
            reference=web_address(one.reference),
        )


def _authored_fingerprint(one: QuestionDraft, payload: dict[str, Any]) -> str:
    if one.anchor:
        return fingerprint("anchor", one.anchor)
    return fingerprint("authored", str(one.kind), one.stem, _key(payload))


def wanted_drills(changes: ContentChanges, drills: Sequence[DrillDraft]) -> Iterator[Wanted]:
    """Drills are named by their id."""
    for one in drills:
        if one.source not in changes.sources:
            continue
        spec = one.spec
        yield Wanted(
            origin=Question.Origin.AUTHORED,
            kind=str(spec["grader"]),
            topic=changes.topics.ids[one.topic],
            fact=None,
            source=changes.sources[one.source].pk,
            path=one.source,
            line_from=one.line_from,
            line_to=one.line_to,
            anchor=f"drill:{one.ident}"[:120],
            fingerprint=fingerprint("drill", one.ident),
            sibling_group="",
            position=10 * one.line_from + 9,
            stem=str(spec["prompt"]).strip(),
            payload=spec,
            rationale=str(spec.get("explain") or "").strip(),
            reference=web_address(str(spec.get("source") or "")),
        )


def wanted_generated(
    changes: ContentChanges, proposals: Sequence[Proposal], rejected: Collection[int]
) -> Iterator[Wanted]:
    """Proposals. Of a fact that is published as it stands, questions that exist are updated and none are added."""
    references = {topic.key: topic.reference for topic in changes.draft.topics}
    old = changes.facts.kept | changes.facts.moved
    changed = changes.facts.edited | changes.facts.answer_changed
    for index, one in enumerate(proposals):
        yield Wanted(
            origin=Question.Origin.GENERATED,
            kind=one.kind,
            topic=changes.topics.ids[one.topic],
            fact=changes.facts.ids[one.fact],
            source=changes.sources[one.source].pk,
            path=one.source,
            line_from=one.line_from,
            line_to=one.line_to,
            anchor="",
            fingerprint=one.fingerprint,
            sibling_group=one.sibling_group,
            position=10 * one.line_from + 5,
            stem=one.stem,
            payload=one.payload,
            rationale=one.rationale,
            reference=web_address(references.get(one.topic, "")),
            pattern=one.pattern,
            accepted=index not in rejected,
            adds=one.fact not in old,
            of_changed_fact=one.fact in changed,
        )


class _FactsByLine:
    """The fact that stands at a line of a source."""

    def __init__(self, changes: ContentChanges) -> None:
        self.found: dict[tuple[str, int], int] = {}
        facts: Sequence[FactDraft] = changes.draft.facts
        for index, fact in enumerate(facts):
            for line in range(fact.line_from, fact.line_to + 1):
                self.found.setdefault((fact.source, line), changes.facts.ids[index])

    def at(self, source: str, line: int | None) -> int | None:
        return self.found.get((source, line)) if line else None


def _key(payload: dict[str, Any]) -> str:
    """The answer, normalised: the answer text, the right options in alphabetical order, or those of a drill's steps."""
    if "steps" in payload:
        steps = payload["steps"] or []
        return fingerprint(*(_right(step.get("options") or [], "ok") for step in steps))
    if "options" in payload:
        return _right(payload["options"], "correct")
    return normalise(str(payload.get("answer", "")))


def _without_articles(key: str) -> str:
    return " ".join(word for word in key.split(" ") if word not in _ARTICLES) or key


def _right(options: Sequence[dict[str, Any]], mark: str) -> str:
    return "\x1f".join(
        sorted(normalise(str(option.get("text", ""))) for option in options if option.get(mark))
    )


def _key_of(row: Question) -> str:
    return _key(row.current.payload) if row.current else ""


def _stem_of(row: Question) -> str:
    return row.current.stem if row.current else ""


def _from_fact(row: Question) -> bool:
    return bool(row.pattern) and row.fact_id is not None
