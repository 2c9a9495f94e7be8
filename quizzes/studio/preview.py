"""A run's stored draft as rows for the preview: the outline, the lines beside what became of them, what is left out.

    run.draft (plain data, see content.ingest.model.Draft) → Preview → rows of one page

The draft is read as plain data: building its dataclasses would take longer than the whole page may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from content.ingest import lines
from content.ingest.markup import plain
from quizzes.stems import one_line

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic of the draft with what is in it. `domain` is None where it is that of the topic above."""

    title: str
    level: int
    stub: bool
    domain: int | None
    source: str
    source_index: int
    line: int
    facts: int
    questions: int


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of some lines. `kind`: topic, fact, question, drill, settings or left out."""

    kind: str
    text: str = ""
    detail: str = ""
    retired: bool = False
    link: tuple[str, object] | None = None  # slug of the certification and uid of the question


@dataclass(slots=True)
class Passage:
    """Neighbouring source lines and what became of them."""

    first: int
    lines: list[str] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)
    left_out: bool = False

    @property
    def numbered(self) -> list[tuple[int, str]]:
        """Its lines with their numbers, without blank ones at the end."""
        filled = [place for place, line in enumerate(self.lines) if line.strip()]
        return list(enumerate(self.lines[: filled[-1] + 1 if filled else 1], self.first))

    @property
    def told(self) -> list[Fate]:
        """Its fates; a text that only repeats the lines beside it is left away."""
        said = _letters(" ".join(self.lines))
        return [
            replace(fate, text="") if fate.kind == "fact" and _letters(fate.text) == said else fate
            for fate in self.fates
        ]

    @property
    def has_text(self) -> bool:
        return any(line.strip() for line in self.lines)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Lines that are in no block, with the reason."""

    source: str
    source_index: int
    line_from: int
    line_to: int
    nonblank: int
    text: str


class Preview:
    """Reads one draft. Every method walks its lists once; nothing here touches the database."""

    def __init__(self, draft: Row) -> None:
        self.draft = draft
        self.sources: list[Row] = draft.get("sources", [])
        self._index = {source["path"]: place for place, source in enumerate(self.sources)}

    def outline(self) -> list[TopicRow]:
        """All topics, in reading order."""
        facts = Counter(fact["topic"] for fact in self.draft.get("facts", []))
        questions = Counter(question["topic"] for question in self._asked())
        domains = {topic["key"]: topic["domain"] for topic in self.draft.get("topics", [])}
        return [
            TopicRow(
                title=topic["title"],
                level=topic["depth"],
                stub=bool(topic.get("stub")),
                domain=topic["domain"] if topic["domain"] != domains.get(topic["parent"]) else None,
                source=topic["source"],
                source_index=self._index.get(topic["source"], 0),
                line=topic["line"],
                facts=facts[topic["key"]],
                questions=questions[topic["key"]],
            )
            for topic in self.draft.get("topics", [])
        ]

    def passages(self, place: int, first: int, last: int) -> list[Passage]:
        """Lines `first` to `last` of one source, cut where something begins."""
        source = self.sources[place]
        texts = lines.split(source["text"])
        fates = with_settings(self._fates(source["path"], first, last), texts, first)
        out = discards_by_line(source.get("discarded", []), first, last)
        return list(cut(texts, first, min(last, len(texts)), fates, out))

    def left_out(self) -> dict[str, list[LeftOut]]:
        """Every discard by its reason, the reason with most lines first."""
        found: dict[str, list[LeftOut]] = {}
        for place, source in enumerate(self.sources):
            texts = lines.split(source["text"])
            for discard in source.get("discarded", []):
                text = "\n".join(texts[discard["line_from"] - 1 : discard["line_to"]][:6])
                found.setdefault(discard["reason"], []).append(
                    LeftOut(
                        source["path"],
                        place,
                        discard["line_from"],
                        discard["line_to"],
                        discard["nonblank"],
                        text[:600],
                    )
                )
        return dict(sorted(found.items(), key=lambda item: -sum(row.nonblank for row in item[1])))

    def _asked(self) -> Iterable[Row]:
        yield from self.draft.get("questions", [])
        yield from self.draft.get("proposals", [])

    def _fates(self, path: str, first: int, last: int) -> dict[int, list[Fate]]:
        """What begins on each line."""
        found: dict[int, list[Fate]] = {}
        for topic in _within(self.draft.get("topics", []), path, first, last, "line"):
            note = "only a heading, not asked about" if topic.get("stub") else ""
            found.setdefault(topic["line"], []).append(Fate("topic", topic["title"], note))
        titles = {topic["key"]: topic["title"] for topic in self.draft.get("topics", [])}
        for fact in _within(self.draft.get("facts", []), path, first, last):
            fate = fact_fate(
                fact["text"], fact["kind"], fact["term"], fact["context"], titles.get(fact["topic"], "")
            )
            found.setdefault(fact["line_from"], []).append(fate)
        for question in _within(self.draft.get("questions", []), path, first, last):
            detail = f"{question['kind'].replace('_', ' ')}, taken as written"
            found.setdefault(question["line_from"], []).append(
                Fate("question", one_line(question["stem"]), detail)
            )
        for drill in _within(self.draft.get("drills", []), path, first, last):
            title = drill["spec"].get("title") or drill["ident"]
            found.setdefault(drill["line_from"], []).append(Fate("drill", title))
        proposed = Counter(
            row["line_from"] for row in _within(self.draft.get("proposals", []), path, first, last)
        )
        for line, count in proposed.items():
            found.setdefault(line, []).append(Fate("question", "", f"{count} proposed"))
        return found


def fact_fate(text: str, kind: str, term: str | None, context: str, topic: str) -> Fate:
    """A fact as the preview shows it: what kind, about what, and under which bullets it stood (not which headings)."""
    trail = context.split(" › ") if context else []
    if topic in trail:
        trail = trail[len(trail) - trail[::-1].index(topic) :]
    words = [kind if kind != "statement" else "", f"about {term}" if term and term not in trail else ""]
    under = f"under “{' › '.join(trail)}”" if trail else ""
    return Fate("fact", plain(text), ", ".join(filter(None, [*words, under])))


def with_settings(fates: dict[int, list[Fate]], texts: list[str], first: int) -> dict[int, list[Fate]]:
    """The fates with the file's front matter told apart from its text."""
    end = texts.index("---", 1) if texts[:1] == ["---"] and "---" in texts[1:] else 0
    if first == 1 and end:
        fates.setdefault(1, []).append(Fate("settings", "", "what the file says about itself"))
        fates.setdefault(end + 2, [])
    return fates


def discards_by_line(discards: Iterable[Row], first: int, last: int) -> dict[int, Row]:
    """The discard of each line between `first` and `last` that was left out."""
    return {
        line: discard
        for discard in discards
        for line in range(max(first, discard["line_from"]), min(last, discard["line_to"]) + 1)
    }


def cut(
    texts: list[str], first: int, last: int, fates: dict[int, list[Fate]], out: dict[int, Row]
) -> Iterable[Passage]:
    """Passages from `first` to `last`. A passage begins where something begins, or where leaving out begins or ends."""
    passage: Passage | None = None
    for number in range(first, last + 1):
        text = texts[number - 1]
        discard = out.get(number)
        turns = passage is not None and bool(text.strip()) and passage.left_out != (discard is not None)
        starts = discard is not None and discard["line_from"] == number
        if passage is None or number in fates or turns or starts:
            if passage is not None:
                yield passage
            passage = Passage(number, fates=list(fates.get(number, [])), left_out=discard is not None)
            if discard is not None:
                passage.fates.append(Fate("left out", discard["reason"]))
        passage.lines.append(text)
    if passage is not None:
        yield passage


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _within(rows: Iterable[Row], path: str, first: int, last: int, key: str = "line_from") -> Iterable[Row]:
    return (row for row in rows if row["source"] == path and first <= row[key] <= last)
