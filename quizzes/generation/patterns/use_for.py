"""What is used for what: `Use X to Y`, `To Y, use X`, `X is used for Y`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.generation.asking import clean, full, is_sound
from quizzes.generation.clauses import Clause
from quizzes.generation.distractors import ENOUGH, terms_like
from quizzes.generation.english import is_base, is_plural
from quizzes.generation.material import Material
from quizzes.generation.model import Idea
from quizzes.generation.registry import pattern
from quizzes.generation.setting import setting_of, setting_without
from quizzes.generation.statements import Statement
from quizzes.generation.texts import words
from quizzes.generation.wording import aliases, content_words, names_something

_USE = re.compile(
    r"(?:(?:You (?:can|should|must|need to) )?use|(?:Can|Should|Must) use)\s+(?:an?\s|the\s)?(?P<what>[^,:]{2,60}?)\s+"
    r"(?P<for>to|for|when|if|instead of|whenever)\s+(?P<end>[^:]{8,})$",
    re.IGNORECASE,
)
_TO = re.compile(r"(?:In order to|To)\s+(?P<end>[^,:]{8,120}),\s*(?P<main>\S.{3,})$")
_MAIN_USE = re.compile(
    r"(?:you (?:can |should |must |need to )?)?(?:just |simply )?use\s+(?:an?\s|the\s)?(?P<what>.{2,80})$",
    re.IGNORECASE,
)
_MAIN_MUST = re.compile(
    r"you (?:must|should|have to|need to|will need to|can|need)\s+(?P<what>\S.{6,})$", re.IGNORECASE
)
_USED = re.compile(
    r"(?P<subject>[^,:;]{2,60}?)\s+(?P<be>is|are|can be)\s+(?:\w+ly\s|commonly\s|often\s|mainly\s)?"
    r"(?:used|leveraged|utili[sz]ed)\s+"
    r"(?P<for>to|for|when|as|by|in|if)\s+(?P<end>\S.{6,})$"
)


@pattern("use_for")
def use_for(statement: Statement, material: Material) -> Iterator[Idea]:
    text = clean(statement)
    if not text:
        return
    if match := _USED.match(text):
        yield from _used(match, statement, material)
    elif match := _USE.match(text):
        what, end = match["what"], match["end"]
        if _is_thing(what) and is_sound(end, 3) and not content_words(what) & content_words(end):
            joint = match["for"].lower()
            ask = "can you use" if joint == "to" else "should you use"
            yield from _which(statement, material, what, f"What {ask} {joint} {end}?", end)
    elif match := _TO.match(text):
        yield from _in_order_to(match["end"], match["main"], text, statement, material)


def _is_thing(what: str) -> bool:
    return 1 <= len(words(what)) <= 7 and not re.match(
        r"(?:it|them|this|that|these|case|cases)\b", what, re.IGNORECASE
    )


def _which(statement: Statement, material: Material, what: str, stem: str, end: str) -> Iterator[Idea]:
    placed = setting_of(statement, stem + " " + what) + stem
    if aliases(what) & material.titles_and_terms and names_something(what):
        key = material.subject_of(statement, Clause(what, "is used for", end, "own"))
        choices = terms_like(key, material, placed)
        if len(choices) >= ENOUGH:
            yield Idea(
                "multiple_choice", placed, what, 75.0, rationale=statement.plain + ".", choices=tuple(choices)
            )
    yield Idea("flashcard", placed, full(what), 73.0, rationale=statement.plain + ".")


def _in_order_to(end: str, main: str, text: str, statement: Statement, material: Material) -> Iterator[Idea]:
    if re.match(r"(?:a|an|the|your?|\w+ed|\w{4,}s|\w+ing)\b", end) or not end[0].islower():
        return
    if not is_sound(end, 3):
        return
    if (use := _MAIN_USE.match(main)) and _is_thing(use["what"]):
        yield from _which(statement, material, use["what"], f"What do you use to {end}?", end)
    elif must := _MAIN_MUST.match(main):
        yield Idea(
            "flashcard", f"{setting_of(statement, text)}What must you do to {end}?", full(must["what"]), 68.0
        )
    elif is_base(main.split()[0]):
        yield Idea("flashcard", f"{setting_of(statement, text)}How do you {end}?", full(main), 68.0)


def _used(match: re.Match[str], statement: Statement, material: Material) -> Iterator[Idea]:
    subject = re.sub(r"^(?:An?|The)\s", "", match["subject"])
    end, joint = match["end"], match["for"]
    if not material.knows(subject) or not is_sound(end, 2):
        return
    be = match["be"]
    if joint in {"to", "for", "as"} and len(words(end)) >= 2:
        verb = f"can **{subject}** be" if be == "can be" else f"{be} **{subject}**"
        last = "for" if joint in {"to", "for"} else "as"
        stem = f"{setting_without(statement, subject)}What {verb} used {last}?"
        yield Idea(
            "flashcard", stem, full(f"{'To ' if joint == 'to' else ''}{end}"), 70.0, rationale=statement.plain
        )
    if len(content_words(end)) >= 2 and not content_words(end) & content_words(subject):
        key = material.subject_of(statement, Clause(subject, be, f"used {joint} {end}", "own"))
        stem = f"Which of these {be} used {joint} {end}?"
        choices = terms_like(key, material, stem)
        if len(choices) >= ENOUGH and (be != "are" or is_plural(subject)):
            yield Idea(
                "multiple_choice",
                stem,
                subject,
                75.0,
                rationale=statement.plain + ".",
                choices=tuple(choices),
            )
