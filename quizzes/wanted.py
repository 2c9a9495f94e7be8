"""What a publication wants asked: authored questions, drills and generated questions in one shape.

`question_bank` compares these with the questions that are there. What counts as the same answer is decided here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from content.ingest.comparing import answers
from content.ingest.identity import fingerprint, normalise
from content.ingest.markup import web_address
from content.ingest.model import DrillDraft, FactDraft, QuestionDraft
from content.ingest.publish import ContentChanges
from quizzes import graders
from quizzes.generation import Proposal
from quizzes.models import Question, QuestionVersion

ACCEPTED, REJECTED = "accepted", "rejected"
STANDS = ("kept", "moved", "revived")  # what became of a fact that says what it said


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question that should exist, beside the text that it tests (`position` follows the lines).

    `adds`: it is made when it does not exist; otherwise it only brings an existing one up to date. `choice`: what an
    instructor said of it, "accepted" or "rejected"; a rejected one is kept as a draft. `by_hand`: the words are an
    instructor's. `change`: what became of its fact (see `FactChanges.state_of`), "" without one.
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
    adds: bool = True
    choice: str = ""
    by_hand: bool = False
    change: str = ""

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
        if self.origin == Question.Origin.GENERATED and not self.by_hand:
            return key_of(self.payload) == key_of(version.payload)
        same_words = self.rationale == version.rationale and (
            self.by_hand or self.reference == version.reference
        )
        return same_words and self.payload == version.payload

    def answers_otherwise(self, version: QuestionVersion) -> bool:
        """A learner who knew the old answer would now be wrong."""
        return answers_differ(version.stem, version.payload, self.stem, self.payload)


def answers_differ(
    old_stem: str, old_payload: Mapping[str, Any], new_stem: str, new_payload: Mapping[str, Any]
) -> bool:
    """The key, or a number, unit or "not" of what is asked, is another one: see `content.ingest.comparing.answers`."""
    if "steps" in old_payload or "steps" in new_payload:
        return key_of(old_payload) != key_of(new_payload)
    before, after = keys_of(old_payload), keys_of(new_payload)
    if len(before) != len(after):
        return True
    if key_of(old_payload) != key_of(new_payload) and any(
        answers.key_differs(one, other) for one, other in zip(before, after, strict=True)
    ):
        return True
    return answers.says_otherwise(old_stem, new_stem)


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
    return fingerprint("authored", str(one.kind), one.stem, key_of(payload))


@dataclass(frozen=True, slots=True)
class DrillWords:
    """What a drill says, as a question has it. `anchor` and `fingerprint` name it by its id."""

    kind: str
    anchor: str
    fingerprint: str
    stem: str
    payload: dict[str, Any]
    rationale: str
    reference: str


def words_of_drill(spec: Mapping[str, Any]) -> DrillWords:
    """Of a drill that may be published."""
    ident = str(spec["id"])
    return DrillWords(
        kind="case" if spec["grader"] == "case" else "drill",
        anchor=f"drill:{ident}"[:120],
        fingerprint=fingerprint("drill", ident),
        stem=graders.example(spec),
        payload=dict(spec),
        rationale=str(spec.get("explain") or "").strip(),
        reference=web_address(str(spec.get("source") or "")),
    )


def wanted_drills(changes: ContentChanges, drills: Sequence[DrillDraft]) -> Iterator[Wanted]:
    """Drills are named by their id."""
    for one in drills:
        if one.source not in changes.sources:
            continue
        words = words_of_drill(one.spec)
        yield Wanted(
            origin=Question.Origin.AUTHORED,
            kind=words.kind,
            topic=changes.topics.ids[one.topic],
            fact=None,
            source=changes.sources[one.source].pk,
            path=one.source,
            line_from=one.line_from,
            line_to=one.line_to,
            anchor=words.anchor,
            fingerprint=words.fingerprint,
            sibling_group="",
            position=10 * one.line_from + 9,
            stem=words.stem,
            payload=words.payload,
            rationale=words.rationale,
            reference=words.reference,
        )


@dataclass(frozen=True, slots=True)
class Choices:
    """What an instructor said of proposals, by fingerprint. `edits`: {stem, payload, rationale} written instead.

    `rejected` of a preview from before may hold positions of proposals.
    """

    rejected: Collection[str | int] = ()
    accepted: Collection[str] = ()
    edits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, place: int, fingerprint: str) -> str:
        if fingerprint in self.rejected or place in self.rejected:
            return REJECTED
        return ACCEPTED if fingerprint in self.accepted or fingerprint in self.edits else ""


def wanted_generated(
    changes: ContentChanges, proposals: Sequence[Proposal], choices: Choices
) -> Iterator[Wanted]:
    """Proposals. Of a fact that is published as it stands, questions that exist are updated; others are only added
    when somebody accepts them.
    """
    references = {topic.key: topic.reference for topic in changes.draft.topics}
    for place, one in enumerate(proposals):
        choice = choices.of(place, one.fingerprint)
        written = choices.edits.get(one.fingerprint, {})
        change = changes.facts.state_of(one.fact)
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
            stem=str(written.get("stem", one.stem)),
            payload=dict(written.get("payload", one.payload)),
            rationale=str(written.get("rationale", one.rationale)),
            reference=web_address(references.get(one.topic, "")),
            pattern=one.pattern,
            adds=bool(choice) or change not in STANDS,
            choice=choice,
            by_hand=bool(written),
            change=change,
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


def key_of(payload: Mapping[str, Any]) -> str:
    """The answer, normalised: the answer text, the right options in alphabetical order, or those of a drill's steps."""
    if "steps" in payload:
        steps = payload["steps"] or []
        return fingerprint(*(_right(step.get("options") or [], "ok") for step in steps))
    if "options" in payload:
        return _right(payload["options"], "correct")
    return normalise(str(payload.get("answer", "")))


def keys_of(payload: Mapping[str, Any]) -> list[str]:
    """The right options, or the answer, as they are written; in alphabetical order. Not of a drill."""
    if "options" in payload:
        right = [str(option.get("text", "")) for option in payload["options"] if option.get("correct")]
        return sorted(right, key=normalise)
    return [str(payload.get("answer", ""))]


def _right(options: Sequence[Mapping[str, Any]], mark: str) -> str:
    return "\x1f".join(
        sorted(normalise(str(option.get("text", ""))) for option in options if option.get(mark))
    )
