"""`If this, then that`: what happens, or what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.generation.asking import clean, full, is_sound
from quizzes.generation.clauses import light
from quizzes.generation.english import is_base, points_away, split_clause
from quizzes.generation.material import Material
from quizzes.generation.model import Idea
from quizzes.generation.registry import pattern
from quizzes.generation.setting import setting_of
from quizzes.generation.statements import Statement
from quizzes.generation.texts import words
from quizzes.generation.wording import content_words, is_usable, sentence

_IF = re.compile(
    r"(?P<word>If|When|Whenever|Once|As soon as|Unless|After|Before|While)\s+(?P<cond>(?:[^,:]|(?<=\d),(?=\d)){8,160}?)"
    r"(?:,\s+(?:then\s+)?|\s+then\s+)(?P<main>\S.{8,})$"
)
_INFINITE = re.compile(r"(?P<verb>\w+ing)\b")
_YOU_MUST = re.compile(
    r"you(?:\s+only)?\s+(?P<aux>must|should|have to|need to|will need to|'ll need to)\s+(?P<what>\S.*)$",
    re.IGNORECASE,
)
_IN_MIND = re.compile(r"(?:know|be|understand|remember|think|consider|keep in mind|worry)\b")
_YOU_CAN = re.compile(r"you\s+can\s+(?P<what>\S.*)$", re.IGNORECASE)
_YOU_DO = re.compile(
    r"you\s(?!won't|won’t|will|cannot|can't|can’t|get|may (?!(?:only )?want)|"
    r"might (?!(?:only )?want)|lose|receive|see|are|pay|only)",
    re.IGNORECASE,
)
_ARROWS = re.compile(r"→|=>|->|⇒")
_ARROW = re.compile(r"(?P<word>If|When)\s(?P<cond>[^,:→]{12,120}?)\s(?:→|=>|->|⇒)\s(?P<main>[^→>]{2,60})$")
_IT_IS = re.compile(r"(?:it|this|that)(?:'s|’s| is)\s", re.IGNORECASE)
_KNOWN_AS = re.compile(r"(?:this|it) is (?:known as|called)\s+(?:an?\s|the\s)?(?P<what>\S.*)$", re.IGNORECASE)
_TOLD = frozenset(
    ["check", "contact", "attach", "consider", "switch", "do", "don't", "go", "run", "try", "make", "ensure"]
)
_OUT_OF_SIGHT = re.compile(
    r"\b(?:it|they|them|he|she|one of them|this|these|those|such|here|there|above|below|so|that way)\b",
    re.IGNORECASE,
)


@pattern("condition")
def condition(statement: Statement, material: Material) -> Iterator[Idea]:
    text = clean(statement)
    match = _IF.match(text) if text else None
    if match is None:
        if not text and _ARROWS.search(statement.text):
            yield from _outcome(statement)
        return
    word, cond, main = match["word"].lower(), match["cond"].strip(), match["main"].strip()
    if (
        re.search(r"\bhappens?\b", cond)
        or _OUT_OF_SIGHT.match(cond)
        or points_away(cond)
        or len(content_words(cond)) < (2 if len(words(cond)) < 4 else 1)
        or not is_sound(cond, 3, 28)
    ):
        return
    if len(words(main)) < 3 or len(content_words(main) - content_words(cond)) < 1:
        return
    asked = _question(word, cond, main)
    if asked is None:
        return
    stem, answer, strength = asked
    yield Idea(
        "flashcard", setting_of(statement, text) + stem, full(answer), strength, rationale=statement.plain
    )


def _outcome(statement: Statement) -> Iterator[Idea]:
    """`If this → that`: the state or the name that follows."""
    text = light(sentence(statement.text))
    match = _ARROW.match(text)
    if (
        match is None
        or split_clause(match["cond"]) is None
        or not is_usable(match["cond"])
        or points_away(match["cond"])
        or len(words(match["main"])) > 8
    ):
        return
    stem = f"{setting_of(statement, text)}What is the result {match['word'].lower()} {match['cond']}?"
    yield Idea("flashcard", stem, full(match["main"]), 68.0, rationale=statement.plain)


def _is_order(main: str) -> bool:
    """No subject in front of its verb: “offload these tasks to …”."""
    first = main.split()[0]
    return (
        first.islower()
        and split_clause(main) is None
        and not re.match(
            r"(?:the|an?|all|no|its?|your?|any|each|every|some|both|only|they|there|this|that|one|another|other|\w+s)\b",
            main,
        )
    )


def _question(word: str, cond: str, main: str) -> tuple[str, str, float] | None:
    when = "when" if _INFINITE.match(cond) and word not in ("after", "before", "while") else word
    if known := _KNOWN_AS.match(main):
        return f"What is it called {when} {cond}?", known["what"], 74.0
    if _IT_IS.match(main) or re.search(r"\balso\b", main) or re.search(r"\b\w+ing \w+ing\b", cond):
        return None
    must = _YOU_MUST.match(main)
    if must and not _IN_MIND.match(must["what"]):
        ask = "should" if must["aux"] == "should" else "must"
        return f"What {ask} you do {when} {cond}?", must["what"], 72.0
    can = _YOU_CAN.match(main)
    if can and not re.match(r"(?:get|have|see|be|receive|expect|lose|end up)\b", can["what"]):
        return None  # one of the many things that can be done
    first = main.split()[0].casefold()
    if first in {"use", "using"}:
        return f"What should you use {when} {cond}?", main.split(" ", 1)[1], 74.0
    orders = is_base(first) or first in _TOLD or _is_order(main)
    told = re.search(r"\byour?\b|\bwant|\bneed", cond) or first in _TOLD
    if told and orders:
        return f"What should you do {when} {cond}?", main, 70.0
    if re.match(r"(?:why|what|how|where|which|who|make sure|and|or|but|so|because)\b", main, re.IGNORECASE):
        return None
    if when == "unless" or orders or _YOU_DO.match(main):
        return None
    return f"What happens {when} {cond}?", main, 72.0
