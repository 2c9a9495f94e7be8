"""What publishing an upload would change, as rows of a page: against what learners have now.

    run.draft["changes"] (plain data, see content.ingest.changes) → `Changed` → rows of one page, by topic

Everything is sorted and counted as plain data; words are compared only for the rows of the page.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from content.ingest.markup import plain
from quizzes.stems import one_line
from quizzes.studio.word_diff import Piece, pieces

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class State:
    """How a change is told. `chip`: look of its mark; `words`: the mark; `means`: a sentence for who narrows to it."""

    chip: str
    words: str
    means: str


_NEW = "Nothing like it is published. Learners meet it once you publish."
_GONE = (
    "It is no longer in these notes, so it is asked no more. Nothing is deleted: if it comes back, so does what "
    "learners know of it."
)
_BACK = "It was retired and is in the notes again. Learners go on where they stopped."

FACTS = {
    "answer_changed": State(
        "due",
        "another answer",
        "A number, a unit or a yes and no differs. Its cards become due, so that learners meet the new answer; their "
        "history stays.",
    ),
    "review": State(
        "due",
        "same statement?",
        "Too unlike to be sure that both are one statement. Until somebody says so, the old one is retired and the new "
        "one is new.",
    ),
    "edited": State("edited", "reworded", "Other words, the same answer. Schedules stay as they are."),
    "moved": State("moved", "moved", "The same statement stands elsewhere. Schedules stay as they are."),
    "new": State("new", "new", _NEW),
    "revived": State("new", "back again", _BACK),
    "retired": State("retired", "retired", _GONE),
}
TOPICS = {
    "renamed": State(
        "edited", "renamed", "The same topic under another title. What learners know of it stays."
    ),
    "moved": State("moved", "moved", "The same topic under another one. What learners know of it stays."),
    "new": State("new", "new", "A topic that is not published yet."),
    "revived": State("new", "back again", _BACK),
    "retired": State(
        "retired", "retired", "These notes have no such topic any more. Learners see it no longer."
    ),
}
QUESTIONS = {
    "answer_changed": State(
        "due", "another answer", "Its key differs. Its cards become due; their history stays."
    ),
    "stale": State(
        "due",
        "held",
        "Somebody wrote its words by hand, and what it was made of has changed. It is not asked until somebody has "
        "looked at it.",
    ),
    "edited": State("edited", "reworded", "Other words, the same key. Schedules stay as they are."),
    "new": State("new", "new", "Not asked so far."),
    "revived": State("new", "back again", _BACK),
    "retired": State("retired", "retired", _GONE),
}
STATES: dict[str, dict[str, State]] = {"facts": FACTS, "topics": TOPICS, "questions": QUESTIONS}


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file. `index`: of the file in the upload; None: it is a line of the source as it is published."""

    path: str
    line: int
    index: int | None = None
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One change as the page shows it.

    `differs`: the words, old and new. `answer`: the key of a question, likewise. `under`: the bullets above a fact,
    or the topic above a topic. `was_under`: what it stood under before. `note`: what differs when no word does.
    """

    noun: str
    name: str
    state: State
    differs: Sequence[Piece]
    answer: Sequence[Piece] = ()
    under: str = ""
    was_under: str = ""
    place: Place | None = None
    was: Place | None = None
    uid: str = ""
    learners: int = 0
    note: str = ""
    decided: str = ""

    @property
    def becomes_due(self) -> bool:
        return self.name == "answer_changed"


@dataclass
class Changed:
    """The changes of one draft. Nothing here touches the database."""

    draft: Row
    rejected: Collection[str] = ()  # fingerprints of questions that were turned down
    stored: Row = field(init=False)
    _order: dict[int, int] = field(init=False)
    _titles: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.stored = self.draft.get("changes") or {}
        if self.rejected:
            asked = [row for row in self.stored.get("questions", []) if not self._turned_down(row)]
            self.stored = {**self.stored, "questions": asked}
        topics: list[Row] = self.draft.get("topics", [])
        first = dict(self.draft.get("groups", []))
        place = {topic["key"]: number for number, topic in enumerate(topics)}
        self._order = {key: place.get(first.get(key, key), number) for key, number in place.items()}
        self._titles = {}
        for topic in topics:
            self._titles.setdefault(topic["title"], self._order[topic["key"]])

    @property
    def known(self) -> bool:
        """False for a preview that was read before changes were stored with it."""
        return bool(self.stored)

    def count(self, noun: str) -> int:
        """How many are not what they were."""
        return len(self.stored.get(noun, []))

    def states(self, noun: str) -> list[tuple[str, State, int]]:
        """(name, how it is told, how many), in the order in which an instructor wants to know; empty ones left away."""
        counted = Counter(row["state"] for row in self.stored.get(noun, []))
        return [(name, state, counted[name]) for name, state in STATES[noun].items() if counted[name]]

    def kept(self, noun: str) -> int:
        """How many stay exactly as they are."""
        return int(self.stored.get(f"{noun.removesuffix('s')}_counts", {}).get("kept", 0))

    def nothing(self) -> bool:
        return not any(self.count(noun) for noun in STATES)

    def only_new(self) -> bool:
        """Is everything an addition?"""
        return all(name == "new" for noun in STATES for name, _, _ in self.states(noun))

    def rows(self, noun: str, state: str = "") -> list[Row]:
        """The changes of one noun in one state (or in any), by topic in outline order; what goes stands at the end."""
        rows = [row for row in self.stored.get(noun, []) if not state or row["state"] == state]
        return sorted(rows, key=lambda row: (self._position(noun, row), row["state"] == "retired"))

    def title(self, noun: str, row: Row) -> str:
        """The heading that a change is listed under."""
        if noun == "topics":
            return ""
        if (place := self._place(noun, row)) is not None:
            return str(self.draft["topics"][place]["title"])
        return str(row.get("topic") or row.get("old_topic") or "Without a topic")

    def by_topic(self, noun: str, rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
        return [(title, list(group)) for title, group in groupby(rows, lambda row: self.title(noun, row))]

    def _place(self, noun: str, row: Row) -> int | None:
        """Position of the topic that a fact of this upload goes to; topics that are one have that of the first."""
        facts = self.draft.get("facts", [])
        index = row.get("index")
        if noun != "facts" or index is None or index >= len(facts):
            return None
        return self._order.get(facts[index]["topic"])

    def _turned_down(self, row: Row) -> bool:
        return row["state"] == "new" and row["fingerprint"] in self.rejected

    def _position(self, noun: str, row: Row) -> int:
        end = sys.maxsize
        if noun == "topics":
            return self._order.get(row["key"], end) if row.get("key") is not None else end
        if (place := self._place(noun, row)) is not None:
            return place
        return self._titles.get(row.get("topic", ""), end)


class Telling:
    """Makes lines of a page's rows. `uids`: path → uid of the published source; `learners`: uid → how many."""

    def __init__(self, draft: Row, uids: Mapping[str, str], learners: Mapping[str, int]) -> None:
        self.facts: list[Row] = draft.get("facts", [])
        self.index = {source["path"]: place for place, source in enumerate(draft.get("sources", []))}
        self.uids, self.learners = uids, learners
        first: dict[int, int] = dict(draft.get("groups", []))
        self.titles: dict[int, set[str]] = defaultdict(set)  # topic → titles of all that are one with it
        for topic in draft.get("topics", []):
            self.titles[first.get(topic["key"], topic["key"])].add(topic["title"])
        self.first = first

    def line(self, noun: str, row: Row, decided: str = "") -> Line:
        make = {"facts": self._fact, "topics": self._topic, "questions": self._question}[noun]
        shared = {
            "noun": noun,
            "name": row["state"],
            "state": STATES[noun].get(row["state"], State("", row["state"].replace("_", " "), "")),
            "uid": row.get("uid") or "",
            "learners": self.learners.get(row.get("uid") or "", 0),
            "decided": decided,
        }
        return Line(**shared, **make(row))

    def _fact(self, row: Row) -> dict[str, Any]:
        old, new = plain(row["old"]), plain(row["new"])
        moved = row["old_topic"] if row["new"] and row["old_topic"] not in self._titles_of(row) else ""
        return {
            "differs": _differing(row["state"], old, new),
            "note": "only its markup differs" if row["state"] == "edited" and old == new else "",
            "under": self._bullets(row),
            "was_under": moved,
            "place": self._here(row["source"], row["line"]),
            "was": self._before(row["old_source"], row["old_line"]) if not _stays(row) else None,
        }

    def _titles_of(self, row: Row) -> set[str]:
        """What the topic is called that a fact goes to."""
        if row.get("index") is None or row["index"] >= len(self.facts):
            return {row["topic"]}
        key = int(self.facts[row["index"]]["topic"])
        return self.titles[self.first.get(key, key)] | {row["topic"]}

    def _topic(self, row: Row) -> dict[str, Any]:
        gone = row["state"] == "retired"
        place = (self._before if gone else self._here)(row["source"], row["line"])
        return {
            "differs": _differing(row["state"], row["old"], row["new"]),
            "under": row["above"],
            "was_under": row["old_above"] if row["state"] == "moved" else "",
            "was": place if gone else None,
            "place": None if gone else place,
        }

    def _question(self, row: Row) -> dict[str, Any]:
        gone = row["state"] == "retired"
        old, new = _stem(row["old"], row["topic"], row["new"]), _stem(row["new"], row["topic"])
        answers = plain(row["old_answer"]), plain(row["answer"])
        alike = row["state"] == "edited" and old == new and answers[0] == answers[1]
        return {
            "differs": _differing(row["state"], old, new),
            "answer": _differing(row["state"], *answers),
            "note": "its options, its reason or the title above it differ" if alike else "",
            "place": self._here(row["source"], row["line"]) if not gone else None,
            "was": self._before(row["source"], row["line"]) if gone else None,
        }

    def _bullets(self, row: Row) -> str:
        """The bullets that a fact stands under, without the headings."""
        if row.get("index") is None or row["index"] >= len(self.facts):
            return ""
        trail = [part for part in self.facts[row["index"]]["context"].split(" › ") if part]
        if row["topic"] in trail:
            trail = trail[len(trail) - trail[::-1].index(row["topic"]) :]
        return " › ".join(plain(part) for part in trail)

    def _here(self, path: str, line: int) -> Place | None:
        return Place(path, line, index=self.index.get(path)) if path and line else None

    def _before(self, path: str, line: int) -> Place | None:
        return Place(path, line, uid=self.uids.get(path, "")) if path and line else None


def _stem(stem: str, topic: str, beside: str = "") -> str:
    """A stem without the title of its topic above it; `beside`: the new stem, when the topic was renamed since."""
    titled = beside.startswith(f"{topic}\n") and "\n" in stem
    return one_line(stem, plain(stem.split("\n")[0]) if titled else topic)


def _stays(row: Row) -> bool:
    """Does it stand where it stood?"""
    return bool(row["source"] == row["old_source"] and row["line"] == row["old_line"])


def _differing(state: str, old: str, new: str) -> list[Piece]:
    """Word by word where both sides say something of one thing; else the side that there is, as it is."""
    if old and new and state not in ("new", "retired", "revived"):
        return pieces(old, new)
    text = new or old
    return [Piece("same", text)] if text else []
