"""Does an edit change what the right answer is? Numbers, units, polarity and keys; never spelling or order. Pure.

`matching` asks it of statements, the question bank of questions. Somebody who knew the old text would now be wrong:
"15 minutes" → "20 minutes", "5 GB" → "5 TB", "is encrypted" → "is not encrypted", "public" → "private". Nobody would:
"15 minutes" → "15 min", "1,000" → "1000", "two" → "2", a clause that was added or taken away.
"""

from __future__ import annotations

import re
from collections import Counter

from rapidfuzz import fuzz

from content.ingest.identity import normalise

_SPELLED = {
    word: str(number)
    for number, word in enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=2
    )
}
_SPELLED_OUT = re.compile(rf"\b(?:{'|'.join(_SPELLED)})\b")
_UNITS = {
    **dict.fromkeys(["s", "sec", "secs", "second", "seconds"], "second"),
    **dict.fromkeys(["ms", "millisecond", "milliseconds"], "millisecond"),
    **dict.fromkeys(["m", "min", "mins", "minute", "minutes"], "minute"),
    **dict.fromkeys(["h", "hr", "hrs", "hour", "hours"], "hour"),
    **dict.fromkeys(["d", "day", "days"], "day"),
    **dict.fromkeys(["week", "weeks"], "week"),
    **dict.fromkeys(["month", "months"], "month"),
    **dict.fromkeys(["y", "yr", "yrs", "year", "years"], "year"),
    **dict.fromkeys(["%", "percent"], "percent"),
    **{f"{size}{end}": f"{size}b" for size in "kmgtpe" for end in ("b", "ib")},
    **dict.fromkeys(["byte", "bytes"], "byte"),
    **dict.fromkeys(["bit", "bits"], "bit"),
}
_QUANTITY = re.compile(
    r"(?<![\w.])(?P<money>[$€£]?)\s?(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)(?:\s?(?P<unit>%|[a-z]+))?"
)
_NEGATIONS = frozenset(["no", "not", "never", "without", "none", "neither", "nor", "non"])
_CONTRACTED = re.compile(r"\bcan['’]?t\b|\bcannot\b", re.IGNORECASE)
_NOT = re.compile(r"n['’]t\b", re.IGNORECASE)
_OPPOSITES = [
    *(("public", "private"), ("allow", "deny"), ("allowed", "denied"), ("enabled", "disabled")),
    *(("synchronous", "asynchronous"), ("synchronously", "asynchronously"), ("before", "after")),
    *(("maximum", "minimum"), ("max", "min"), ("inbound", "outbound"), ("always", "never"), ("up", "down")),
    *(("increase", "decrease"), ("increases", "decreases"), ("encrypted", "unencrypted"), ("stateful", "stateless")),
    *(("horizontal", "vertical"), ("required", "optional"), ("true", "false"), ("more", "less"), ("all", "none")),
    *(("first", "last"), ("highest", "lowest"), ("supported", "unsupported"), ("upload", "download")),
    *(("read", "write"), ("same", "different"), ("hot", "cold"), ("client", "server"), ("active", "passive")),
]  # fmt: skip
_ARTICLES = frozenset(("a", "an", "the"))
_FEW = 4  # words beside a negation that an edit may change and be no more than a negation
_LONG = 5  # words: a key of so many is a sentence, and may be reworded
_REWORDED = 86.0
_SENTENCE = 25  # letters: a key that long is looked for with some tolerance
_HELD = 0.88  # share of it that has to be there
_SHORT = 4  # letters: a word as short as this is not misspelled but another one
_TYPO = 80.0
_AGAINST = (
    "a",
    "un",
    "in",
    "im",
    "ir",
    "dis",
    "non",
)  # "symmetric" and "asymmetric" are no spelling of one word


def quantities(text: str) -> list[tuple[str, str]]:
    """Every number with its unit ("" when it has none that is known), in order: ("15", "minute")."""
    found = []
    for match in _QUANTITY.finditer(_in_digits(text)):
        unit = match["money"] or _UNITS.get(match["unit"] or "", "")
        found.append((match["number"].replace(",", ""), unit))
    return found


def quantity_differs(old: str, new: str) -> bool:
    """A number or a unit is another one. What was only added or taken away does not make the rest wrong."""
    before, after = quantities(old), quantities(new)
    numbers, others = Counter(n for n, _ in before), Counter(n for n, _ in after)
    if numbers != others:
        one_holds_the_other = numbers <= others or others <= numbers
        return not one_holds_the_other or bool(before and after and before[0][0] != after[0][0])
    units = {number: {unit for value, unit in before if value == number} for number in numbers}
    return any(unit and units[number] - {""} and unit not in units[number] for number, unit in after)


def polarity_differs(old: str, new: str) -> bool:
    """A "not" came or went, or a word became its opposite. In a clause or in another wording it may stand or fall."""
    before, after = _words(old), _words(new)
    gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
    for one, other in _OPPOSITES:
        if (one in gone and other in come) or (other in gone and one in come):
            return True
    if any(_is_against(one, other) for one in gone for other in come):
        return True
    parity = (sum(word in _NEGATIONS for word in before) - sum(word in _NEGATIONS for word in after)) % 2
    changed = [word for word in (*gone.elements(), *come.elements()) if word not in _NEGATIONS]
    return bool(parity) and len(changed) <= _FEW


def key_differs(old: str, new: str) -> bool:
    """Two keys do not say the same: beyond articles, spelling mistakes, order, how a unit is written, and a clause that
    was added to a long one.
    """
    before, after = (_without_articles(normalise(text)) for text in (old, new))
    if before == after:
        return False
    numbers, others = quantities(old), quantities(new)
    if Counter(n for n, _ in numbers) != Counter(n for n, _ in others) or quantity_differs(old, new):
        return True
    if numbers:
        before, after = _beside_quantities(old), _beside_quantities(new)
    return polarity_differs(before, after) or not _alike(before, after)


def still_says(text: str, key: str) -> bool:
    """The text holds the key: word for word but for articles, or, when the key is long, nearly so."""
    said, wanted = (_without_articles(normalise(one)) for one in (text, key))
    if f" {wanted} " in f" {said} ":
        return True
    words, there = wanted.split(), Counter(said.split())
    if len(words) >= _LONG and (Counter(words) & there).total() >= _HELD * len(words):
        return True
    return len(wanted) >= _SENTENCE and fuzz.partial_ratio(wanted, said) >= 100 * _HELD


def says_otherwise(old: str, new: str) -> bool:
    """Two statements of one thing differ in a number, a unit or in what they affirm."""
    return quantity_differs(old, new) or polarity_differs(old, new)


def _alike(before: str, after: str) -> bool:
    if sorted(before.split()) == sorted(after.split()):
        return True
    one, other = before.replace("-", " ").split(), after.replace("-", " ").split()
    if min(len(one), len(other)) >= _LONG:
        alike = max(fuzz.ratio(before, after), fuzz.token_sort_ratio(before, after)) >= _REWORDED
        return alike or _is_part(one, other)
    # In a short key every word counts, but for its spelling.
    return len(one) == len(other) and all(
        a == b or (min(len(a), len(b)) > _SHORT and fuzz.ratio(a, b) >= _TYPO)
        for a, b in zip(one, other, strict=True)
    )


def _beside_quantities(text: str) -> str:
    """The words of a key without its numbers and units."""
    return _without_articles(normalise(_QUANTITY.sub(_without_unit, _in_digits(text))))


def _in_digits(text: str) -> str:
    return _SPELLED_OUT.sub(lambda match: _SPELLED[match[0]], text.casefold())


def _without_unit(match: re.Match[str]) -> str:
    return "" if match["unit"] in _UNITS else f" {match['unit'] or ''}"


def _words(text: str) -> list[str]:
    return normalise(_NOT.sub(" not", _CONTRACTED.sub("can not", text))).split()


def _is_against(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) > _SHORT and any(f"{prefix}{short}" == long for prefix in _AGAINST)


def _is_part(one: list[str], other: list[str]) -> bool:
    """The shorter one stands in the longer one as it is."""
    short, long = sorted((" ".join(one), " ".join(other)), key=len)
    return len(short.split()) >= _FEW and f" {short} " in f" {long} "


def _without_articles(text: str) -> str:
    return " ".join(word for word in text.split(" ") if word not in _ARTICLES) or text
