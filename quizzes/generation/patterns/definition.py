"""`**Term** – meaning`: which term is described, and what the term means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from quizzes.generation.clauses import light, tells_its_work
from quizzes.generation.distractors import ENOUGH, terms_like
from quizzes.generation.english import (
    article,
    base,
    is_base,
    is_one_of_many,
    is_order,
    is_plural,
    split_clause,
    starts_with_verb,
)
from quizzes.generation.material import Material
from quizzes.generation.model import Idea
from quizzes.generation.purpose import purpose
from quizzes.generation.registry import pattern
from quizzes.generation.setting import setting_without
from quizzes.generation.statements import Definition, Statement
from quizzes.generation.texts import plain, words
from quizzes.generation.wording import is_a_name, is_usable, sentence, starts_with_pronoun

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
    r"avoid|check|run|install|click|open|leave|pick|try|see|do|don't|note|follow|type|enter)\b|"
    r"(?:e\.?g|ex|i\.?e|such as|for example|for instance|etc)\b|(?:which|how|what|where|whether|who|why)\b",
    re.IGNORECASE,
)
# “Named in the harbour book”: how it stands with the term, not what it is.
_STATE = re.compile(
    r"(?:[a-z]+ed|set|kept|made|given|done|with|using|via|through|by|from|under|at|on|in|good|great|better|best|perfect|"
    r"ideal|not|same|similar|see|also)\b(?! of)",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(r"(?:able|ible|ed|ing|al|ic|ive|less|ful|ous|ant|ent|ness|ity|ation)$", re.IGNORECASE)
_IT = re.compile(r"(?:It|They|This)\s(?=(?:is|are|can|\w+s|[a-z]+)\s)")
# Under these a line tells not what a term is but what it is taken for.
_LISTS = re.compile(
    r"\b(?:use ?cases?|examples?|sources?|pros|cons|advantages|disadvantages|scenarios?|agenda|summary)$",
    re.IGNORECASE,
)
_LONG_TERM = re.compile(r"\s(?:in case of|of|for|when|if|on|at)\s.*\s")
_NO_LABEL = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|first|second|third)\b|"
    r".*\s(?:available|enabled|disabled|supported|required|possible|optional|needed|allowed|recommended|only|included)$",
    re.IGNORECASE,
)
_LOWER_ASIDE = re.compile(r"\((?=[^()]*[a-z])[^()A-Z]*\)")
_NOUN_NEXT = re.compile(r"\w+\s(?:that|which|of|for|used|with|in|to|where)\b", re.IGNORECASE)
_VALUE = re.compile(
    r"(?:(?:up to|max(?:imum)?|min(?:imum)?|default(?:s to)?|at (?:least|most))\s)?\d[\d,.]*\s?"
    r"(?:[A-Za-z%/]+)?(?:\s[a-z]+)?(?:\s\([^()]{1,40}\))?$",
    re.IGNORECASE,
)
_DUTY = re.compile(r"(?:is |are )?responsible for (?P<what>\S.{4,200})$", re.IGNORECASE)
_LONG_LIST = 60
_LIST = re.compile(r"[,;]")


@pattern("definition")
def definition(statement: Statement, material: Material) -> Iterator[Idea]:
    one = material.definition_of.get(statement.index)
    if one is None or not is_usable(statement.text) or _LISTS.search(statement.lead or statement.place):
        return
    if duty := _DUTY.match(sentence(light(one.meaning))):
        be = "are" if is_plural(one.term) else "is"
        stem = f"{setting_without(statement, one.term)}What {be} **{one.term}** responsible for?"
        if (one.bold or _in_a_glossary(one, material)) and not _is_no_label(one.term):
            yield Idea("flashcard", stem, _capital(duty["what"]) + ".", 70.0, rationale=statement.plain)
        return
    if asked := purpose(one.term, light(sentence(one.meaning))):
        stem = setting_without(statement, one.term) + asked[0]
        yield Idea("flashcard", stem, asked[1], 68.0, rationale=statement.plain)
        return
    if match := _IT.match(one.meaning):
        one = replace(one, meaning=one.meaning[match.end() :])
    if _VALUE.match(sentence(light(one.meaning))) and not _is_no_label(one.term):
        yield from _value(one, statement, material)
        return
    strength = _strength(one, material)
    if not strength:
        return
    strength += 4 if statement.fact.kind == "definition" else 0
    meaning = sentence(light(one.meaning))
    if not _gives_away(one):
        yield from _which(one, meaning, statement, material, strength)
    short = len(words(plain(meaning)))
    circular = words(plain(meaning))[:1] and words(plain(meaning))[0][:4] == words(one.term)[0][:4]
    if short >= 4 and not circular and (_LIST.search(plain(meaning)) is None or short <= 22):
        yield Idea("flashcard", _what_is(one, statement), _capital(meaning) + ".", strength - 3)


def _value(one: Definition, statement: Statement, material: Material) -> Iterator[Idea]:
    """“Max age: 20 seconds”: how much it is."""
    if is_plural(one.term) or not (one.bold or _in_a_glossary(one, material) or is_a_name(one.term)):
        return
    if is_order(one.term) or is_base(one.term.split()[0]) or _LONG_TERM.search(one.term):
        return
    stem = f"{setting_without(statement, one.term)}What is the value of **{one.term}**?"
    yield Idea(
        "flashcard", stem, _capital(sentence(light(one.meaning))) + ".", 67.0, rationale=statement.plain
    )


def _strength(one: Definition, material: Material) -> float:
    """0 when it is no definition to be asked about."""
    listed = _in_a_glossary(one, material)
    named = is_a_name(one.term) or one.mark == "="
    if _is_no_label(one.term) or _is_identifier(one.meaning):
        return 0.0
    if one.mark.endswith(">") or (not one.bold and material.is_title_elsewhere(one)):
        return 0.0
    if not _is_meaning(one, 2 if listed else 4) or is_order(one.term) or _LONG_TERM.search(one.term):
        return 0.0
    if not one.bold and not listed and (not named or len(words(plain(one.meaning))) < 5):
        return 0.0
    if not _defines(one.meaning):
        return 63.0 if one.bold else 0.0  # a whole sentence: “what is meant by …”
    return 75.0 if one.bold else 62.0


def _is_no_label(term: str) -> bool:
    """A count, an order, a state, or a name with a remark: “What is …” does not fit it."""
    first, _, rest = term.partition(" ")
    if _NO_LABEL.match(term) or _LOWER_ASIDE.search(term):
        return True
    return is_base(first) and bool(re.match(r"(?:an?|the|your|to|in|on|with|new|from)\b", rest))


def _is_identifier(meaning: str) -> bool:
    """Nothing but code or names of settings: where it is written, not what it is."""
    bare = re.sub(r"`[^`]*`", "", meaning)
    said = [word for word in words(bare) if word not in ("and", "or")]
    return not said or all(
        re.search(r"[._/]|[a-z][A-Z]|[A-Z]{4}", word) for word in bare.split() if len(word) > 3
    )


def _which(
    one: Definition, meaning: str, statement: Statement, material: Material, strength: float
) -> Iterator[Idea]:
    """From the meaning to the term."""
    stem = _described(one, meaning, statement)
    choices = terms_like(one, material, stem)
    if len(words(plain(meaning))) < 4:
        beside = {other.term for other in material.by_group.get(one.group, ())}
        choices = [choice for choice in choices if choice.text in beside]
    if len(choices) >= ENOUGH:
        strength += min(len(words(plain(meaning))), 12) / 2
        yield Idea("multiple_choice", stem, one.term, strength, _whole(one, meaning), choices=tuple(choices))


def _in_a_glossary(one: Definition, material: Material) -> bool:
    """Most of the list that it stands in are terms with meanings, written in the same way."""
    members = material.members_of.get(one.group, ())
    if not 3 <= len(members) <= _LONG_LIST:
        return False
    alike = [material.definition_of.get(member.index) for member in members]
    return sum(other is not None and other.mark == one.mark for other in alike) >= max(3, 0.7 * len(members))


def _is_meaning(one: Definition, least: int) -> bool:
    """A meaning that says enough, and not a condition, a value or a bare list of names."""
    parts = words(plain(one.meaning))
    if (
        not least <= len(parts) <= 40
        or starts_with_pronoun(one.meaning)
        or _CONDITION.match(plain(one.meaning))
    ):
        return False
    if one.mark in {"=", "→", "=>", "->"} and not one.bold and len(parts) < 5:
        return False
    if _ADVICE.match(plain(one.meaning)) or _STATE.match(plain(one.meaning)):
        return False
    commas = plain(one.meaning).count(",")
    return commas < 4 and commas / len(parts) < 0.2 and ":" not in plain(one.meaning)


def _defines(meaning: str) -> bool:
    """A noun phrase or a predicate, and not a sentence with a subject of its own."""
    bare = plain(meaning)
    if re.match(r"\d|(?:each|every|in|on|at|you|there)\b", bare, re.IGNORECASE):
        return False
    if _verb_in(bare) or is_base(re.sub(r"^\w+ly\s", "", bare).split(" ")[0]):
        return True
    if (parts := split_clause(bare)) and not re.search(r"\b(?:that|which|who|where|to)\b", parts[0]):
        return False
    if _PREDICATE.match(bare):
        return True
    return _FINITE.search(" ".join(bare.split()[:7])) is None


def _gives_away(one: Definition) -> bool:
    """The meaning uses a telling word of the term."""
    telling = {word.removesuffix("s")[:6] for word in words(one.term) if len(word) > 2}
    said = {word.removesuffix("s")[:6] for word in words(plain(one.meaning).replace("_", " "))}
    return bool(telling & said)


def _described(one: Definition, meaning: str, statement: Statement) -> str:
    setting = setting_without(statement, one.term)
    return f"{setting}What is described here? “{_capital(meaning)}.”"


def _what_is(one: Definition, statement: Statement) -> str:
    setting = setting_without(statement, one.term)
    if one.mark == "." or not _defines(one.meaning):
        return f"{setting}What is meant by **{one.term}**?"
    head = plain(one.meaning)
    verb = _verb_in(head)
    if tells_its_work(head) or (verb and not verb.startswith(("is", "are", "was", "ha"))):
        return f"{setting}What {'do' if is_plural(one.term) else 'does'} **{one.term}** do?"
    if re.match(r"(?:to|for|[a-z]+ing)\b", head, re.IGNORECASE):
        return f"{setting}What {'are' if is_plural(one.term) else 'is'} **{one.term}** for?"
    if is_plural(one.term):
        return f"{setting}What are **{one.term}**?"
    return f"{setting}What is {_article(one, head)}**{one.term}**?"


def _verb_in(meaning: str) -> str:
    """The verb that a meaning begins with; "" when it begins with a noun: “Assets that …”."""
    first = meaning.partition(" ")[0]
    if base(first) and not _NOUN_NEXT.match(meaning) and starts_with_verb(meaning):
        return first.casefold()
    match = _VERB.match(f"{meaning[:1].lower()}{meaning[1:]}")
    if match is None or (
        match.group(0).endswith("s") and _NOUN_NEXT.match(meaning) and not base(match.group(0))
    ):
        return ""
    return match.group(0)


def _article(one: Definition, meaning: str) -> str:
    """`a ` for one thing of many (“Stage variable”, “a tower …”), nothing for a name."""
    if is_one_of_many(one.term):
        return article(one.term)
    if _ADJECTIVE.search(one.term):
        return ""
    if not re.match(r"an?\b", meaning, re.IGNORECASE) or not re.fullmatch(
        r"[A-Z]?[a-z]+(?:[ -][a-z]+)*", one.term
    ):
        return ""
    return article(one.term)


def _whole(one: Definition, meaning: str) -> str:
    return f"**{one.term}** – {meaning}."


def _capital(text: str) -> str:
    return (
        text[:1].upper() + text[1:]
        if text[:1].islower() and not re.match(r"[a-z]+[A-Z\d.:_-]", text)
        else text
    )
