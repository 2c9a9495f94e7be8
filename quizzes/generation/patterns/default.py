"""What holds when nobody says otherwise, and what a named value is: `X is Y by default`, `The default X is Y`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.generation.asking import clean, full, is_sound
from quizzes.generation.english import base, lower_first, split_clause
from quizzes.generation.material import Material
from quizzes.generation.model import Idea
from quizzes.generation.registry import pattern
from quizzes.generation.rubric import BLANK
from quizzes.generation.setting import setting_of
from quizzes.generation.statements import Statement
from quizzes.generation.texts import words
from quizzes.generation.wording import content_words

_STATE = re.compile(
    r"(?:By default,? )?(?P<what>[^,;:]{4,90}?)\s(?P<be>is|are)\s"
    r"(?P<state>[a-z][a-z-]+(?:ed|en|on|off|ic|le|nt|al|te|ve|wn))"
    r"(?P<tail>(?:\s(?:to|in|on|for|from|at|with|by)\s[^,;:]{2,60})?)\s?(?P<by>by default)?$"
)
_USES = re.compile(r"(?P<by>By default,?\s)?(?P<what>[^,;:]{4,120}?)(?P<end>\sby default)?$")
_THE_DEFAULT = re.compile(
    r"(?:[\w-]+:\s)?(?:The\s|An?\s)?(?P<what>[^,;:=]{0,50}?\bdefault\b[^,;:=]{0,50}?)\s*(?:\bis\b|\bare\b|=|:)\s*(?P<value>[^,;]{1,60})$",
    re.IGNORECASE,
)
_ABLE = re.compile(
    r"(?:able|unable|to|can|you|use|uses|using|set|change|modify|is|are|in|for|on|if|when|\w+ing|\w+ed)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:[\w’'/-]+\s){0,4}default\s[\w’'/ -]+|(?:[\w’'/-]+\s){1,5}default", re.IGNORECASE)
_THE_BEST = re.compile(
    r"The\s(?P<what>(?:most|least|maximum|minimum|main|primary|highest|lowest|largest|smallest|usual|standard|preferred|"
    r"recommended|only|first|last|official|shortest|longest|fastest)\s[^,;:]{3,70}?)\s(?P<be>is|are)\s(?P<value>[^,;:]{2,50})$"
)
_SPEAKS = re.compile(r"\bdefault\b|\blevel$", re.IGNORECASE)
_LEVEL = re.compile(
    r"(?P<what>[^,;:]{4,80}?)\s(?P<be>is|are|can be|must be)\s"
    r"(?P<did>[a-z]+(?:ed|en|set|bound)?)\s?at\s(?:the\s|an?\s)?"
    r"(?P<level>[^,;:]{3,40}?)[ -]level$"
)


@pattern("default")
def default(statement: Statement, material: Material) -> Iterator[Idea]:
    text = clean(statement)
    if not text:
        return
    if best := _THE_BEST.match(text):
        what, value = best["what"], best["value"]
        if is_sound(what, 2, 12) and 1 <= len(words(value)) <= 5 and split_clause(value + " it") is None:
            stem = f"{setting_of(statement, text)}What {best['be']} the {what}?"
            yield Idea("flashcard", stem, full(value), 72.0, rationale=statement.plain)
        return
    if not _SPEAKS.search(text):
        return
    if level := _LEVEL.match(text):
        yield from _level(level, statement, material)
    elif (named := _THE_DEFAULT.match(text)) and 1 <= len(words(named["value"])) <= 7:
        what = named["what"].strip()
        if (
            2 <= len(words(what)) <= 8
            and _NAMED.fullmatch(what)
            and not re.search(r"\bby default\b", what)
            and is_sound(what, 2)
            and not _ABLE.match(what)
        ):
            stem = f"{setting_of(statement, text)}What is the {lower_first(what, material.small_words)}?"
            yield Idea("flashcard", stem, full(named["value"]), 74.0, rationale=statement.plain)
    elif "by default" in text.casefold():
        yield from _by_default(text, statement, material)


def _level(match: re.Match[str], statement: Statement, material: Material) -> Iterator[Idea]:
    what = match["what"].strip()
    if not is_sound(what, 1) or not match["did"]:
        return
    be, _, passive = match["be"].partition(" ")
    did = f"{passive} {match['did']}".strip()
    stem = f"At which level {be} {lower_first(what, material.small_words)} {did}?"
    yield Idea("flashcard", setting_of(statement, match.string) + stem, full(f"{match['level']} level"), 73.0)


def _by_default(text: str, statement: Statement, material: Material) -> Iterator[Idea]:
    bare = re.sub(r"\s*,?\s*\bby default\b\s*,?\s*", " ", text, flags=re.IGNORECASE).strip()
    if not is_sound(bare, 3, 24):
        return
    if (state := _STATE.match(bare)) and len(words(state["what"])) >= 2:
        stem = f"By default, {lower_first(state['what'], material.small_words)} {state['be']} {BLANK}{state['tail']}."
        yield Idea(
            "cloze", setting_of(statement, text) + stem, state["state"], 70.0, rationale=statement.plain
        )
        return
    parts = split_clause(bare)
    if parts and (verb := base(parts[1]) or parts[1].casefold()) in {
        "use",
        "have",
        "run",
        "listen",
        "allow",
        "deny",
        "block",
        "create",
    }:
        do = "does" if base(parts[1]) else "do"
        if content_words(parts[0]):
            stem = f"What {do} {lower_first(parts[0], material.small_words)} {verb} by default?"
            yield Idea(
                "flashcard",
                setting_of(statement, text) + stem,
                full(parts[2]),
                73.0,
                rationale=statement.plain,
            )
