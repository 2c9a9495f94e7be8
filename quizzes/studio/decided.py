"""Everything that was decided about the notes of one certification, as rows of a page.

`Decision` rows → sentences: what it is about, what was said of it, and when taking it back takes effect
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from content import decisions
from content.ingest.choices import LineChoiceKind
from content.ingest.identity import fingerprint
from content.ingest.markup import plain
from content.models import Certification, Decision

Subject = Decision.Subject
LABELS = {
    Subject.LINE: "Lines kept or left out",
    Subject.TITLE: "Titles",
    Subject.MISREAD: "Reading errors",
    Subject.TOPICS: "Topics",
    Subject.CONFLICT: "Disagreements",
    Subject.FACT: "Reworded statements",
    Subject.DUPLICATE: "Said twice",
}
_LINE_WORDS = {
    LineChoiceKind.KEEP: "kept as text",
    LineChoiceKind.LEAVE_OUT: "left out",
    LineChoiceKind.TITLE: "is a title",
    LineChoiceKind.TEXT: "is no title",
    LineChoiceKind.RIGHT: "is right as it stands",
}
AT_READING = "It takes effect when the notes are read again."
AT_PUBLISHING = "It takes effect with the next publication."
AT_ONCE = "It takes effect at once."


@dataclass(frozen=True, slots=True)
class Row:
    """One decision. `what`: statements, lines or titles that it is about; `said`: what was decided."""

    decision: Decision
    label: str
    what: tuple[str, ...]
    where: tuple[str, ...]
    said: str


def standing(certification: Certification, subject: str) -> QuerySet[Decision]:
    """Decisions that were not taken back, the latest first; of one subject unless it is empty."""
    rows = Decision.objects.filter(certification=certification).exclude(choice="")
    return (rows.filter(subject=subject) if subject else rows).select_related("decided_by")


def counts(certification: Certification) -> list[tuple[str, str, int]]:
    """(subject, label, how many), those with none left away."""
    rows = standing(certification, "").select_related(None).order_by()
    found = dict(rows.values_list("subject").annotate(Count("pk")))
    return [(str(one), label, found[one]) for one, label in LABELS.items() if one in found]


def row(decision: Decision) -> Row:
    subject = Subject(decision.subject)
    what, where = _about(decision.data)
    return Row(decision, LABELS[subject], what, where, _SAID[subject](decision.choice, decision.data))


def effect(subject: str, published: bool) -> str:
    """When taking back a decision takes effect. `published`: it is about a disagreement that learners have."""
    if subject in decisions.OF_READING:
        return AT_READING
    return AT_ONCE if published else AT_PUBLISHING


def _about(data: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Texts, and the files that they stand in."""
    if "text" in data and "path" in data:
        return (plain(str(data["text"])) or str(data["text"]),), (str(data["path"]),)
    if "titles" in data:
        return tuple(map(str, data["titles"])), (str(data["a"][0]), str(data["b"][0]))
    if isinstance(data.get("a"), dict) and isinstance(data.get("b"), dict):
        sides = (data["a"], data["b"])
        return (
            tuple(plain(str(side.get("text", ""))) for side in sides),
            tuple(f"{side.get('source', '')}, line {side.get('line', '')}" for side in sides),
        )
    texts = [plain(str(data[name])) for name in ("old", "new") if data.get(name)]
    files = [str(data[name]) for name in ("old_source", "source") if data.get(name)]
    return tuple(texts), tuple(files)


def _line(choice: str, data: Mapping[str, Any]) -> str:
    if choice == LineChoiceKind.FIX:
        return f"“{data.get('found', '')}” is read as “{data.get('fix', '')}”"
    if choice == LineChoiceKind.RIGHT and data.get("found"):
        return f"“{data['found']}” is right as it stands"
    return _LINE_WORDS.get(LineChoiceKind(choice), choice)


def _topics(choice: str, data: Mapping[str, Any]) -> str:
    return "two topics" if choice == decisions.APART else "one topic"


def _conflict(choice: str, data: Mapping[str, Any]) -> str:
    if choice == decisions.BOTH:
        return "both hold"
    for name, words in (("a", "the first holds"), ("b", "the second holds")):
        side = data.get(name) or {}
        if choice == (side.get("fingerprint") or fingerprint(str(side.get("text", "")))):
            return words
    return "one of them holds"


def _fact(choice: str, data: Mapping[str, Any]) -> str:
    return "the same statement, reworded" if choice == decisions.SAME else "two statements"


def _duplicate(choice: str, data: Mapping[str, Any]) -> str:
    return "asked once" if choice == decisions.SAME else "both are asked"


_SAID: dict[Subject, Callable[[str, Mapping[str, Any]], str]] = {
    Subject.LINE: _line,
    Subject.TITLE: _line,
    Subject.MISREAD: _line,
    Subject.TOPICS: _topics,
    Subject.CONFLICT: _conflict,
    Subject.FACT: _fact,
    Subject.DUPLICATE: _duplicate,
}
