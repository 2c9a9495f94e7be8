"""Words that the author made bold inside a sentence: what mattered enough to be marked is worth a gap."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.ingest.markup import BOLD
from quizzes.generation.english import capital, points_away
from quizzes.generation.material import Material
from quizzes.generation.model import Idea
from quizzes.generation.registry import pattern
from quizzes.generation.rubric import BLANK
from quizzes.generation.setting import is_a_story, setting_of, with_subject
from quizzes.generation.statements import Statement
from quizzes.generation.texts import normalise, plain, words
from quizzes.generation.wording import STOP_HEADS, is_usable, sentence, starts_with_pronoun

_DULL = re.compile(
    r"(?:not|no|never|always|only|all|any|and|or|must|can|cannot|should|may|more|less|very|same|different|new|old|both|each|"
    r"every|same time|the same|at least|at most|up to|before|after|first|last|many|one|two|other|another|data|use|used|"
    r"important|required|optional|recommended|automatically|manually|easily|possible|available|free)$",
    re.IGNORECASE,
)


_AMONG = re.compile(r"\s*(?:,|/|\band\b|\bor\b|\+|&)\s*\S")  # one of several: which one is anybody's guess
_LISTED = re.compile(r"(?:,|/|\band|\bor|\+|&)\s*(?:the\s|an?\s)?$")
_OUT_OF_SIGHT = re.compile(
    r"^To do (?:so|this|that)\b|^(?:When|If|Once|After)\b[^,]*,\s(?:it|they|this)\b", re.IGNORECASE
)


@pattern("bold_gap")
def bold_gap(statement: Statement, material: Material) -> Iterator[Idea]:
    text = sentence(statement.text).rstrip("!")
    if "**" not in text and "__" not in text:
        return
    if (
        not is_usable(text)
        or starts_with_pronoun(text)
        or statement.fact.kind == "code"
        or is_a_story(statement)
    ):
        return
    if points_away(plain(text)) or _OUT_OF_SIGHT.search(plain(text)):
        return
    text = with_subject(statement, text, material)
    spans = list(BOLD.finditer(text))
    if not 1 <= len(spans) <= 3 or len(words(plain(text))) > 32:
        return
    for span in spans:
        answer = plain(span.group(1) or span.group(2) or "").strip(" .:,;")
        if re.match(r"[A-Z][\w ]{1,30}\s=\s", text):
            continue  # a name spelled out
        before, after = text[: span.start()], text[span.end() :]
        if not _worth_asking(answer, before, after):
            continue
        stem = (
            setting_of(statement, before + after)
            + capital(_without_bold(before))
            + BLANK
            + _without_bold(after)
            + "."
        )
        marked = 64.0 + (6 if re.search(r"[A-Z0-9]", answer) else 0)
        yield Idea("cloze", stem, answer, marked, rationale=plain(text) + ".")


def _worth_asking(answer: str, before: str, after: str) -> bool:
    parts = words(answer)
    rest = words(plain(before + " " + after))
    if before.strip() == "You":
        return False
    if not 1 <= len(parts) <= 4 or _DULL.match(answer) or normalise(answer) in STOP_HEADS or len(answer) < 2:
        return False
    if not before.strip(" *_-") or re.match(r"\s*(?::|–|-|=)\s", after) or len(rest) < 5:
        return False
    if (
        ":" in before
        or before.rstrip().endswith(("(", "/", "–", "-", "="))
        or _AMONG.match(after)
        or _LISTED.search(before)
    ):
        return False
    if len(parts) == 1 and not re.search(r"[A-Z\d`]|[a-z]-[a-z]", answer):
        return False  # a common word: others would do as well
    if normalise(answer) in normalise(before + " " + after):
        return False
    if len(parts) > 1 and re.search(
        r"\b(?:must|is|are|can|be|will|to|not|for|only|with|from|by|of the)\b", answer
    ):
        return False
    if re.fullmatch(r"[a-z]+(?:ly|ing|ed|able|ible|er|est)", answer) and len(parts) == 1:
        return False
    return len(answer) <= 0.6 * len(plain(before + answer + after))


def _without_bold(text: str) -> str:
    return text.replace("**", "").replace("__", "")
