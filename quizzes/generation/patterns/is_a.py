"""`X is a Y`, where the notes know X by name: what X is, and which one is a Y."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.ingest.markup import plain, words
from quizzes.generation.distractors import ENOUGH, terms_like
from quizzes.generation.material import Definition, Material, Statement
from quizzes.generation.model import Idea
from quizzes.generation.registry import pattern
from quizzes.generation.wording import aliases, is_usable, names_something, same_thing, sentence

_IS_A = re.compile(
    r"(?P<subject>[A-Z`*][^.:;,=–—]{1,60}?)\s+(?P<verb>is|are)\s+(?P<what>(?:an?|the)\s[^:;]{12,220})$"
)


@pattern("is_a")
def is_a(statement: Statement, material: Material) -> Iterator[Idea]:
    if statement.index in material.definition_of or not is_usable(statement.text):
        return
    match = _IS_A.match(sentence(statement.text))
    if match is None:
        return
    subject = re.sub(r"^(?:An?|The)\s+", "", plain(match["subject"]))
    if not names_something(subject) or not (aliases(subject) & material.known_terms):
        return
    what = match["what"].strip()
    if len(words(plain(what))) < 4 or re.match(r"the (?:same|best|only|first|last|most|least)\b", what):
        return
    setting = (
        f"*{statement.place}*\n\n" if statement.place and not same_thing(statement.place, subject) else ""
    )
    key = Definition(
        subject,
        what,
        match["verb"],
        False,
        statement.index,
        statement.group,
        statement.parent_topic,
        aliases(subject),
    )
    said = {word.removesuffix("s") for word in words(plain(what))}
    if not {word.removesuffix("s") for word in words(subject) if len(word) > 2} & said:
        stem = f"Which of these {match['verb']} {what}?"
        choices = terms_like(key, material, stem)
        if len(choices) >= ENOUGH:
            yield Idea(
                "multiple_choice", stem, subject, 78.0, rationale=f"{statement.text}", choices=tuple(choices)
            )
    yield Idea(
        kind="flashcard",
        stem=f"{setting}What {match['verb']} **{subject}**?",
        answer=f"{what[:1].upper()}{what[1:]}.",
        strength=76.0,
    )
