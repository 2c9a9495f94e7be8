"""What a ready-made question is before it is a draft: options, parts of the text, and what could not be told."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Option:
    """One option as it stands; `letter` when it has one. `right`, `wrong`: it is marked so; `bold`: all of it is."""

    text: str
    correct: bool = False
    rationale: str = ""
    letter: str = ""
    right: bool = False
    wrong: bool = False
    bold: bool = False


@dataclass(slots=True)
class Found:
    """A ready-made question: `stem` with `answer`, or with `options`. Texts are Markdown, some of several lines."""

    stem: str
    answer: str = ""
    options: list[Option] = field(default_factory=list)
    rationale: str = ""
    reference: str = ""
    anchor: str | None = None
    number: int | None = None


@dataclass(slots=True)
class Part:
    """Lines of a file from index to `end` that are one question, or that are set aside (`aside`: the reason)."""

    end: int
    found: Found | None = None
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A question that cannot be asked: where it starts and why."""

    at: int
    code: str
    why: str
