"""A number with its unit: how many, how long, how large. A choice, or a gap when no likely numbers are known."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.generation.clauses import is_subject, light
from quizzes.generation.distractors import ENOUGH, numbers_like
from quizzes.generation.english import capital, starts_with_verb
from quizzes.generation.material import Material
from quizzes.generation.model import Choice, Idea
from quizzes.generation.numbers import Number, numbers
from quizzes.generation.registry import pattern
from quizzes.generation.rubric import BLANK
from quizzes.generation.setting import is_a_story, setting_of, short_lead, with_subject
from quizzes.generation.statements import Statement
from quizzes.generation.texts import plain, words
from quizzes.generation.wording import is_usable, sentence, starts_with_pronoun

_LIMIT = re.compile(
    r"\b(?:up to|at most|at least|max(?:imum)?|min(?:imum)?|default|limit|limited|retention|within|less than|more than|"
    r"every|between|lasts?|expires?|time ?out|per|quota|soft|hard|range|valid|retain|kept|keep|total|lifetime|duration|"
    r"interval|delay|window|size|capacity|throughput|latency|period|ttl|must|can|needs?|requires?|supports?|within)\b",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"(?P<how>max(?:imum)?|min(?:imum)?|default|up to|limit)(?: (?:of|is))?:? "
    r"\d[\d,.]* ?(?P<unit>[A-Za-z%]+(?:[ /][a-z]+){0,2})",
    re.IGNORECASE,
)
_CALLED = {"max": "maximum", "min": "minimum", "def": "default", "up ": "maximum", "lim": "limit"}
_LONG_FIGURE = re.compile(r"\d[\d,.]*\d")
_FIGURE = re.compile(r"\d")
_WEAK = re.compile(
    r"\b(?:for example|e\.g|ex|example|say|if you|such as|usd|costs?|priced?|pricing|can be set|"
    r"use cases?|suppose|assume|imagine)\b|\$|≈|~",
    re.IGNORECASE,
)


@pattern("number")
def number(statement: Statement, material: Material) -> Iterator[Idea]:
    if not _FIGURE.search(statement.text):
        return
    text = sentence(light(statement.text))
    if (
        not is_usable(_LONG_FIGURE.sub("1", text))
        or _WEAK.search(text)
        or starts_with_pronoun(text)
        or statement.fact.kind == "code"
        or not _LIMIT.search(text)
        or is_a_story(statement)
        or (starts_with_verb(text) and not is_subject(statement.lead or statement.place))
    ):
        return
    text = with_subject(statement, text, material)
    found = numbers(text)
    if not 1 <= len(found) <= 3:
        return
    strength = 72.0
    for one in found:
        twice = sum(other.figure == one.figure for other in found) > 1
        alone = not re.search(r"\d\s?(?:to|-|–|and|or)\s$|[“\"'][^”\"']*$", text[: one.start])
        enough = _says_enough(text, one) or _limit_of(statement, text, material)
        if one.figure not in {"0", "1"} and not twice and alone and enough:
            yield _ask(statement, material, text, one, strength)


def _ask(statement: Statement, material: Material, text: str, one: Number, strength: float) -> Idea:
    asked = _limit_of(statement, text, material)
    stem = setting_of(statement, asked) + asked
    if not asked:
        stem = setting_of(statement, text) + capital(text[: one.start]) + BLANK + text[one.end :] + "."
    forbidden = frozenset(re.findall(r"\d[\d,.]*\d|\d", text)) | material.figures.said_like(
        statement.text, one.unit
    )
    wrong = numbers_like(one.figure, material.figures.seen(one.unit), forbidden)
    if len(wrong) >= ENOUGH:
        choices = tuple(Choice(figure) for figure in wrong)
        return Idea(
            "multiple_choice", stem, one.figure, strength + 2, rationale=statement.text, choices=choices
        )
    return Idea("flashcard" if asked else "cloze", stem, one.figure, strength, rationale=statement.text)


def _limit_of(statement: Statement, text: str, material: Material) -> str:
    """“Max 64,000 IOPS” under a name, as a question without its line above; "" when it is none."""
    lead, match = short_lead(statement), _SHORT.fullmatch(text)
    if match is None or not is_subject(lead) or not material.knows(lead):
        return ""
    return f"What is the {_CALLED[match['how'].casefold()[:3]]} of **{lead}**, in {match['unit']}?"


def _says_enough(text: str, one: Number) -> bool:
    """What is left names what is counted: at least three words that are not numbers, beside the unit."""
    if not words(text[: one.start]):
        return False
    rest = words(plain(text[: one.start] + " " + text[one.end :]))
    named = [
        word for word in rest if not word.isdigit() and len(word) > 2 and word.removesuffix("s") != one.unit
    ]
    return len(named) >= 3 and len(rest) <= 40
