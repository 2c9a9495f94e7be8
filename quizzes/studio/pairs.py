"""Two statements side by side: a disagreement, or a likely repetition, of an upload or of what is published.

draft (or `Conflict` rows) + decisions + the sources' texts → `Pair`s of one page, in a fixed number of queries
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from content import decisions
from content.ingest.blocks import lines
from content.models import Certification, Conflict, Decision, Source
from quizzes.studio.differences import Run, marked
from quizzes.studio.proposals import Silent

AROUND = 2  # lines shown above and below a statement
A_PAGE = 10
OPEN, A, B, BOTH = "", "a", "b", "both"
KIND_WORDS = {
    "number": "They give different numbers.",
    "unit": "They give different units.",
    "polarity": "One says that it is so, the other that it is not.",
}


@dataclass(frozen=True, slots=True)
class Side:
    """A statement with the lines around it: (number, text, is it the statement itself).

    `file`: position of its file in the upload; `source`: uid of the published source; whichever there is.
    """

    name: str
    runs: Sequence[Run]
    text: str
    context: str
    path: str
    line: int
    around: Sequence[tuple[int, str, bool]]
    file: int | None = None
    source: UUID | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """`choice`: a, b or both for a disagreement (empty: not decided); same or different for a repetition."""

    key: str
    why: str
    topic: str
    a: Side
    b: Side
    choice: str
    by: str = ""
    at: datetime | None = None
    score: float = 0.0

    @property
    def choice_is_a(self) -> bool:
        return self.choice == A

    @property
    def choice_is_b(self) -> bool:
        return self.choice == B


class Texts:
    """Lines of files, of the upload where it holds the file, else as published. One query for all of a page."""

    def __init__(
        self,
        certification: Certification,
        paths: Iterable[str],
        files: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.files = {file["path"]: place for place, file in enumerate(files)}
        wanted = set(paths)
        self._split = {file["path"]: lines.split(file["text"]) for file in files if file["path"] in wanted}
        found = Source.objects.filter(certification=certification, path__in=wanted)
        self.sources = dict(found.values_list("path", "uid"))
        for path, text in found.exclude(path__in=list(self._split)).values_list("path", "text"):
            self._split[path] = lines.split(text)

    def around(self, path: str, line: int) -> list[tuple[int, str, bool]]:
        """The line with its neighbours; blank ones at the ends are left away."""
        texts = self._split.get(path, [])
        first, last = max(1, line - AROUND), min(len(texts), line + AROUND)
        found = [(number, texts[number - 1], number == line) for number in range(first, last + 1)]
        while found and not found[-1][1].strip():
            found.pop()
        while found and not found[0][1].strip():
            found.pop(0)
        return found

    def side(self, name: str, side: Mapping[str, Any], runs: Sequence[Run]) -> Side:
        path, line = str(side["source"]), int(side["line"])
        return Side(
            name=name,
            runs=runs,
            text=str(side["text"]),
            context=str(side.get("context") or ""),
            path=path,
            line=line,
            around=self.around(path, line),
            file=self.files.get(path),
            source=self.sources.get(path),
        )


def of_run(
    certification: Certification,
    draft: Mapping[str, Any],
    subject: Decision.Subject,
    shown: Sequence[Mapping[str, Any]],
) -> list[Pair]:
    """Rows of `draft["conflicts"]` or `draft["duplicates"]` as a page shows them. Two queries."""
    paths = [side["source"] for one in shown for side in (one["a"], one["b"])]
    texts = Texts(certification, paths, draft.get("sources", []))
    decided = who_decided(certification, subject, [str(one["key"]) for one in shown])
    return [_pair(texts, one, decided.get(str(one["key"])), subject) for one in shown]


def of_published(certification: Certification, shown: Sequence[Conflict]) -> list[Pair]:
    """Published disagreements as a page shows them. Two queries beside the rows (facts and topics joined)."""
    facts = [fact for one in shown for fact in (one.a, one.b)]
    texts = Texts(certification, [fact.source.path for fact in facts])
    decided = who_decided(certification, Decision.Subject.CONFLICT, [one.key for one in shown])
    found = []
    for one in shown:
        runs = marked(one.a.text, one.b.text)
        sides = [
            texts.side(
                name,
                {
                    "source": fact.source.path,
                    "line": fact.line_from,
                    "text": fact.text,
                    "context": fact.context,
                },
                of,
            )
            for name, fact, of in zip((A, B), (one.a, one.b), runs, strict=True)
        ]
        said = decided.get(one.key)
        found.append(
            Pair(
                key=one.key,
                why=KIND_WORDS.get(one.kind, ""),
                topic=one.a.topic.title,
                a=sides[0],
                b=sides[1],
                choice=one.chosen,
                by=str(said.decided_by or "") if said and one.chosen else "",
                at=said.decided_at if said and one.chosen else None,
            )
        )
    return found


def who_decided(
    certification: Certification, subject: str, keys: Sequence[str] | None = None
) -> dict[str, Decision]:
    """The decisions that stand, by key; one query."""
    stands = Decision.objects.filter(certification=certification, subject=subject).exclude(choice="")
    if keys is not None:
        stands = stands.filter(key__in=keys)
    return {one.key: one for one in stands.select_related("decided_by")}


def choice_of(pair: Mapping[str, Any], choice: str) -> str:
    """A decision's choice (fingerprint of a statement, or both) as a side of this pair."""
    if choice == decisions.BOTH:
        return BOTH
    for name in (A, B):
        if choice and choice == pair[name]["fingerprint"]:
            return name
    return OPEN


def silent_of(draft: Mapping[str, Any], conflicts: Mapping[str, str], doubles: Mapping[str, str]) -> Silent:
    """Which facts of the draft nobody is asked about as things are decided now, and why."""
    held: dict[int, str] = {}
    lost: set[int] = set()
    for one in draft.get("conflicts", ()):
        choice = choice_of(one, conflicts.get(one["key"], ""))
        for name in (A, B):
            index = one[name].get("index")
            if index is not None and choice not in (BOTH, name):
                held.setdefault(index, one["key"])
                if choice:
                    lost.add(index)
    doubled = {
        one["b"]["index"]: one["key"]
        for one in draft.get("duplicates", ())
        if doubles.get(one["key"]) != decisions.DIFFERENT and one["b"].get("index") is not None
    }
    return Silent(held, lost, doubled)


def silent_now(certification: Certification, draft: Mapping[str, Any]) -> Silent:
    """`silent_of` with the decisions as they stand; no query where there is nothing to decide."""
    subjects = (("conflicts", Decision.Subject.CONFLICT), ("duplicates", Decision.Subject.DUPLICATE))
    chosen = [
        decisions.chosen(certification, subject) if draft.get(name) else {} for name, subject in subjects
    ]
    return silent_of(draft, *chosen)


def _pair(texts: Texts, one: Mapping[str, Any], said: Decision | None, subject: str) -> Pair:
    a, b = marked(one["a"]["text"], one["b"]["text"])
    choice = said.choice if said else ""
    is_conflict = subject == Decision.Subject.CONFLICT
    choice = choice_of(one, choice) if is_conflict else choice
    return Pair(
        key=str(one["key"]),
        why=KIND_WORDS.get(one.get("kind", ""), ""),
        topic=str(one.get("topic", "")),
        a=texts.side(A, one["a"], a),
        b=texts.side(B, one["b"], b),
        choice=choice,
        by=str(said.decided_by or "") if said else "",
        at=said.decided_at if said else None,
        score=float(one.get("score", 0.0)),
    )
