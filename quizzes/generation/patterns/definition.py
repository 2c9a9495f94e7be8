"""`**Term** – meaning`: which term is described, and what the term means."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.ingest.markup import plain, words
from quizzes.generation.distractors import ENOUGH, terms_like
from quizzes.generation.material import Definition, Material, Statement
from quizzes.generation.model import Idea
from quizzes.generation.registry import pattern
from quizzes.generation.wording import is_a_name, is_usable, same_thing, sentence, starts_with_pronoun

_VERB = re.compile(
    r"(?:is|are|was|can|may|will|must|has|have|do|does|lets?|allows?|enables?|provides?|gives?|helps?|runs?|stores?|sends?|"
    r"keeps?|holds?|shows?|tells?|makes?|takes?|uses?|supports?|[a-z]{3,}(?:ates|izes|ises|ifies|cts|nds|ses|lls|rts|"
    r"ets|ins|ids|its|ks|ps|ves|ges|ches|shes))\b"
)
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|can|could|will|would|must|should|may|gets?|does|do)\b")
_CONDITION = re.compile(
    r"(?:if|when|unless|only if|must|should|need|needs|requires?|no|not|never|cannot|can't)\b", re.IGNORECASE
)
_PREDICATE = re.compile(r"(?:an?|the|to|for|used|where|what|which|how|who)\b|[A-Za-z]+ing\b", re.IGNORECASE)
# What to do, or a sentence about something else than the term.
_ADVICE = re.compile(
    r"(?:AWS|Amazon) [a-z]+s\b|(?:configure|use|create|enable|set|make|upload|go|add|remember|choose|select|define|put|"
    r"avoid|check|run|install|click|open)\b",
    re.IGNORECASE,
)
_LIST = re.compile(r"[,;]")


@pattern("definition")
def definition(statement: Statement, material: Material) -> Iterator[Idea]:
    one = material.definition_of.get(statement.index)
    if one is None or not is_usable(statement.text) or not _is_meaning(one):
        return
    if not one.bold and (not is_a_name(one.term) or len(words(plain(one.meaning))) < 5):
        return
    if not _defines(one.meaning):
        if not one.bold:
            return
        strength = 65.0
    else:
        strength = 75.0 if one.bold else 60.0
    strength += 4 if statement.fact.kind == "definition" else 0
    meaning = sentence(one.meaning)
    if not _gives_away(one):
        stem = _described(one, meaning, statement.place)
        choices = terms_like(one, material, stem)
        if len(choices) >= ENOUGH:
            yield Idea(
                kind="multiple_choice",
                stem=stem,
                answer=one.term,
                strength=strength + min(len(words(plain(meaning))), 12) / 2,
                rationale=_whole(one, meaning),
                choices=tuple(choices),
            )
    if _LIST.search(plain(meaning)) is None or len(words(plain(meaning))) <= 22:
        yield Idea(
            kind="flashcard",
            stem=_what_is(one, statement, material),
            answer=_capital(meaning) + ".",
            strength=strength - 3,
            rationale="",
        )


def _is_meaning(one: Definition) -> bool:
    """A meaning that says enough, and not a condition, a value or a bare list of names."""
    parts = words(plain(one.meaning))
    if not 4 <= len(parts) <= 40 or starts_with_pronoun(one.meaning) or _CONDITION.match(plain(one.meaning)):
        return False
    if one.mark in {"=", "→", "=>", "->"} and not one.bold and len(parts) < 5:
        return False
    if _ADVICE.match(plain(one.meaning)):
        return False
    commas = plain(one.meaning).count(",")
    return commas < 4 and commas / len(parts) < 0.2 and ":" not in plain(one.meaning)


def _defines(meaning: str) -> bool:
    """A noun phrase or a predicate, and not a sentence with a subject of its own."""
    bare = plain(meaning)
    if re.match(r"\d|(?:each|every|in|on|at|you|there)\b", bare, re.IGNORECASE):
        return False
    if _VERB.match(bare) or _PREDICATE.match(bare):
        return True
    return _FINITE.search(" ".join(bare.split()[:7])) is None


def _gives_away(one: Definition) -> bool:
    """The meaning uses a telling word of the term."""
    telling = {word.removesuffix("s")[:6] for word in words(one.term) if len(word) > 2}
    said = {word.removesuffix("s")[:6] for word in words(plain(one.meaning).replace("_", " "))}
    return bool(telling & said)


def _described(one: Definition, meaning: str, where: str) -> str:
    setting = f"*{where}*\n\n" if where and not same_thing(where, one.term) else ""
    return f"{setting}What is described here? “{_capital(meaning)}.”"


def _what_is(one: Definition, statement: Statement, material: Material) -> str:
    setting = (
        f"*{statement.place}*\n\n" if statement.place and not same_thing(statement.place, one.term) else ""
    )
    head = plain(one.meaning)
    verb = _VERB.match(head)
    if verb and not verb.group(0).startswith(("is", "are", "was", "ha")):
        return f"{setting}What {'does' if verb.group(0).endswith('s') else 'do'} **{one.term}** do?"
    if re.match(r"(?:to|for)\b", head, re.IGNORECASE):
        return f"{setting}What {'are' if _is_plural(one.term) else 'is'} **{one.term}** for?"
    if _is_plural(one.term):
        return f"{setting}What are **{one.term}**?"
    return f"{setting}What is {_article(one, head)}**{one.term}**?"


def _article(one: Definition, meaning: str) -> str:
    """`a ` for one thing of many (“a tower …”), nothing for a name."""
    if not re.match(r"an?\b", meaning, re.IGNORECASE) or not re.fullmatch(
        r"[A-Z]?[a-z]+(?:[ -][a-z]+)*", one.term
    ):
        return ""
    return "an " if one.term[0].casefold() in "aeiou" else "a "


def _is_plural(term: str) -> bool:
    """`Signed Cookies`, not `Access`, `AWS`, `Kinesis`."""
    last = (re.sub(r"\s*\([^()]*\)", "", term).split() or [""])[-1]
    if re.search(r"(?:ss|us|is)$", last.casefold()) or not re.search(r"[a-z]s$", last):
        return False
    return not re.search(r"[a-z][A-Z]", last)


def _whole(one: Definition, meaning: str) -> str:
    return f"**{one.term}** – {meaning}."


def _capital(text: str) -> str:
    return (
        text[:1].upper() + text[1:]
        if text[:1].islower() and not re.match(r"[a-z]+[A-Z\d.:_-]", text)
        else text
    )
