"""Item-writing flaws that a program can see. Each check is one sentence of the testing literature.

`flaws(...)` gives the codes in a fixed order; a question with more than one is not proposed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from quizzes.generation.texts import normalise, plain, words
from quizzes.generation.wording import content_words, starts_with_pronoun

MEANING = {
    "longest_key": "The right option is clearly longer than the others.",
    "grammatical_cue": "Only the right option fits the stem's grammar.",
    "word_repeated": "A word of the stem comes back in the right option alone.",
    "all_or_none": "An option is “all of the above” or “none of the above”.",
    "absolute_term": "A wrong option says always, never, only or all.",
    "negative_stem": "The stem asks what is not the case.",
    "overlap": "Two options say the same, or one contains the other.",
    "few_options": "There are fewer than three wrong options.",
    "blank_first": "The sentence begins with its blank.",
    "blank_too_long": "More than three fifths of the sentence are blank.",
    "unfocused_stem": "The stem does not say what is asked.",
    "pronoun": "The stem begins with a word that points to something out of sight.",
    "long_stem": "The stem has more than 60 words.",
    "long_answer": "The answer is too long to be held in mind.",
    "answer_given": "The answer stands in the stem.",
}
_ABSOLUTE = re.compile(r"\b(?:always|never|only|all|every|none|completely|impossible)\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(?:NOT|EXCEPT|not|except)\b[^?]{0,60}\?\s*$")
_CONDITION = re.compile(r"\b(?:if|when|unless|that|which|who)\b[^?]*?\bnot\b")
_ABOVE = re.compile(r"\b(?:all|none|both|any) of (?:the above|these|them)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(an?)\s+(?:\[…\]|\?|$)", re.IGNORECASE)
BLANK = "[…]"


def flaws(kind: str, stem: str, answer: str, wrong: Sequence[str]) -> tuple[str, ...]:
    """Codes of the flaws of a question; `wrong` is empty when it has no options."""
    asked = _asked(stem)
    found = [*_stem_flaws(kind, asked, answer)]
    if kind in ("multiple_choice", "multiple_response"):
        found += _option_flaws(asked, answer, wrong)
    elif len(words(plain(answer))) > 45:
        found.append("long_answer")
    return tuple(code for code in MEANING if code in found)


def _asked(stem: str) -> str:
    """The stem without the line that says where it stands."""
    return stem.split("\n\n", 1)[1] if stem.startswith("*") and "\n\n" in stem else stem


def _stem_flaws(kind: str, stem: str, answer: str) -> list[str]:
    found = []
    bare = plain(stem.replace(BLANK, " ________ "))
    if BLANK in stem and stem.lstrip().startswith(BLANK):
        found.append("blank_first")
    if BLANK in stem and len(plain(answer)) > 0.6 * (len(bare) - 10 + len(plain(answer))):
        found.append("blank_too_long")
    if starts_with_pronoun(stem) and not stem.startswith("You "):
        found.append("pronoun")
    if len(words(bare)) > 60:
        found.append("long_stem")
    if _NEGATIVE.search(stem) and not _CONDITION.search(stem):
        found.append("negative_stem")
    if len(words(bare)) < 3 or ("?" not in stem and BLANK not in stem and kind != "flashcard"):
        found.append("unfocused_stem")
    if len(normalise(answer)) > 2 and f" {normalise(answer)} " in f" {normalise(stem)} ":
        found.append("answer_given")
    return found


def _option_flaws(stem: str, answer: str, wrong: Sequence[str]) -> list[str]:
    found = []
    options = [answer, *wrong]
    if len(wrong) < 3:
        found.append("few_options")
    if wrong and len(plain(answer)) > 1.25 * max(len(plain(option)) for option in wrong) + 2:
        found.append("longest_key")
    if any(_ABOVE.search(option) for option in options):
        found.append("all_or_none")
    if any(_ABSOLUTE.search(option) for option in wrong) and not _ABSOLUTE.search(answer):
        found.append("absolute_term")
    if _cue(stem, answer, wrong):
        found.append("grammatical_cue")
    repeated = content_words(stem) & content_words(answer)
    if repeated and not any(repeated & content_words(option) for option in wrong):
        found.append("word_repeated")
    normal = [normalise(option) for option in options]
    if any(
        a == b or f" {a} " in f" {b} " for i, a in enumerate(normal) for j, b in enumerate(normal) if i != j
    ):
        found.append("overlap")
    return found


def _cue(stem: str, answer: str, wrong: Sequence[str]) -> bool:
    article = _ARTICLE.search(stem)
    if article:
        vowel = article.group(1).casefold() == "an"
        fits = [option for option in wrong if (plain(option)[:1].casefold() in "aeiou") == vowel]
        if not fits:
            return True
    plural = [plain(option).casefold().endswith("s") for option in wrong]
    return (
        bool(wrong)
        and re.search(r"\b(?:are|were)\b\s*\[…\]", stem) is not None
        and (plain(answer).casefold().endswith("s") and not any(plural))
    )
