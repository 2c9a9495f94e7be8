"""`X is done with Y`: a sentence that ends in the one thing worth knowing, asked with a gap at its end; and a gap for
the one piece of code in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.ingest.markup import CODE_SPAN
from quizzes.generation.asking import clean, is_sound
from quizzes.generation.english import capital, is_base, split_clause
from quizzes.generation.material import Material
from quizzes.generation.model import Idea
from quizzes.generation.registry import pattern
from quizzes.generation.rubric import BLANK
from quizzes.generation.setting import is_a_story, setting_of, with_subject
from quizzes.generation.statements import Statement
from quizzes.generation.texts import normalise, words
from quizzes.generation.wording import aliases, content_words

_DONE = re.compile(
    r"(?P<start>(?:(?:The|An?|Each|Every|All)\s)?(?P<who>[^,;:()]{3,60}?)\s"
    r"(?:is|are|can be|must be|should be|will be)\s"
    r"(?:\w+ly\s|only\s|always\s)?(?:[a-z]+ed|sent|built|kept|stored|set|made|run|known|written|bound|held|given|put|compatible|"
    r"available|asynchronous|billed)\s(?:[^,;:()]{0,40}\s)?(?:with|by|to|in|from|at|using|via|into|through|on|as|per))\s"
    r"(?P<the>the\s|an?\s)?(?P<end>[^,;:]{2,50})$"
)
_TOLD = re.compile(r"(?:use|run|set|create|add|specify|configure|define|enable|check|call)\b", re.IGNORECASE)
_POINTS = re.compile(
    r"(?:it|its|they|them|this|that|these|those|you|your|same|other|another|each|any|all|one)\b",
    re.IGNORECASE,
)


@pattern("ends_with")
def ends_with(statement: Statement, material: Material) -> Iterator[Idea]:
    text = clean(statement)
    if not text or is_a_story(statement) or not is_sound(text, 5, 24):
        return
    text = with_subject(statement, text, material)
    if not text or (is_base(text.split()[0]) and not _TOLD.match(text) and split_clause(text) is None):
        return
    spans = list(CODE_SPAN.finditer(text))
    if len(spans) == 1 and _is_worth(spans[0].group(1), text, spans[0]):
        before, after = text[: spans[0].start()], text[spans[0].end() :]
        stem = f"{setting_of(statement, text)}{capital(before)}{BLANK}{after}."
        yield Idea("cloze", stem, spans[0].group(1), 68.0, rationale=statement.plain)
    elif (match := _DONE.match(text)) and not spans:
        end, start = match["end"].strip(), f"{match['start']} {match['the'] or ''}".strip()
        if (
            not 1 <= len(words(end)) <= 6
            or re.search(r"\s(?:into|to|from|when|if|that|which|before|after|until)\s|\band \w+ed$", end)
            or _POINTS.match(end)
            or not (re.match(r"[A-Z\d]", end) or (" " in end and aliases(end) & material.titles_and_terms))
        ):
            return
        if (
            _POINTS.match(match["who"])
            or content_words(end) & content_words(start)
            or normalise(end) in normalise(statement.place)
        ):
            return
        stem = f"{setting_of(statement, start)}{capital(start)} {BLANK}."
        yield Idea("cloze", stem, end, 62.0, rationale=statement.plain)


def _is_worth(code: str, text: str, span: re.Match[str]) -> bool:
    """Not a placeholder, not at the start, and enough said around it."""
    before, after = text[: span.start()], text[span.end() :]
    said = content_words(before + after)
    if not before.strip() or len(said) < 2 or not 2 <= len(code) <= 50 or re.search(r"[<>{}]|\.\.\.", code):
        return False
    if re.search(r"(?:,|/|\band|\bor|\()\s*$", before) or re.match(r"\s*(?:,|/|and\b|or\b|\))", after):
        return False
    return normalise(code) not in normalise(before + " " + after)
