"""What speaks for and against a bare line of a deck being a title: its place, its shape, its kin. Measures only.

Every measure is a number from 0 to 1 under a name; `slide_titles` weighs them. Shape is measured against the deck's own
manner: in a deck whose titles are written in capitals a line in small letters is odd, in another it is not. Nothing
here knows a subject, a vendor or a title.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from content.ingest.blocks.working import Page, Raw
from content.ingest.markup import is_only_links, plain, words
from content.ingest.model import BlockKind
from content.ingest.titles.shapes import (
    BODY,
    CODE,
    DASH,
    KEY,
    PAIR,
    SECTION,
    SMALL,
    STARTS_LIKE_TEXT,
    TRAILING,
    VERB,
    capitals,
    core,
    is_continuation,
    one_line,
)

LONGEST = 120  # characters
MOST_WORDS = 18
FEW = 6
_SENTENCE = re.compile(r"[^.][.,;]['\")\]]?$")
_PROGRAM = re.compile(r"!Ref|[{}█]|\$\{|\S@\w+\.\w|=>|->|→|\bhttps?:|^[^\w\s\"'“(]|^\w+:\s?\S+::\S+$")
_LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(slots=True, eq=False)
class Candidate:
    """A bare line with what is known of it. `at`: index into the page's blocks."""

    at: int
    raw: Raw
    text: str
    words: list[str]
    content: list[str] = field(init=False)  # words that carry meaning
    strong: bool = field(init=False)  # shaped like a title whatever stands around it
    measures: dict[str, float] = field(default_factory=dict)
    score: float = 0.0
    section: bool = False

    def __post_init__(self) -> None:
        self.content = [w for w in self.words if w not in SMALL and len(w) > 1]
        self.strong = bool(
            DASH.search(self.text)
            or self.text.endswith("?")
            or is_continuation(self.text)
            or SECTION.match(self.text)
        )


class Deck:
    """The bare lines of a deck and what they have in common."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.raws = page.raws
        self._kinds: dict[int, str] = {}
        self.candidates = [c for at in range(len(self.raws)) if (c := self._candidate(at)) is not None]
        self.by_at = {c.at: c for c in self.candidates}
        self.order = {c.at: place for place, c in enumerate(self.candidates)}
        self.kin: Counter[str] = Counter()
        for tokens in {tuple(c.words) for c in self.candidates}:
            self.kin.update({w for w in tokens if w not in SMALL and len(w) > 1})
        self.same = Counter(core(c.text) for c in self.candidates)
        self.starts: Counter[tuple[str, ...]] = Counter()
        for tokens in {tuple(c.words) for c in self.candidates}:
            self.starts.update({tokens[:n] for n in range(1, min(len(tokens), 5) + 1)})
        self.many = 4
        self._manner()

    def _candidate(self, at: int) -> Candidate | None:
        raw = self.raws[at]
        if raw.kind != BlockKind.PARAGRAPH or raw.quoted or raw.inside or not one_line(self.page, raw):
            return None
        if raw.text.startswith("(") or self.kind(at) == "body":
            return None
        text = plain(raw.text)
        tokens = words(text)
        if not text or len(text) > LONGEST or len(tokens) > MOST_WORDS or not _LETTERS.search(text):
            return None
        if is_only_links(raw.text) or (raw.text.startswith("[") and raw.text.endswith(")")):
            return None
        if self.page.gap_before(raw) == 0 and not all(
            r.kind == BlockKind.FRONT_MATTER for r in self.raws[:at]
        ):
            return None
        if (_SENTENCE.search(text) and not is_continuation(text)) or _PROGRAM.search(text):
            return None
        if KEY.match(text) and not (DASH.search(text) or " " in text.split(":", 1)[-1].strip()):
            return None
        return Candidate(at, raw, text, tokens)

    def _manner(self) -> None:
        """How this deck writes what is surely a title: a line between two bodies."""
        sure = [c for c in self.candidates if self.kind(c.at - 1) != "bare" and self.kind(c.at + 1) == "body"]
        self.upper = _clear(_habit(sure, self.candidates, lambda c: c.text.isupper()))
        self.capital = _clear(_habit(sure, self.candidates, lambda c: capitals(c.text) >= 0.6))
        self.single = _habit(sure, self.candidates, lambda c: len(c.words) == 1)
        self.dashed = _habit(sure, self.candidates, lambda c: bool(DASH.search(c.text)))
        bare = [at for at in range(len(self.raws)) if self.kind(at) == "bare"]
        headed = sum(self.kind(at + 1) == "body" for at in bare)
        self.noise = 1.0 - headed / len(bare) if bare else 1.0  # share of bare lines without a body below
        alone = [c for c in self.candidates if self.kind(c.at + 1) != "body"]
        self.alone_strong = sum(c.strong for c in alone) / max(1, len(alone))
        strong = [c for c in self.candidates if c.strong]
        mute = sum(self.kind(c.at + 1) != "body" for c in strong)
        # What is surely a title has no text below it, where slides are pictures.
        self.silent = (mute + FEW * self.noise) / (len(strong) + FEW)
        self.columns: dict[int, bool] = {}
        for c in self.candidates:
            self.columns[c.at] = self._is_column(c)

    def _is_column(self, c: Candidate) -> bool:
        """Heads one of several lists that stand side by side under one title ("Pros", "Cons")."""
        if c.strong or self.kind(c.at + 1) != "body":
            return False
        leader = self.by_at.get(c.at - 1)
        if leader is not None:
            return self.page.gap_before(c.raw) <= 2 and not SECTION.search(leader.text)
        at = c.at - 1
        while self.kind(at) == "body":
            at -= 1
        return at < c.at - 1 and self.page.gap_before(c.raw) <= 2 and self.columns.get(at, False)

    def kind(self, at: int) -> str:
        """bare, body, link, head (a marked heading, a rule) or none."""
        if at not in self._kinds:
            self._kinds[at] = self._kind(at)
        return self._kinds[at]

    def _kind(self, at: int) -> str:
        if not 0 <= at < len(self.raws):
            return "none"
        raw = self.raws[at]
        if raw.kind in BODY:
            return "body"
        if raw.kind == BlockKind.PARAGRAPH:
            return "link" if is_only_links(raw.text) else "body" if self._is_text(at) else "bare"
        return "head"

    def _is_text(self, at: int) -> bool:
        """A paragraph of prose, or a line that announces the list below it: part of what a slide says."""
        raw = self.raws[at]
        text = raw.text.rstrip()
        if text.endswith(":"):
            return at + 1 < len(self.raws) and self.raws[at + 1].kind in BODY
        return len(text) > 50 and bool(_SENTENCE.search(text)) and len(words(text)) >= 8

    def measure(self, c: Candidate) -> dict[str, float]:
        return {
            name: value
            for name, value in {**self._place(c), **self._shape(c), **self._kinship(c)}.items()
            if value
        }

    def _place(self, c: Candidate) -> dict[str, float]:
        before, after = self.kind(c.at - 1), self.kind(c.at + 1)
        above, below = min(self.page.gap_before(c.raw), 3), min(self.page.gap_after(c.raw), 3)
        follower = self.by_at.get(c.at + 1)
        leader = self.by_at.get(c.at - 1)
        place = {
            f"{before} {above} above": 1.0,
            f"{after} {below} below": 1.0,
            "run above": self._run(c.at, -1) / 4,
            "run below": self._run(c.at, 1) / 4,
            "noise alone": self.noise if after != "body" else 0.0,
            "quiet above a body": 1.0 - self.noise if after == "body" else 0.0,
            "noise among bare": self.noise if before == "bare" and after == "bare" else 0.0,
        }
        if after == "bare":
            place["title below"] = float(follower is not None and follower.strong)
            place["body after next"] = float(self.kind(c.at + 2) == "body")
            place["text below"] = float(follower is None)
        if before == "bare":
            place["title right above"] = float(leader is not None and leader.strong and above <= 2)
            place["kin of title above"] = float(
                leader is not None
                and leader.strong
                and above <= 2
                and bool(set(leader.content) & set(c.content))
            )
        if self.columns[c.at]:
            place["column"] = 1.0
            if before == "body":
                place["next column"] = 1.0
                place["next column like the first"] = float(
                    bool((head := self.head_above(c)) and set(head.content) & set(c.content))
                )
        if after != "body" and not c.strong:
            place["alone among strong"] = self.alone_strong
            place["inside a run"] = float(before == "bare" and after == "bare")
            place["alone in a silent deck"] = self.silent
            place["inside a run of a silent deck"] = self.silent * place["inside a run"]
            place["like its neighbour"] = float(
                any(o is not None and o.words[:1] == c.words[:1] for o in (leader, follower))
            )
        if before == "body" and after == "body" and above == 1:
            place["between items"] = float(
                self.raws[c.at - 1].kind == self.raws[c.at + 1].kind == BlockKind.ITEM
            )
        return place

    def head_above(self, c: Candidate) -> Candidate | None:
        """The line on which the body right above this one stands."""
        at = c.at - 1
        while self.kind(at) == "body":
            at -= 1
        return self.by_at.get(at)

    def _run(self, at: int, step: int) -> int:
        """Bare lines in a row above or below, at most four."""
        count = 0
        while count < 4 and self.kind(at + step * (count + 1)) == "bare":
            count += 1
        return count

    def _shape(self, c: Candidate) -> dict[str, float]:
        text, share, count = c.text, capitals(c.text), len(c.words)
        return {
            "dash": float(bool(DASH.search(text))),
            "no dash": self.dashed if not DASH.search(text) else 0.0,
            "question": float(text.endswith("?")),
            "continued or section": float(is_continuation(text) or bool(SECTION.search(text))),
            "capitals": self.capital * share,
            "not capitals": self.capital * (1.0 - share),
            "not upper": self.upper if not text.isupper() else 0.0,
            "upper as usual": self.upper if text.isupper() else 0.0,
            "small as usual": (1.0 - self.capital) * (1.0 - share),
            "capitals against habit": (1.0 - self.capital) * share if count > 1 else 0.0,
            "dash as usual": self.dashed if DASH.search(text) else 0.0,
            "oddly upper": 1.0 - self.upper if text.isupper() and len(text) > 5 else 0.0,
            "small first letter": float(text[0].islower()),
            "one word": (1.0 - self.single) if count == 1 else 0.0,
            "two words": float(count == 2),
            "three to seven words": float(3 <= count <= 7),
            "more than ten words": float(count > 10),
            "verb": float(bool(VERB.search(text)) and not text.endswith("?")),
            "like text": float(bool(STARTS_LIKE_TEXT.match(text))),
            "like code": float(bool(CODE.search(text))),
            "key": float(bool(KEY.match(text)) and not DASH.search(text)),
            "colon at the end": float(text.endswith(":")),
            "colon inside": float(": " in text),
            "shout": float(text.endswith(("!", "..."))),
            "half a bracket": float(text.count("(") != text.count(")")),
            "words twice": float(count >= 4 and len(set(c.words)) <= count / 2),
            "digits": sum(ch.isdigit() for ch in text) / len(text),
            "trails off": float(bool(TRAILING.search(text))),
            "pair": float(bool(PAIR.search(text))),
        }

    def _kinship(self, c: Candidate) -> dict[str, float]:
        content = c.content
        known = max((self.kin[w] for w in content), default=0)
        times = self.same[core(c.text)]
        body = self.body_words(c)
        said = self._said(c)
        above = set(said.split())
        title = self._title_above(c)
        place = self.order[c.at]
        return {
            "share said above": _share(content, above),
            "share said below": _share(content, body),
            "said above, not below": float(_share(content, above) > _share(content, body)),
            "share in the title above": _share(content, set(title.content))
            if title and not c.strong
            else 0.0,
            "kin of the next titles": self._near(content, place + 1, place + 6),
            "kin of the last titles": self._near(content, place - 5, place),
            "kin of many": float(known >= self.many),
            "kin of some": float(2 <= known < self.many),
            "family": float(bool(c.words) and self.starts[tuple(c.words[:1])] >= max(2, self.many - 1)),
            "word in body": float(any(w in body for w in content)),
            "no word in body": float(bool(body) and not any(w in body for w in content)),
            "said before": float(len(c.words) <= 4 and " ".join(c.words) in said),
            "twice or thrice": float(2 <= times <= 3),
            "often": float(times >= 4),
        }

    def _near(self, content: list[str], start: int, end: int) -> float:
        """Shares a word with a line nearby that is shaped like a title."""
        near = [c for c in self.candidates[max(0, start) : end] if c.strong]
        return float(any(set(content) & set(c.content) for c in near))

    def _title_above(self, c: Candidate) -> Candidate | None:
        """The last line above that heads something, or is shaped like a title; it must be near."""
        place = self.order[c.at]
        for other in reversed(self.candidates[max(0, place - 4) : place]):
            if other.strong or (self.kind(other.at + 1) == "body" and not self.columns[other.at]):
                return other
        return None

    def body_words(self, c: Candidate) -> set[str]:
        seen: set[str] = set()
        for raw in self.raws[c.at + 1 : c.at + 9]:
            if raw.kind == BlockKind.PARAGRAPH:
                break
            seen.update(words(raw.text[:400]))
        return seen

    def _said(self, c: Candidate) -> str:
        """What the body right above says."""
        said: list[str] = []
        for at in range(c.at - 1, max(-1, c.at - 30), -1):
            if self.kind(at) == "bare" and said and self.kind(at + 1) == "body":
                break
            if self.kind(at) == "body":
                said.append(" ".join(words(self.raws[at].text[:600])))
        return " | ".join(said)


def _share(content: list[str], among: set[str]) -> float:
    return sum(w in among for w in content) / len(content) if content else 0.0


def _habit(sure: list[Candidate], all_of_them: list[Candidate], has: Callable[[Candidate], bool]) -> float:
    """Share of the sure titles that have it; where they are few, all bare lines are asked as well."""
    if not all_of_them:
        return 0.0
    asked = sum(has(c) for c in all_of_them) / len(all_of_them)
    return (sum(has(c) for c in sure) + FEW * asked) / (len(sure) + FEW)


def _clear(share: float) -> float:
    """A share read as a habit: below 0.3 it is none, above 0.7 it is one."""
    return min(1.0, max(0.0, (share - 0.3) / 0.4))
