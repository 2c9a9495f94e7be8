"""A statement taken apart, so that two can be compared: telling words, quantities, polarity, and what it stands under.

“15 minutes” is 900 seconds, “1–5 GB” a range; “port 443”, “TLS 1.2”, years, ordinals and names such as “5xx” are words.
What costs money, asks, gives an example or is code says nothing that another statement could contradict.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from content.ingest.markup import URL, plain
from content.ingest.model import FactDraft, FactKind
from content.ingest.topics.naming import stem

FEWEST, MOST = 2, 70  # words of a statement that is compared; one is enough beside a quantity
LONG = 12  # from here on, a statement of the same words is the same text
_NOT = frozenset([
    "no", "not", "never", "cannot", "without", "neither", "nor", "none", "non", "×", "✗", "✘", "false", "unable",
])  # fmt: skip
_YES = frozenset(["yes", "true", "✓", "✔", "√"])
_SMALL = frozenset([
    "a", "an", "the", "is", "are", "be", "been", "was", "were", "it", "its", "this", "that", "of", "to", "in", "on",
    "at", "for", "and", "or", "you", "your", "we", "our", "they", "their", "do", "does", "did", "has", "have", "will",
    "by", "with", "as", "also", "so", "then", "up", "can", "may", "must", "should", "now", "today", "just", "s",
])  # fmt: skip
_OPPOSITES = {
    "disabled": "enabled", "disable": "enable", "unsupported": "supported", "unencrypted": "encrypted",
    "asynchronous": "synchronous", "asynchronously": "synchronously", "async": "sync", "stateless": "stateful",
    "immutable": "mutable", "impossible": "possible", "optional": "required", "disallowed": "allowed",
    "denied": "allowed", "unavailable": "available", "unlimited": "limited", "inactive": "active",
    "invalid": "valid", "unordered": "ordered", "irreversible": "reversible", "unmanaged": "managed",
}  # fmt: skip
_SECONDS = {"ms": 0.001, "second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0}
_UNITS = {
    **dict.fromkeys(["s", "sec", "secs", "second", "seconds"], "second"),
    **dict.fromkeys(["min", "mins", "minute", "minutes"], "minute"),
    **dict.fromkeys(["h", "hr", "hrs", "hour", "hours"], "hour"),
    **dict.fromkeys(["day", "days"], "day"),
    **dict.fromkeys(["week", "weeks"], "week"),
    **dict.fromkeys(["month", "months"], "month"),
    **dict.fromkeys(["year", "years", "yr", "yrs"], "year"),
    **dict.fromkeys(["ms", "millisecond", "milliseconds"], "ms"),
    **{unit: unit for unit in ("b", "kb", "mb", "gb", "tb", "pb", "kib", "mib", "gib", "tib", "kbps", "mbps", "gbps")},
    **dict.fromkeys(["%", "percent"], "%"),
    "x": "times",
    "times": "times",
}  # fmt: skip
_BYTES = {unit: 1000.0**power for power, unit in enumerate(["b", "kb", "mb", "gb", "tb", "pb"])}
_BYTES |= {unit: 1000.0**power for power, unit in enumerate(["kib", "mib", "gib", "tib"], 1)}
_BASES = {**_SECONDS, **_BYTES}
_SCALES = {"k": 1e3, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_NO_QUANTITY = re.compile(
    r"\b\d+(?:\.\d+){2,}\S*|\b\d+:\d+\b|\bv\d+(?:\.\d+)*\b|\b(?:19|20)\d\d\b|"
    r"\b(?:versions?|ports?|tls|ssl|https?|ipv|python|node|java|rfc|layer|tier|step|phase|chapter|section|scenario|type|"
    r"level|stage|part|module|lesson|figure|table|slide|page|domain|example|bucket|option|error|code|status|route)\s?"
    r"[:#]?\s?\d+(?:\.\d+)*\b"
)
_TOKEN = re.compile(
    r"((?P<number>\d[\d,]*(?:\.\d+)?)(?:\s?(?:[-–—]|to)\s?(?P<high>\d[\d,]*(?:\.\d+)?))?(?P<tail>[^\W\d_][\w]*|%)?"
    r"|(?P<word>[^\W\d_]\w*(?:['’]\w+)?)|(?P<sign>[×✗✘✓✔√%]))"
)
_CONTRACTED = re.compile(r"\b(ca|wo|do|does|is|are|was|has|have|should|did|must)n?['’]t\b")
_CAN_NOT = re.compile(r"\bcannot\b|\bunable to\b")
_LIKE = re.compile(
    r"^\W*(?:e\.?\s?g\b|ex\b|example|for example|scenario|say\b|let'?s)|[→➔]|=>|->", re.IGNORECASE
)
_INSTANCE = re.compile(
    r"\b(?:example|scenario|demo|hands on|practice|sample|diagram|walkthrough|exercise|lab|quiz)s?\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[$€£]|\b(?:usd|eur|cents?)\b|\bpric(?:e|ing)", re.IGNORECASE)
_ENUMERATOR = re.compile(r"^(?:\d+[.)]|\d+(?:\.\d+)+\.?)\s+(?=[A-Z][a-z])")
_CELL = re.compile(r":\s*(?:x|х)$")  # a cross in a table, in Latin or in Cyrillic as reading machines have it
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_MODAL = re.compile(
    r"\b(?:can|may|must|should|will|could|does)\b(?P<no> not\b)?(?: be\b| also\b| only\b)?",
    re.IGNORECASE,
)


class Quantity(NamedTuple):
    """Lowest and highest value in the base of its dimension (seconds, bytes, %, times, "" for a bare number)."""

    low: float
    high: float
    dimension: str
    unit: str


@dataclass(frozen=True, slots=True)
class Statement:
    """`at`: position among all that are compared. `trail`: words of each element of the context, outermost first.

    `claims`: (first words after “can”, “must”, “does”…, whether it is denied). `instance`: stands under an example.
    """

    at: int
    fact: FactDraft
    words: frozenset[str]
    quantities: tuple[Quantity, ...]
    negative: bool
    trail: tuple[frozenset[str], ...]
    claims: tuple[tuple[tuple[str, ...], bool], ...]
    instance: bool

    @property
    def above(self) -> frozenset[str]:
        """Words of the heading or bullet right above."""
        return self.trail[-1] if self.trail else frozenset()


def take_apart(at: int, fact: FactDraft) -> Statement | None:
    """None when the statement is code, an example, a question, a price or too short to contradict anything."""
    said = _analysed(fact.text)
    if said is None or fact.kind == FactKind.CODE:
        return None
    words, quantities, denied, claims = said
    instance = bool(_INSTANCE.search(fact.context))
    return Statement(at, fact, words, quantities, denied, trail_of(fact.context), claims, instance)


@lru_cache(maxsize=20_000)
def _analysed(
    markdown: str,
) -> tuple[frozenset[str], tuple[Quantity, ...], bool, tuple[tuple[tuple[str, ...], bool], ...]] | None:
    text = _stated(plain(markdown))
    if text.endswith("?") or _LIKE.search(text) or _MONEY.search(text):
        return None
    plainly = _spelt(text)
    words, quantities, denials = _parts(plainly)
    if not FEWEST - bool(quantities) <= len(words) <= MOST:
        return None
    return words, quantities, denials % 2 == 1, tuple(_claims(plainly))


def _stated(text: str) -> str:
    """The text without the number that it begins with, and a longer one without the question that it ends with."""
    text = _ENUMERATOR.sub("", text)
    if not text.endswith("?"):
        return text
    sentences = _SENTENCE.split(text)
    return " ".join(sentences[:-1]) or text


def _spelt(text: str) -> str:
    """Lower case, “can't” and “cannot” as two words, what is no quantity as one word."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if "://" in text or "www." in text:
        text = URL.sub(" ", text)
    text = _CONTRACTED.sub(lambda found: {"ca": "can", "wo": "will"}.get(found[1], found[1]) + " not", text)
    text = _CELL.sub(": ✗", _CAN_NOT.sub("can not", text))
    return _NO_QUANTITY.sub(lambda found: "n" + re.sub(r"\W", "", found[0]), text)


def _parts(text: str) -> tuple[frozenset[str], tuple[Quantity, ...], int]:
    """Telling words, quantities and how many times something is denied."""
    words: list[str] = []
    quantities: list[Quantity] = []
    denials = 0
    bare: tuple[str, str] | None = None  # a number whose unit may be the next word
    for whole, number, high, tail, named, sign in _TOKEN.findall(text):
        if number:
            quantities += _quantity(bare, "")
            if tail and tail not in _UNITS and tail not in _SCALES:
                words.append(whole)  # 3rd, 5xx, 2xlarge
                bare = None
            elif tail:
                quantities += _quantity((number, high), tail)
                bare = None
            else:
                bare = (number, high)
            continue
        word = named or sign
        if bare is not None:
            unit = word if word in _UNITS or word in _SCALES else ""
            quantities += _quantity(bare, unit)
            bare = None
            if unit:
                continue
        if word in _NOT:
            denials += 1
        elif word in _OPPOSITES:
            denials += 1
            words.append(stem(_OPPOSITES[word]))
        elif word not in _SMALL and word not in _YES and word not in _UNITS and word != "%":
            words.append(stem(word))
    quantities += _quantity(bare, "")
    return frozenset(words), tuple(quantities), denials


def _quantity(number: tuple[str, str] | None, unit: str) -> list[Quantity]:
    if number is None:
        return []
    low = _value(number[0])
    high = _value(number[1]) if number[1] else low
    if unit in _SCALES:
        return [Quantity(low * _SCALES[unit], high * _SCALES[unit], "", "")]
    unit = _UNITS.get(unit, "")
    if unit in _SECONDS:
        return [Quantity(low * _SECONDS[unit], high * _SECONDS[unit], "time", unit)]
    if unit in _BYTES:
        return [Quantity(low * _BYTES[unit], high * _BYTES[unit], "size", unit)]
    return [Quantity(low, high, unit, unit)]


def _value(digits: str) -> float:
    return float(digits.replace(",", "").rstrip(".") or 0)


def _claims(text: str) -> list[tuple[tuple[str, ...], bool]]:
    claims = []
    for sentence in _SENTENCE.split(text):
        for found in _MODAL.finditer(sentence):
            following = re.findall(r"[^\W_]+", sentence[found.end() : found.end() + 120])
            telling = [stem(word) for word in following if word not in _SMALL][:3]
            if len(telling) == 3 and not _NOT.intersection(following[:6]):
                claims.append((tuple(telling), bool(found["no"])))
    return claims


@lru_cache(maxsize=16_384)
def trail_of(context: str) -> tuple[frozenset[str], ...]:
    """Stems of the telling words of each element of a context."""
    return tuple(words_of(element) for element in context.split(" › ") if element)


@lru_cache(maxsize=16_384)
def words_of(text: str) -> frozenset[str]:
    found = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", plain(text)).casefold())
    return frozenset(stem(word) for word in found if word not in _SMALL)


def differ(one: Sequence[Quantity], other: Sequence[Quantity]) -> str | None:
    """ "number" or "unit" when the quantities of two statements cannot both hold; ranges that meet can."""
    if len(one) == len(other) == 1:  # nearly always
        return _clash(one[0], other[0]) if one[0].dimension == other[0].dimension else None
    for dimension in sorted({quantity.dimension for quantity in (*one, *other)}):
        here = sorted({q for q in one if q.dimension == dimension}, key=lambda q: (q.low, q.high))
        there = sorted({q for q in other if q.dimension == dimension}, key=lambda q: (q.low, q.high))
        if not here or not there or len(here) != len(there):
            continue
        for a, b in zip(here, there, strict=True):
            if clash := _clash(a, b):
                return clash
    return None


def _clash(a: Quantity, b: Quantity) -> str | None:
    if _meet(a, b):
        return None
    return "unit" if a.unit != b.unit and _bare(a) == _bare(b) else "number"


def _meet(one: Quantity, other: Quantity) -> bool:
    slack = 1.1 if one.dimension == "size" and one.unit != other.unit else 1.0  # 1024 or 1000
    return one.low <= other.high * slack and other.low <= one.high * slack


def _bare(quantity: Quantity) -> float:
    return round(quantity.high / _BASES.get(quantity.unit, 1.0), 6)
