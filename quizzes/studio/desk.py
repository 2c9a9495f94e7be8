"""The desk where proposed questions are gone through: one in focus, those of its topic beside it.

rows of a run + what is asked for in the address → `Desk`, which is one page however many proposals there are
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from quizzes.generation.rubric import MEANING
from quizzes.studio.proposals import ACCEPTED, Row

MOST_BESIDE = 60  # questions of a topic in the list
SHOWS = {
    "": "All",
    "new": "Not looked at",
    "flawed": "With a flaw",
    "asked": "Will be asked",
    "silent": "Will not be asked",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks for; empty means everything."""

    show: str = ""
    kind: str = ""
    pattern: str = ""

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> Wish:
        show = sent.get("show", "")
        return cls(show if show in SHOWS else "", sent.get("kind", ""), sent.get("pattern", ""))

    @property
    def query(self) -> str:
        """Empty, or ending in `&`."""
        given = {"show": self.show, "kind": self.kind, "pattern": self.pattern}
        found = urlencode({name: value for name, value in given.items() if value})
        return f"{found}&" if found else ""

    @property
    def narrow(self) -> bool:
        return bool(self.kind or self.pattern)

    def holds(self, row: Row) -> bool:
        return (
            self.kind in ("", row.kind) and self.pattern in ("", row.pattern) and shown_under(self.show, row)
        )


def shown_under(show: str, row: Row) -> bool:
    if show == "new":
        return not row.looked_at
    if show == "flawed":
        return bool(row.flaws)
    if show in ("asked", "silent"):
        return row.asked == (show == "asked")
    return True


@dataclass(frozen=True, slots=True)
class TopicStep:
    """A neighbouring topic, and the question that opens it."""

    title: str
    first: str


@dataclass(frozen=True, slots=True)
class Desk:
    """`focus` is None when nothing is left. `number` counts from 1 among `of` that match."""

    focus: Row | None
    number: int
    of: int
    before: str
    after: str
    beside: Sequence[Row]
    more_beside: int
    topic_before: TopicStep | None
    topic_after: TopicStep | None
    total: int
    looked_at: int
    asked: int


def desk(rows: Sequence[Row], wish: Wish, at: str) -> Desk:
    """`at`: fingerprint of the question in focus; without one, the first that nobody has looked at."""
    shown = [row for row in rows if wish.holds(row)]
    wanted = next((row for row in rows if at and row.fingerprint == at), None)
    if wanted is not None and wanted not in shown:
        shown = _with(rows, wish, wanted)
    place = _place(shown, wanted)
    focus = shown[place] if shown else None
    beside = [row for row in shown if focus is not None and row.topic_key == focus.topic_key]
    window = _window(beside, focus)
    topics = _first_of_topics(shown)
    here = next((i for i, row in enumerate(topics) if focus and row.topic_key == focus.topic_key), 0)
    return Desk(
        focus=focus,
        number=place + 1,
        of=len(shown),
        before=shown[place - 1].fingerprint if place else "",
        after=shown[place + 1].fingerprint if place + 1 < len(shown) else "",
        beside=window,
        more_beside=len(beside) - len(window),
        topic_before=_step(topics, here - 1),
        topic_after=_step(topics, here + 1),
        total=len(rows),
        looked_at=sum(row.looked_at for row in rows),
        asked=sum(row.asked for row in rows),
    )


def following(rows: Sequence[Row], wish: Wish, at: str) -> str:
    """The question after `at` among those asked for, as things stood before it was decided; else the one before."""
    found = desk(rows, wish, at)
    return found.after or found.before or at


def flaws_of(row: Row) -> list[str]:
    """Its flaws as sentences."""
    return [MEANING.get(code, code.replace("_", " ")) for code in row.flaws]


def in_bulk(rows: Sequence[Row], do: str, at: str) -> list[str]:
    """Fingerprints that a press for many is about: those of one topic that would be asked, or those with a flaw.

    What was said of a question stays; one that is not asked for a reason is accepted by itself alone.
    """
    if do == "accept-topic":
        topic = next((row.topic_key for row in rows if row.fingerprint == at), None)
        return [row.fingerprint for row in rows if row.topic_key == topic and row.asked and not row.looked_at]
    if do == "reject-flawed":
        return [row.fingerprint for row in rows if row.flaws and row.state != ACCEPTED]
    return []


def _with(rows: Sequence[Row], wish: Wish, wanted: Row) -> list[Row]:
    """What was just decided may no longer match; it stays in its place while it is looked at."""
    return [row for row in rows if row is wanted or wish.holds(row)]


def _place(shown: Sequence[Row], wanted: Row | None) -> int:
    if wanted is not None:
        return shown.index(wanted)
    return next((place for place, row in enumerate(shown) if not row.looked_at), 0)


def _window(beside: Sequence[Row], focus: Row | None) -> Sequence[Row]:
    if focus is None or len(beside) <= MOST_BESIDE:
        return beside
    start = max(0, min(beside.index(focus) - MOST_BESIDE // 2, len(beside) - MOST_BESIDE))
    return beside[start : start + MOST_BESIDE]


def _first_of_topics(shown: Sequence[Row]) -> list[Row]:
    first: dict[int, Row] = {}
    for row in shown:
        first.setdefault(row.topic_key, row)
    return list(first.values())


def _step(topics: Sequence[Row], place: int) -> TopicStep | None:
    return TopicStep(topics[place].topic, topics[place].fingerprint) if 0 <= place < len(topics) else None
