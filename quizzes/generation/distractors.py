"""Wrong options, best first: same list, same topic, sibling topics, same kind of name anywhere.

Never one that any source asserts of the same thing, never another name of the key.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from quizzes.generation.english import is_plural
from quizzes.generation.material import Material
from quizzes.generation.model import Choice
from quizzes.generation.numbers import amount
from quizzes.generation.statements import Definition
from quizzes.generation.texts import normalise, plain, words
from quizzes.generation.wording import content_words, head_noun, same_thing, sentence

ENOUGH = 3
_LOOKED_AT = 100
_FAR = 40  # times as much or as little: a number that nobody would take for the right one
_BESIDE = 8
_ONE_SUBJECT = 60  # definitions under one heading; more than these are about different things


def terms_like(key: Definition, material: Material, stem: str) -> list[Choice]:
    """Terms that could be taken for `key` but do not mean what it means, at most five."""
    taken: list[Definition] = []
    close, asked = 0, stem.casefold()
    shaped = [
        (tier, one)
        for tier, one in _near(key, material)
        if _same_shape(key, one, tier) and one.term.casefold() not in asked
    ]
    if len(shaped) < ENOUGH or sum(tier != 2 for tier, _ in shaped) < ENOUGH - 1:
        return []  # too few even before it is asked what the sources say of them
    for tier, candidate in shaped:
        if len(taken) == 5:
            break
        if any(same_thing(candidate.term, other.term) for other in (key, *taken)):
            continue
        if candidate.meaning and material.means_the_same(key.meaning, candidate.meaning):
            continue
        if material.could_be(candidate.term, key.meaning):
            continue
        taken.append(candidate)
        close += tier != 2
    if close < ENOUGH - 1:
        return []  # what is left names other sorts of things and would give the key away
    return [Choice(one.term, f"That is: {sentence(one.meaning)}." if _is_told(one) else "") for one in taken]


def _near(key: Definition, material: Material) -> Iterator[tuple[int, Definition]]:
    """Other terms by nearness, as (tier, term); each name once."""
    seen = {_bare(key.term)}
    topic = key.group[0]
    siblings = material.by_parent_topic.get(key.parent_topic, ()) if key.parent_topic is not None else ()
    tiers: tuple[Sequence[Definition], ...] = (
        material.by_group.get(key.group, ()),
        material.by_topic.get(topic, ()),
        siblings if len(siblings) <= _ONE_SUBJECT else (),
        material.by_head_noun.get(head_noun(key.term), ()),
    )
    for tier, candidates in enumerate(tiers):
        nearby = _around(key, candidates)
        near = sorted(nearby, key=lambda one: (_likeness(key.term, one.term), abs(one.index - key.index)))
        for one in near:
            name = _bare(one.term)
            if name not in seen:
                seen.add(name)
                yield tier, one


_bare = lru_cache(maxsize=20_000)(normalise)


def _around(key: Definition, candidates: Sequence[Definition]) -> Sequence[Definition]:
    """At most a hundred of them, those nearest in the text."""
    if len(candidates) <= _LOOKED_AT:
        return candidates
    at = bisect_left(candidates, key.index, key=lambda one: one.index)
    first = max(0, min(at - _LOOKED_AT // 2, len(candidates) - _LOOKED_AT))
    return candidates[first : first + _LOOKED_AT]


def _likeness(key: str, other: str) -> int:
    """0 for the same kind of name, growing with the difference."""
    first, second = _form(key), _form(other)
    return sum(one != two for one, two in zip(first[1:], second[1:], strict=True)) + abs(first[0] - second[0])


@lru_cache(maxsize=20_000)
def _form(term: str) -> tuple[int, bool, bool, bool, bool, bool, bool]:
    """How many words, and what the term looks like."""
    return (
        len(words(term)),
        term.isupper(),
        term[:1].isupper(),
        bool(re.search(r"\d", term)),
        " " in term.strip(),
        bool(re.search(r"[a-z][A-Z]|[.:_/()]", term)),
        term.casefold().endswith("s"),
    )


def _same_shape(key: Definition, other: Definition, tier: int) -> bool:
    """In another list a wrong option must at least look the part; so must a title and the subject of a sentence."""
    ratio = len(other.term) / max(len(key.term), 1)
    if is_plural(key.term) != is_plural(other.term) and key.mark in ("clause", "title"):
        return False
    if tier == 0 and {key.mark, other.mark}.isdisjoint({"clause", "title"}):
        return 0.2 <= ratio <= 5
    if (key.mark == "title") != (other.mark == "title"):
        return False
    if key.mark != "clause" and other.mark == "clause" and tier < 3:
        return False  # what a sentence happens to be about is no term beside terms
    most = 3 if tier <= 1 and key.mark != "title" else 1
    return 0.35 <= ratio <= 2.8 and _likeness(key.term, other.term) <= most


def _is_told(one: Definition) -> bool:
    """Short, and a meaning that can stand behind “That is:”."""
    return one.mark not in ("clause", "title") and len(words(plain(one.meaning))) <= 30


def texts_like(key: str, candidates: Iterable[str], stem: str) -> list[str]:
    """Texts that may stand beside `key` as options, at most five: not it, not inside one another, not in the stem; in
    their order."""
    taken: list[str] = []
    for candidate in candidates:
        if len(taken) == 5:
            break
        bare = normalise(candidate)
        if not bare or bare in normalise(stem):
            continue
        if all(not _overlap(candidate, other) for other in (key, *taken)):
            taken.append(candidate)
    return taken


def _overlap(one: str, other: str) -> bool:
    first, second = normalise(one), normalise(other)
    if first == second or (len(first) > 3 and first in second) or (len(second) > 3 and second in first):
        return True
    left, right = content_words(one), content_words(other)
    return bool(left and right) and len(left & right) / len(left | right) > 0.6


def numbers_like(value: str, seen: Sequence[Decimal], forbidden: frozenset[str]) -> list[str]:
    """Numbers beside `value`: those seen with the same unit, nearest by ratio first, then half, double, tenfold.

    `seen`: amounts above zero, the smallest first.
    """
    key = amount(value)
    if key is None or key == 0:
        return []
    place = bisect_left(seen, key)
    beside = seen[max(0, place - _BESIDE) : place + _BESIDE]  # the nearest by ratio are the nearest in order
    near = sorted(beside, key=lambda number: (max(number / key, key / number), number))
    near = [number for number in near if max(number / key, key / number) <= _FAR]
    grown = [key * 2, key / 2, key * 10, key * 3, key * 4, key / 4]
    taken: list[Decimal] = []
    for number in [*near[:4], *grown]:
        if key == key.to_integral_value() and number != number.to_integral_value():
            continue
        if (
            number == key
            or number in taken
            or _written(number, value) in forbidden
            or not _apart(number, [key, *taken])
        ):
            continue
        taken.append(number)
    return [_written(number, value) for number in taken[:4]]


def _apart(number: Decimal, others: Iterable[Decimal]) -> bool:
    """Far enough from every other option that nobody can argue."""
    return all(abs(number - other) > Decimal("0.08") * max(number, other) for other in others)


def _written(number: Decimal, like: str) -> str:
    """`number` with thousands separators when `like` has them."""
    text = f"{number.normalize():f}"
    whole, dot, rest = text.partition(".")
    if "," in like or (len(whole) > 4 and " " not in like):
        whole = f"{int(whole):,}"
    return f"{whole}{dot}{rest}"
