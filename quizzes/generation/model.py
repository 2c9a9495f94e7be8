"""What generation yields: a proposed question, before an instructor or the question bank has seen it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from content.ingest.identity import fingerprint
from content.ingest.model import build, plain


@dataclass(frozen=True, slots=True)
class Proposal:
    """One question made of one fact.

    `topic` and `fact` are positions in the draft (`TopicDraft.key`, index into `Draft.facts`). `payload` is what the
    question type of `kind` takes. `score` orders the proposals of a topic, higher first, roughly 0 to 100. `flaws`:
    codes of `rubric`. `fingerprint` names the question over re-imports: fact, pattern and answer.
    """

    kind: str
    stem: str
    payload: dict[str, Any]
    rationale: str
    topic: int
    fact: int
    source: str
    line_from: int
    line_to: int
    pattern: str
    score: float
    answer_fingerprint: str
    fingerprint: str
    sibling_group: str
    flaws: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`."""
        return dict(plain(self))

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Proposal:
        return build(cls, data)


@dataclass(frozen=True, slots=True)
class Choice:
    """An option that a pattern offers as a distractor or key, with what may be said about it afterwards."""

    text: str
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Idea:
    """What a pattern says about a fact; `generation.propose` adds whose fact it is, flaws and fingerprints.

    `answer` is the key as text. `choices` are distractors, best first; a multiple choice takes three of them.
    `strength`: how often questions of this form were found usable by hand, 0 to 100, give or take what the pattern
    sees in this one.
    """

    kind: str
    stem: str
    answer: str
    strength: float
    rationale: str = ""
    key_rationale: str = ""
    choices: tuple[Choice, ...] = field(default=())


def question_fingerprint(fact: str, pattern: str, kind: str, answer: str) -> str:
    """Names a generated question: fact (with its context), pattern, kind and the answer's own fingerprint."""
    return fingerprint(fact, pattern, kind, answer)
