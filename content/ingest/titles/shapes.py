"""What titles look like: the patterns and measures that slide decks and hand-written notes share."""

from __future__ import annotations

import re

from content.ingest.blocks.working import Page, Raw
from content.ingest.markup import plain, words
from content.ingest.model import BlockKind

_COUNTED = re.compile(
    r"\s{0,3}[(\[]?\s{0,2}\b(?:cont(?:inued|'d|’d|d)?\b\.?)\s{0,2}[)\]]?\s*$"
    r"|\s{0,3}[(\[]\d{1,2}(?:\s?(?:/|of)\s?\d{1,2})?[)\]]\s*$|\s\d{1,2}\s?/\s?\d{1,2}\s*$",
    re.IGNORECASE,
)
CONTINUED = re.compile(
    _COUNTED.pattern + r"|\s{0,3}[-–—:,(]{0,2}\s{0,2}\bpart\s(?:\d{1,2}|[IVX]{1,4})\)?\s*$", re.IGNORECASE
)
DASH = re.compile(r"\s[–—-]|[–—]\s|\bvs\b\.?|\bversus\b", re.IGNORECASE)
ENDS_LIKE_TEXT = re.compile(r"(?:[.,;:]|[^!]!)['\")\]]?$|\.\.\.$|…$")
STARTS_LIKE_TEXT = re.compile(
    r"(?:we|we'll|we’ll|you|you'll|your|it|it's|it’s|this|these|they|there|if|can|could|must|should|only|great|let's"
    r"|let’s|allow|allows|make|makes|enter|and|or|with)\b(?!\s*[–—-]\s)|(?:note|source|use cases?|legend)\s?:"
    r"|(?:notes?|examples?|legend|topics?|users?|summary of|step \d+)$",
    re.IGNORECASE,
)
VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|will|can|cannot|can't|must|should|does|doesn't|don't|isn't|aren't"
    r"|stores|runs|uses|becomes|happens|gets|allows)\b",
    re.IGNORECASE,
)
KEY = re.compile(
    r"['\"]?[\w.:{}$-]{1,60}['\"]?\s?:(?:\s|$)|[-\w]+(?:\.[-\w]+){1,9}$|[{}\[\]<>]|\S+=\S+$|'|\"|arn:|\{\{"
)
CODE = re.compile(r"::|!Ref|\$\{|=>|->|→|\(\)|^\W*$|\bhttps?:|@|[{}]|\b[a-z_]\w*\(\w*\)|█|^[^\w\s\"'“(]")
SECTION = re.compile(
    r"\b(?:section|module|chapter|primer|lesson|(?:unit|part|domain)\s{1,3}(?:\d|[IVX]+\b))", re.IGNORECASE
)
_SLIDE_NUMBER = re.compile(r"slide\s{1,2}\d{1,4}\s{0,2}[:.–—-]\s{1,3}(?=\S)", re.IGNORECASE)
SLIDE_MARK = re.compile(
    r"\W{0,6}(?:slide|page|folie|diapositive)\s{0,3}(?:number|no\.?|#)?\s{0,3}(\d{1,4})"
    r"(?:\s{0,3}(?:of|/|von|de)\s{0,3}\d{1,4})?\s{0,3}:?\W{0,6}$",
    re.IGNORECASE,
)
DOMAIN = re.compile(r"\bdomain\s{1,3}(\d{1,2}|[IVX]{1,4}|l)\b", re.IGNORECASE)
SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "high",
        "how",
        "in",
        "into",
        "is",
        "it",
        "of",
        "on",
        "or",
        "per",
        "the",
        "to",
        "use",
        "using",
        "via",
        "vs",
        "when",
        "with",
    ]
)
TRAILING = re.compile(r"\b(?:a|an|the|of|to|and|or|from|for|with|in|on|by|at|your|its)$", re.IGNORECASE)
PAIR = re.compile(r"\bvs\b|\bversus\b|\band\b|\bor\b|[&,/+]", re.IGNORECASE)
ARROW = re.compile(r"(?:->|→|=>)")
ROMAN = {"i": 1, "l": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
BODY = (BlockKind.ITEM, BlockKind.TABLE, BlockKind.CODE, BlockKind.QUESTION)


def clean(title: str) -> str:
    """A title as it is shown: no markup, no trailing colon, no "(cont.)", "(1/2)" or "Slide 5:"."""
    text = plain(title)
    bare = _COUNTED.sub("", _SLIDE_NUMBER.sub("", text)).rstrip(" :–—-").strip()
    return bare if re.search(r"\w", bare) else text


def core(title: str) -> tuple[str, ...]:
    """What makes two titles the same: their words, without "(cont.)" and "(1/2)"."""
    return tuple(words(CONTINUED.sub("", plain(title))))


def is_continuation(title: str) -> bool:
    """The title says that it continues the one before it."""
    return bool(CONTINUED.search(plain(title)))


def domain_of(title: str) -> int | None:
    """Number of the blueprint domain that a section is named after: "Domain 2 – …"."""
    match = DOMAIN.search(title)
    if match is None:
        return None
    sign = match.group(1).lower()
    return int(sign) if sign.isdigit() else ROMAN.get(sign)


def one_line(page: Page, raw: Raw) -> bool:
    return sum(1 for no in raw.own if not page.lines[no - 1].blank) == 1


def capitals(text: str) -> float:
    """Share of the content words that start with a capital or a digit."""
    content = [w for w in re.findall(r"[\w.+/&'-]+", text) if w.lower() not in SMALL]
    return sum(1 for w in content if not w[0].islower()) / len(content) if content else 0.0
