"""What every question form needs: whether a sentence may be asked about, and how it is said to a reader."""

from __future__ import annotations

import re
from functools import lru_cache

from quizzes.generation.clauses import light
from quizzes.generation.english import capital, points_away, second_person
from quizzes.generation.statements import Statement
from quizzes.generation.texts import words
from quizzes.generation.wording import CLASS_TALK, first_sentence, is_usable, sentence

_ASIDE = re.compile(
    r"\s*\((?:e\.?\s?g\.?|ex|eg|for example|for instance|such as|see|like|i\.?e\.?|aka|hint|note)\b[^()]*\)|"
    r"\s*\([^()]*(?:=>|->|→|\.com|\.org)[^()]*\)",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(r"\b(?:e\.g|eg|ex|for example|for instance|i\.e)\b", re.IGNORECASE)
_TALK = re.compile(
    r"[!?;]|->|=>|→|==|\betc\b|\bI\b|\blet us\b|\bplease\b|\bas (?:discussed|mentioned|described|shown|noted)\b|"
    r"\bin (?:the )?(?:exam|past|example)\b|\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:if|when|to|for|of|with|by|in|from|and|or|the|an?|that|which|because|as|is|are|on|at)$",
    re.IGNORECASE,
)
LONGEST = 40


def clean(statement: Statement) -> str:
    """The statement in plain words with its code, asides removed, spoken to the reader; "" when it is no sentence to
    ask about."""
    if statement.fact.kind in ("code", "comparison") or not 15 <= len(statement.plain) <= 320:
        return ""
    return _clean(statement.text)


@lru_cache(maxsize=256)
def _clean(markdown: str) -> str:
    text = _ASIDE.sub("", first_sentence(light(sentence(markdown))))
    text = sentence(second_person(text))
    if not 4 <= len(words(text)) <= LONGEST or not is_usable(text) or _is_shouted(text):
        return ""
    if (
        _OPEN.search(text)
        or _TALK.search(text)
        or _EXAMPLE.search(text)
        or CLASS_TALK.search(text)
        or re.search(r"[.!?]\s", text)
    ):
        return ""
    return text


def _is_shouted(text: str) -> bool:
    return sum(word.isupper() and len(word) > 1 for word in text.split()) > 0.6 * len(text.split())


def tidy(text: str) -> str:
    """An answer or the end of a stem: no dangling mark, an initial capital."""
    return capital(sentence(text).strip(" ,-–—"))


def is_sound(text: str, least: int, most: int = LONGEST) -> bool:
    """Enough words, and nothing in it points to what is out of sight."""
    count = len(words(text))
    return least <= count <= most and not points_away(text) and text.count("`") % 2 == 0


def full(text: str) -> str:
    """A whole sentence with its period."""
    return f"{tidy(text)}."
