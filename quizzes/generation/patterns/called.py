"""Names for things: `A is called B`, `A is also known as B`, `ABC = Alpha Beta Code`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.generation.asking import clean, full, is_sound, tidy
from quizzes.generation.clauses import light
from quizzes.generation.english import lower_first
from quizzes.generation.material import Material
from quizzes.generation.model import Idea
from quizzes.generation.registry import pattern
from quizzes.generation.setting import setting_of, setting_without
from quizzes.generation.statements import Statement
from quizzes.generation.texts import words
from quizzes.generation.wording import content_words

_CALLED = re.compile(
    r"(?P<what>[^,;:]{8,110}?)\s+(?P<be>is|are)\s+(?P<also>also\s)?(?:sometimes |commonly |often )?"
    r"(?P<verb>called|known as|referred to as|named|termed)\s+(?:an?\s|the\s)?(?P<name>[^,;:]{2,50})$"
)
_VERB = re.compile(r"\b(?:called|known as|referred to as|named|termed)\b")
_SHORT = re.compile(r"[A-Z][A-Za-z\d+/&-]{0,8}[A-Z]")
_STANDS = re.compile(
    r"(?P<short>[A-Z][A-Za-z\d+/&-]{1,9})\s*(?:=|:|–|—|-|means|stands for|is short for|is|->)\s+"
    r"(?P<long>[A-Z][^.;:=()]{5,80}?)"
    r"(?:\s*[(.,;:–—-].*)?$"
)


@pattern("called")
def called(statement: Statement, material: Material) -> Iterator[Idea]:
    if letters := _stands_for(statement):
        short, long = letters
        setting = setting_without(statement, short)
        yield Idea("flashcard", f"{setting}What does **{short}** stand for?", full(long), 66.0)
        return
    text = clean(statement)
    match = _CALLED.match(text) if _VERB.search(text) else None
    if match is None:
        return
    what, name = match["what"].strip(), match["name"].strip()
    if not is_sound(what, 2) or not 1 <= len(words(name)) <= 6 or content_words(name) >= content_words(what):
        return
    if match["also"]:
        stem = f"By what other name {match['be']} {lower_first(what, material.small_words)} known?"
    elif len(words(what)) < 4:
        return
    else:
        stem = f"What {match['be']} {lower_first(what, material.small_words)} called?"
    yield Idea("flashcard", setting_of(statement, text) + stem, full(name), 74.0, rationale=statement.plain)


def _stands_for(statement: Statement) -> tuple[str, str] | None:
    """An abbreviation and the words whose initials it is."""
    if not _SHORT.match(statement.plain):
        return None
    match = _STANDS.match(light(statement.text))
    if match is None or sum(c.isupper() for c in match["short"]) < 2:
        return None
    capitals = [c.casefold() for c in match["short"] if c.isalpha()]
    initials = [
        word[0] for word in words(match["long"]) if word not in {"of", "and", "the", "to", "for", "in"}
    ]
    every = [word[0] for word in words(match["long"])]
    if capitals in (initials, every) and len(capitals) >= 2:
        return match["short"], tidy(match["long"])
    return None
