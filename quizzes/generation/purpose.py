"""`Good for Y`, `used to Y`: what a named thing is for, as a question and its answer."""

from __future__ import annotations

import re

from quizzes.generation.asking import full
from quizzes.generation.english import is_plural, points_away
from quizzes.generation.texts import words

_GOOD_FOR = re.compile(
    r"(?:very |mostly |mainly |usually |also |only )?"
    r"(?P<how>good|great|best|ideal|perfect|suitable|suited|useful|helpful|recommended|intended|designed|meant|used) "
    r"(?P<for>for|to|as|when) (?P<end>\S.{2,})$",
    re.IGNORECASE,
)


def purpose(name: str, text: str) -> tuple[str, str] | None:
    """(question, answer) of what `name` is good or used for; None when `text` does not say so."""
    match = _GOOD_FOR.match(text)
    if match is None:
        return None
    how, joint, end = match["how"].lower(), match["for"].lower(), match["end"]
    if re.match(r"know\b", end, re.IGNORECASE) or re.search(r",\s(?:should|must|can|but|not|use|is)\b", end):
        return None
    if points_away(end) or not 1 <= len(words(end)) <= 25 or (how == "recommended" and joint == "to"):
        return None
    be = "are" if is_plural(name) else "is"
    first = {"to": "To ", "when": "When "}.get(joint, "")
    return f"What {be} **{name}** {how} {'as' if joint == 'as' else 'for'}?", full(f"{first}{end}")
