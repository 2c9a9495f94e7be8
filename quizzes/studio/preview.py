"""A run's stored draft as rows for the preview: the outline, the lines beside what became of them, what is left out.

    run.draft (plain data, see content.ingest.model.Draft) → Preview → rows of one page

The draft is read as plain data: building its dataclasses would take longer than the whole page may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from content.ingest.blocks import lines
from content.ingest.markup import plain
from content.ingest.topics.order import Seat, order
from quizzes.stems import one_line
from quizzes.studio.line_choices import Doubt, Said

Row = dict[str, Any]
PLACES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic of the draft with what is in it. `domain` is None where it is that of the topic above.

    `files`: where it begins, in each file that has it.
    """

    key: int
    title: str
    level: int
    stub: bool
    domain: int | None
    source: str
    source_index: int
    line: int
    facts: int
    questions: int
    files: tuple[Start, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """A line of a file of the upload, and the last one that belongs to what begins there."""

    path: str
    place: int
    line: int
    last: int


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
    goes_on: bool = False  # the rest of what began above
    chosen: bool = False
    said: list[Said] = field(default_factory=list)
    doubt: Doubt | None = None

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

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1

    @property
    def decided(self) -> set[str]:
        """What was said of its lines, as kinds of choices."""
        return {one.choice for one in self.said}

    @property
    def is_topic(self) -> bool:
        return any(fate.kind == "topic" for fate in self.fates)


@dataclass(slots=True)
class LeftOut:
    """Lines that are in no block. The same words at several places of a file are told once: `places`, from and to."""

    source: str
    source_index: int
    text: str
    nonblank: int = 0
    places: list[tuple[int, int]] = field(default_factory=list)

    @property
    def line_from(self) -> int:
        return self.places[0][0]

    @property
    def line_to(self) -> int:
        return self.places[0][1]

    @property
    def more(self) -> int:
        """Places that a list leaves away."""
        return max(0, len(self.places) - PLACES_SHOWN)

    @property
    def shown(self) -> list[tuple[int, int]]:
        return self.places[:PLACES_SHOWN]


class Preview:
    """Reads one draft. Every method walks its lists once; nothing here touches the database."""

    def __init__(self, draft: Row) -> None:
        self.draft = draft
        self.sources: list[Row] = draft.get("sources", [])
        self._index = {source["path"]: place for place, source in enumerate(self.sources)}

    def outline(self) -> list[TopicRow]:
        """All topics, in reading order; one that several files share stands once."""
        topics = {topic["key"]: topic for topic in self.draft.get("topics", [])}
        group = {key: key for key in topics} | dict(self.draft.get("groups", []))
        facts = Counter(group.get(fact["topic"]) for fact in self.draft.get("facts", []))
        questions = Counter(group.get(question["topic"]) for question in self._asked())
        files: dict[int, list[Start]] = {}
        for start, topic in zip(self._starts(), topics.values(), strict=True):
            files.setdefault(group[topic["key"]], []).append(start)
        firsts = [topic for key, topic in topics.items() if group[key] == key]
        seats = [
            Seat(topic["key"], group.get(topic["parent"]), files[topic["key"]][0].place, topic["line"])
            for topic in firsts
        ]
        rows = []
        for place in order(seats):
            topic, starts = topics[place.pk], files[place.pk]
            above = topics[place.parent]["domain"] if place.parent is not None else None
            rows.append(
                TopicRow(
                    key=place.pk,
                    title=topic["title"],
                    level=place.depth,
                    stub=bool(topic.get("stub")),
                    domain=topic["domain"] if topic["domain"] != above else None,
                    source=starts[0].path,
                    source_index=starts[0].place,
                    line=starts[0].line,
                    facts=facts[place.pk],
                    questions=questions[place.pk],
                    files=tuple(starts),
                )
            )
        return rows

    def _starts(self) -> list[Start]:
        """Of each topic of the draft, in its order: its heading, and the last line before the next heading."""
        topics = self.draft.get("topics", [])
        following: dict[str, int] = {}
        starts = []
        for topic in reversed(topics):
            path = topic["source"]
            place = self._index.get(path, 0)
            end = self.sources[place]["lines"] if self.sources else topic["line"]
            last = max(topic["line"], following.get(path, end + 1) - 1)
            starts.append(Start(path, place, topic["line"], last))
            following[path] = topic["line"]
        return starts[::-1]

    def passages(self, place: int, first: int, last: int, alone: int = 0) -> list[Passage]:
        """Lines `first` to `last` of one source, cut where something begins; the line `alone` stands by itself."""
        source = self.sources[place]
        texts = lines.split(source["text"])
        fates = with_settings(self._fates(source["path"], first, last), texts, first)
        began = set(fates)
        for number in (alone, alone + 1) if alone else ():
            fates.setdefault(number, [])
        out = discards_by_line(source.get("discarded", []), first, last)
        found = list(cut(texts, first, min(last, len(texts)), fates, out))
        for passage in found:
            passage.chosen = passage.first == alone
            passage.goes_on = passage.first in (alone, alone + 1) and passage.first not in began
        return found

    def left_out(self) -> dict[str, list[LeftOut]]:
        """Every discard by its reason, the reason with most lines first; the same words of one file once."""
        found: dict[str, dict[tuple[int, str], LeftOut]] = {}
        for place, source in enumerate(self.sources):
            texts = lines.split(source["text"])
            for discard in source.get("discarded", []):
                first, last = discard["line_from"], discard["line_to"]
                words = "\n".join(line.strip() for line in texts[first - 1 : last])
                told = found.setdefault(discard["reason"], {}).setdefault(
                    (place, words),
                    LeftOut(source["path"], place, "\n".join(texts[first - 1 : last][:6])[:600]),
                )
                told.nonblank += discard["nonblank"]
                told.places.append((first, last))
        by_reason = {
            reason: sorted(rows.values(), key=lambda row: -len(row.places)) for reason, rows in found.items()
        }
        return dict(sorted(by_reason.items(), key=lambda item: -sum(row.nonblank for row in item[1])))

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
