"""What publishing a preview would change, as a page can show it: no query is needed beside it. Pure shapes.

    draft + what is published → `publish.plan` (facts, topics) and `question_bank.plan` (questions) → `Changes`

`Changes` is plain data all the way down, so a run can store it beside its draft. What stays as it is, is counted and
not listed.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass, field
from typing import Any

from content.ingest.model import build, plain


@dataclass(frozen=True, slots=True)
class FactChange:
    """One statement that is not what it was, or stands elsewhere.

    `state`: "new", "moved", "edited", "answer_changed", "revived" (it was retired and is back), "retired", or "review":
    alike enough to ask a person whether both are one; until then `old` is retired and `new` is new.
    `index`: in `Draft.facts`; None for a retired one. `uid`: of the published fact; None for a new one. `old` and
    `new`: the statement's Markdown, "" where there is none. `topic`: title of the topic that it stands under (under
    which it stood, when retired). Lines are 1-based, 0 when there is no such side. `score`: how alike, 0 to 100.
    `fingerprint`: of the incoming statement; with `uid` it names the pair that a person decides on.
    """

    state: str
    index: int | None = None
    uid: str | None = None
    old: str = ""
    new: str = ""
    topic: str = ""
    old_topic: str = ""
    source: str = ""
    line: int = 0
    old_source: str = ""
    old_line: int = 0
    score: float = 0.0
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class TopicChange:
    """One topic that is "new", "renamed", "moved" (stands under another topic), "revived" or "retired".

    `key`: of the draft's topic; None for a retired one. `uid`: of the published topic; None for a new one. `old` and
    `new`: titles. `old_above` and `above`: title of the topic above, "" for none. `source`, `line`: where its heading
    stands (stood, when retired).
    """

    state: str
    key: int | None = None
    uid: str | None = None
    old: str = ""
    new: str = ""
    old_above: str = ""
    above: str = ""
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """One question that is "new", "edited", "answer_changed", "revived", "retired", or "stale": edited by hand, and
    what it was made of has changed, so it is held until somebody looks at it.

    `uid`: of the published question; None for a new one. `fingerprint`: of the incoming question (a proposal's own
    when it is generated); "" when retired. `old` and `new`: stems, `old_answer` and `answer`: keys as text, parted
    by "; ". `topic`: its title. `origin`: "authored" or "generated".
    """

    state: str
    uid: str | None = None
    fingerprint: str = ""
    kind: str = ""
    origin: str = ""
    old: str = ""
    new: str = ""
    old_answer: str = ""
    answer: str = ""
    topic: str = ""
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that would change, in the order of the notes, what is retired at the end.

    The counts also hold what is kept: `fact_counts` has new, kept, moved, edited, answer_changed, retired and review;
    `topic_counts` new, kept, renamed, moved, revived and retired; `question_counts` new, kept, edited,
    answer_changed, retired, revived and stale.
    """

    facts: tuple[FactChange, ...] = ()
    topics: tuple[TopicChange, ...] = ()
    questions: tuple[QuestionChange, ...] = ()
    fact_counts: dict[str, int] = field(default_factory=dict)
    topic_counts: dict[str, int] = field(default_factory=dict)
    question_counts: dict[str, int] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Of the facts: new, kept, moved, edited, answer_changed, retired, review."""
        return dict(self.fact_counts)

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`."""
        return typing.cast("dict[str, Any]", plain(self))

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Changes:
        """The inverse of `to_json`; {} of a run that was read before changes were stored gives an empty one."""
        return build(cls, data)
