"""What somebody types into a search box → words, and words → the query languages of both databases. Pure.

All words must occur, the last one may still be growing, words in double quotes stand side by side. Nothing of the text
itself reaches a database as syntax: only runs of letters and digits do, each in quotes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_TEXT = 200  # characters that are read
MOST_WORDS = 8
LONG = 6  # a word of this many letters is also looked for without its last ones: its ending may be half typed
_PART = re.compile(r'"([^"]*)"?|(\S+)')
_TOKEN = re.compile(r"[^\W_]+")
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "has",
        "have",
        "how",
        "i",
        "in",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "should",
        "that",
        "the",
        "their",
        "there",
        "these",
        "this",
        "to",
        "was",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "you",
        "your",
    ]
)


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that stand side by side. `grows`: the last of them may be the beginning of a word."""

    tokens: tuple[str, ...]
    grows: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """What is looked for; false when there is nothing to look for."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(token for term in self.terms for token in term.tokens)

    def __str__(self) -> str:
        return " ".join(" ".join(term.tokens) for term in self.terms)

    @classmethod
    def of(cls, text: str) -> Words:
        """Words that are found everywhere are left out, unless there are no others."""
        terms = [term for match in _PART.finditer(text[:MOST_TEXT]) if (term := _term(match)).tokens]
        telling = [term for term in terms if len(term.tokens) > 1 or term.tokens[0] not in _STOP] or terms
        kept = telling[:MOST_WORDS]
        if kept and not text[:MOST_TEXT].rstrip().endswith('"'):
            kept[-1] = Term(kept[-1].tokens, grows=True)
        return cls(tuple(kept))

    def replaced(self, by: dict[str, str]) -> Words:
        """The same with other words for some."""
        return Words(
            tuple(Term(tuple(by.get(token, token) for token in t.tokens), t.grows) for t in self.terms)
        )

    def for_sqlite(self) -> str:
        """A MATCH expression of FTS5."""
        return " AND ".join(_sqlite(term) for term in self.terms)

    def for_postgres(self) -> str:
        """What `to_tsquery` takes."""
        return " & ".join(_postgres(term) for term in self.terms)


def _term(match: re.Match[str]) -> Term:
    text = match.group(1) if match.group(1) is not None else match.group(2)
    return Term(tuple(_TOKEN.findall(plain_letters(text)))[:MOST_WORDS])


def _sqlite(term: Term) -> str:
    whole = '"' + " ".join(term.tokens) + '"'
    if not term.grows:
        return whole
    shorter = [f'"{token}"' for token in _shorter(term)]
    return "(" + " OR ".join([f"{whole}*", *shorter]) + ")"


def _postgres(term: Term) -> str:
    *first, last = (f"'{token}'" for token in term.tokens)
    whole = " <-> ".join([*first, f"{last}:*" if term.grows else last])
    if not term.grows:
        return f"({whole})"
    return "(" + " | ".join([whole, *(f"'{token}'" for token in _shorter(term))]) + ")"


def _shorter(term: Term) -> list[str]:
    """Both databases keep the stems of words, and half a word may be longer than its stem: `replicati`, `replic`."""
    word = term.tokens[-1]
    if len(term.tokens) > 1 or len(word) < LONG or not word.isalpha():
        return []
    return [word[:-cut] for cut in range(1, 4) if len(word) - cut >= LONG - 1]


def plain_letters(text: str) -> str:
    """Lower case, without accents."""
    split = unicodedata.normalize("NFKD", text)
    return "".join(char for char in split if not unicodedata.combining(char)).casefold()


# -- excerpts -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of an excerpt; `marked` when it is what was looked for."""

    text: str
    marked: bool = False


def marked(text: str, words: Words, width: int = 0) -> tuple[Piece, ...]:
    """The text in pieces; with `width`, no more than about that many characters around the first word found."""
    spans = [m.span() for m in _TOKEN.finditer(text) if _hits(plain_letters(m.group(0)), words)]
    low, high = (0, len(text)) if not width else _window(text, spans, width)
    pieces: list[Piece] = [Piece("…")] if low else []
    at = low
    for start, end in spans:
        if start < at or end > high:
            continue
        pieces += [Piece(text[at:start])] if start > at else []
        pieces.append(Piece(text[start:end], marked=True))
        at = end
    pieces += [Piece(text[at:high])] if at < high else []
    return (*pieces, Piece("…")) if high < len(text) else tuple(pieces)


def _window(text: str, spans: Sequence[tuple[int, int]], width: int) -> tuple[int, int]:
    """Where to cut, between words."""
    if len(text) <= width:
        return 0, len(text)
    first = spans[0][0] if spans else 0
    low = max(0, min(first - width // 4, len(text) - width))
    low = text.find(" ", low) + 1 if low else 0
    high = text.rfind(" ", low, low + width)
    return low, high if high > low else low + width


def _hits(token: str, words: Words) -> bool:
    return any(_alike(token, wanted) for wanted in words.tokens)


def _alike(token: str, wanted: str) -> bool:
    """Near enough to what the databases' stemmers take for one word, to be marked."""
    if token == wanted or (len(wanted) >= 2 and token.startswith(wanted)):
        return True
    shared = 0
    for one, other in zip(token, wanted, strict=False):
        if one != other:
            break
        shared += 1
    return shared >= max(4, min(len(token), len(wanted)) - 2) and abs(len(token) - len(wanted)) <= 4


def joined(pieces: Iterable[Piece]) -> str:
    """The pieces as one text."""
    return "".join(piece.text for piece in pieces)
