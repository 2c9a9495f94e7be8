"""A list under a line that announces it: name all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.ingest.identity import normalise
from content.ingest.markup import plain, words
from quizzes.generation.material import Material, Statement
from quizzes.generation.model import Idea
from quizzes.generation.registry import pattern
from quizzes.generation.setting import is_named
from quizzes.generation.wording import CLASS_TALK, STOP_HEADS, is_usable, split_term, starts_with_pronoun

_COUNT = {2: "both", 3: "all three", 4: "all four", 5: "all five", 6: "all six"}
_NOT_A_NAME = re.compile(
    r"(?:if|when|for example|example|e\.g|ex|note|how|why|in this|then|after|before|once|you|we|i|steps?|while|with|"
    r"without|use ?cases?|pros|cons|to)\b",
    re.IGNORECASE,
)
_COUNTABLE = re.compile(
    r"\b(?:types?|kinds?|modes?|options?|policies|levels?|classes|states?|phases?|stages?|components?|parts?|strategies|"
    r"methods?|ways?|features?|records?|metrics?|services?|models?|tiers?|patterns?|actions?|attributes?|events?|hooks?|"
    r"roles?|sources?|destinations?|targets?|protocols?|algorithms?|keys?|triggers?|elements?|resources?|values?|settings?|"
    r"categories|layers?|fields?|sections?|files?|rules?|deployments?|conditions?|integrations?|forms?|commands?|functions?|"
    r"languages?|engines?|formats?|things|tools?|include|includes|including|are|following)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(?:is|was|has|have|uses?|using|enables?|allows?|lets?|provides?|requires?|needs?|gives?|helps?|runs?|stores?|sends?|"
    r"makes?|takes?|works?|detect|define|create|configure|specify|choose|must|should|will|if|when)\b",
    re.IGNORECASE,
)


@pattern("name_all")
def name_all(statement: Statement, material: Material) -> Iterator[Idea]:
    """Asked once a list, at its first member; every item of the list must be a member."""
    members = material.members_of[statement.group]
    if not statement.lead or members[0] is not statement or len(members) not in _COUNT:
        return
    block = material.blocks.get((statement.fact.source, statement.fact.line_from))
    if block is None or material.items_under.get((statement.fact.source, block.parent or -1)) != len(members):
        return
    head = statement.lead.rstrip(" :").strip()
    if not _announces(head, statement):
        return
    names = [_name(member) for member in members]
    if not all(names) or len({name.casefold() for name in names}) < len(names):
        return
    strength = 70.0 - 2 * max(0, len(names) - 4)
    stem = f"{_setting(statement, head)}{head}: name {_COUNT[len(names)]}."
    yield Idea("flashcard", stem, "\n".join(f"- {name}" for name in names), strength)


def _setting(statement: Statement, head: str) -> str:
    return "" if is_named(statement.place, head) else f"*{statement.place}*\n\n"


def _announces(head: str, statement: Statement) -> bool:
    parts = words(head)
    if not 1 <= len(parts) <= 12 or _NOT_A_NAME.match(head) or CLASS_TALK.search(head):
        return False
    if starts_with_pronoun(head) or all(part in STOP_HEADS for part in parts):
        return False
    return bool(statement.place) and bool(_COUNTABLE.search(head)) and not _SENTENCE.search(head)


def _name(member: Statement) -> str:
    """What the member is called: its term, or itself when it is a few words; "" when it is a sentence."""
    if not is_usable(member.text) and not re.fullmatch(r"[\w .:/()-]{2,60}", member.plain):
        return ""
    parts = split_term(member.text)
    name = parts[0] if parts else plain(member.text).rstrip(" .;,")
    if normalise(name) in STOP_HEADS or re.match(r"(?:min|max)", name, re.IGNORECASE):
        return ""
    if not name or len(words(name)) > 7 or starts_with_pronoun(name) or CLASS_TALK.search(name):
        return ""
    return name
