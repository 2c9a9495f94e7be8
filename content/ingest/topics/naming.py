"""What a title names: its telling words, the names in it, and long names beside short ones. Pure.

“Describe the Simple Queue Service (SQS)”, “MODULE 3 — SQS” and “Amazon SQS” name one thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from content.ingest.identity import normalise

JOINED = re.compile(r"(?<=\b[A-Z]{2})/(?=[A-Z]{2}\b)")  # CI/CD is CICD
WORD = re.compile(r"[^\W_]+")
_NAME = re.compile(r"\b(?:[A-Z][A-Z0-9]+|[A-Z]?[a-z]+[A-Z]\w*|[A-Za-z]+\d\w*)\b")  # SQS, CodeBuild, gp3
_SHORT = re.compile(r"\b[A-Z][A-Za-z0-9]{0,4}[A-Z0-9]\b")  # a short name, that may stand beside the long one
_NUMBERED = re.compile(
    r"^\W*(?:(?:module|chapter|section|part|lesson|unit|lecture|domain|week|day|topic)\s+)?"
    r"(?:(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,4})\s*[-–—:.|)]\s*(?=[^\W\d])|\d{1,2}(?:\.\d{1,2})+\s+(?=(?-i:[A-Z])))",
    re.IGNORECASE,
)


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """Without the endings of plurals and verbs: "policies" and "policy", "caching" and "cache" meet."""
    if len(word) > 4 and word.endswith("ies"):
        word = f"{word[:-3]}y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > 5 and word.endswith("ing"):
        word = word[:-3]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


_SMALL = frozenset([
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "for", "from", "how", "in", "is", "it",
    "its", "of", "on", "or", "that", "the", "this", "to", "use", "used", "using", "what", "when",
    "where", "which", "with", "you", "your", "cont", "vs", "versus", "ex", "eg",
])  # fmt: skip
WHOLE = frozenset(map(stem, [
    "overview", "introduction", "intro", "section", "chapter", "module", "part", "primer", "basic", "general",
    "explained", "explain", "other", "misc", "fundamental", "describe", "define", "explore", "understand", "learn",
]))  # fmt: skip
PLACES = frozenset(map(stem, [
    "section", "part", "chapter", "module", "primer", "describe", "define", "explore", "understand", "learn",
]))  # fmt: skip
PARTS = WHOLE | frozenset(map(stem, ["summary", "note", "example", "detail", "deep", "dive", "exam", "tip"]))
VENDORS = frozenset(
    map(stem, ["aws", "amazon", "azure", "microsoft", "ms", "google", "gcp", "oracle", "ibm"])
)


def words(text: str) -> list[str]:
    """Stems of the words that tell something."""
    return stems(WORD.findall(normalise(JOINED.sub("", text))))


def stems(found: Iterable[str]) -> list[str]:
    """Those of the telling ones among lower-case words."""
    return [stem(word) for word in found if word not in _SMALL]


def names(title: str) -> frozenset[str]:
    """Names of things in a title, as their capitals tell."""
    if title.isupper() and " " in title.strip() and not any(sign.isdigit() for sign in title):
        return frozenset()  # a title in capitals
    found = (stem(name.casefold()) for name in _NAME.findall(JOINED.sub("", title)))
    return frozenset(name for name in found if name not in VENDORS)


def shortened(titles: Sequence[str]) -> list[str]:
    """Titles without their numbers, and with the short name for every long one that a title explains:
    “Simple Queue Service (SQS)” is “SQS”, and so is “Simple Queue Service” elsewhere.
    """
    bare = [_NUMBERED.sub("", title) for title in titles]
    explained: dict[tuple[str, ...], str] = {}
    for title in bare:
        explained |= _explained(title)
    lengths = sorted({len(spelt) for spelt in explained}, reverse=True)
    return [_with_short_names(title, explained, lengths) for title in bare]


def _explained(title: str) -> dict[tuple[str, ...], str]:
    """Words of a title that its short name stands for → the short name."""
    spelt = list(WORD.finditer(title))
    found: dict[tuple[str, ...], str] = {}
    for name in _SHORT.finditer(title):
        letters = re.sub(
            r"([A-Za-z])(\d)", lambda part: part[1] * int(part[2]), name[0]
        ).casefold()  # S3 is SSS
        for at in range(len(spelt) - len(letters) + 1):
            window = spelt[at : at + len(letters)]
            beside = window[-1].end() <= name.start() or window[0].start() >= name.end()
            if beside and len(letters) > 2 and "".join(word[0][0] for word in window).casefold() == letters:
                found[tuple(word[0].casefold() for word in window)] = name[0]
    return found


def _with_short_names(title: str, explained: dict[tuple[str, ...], str], lengths: Sequence[int]) -> str:
    for length in lengths:
        spelt = list(WORD.finditer(title))
        for at in range(len(spelt) - length + 1):
            window = spelt[at : at + length]
            name = explained.get(tuple(word[0].casefold() for word in window))
            if name is not None:
                rest = f"{title[: window[0].start()]} {title[window[-1].end() :]}"
                return rest if re.search(rf"\b{re.escape(name)}\b", rest) else f"{rest} {name}"
    return title
