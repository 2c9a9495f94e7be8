"""The shapes that flow through ingestion: what every stage yields and what publishing takes.

All of them are frozen and hold plain values, so that a `Draft` can be stored as JSON between the preview that an
instructor reads and the publication that follows it, possibly in another process. Lines are 1-based and
inclusive. Topics and notes are referred to by their position (`TopicDraft.key`, index into `Draft.notes`).
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar


class BlockKind(StrEnum):
    """What a run of source lines is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CODE = "code"
    TABLE = "table"
    FRONT_MATTER = "front_matter"
    QUESTION = "question"
    DRILL = "drill"
    RULE = "rule"  # a thematic break: no text of its own
    ANCHOR = "anchor"  # an identifier line such as `<!-- id: x -->`


class Dialect(StrEnum):
    """How a file is written; decides which reading rules apply."""

    NOTES = "notes"
    SLIDES = "slides"
    VAULT = "vault"
    QUESTIONS = "question-and-answer"
    COURSE = "course"


class FactKind(StrEnum):
    """What a fact states; the generation patterns choose by it."""

    DEFINITION = "definition"
    PROPERTY = "property"
    LIMIT = "limit"
    STEP = "step"
    COMPARISON = "comparison"
    CODE = "code"
    MEMBER = "member"
    STATEMENT = "statement"


class AuthoredKind(StrEnum):
    """Kinds of questions that notes can hold ready-made."""

    FLASHCARD = "flashcard"
    CLOZE = "cloze"
    MULTIPLE_CHOICE = "multiple_choice"
    MULTIPLE_RESPONSE = "multiple_response"


@dataclass(frozen=True, slots=True)
class Block:
    """One typed run of lines.

    `depth`: 1–6 for headings, nesting from 0 for items, 0 otherwise. `parent`: index of the item, lead paragraph
    or heading that it stands under. `rows`: cells of a table, the header first when `header`. `info`: list marker
    of an item, info string of a fence, anchor of a heading, first line of each row of an HTML table. `quoted`: stood
    in a block quote.
    """

    index: int
    kind: str
    depth: int
    line_from: int
    line_to: int
    text: str
    parent: int | None = None
    rows: tuple[tuple[str, ...], ...] = ()
    header: bool = False
    info: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Discard:
    """Lines left out, and why. `nonblank` of them held text."""

    line_from: int
    line_to: int
    nonblank: int
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the instructor: what happened, where, what to do. `line` is 0 for the whole file.

    `found` and `fix`: words of that line and what they should probably be, when a correction can be proposed.
    """

    path: str
    line: int
    code: str
    message: str
    found: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """One file that was read. Always `in_blocks + sum(d.nonblank for d in discarded) == nonblank`."""

    path: str
    sha256: str
    text: str
    dialect: str
    lines: int
    nonblank: int
    in_blocks: int
    discarded: tuple[Discard, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicDraft:
    """A node of the outline. `source` is the file's path, `domain` the number of a domain of the blueprint.

    `stub`: has neither text of its own nor children, or only links; questions are not generated from it.
    `kind`: "section" for a node that groups others, "topic" otherwise.
    """

    key: int
    title: str
    depth: int
    parent: int | None
    domain: int | None
    source: str
    line: int
    anchor: str | None = None
    stub: bool = False
    kind: str = "topic"
    reference: str = ""


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """Canonical Markdown of a topic's own text (not of its children) from one source."""

    topic: int
    source: str
    line_from: int
    line_to: int
    markdown: str


@dataclass(frozen=True, slots=True)
class FactDraft:
    """One statement of a note, with the lines it came from.

    `text` is one line of Markdown. `term`: what it is about, when that can be told. `value`: number and unit as
    they stand. `context`: heading trail and parent bullets, outermost first, joined by " › ". `fingerprint`: see
    `identity.fingerprint`. `lead`: index of the fact of the parent bullet, in `Draft.facts`.
    """

    topic: int
    note: int
    kind: str
    text: str
    term: str | None
    value: str | None
    context: str
    source: str
    line_from: int
    line_to: int
    anchor: str | None
    fingerprint: str
    lead: int | None = None


@dataclass(frozen=True, slots=True)
class OptionDraft:
    """One option of an authored multiple choice or multiple response question."""

    text: str
    correct: bool
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question that stood ready-made in the notes.

    For a cloze, `stem` is the sentence with this hole as `[…]` and the other holes filled in, `answer` the hole.
    `fact_line`: first line of the statement that a cloze was cut from.
    """

    topic: int
    kind: str
    stem: str
    options: tuple[OptionDraft, ...]
    answer: str
    rationale: str
    reference: str
    source: str
    line_from: int
    line_to: int
    anchor: str | None = None
    fact_line: int | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class DrillDraft:
    """A drill as its author specified it; `spec` is the checked YAML mapping."""

    topic: int
    ident: str
    spec: dict[str, Any]
    source: str
    line_from: int
    line_to: int


@dataclass(frozen=True, slots=True)
class ExamMeta:
    """Exam facts of a blueprint. 0 means that the course does not say."""

    scored: int = 0
    unscored: int = 0
    minutes: int = 0
    pass_mark: int = 0
    scale_min: int = 0
    scale_max: int = 0


@dataclass(frozen=True, slots=True)
class DomainMeta:
    """One weighted part of a blueprint; `weight` in percent."""

    number: int
    title: str
    weight: float


@dataclass(frozen=True, slots=True)
class CourseMeta:
    """What `course.md` says about the certification.

    `sections`: file names in reading order. `extra`: front matter keys that have no field here.
    """

    certification: str
    title: str
    code: str = ""
    vendor: str = ""
    licence: str = ""
    exam: ExamMeta = ExamMeta()
    domains: tuple[DomainMeta, ...] = ()
    introduction: str = ""
    sections: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that was read from one upload. `errors`: files that could not be read."""

    sources: tuple[SourceDraft, ...] = ()
    topics: tuple[TopicDraft, ...] = ()
    notes: tuple[NoteDraft, ...] = ()
    facts: tuple[FactDraft, ...] = ()
    questions: tuple[QuestionDraft, ...] = ()
    drills: tuple[DrillDraft, ...] = ()
    warnings: tuple[Notice, ...] = ()
    errors: tuple[Notice, ...] = ()
    course: CourseMeta | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and numbers: what `json.dumps` takes."""
        return typing.cast("dict[str, Any]", _plain(self))

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Draft:
        """The inverse of `to_json`, also after a trip through `json.dumps`/`loads`."""
        return build(cls, data)


T = TypeVar("T")
_ATOMS = frozenset([str, int, float, bool, type(None)])


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _ATOMS:
        return value
    if names := _fields(kind):  # type: ignore[arg-type]
        return {name: one if type(one := getattr(value, name)) in _ATOMS else _plain(one) for name in names}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return str(value) if isinstance(value, StrEnum) else value


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """Names of the fields of a dataclass; none of any other type."""
    return tuple(f.name for f in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()


def plain(value: Any) -> Any:
    """Any of the dataclasses here as plain JSON data."""
    return _plain(value)


def build(cls: type[T], data: dict[str, Any]) -> T:
    """A dataclass of this module from plain data; unknown keys are ignored, so that old rows stay readable."""
    values = {}
    for name, make in _makers(cls):  # type: ignore[arg-type]
        if name in data:
            value = data[name]
            values[name] = value if make is None or value is None else make(value)
    return cls(**values)


@cache
def _makers(cls: type) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """Of each field its name, and what makes its value of a plain one; None where that is the value already."""
    hints = typing.get_type_hints(cls)
    return tuple((name, _maker(hints[name])) for name in _fields(cls))


def _maker(hint: Any) -> Callable[[Any], Any] | None:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _maker(next(arg for arg in args if arg is not type(None)))
    if origin is tuple:
        each = _maker(args[0])
        return tuple if each is None else lambda items: tuple([each(item) for item in items])
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return lambda value: build(hint, value)
    return None
