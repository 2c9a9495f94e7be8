"""A list under the line or the title that announces it: name all of them, in their order where it has one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from content.ingest.model import Block, BlockKind
from quizzes.generation.asking import tidy
from quizzes.generation.clauses import is_subject, light
from quizzes.generation.english import (
    MODALS,
    base,
    is_base,
    is_plural,
    lower_first,
    points_away,
    second_person,
    split_clause,
    starts_with_verb,
)
from quizzes.generation.material import Material
from quizzes.generation.model import Idea
from quizzes.generation.registry import pattern
from quizzes.generation.setting import is_named
from quizzes.generation.statements import Statement
from quizzes.generation.texts import normalise, plain, words
from quizzes.generation.wording import CLASS_TALK, STOP_HEADS, is_usable, split_term, starts_with_pronoun

_COUNT = {2: "both", 3: "all three", 4: "all four", 5: "all five", 6: "all six", 7: "all seven"}
_NUMBER = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "both": 2} | {
    str(n): n for n in range(2, 8)
}
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
    r"languages?|engines?|formats?|things|tools?|include|includes|including|following|criteria|goals?|principles|"
    r"pillars?|properties|addresses|versions?|platforms?|providers?|techniques|messages?|timers?|strategy|order|priority)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(?:is|was|has|have|uses?|using|enables?|allows?|lets?|provides?|requires?|needs?|gives?|helps?|runs?|stores?|sends?|"
    r"makes?|takes?|works?|detect|define|create|configure|specify|choose|must|should|will|if|when)\b",
    re.IGNORECASE,
)
_HAS_FOLLOWING = re.compile(
    r"(?P<subject>[^,;:]{2,40}?)\s(?P<verb>has|have|supports?|offers?|provides?|uses?|contains?|requires?|needs?)\s"
    r"(?:the\s)?following\s(?P<noun>[a-z][a-z -]{2,40})$"
)
_FOLLOWING = re.compile(r"\b(?:includes?|including|following|are|criteria)\b", re.IGNORECASE)
_AFTER_AN_ORDER = frozenset(
    ["and", "or", "the", "a", "an", "your", "all", "these", "to", "in", "on", "with", "from"]
)
# The author says that the list is not complete.
_OPEN_LIST = re.compile(
    r"\b(?:usually|often|typically|mostly|commonly|e\.g|eg|such as|for example|for instance|examples?|some|etc|like|"
    r"mainly|and more|and so on|among others|could be|can be|may be)\b|…|\.\.\.",
    re.IGNORECASE,
)
_IN_ORDER = re.compile(
    r"\b(?:steps?|process|order|workflow|life ?cycle|priority|precedence|sequence)\b",
    re.IGNORECASE,
)


@pattern("name_all")
def name_all(statement: Statement, material: Material) -> Iterator[Idea]:
    """Asked once a list, at its first member; every item of the list must be a member."""
    members = material.members_of[statement.group]
    if members[0] is not statement or len(members) not in _COUNT:
        return
    if _OPEN_LIST.search(statement.lead) or any(_OPEN_LIST.search(one.text) for one in members):
        return
    block = material.blocks.get((statement.fact.source, statement.fact.line_from))
    if block is None or not _is_whole(statement, members, block, material):
        return
    ordered = bool(re.match(r"\d", block.info))
    named = second_person(_head(statement.lead) or statement.place).rstrip(" :").strip()
    head = re.sub(r"\s(?:are|is|be|include|includes|including)$", "", named)
    ask = _ask(head, named, len(members), ordered, statement) or _ask_of_verb(named, len(members))
    if ask is None or (starts_with_verb(head) and not (ask := _with_subject(ask, head, statement))):
        return
    names = [_step(member) if ask.endswith("in order.") else _name(member) for member in members]
    if not all(names) or len({name.casefold() for name in names}) < len(names):
        return
    mark = [f"{at}." for at in range(1, len(names) + 1)] if ask.endswith("in order.") else ["-"] * len(names)
    answer = "\n".join(f"{one} {name}" for one, name in zip(mark, names, strict=True))
    if (
        len(words(answer)) > 45
        or _is_given(names, head)
        or all(re.fullmatch(r"\w+ \d+", name) for name in names)
    ):
        return
    stem = f"{_setting(statement, ask)}{ask}"
    yield Idea("flashcard", stem, answer, 70.0 - 2 * max(0, len(names) - 4))


def _head(lead: str) -> str:
    """The announcing line; of a term with its meaning the term alone."""
    parts = split_term(lead)
    return parts[0] if parts else lead


def _is_whole(statement: Statement, members: Sequence[Statement], block: Block, material: Material) -> bool:
    """The members are all items of one list and nothing else stands among them."""
    if statement.lead:
        return material.items_under.get((statement.fact.source, block.parent or -1)) == len(members)
    if block.kind != BlockKind.ITEM or len(material.statements_in[statement.fact.topic]) != len(members):
        return False
    blocks = [material.blocks.get((one.fact.source, one.fact.line_from)) for one in members]
    return all(
        one is not None and one.kind == BlockKind.ITEM and one.parent == block.parent for one in blocks
    )


def _ask(head: str, named: str, count: int, ordered: bool, statement: Statement) -> str | None:
    """The question that the announcing line becomes; None when it announces no list of names."""
    parts = words(head)
    if not 1 <= len(parts) <= 14 or CLASS_TALK.search(head) or points_away(head) or re.search(r"[?!.]", head):
        return None
    if starts_with_pronoun(head) or all(part in STOP_HEADS for part in parts) or not statement.place:
        return None
    if is_base(parts[0]) and parts[1:2] and parts[1] in _AFTER_AN_ORDER:
        return None
    if (
        any(_NUMBER.get(part) == count for part in words(re.sub(r"\([^()]*\)", "", head)))
        and _COUNTABLE.search(head)
        and not re.match(r"if|when", head, re.IGNORECASE)
    ):
        return f"{tidy(head)}: name {_COUNT[count]}."
    if ordered and _IN_ORDER.search(head) and len(parts) <= 8 and not head.casefold().startswith("in "):
        return f"{tidy(head)}: name {_COUNT[count]} in order."
    if _NOT_A_NAME.match(head) or not _COUNTABLE.search(head) or _SENTENCE.search(head) or len(parts) > 12:
        return None
    if " – " in head or not (is_plural(head) or _FOLLOWING.search(named)):
        return None  # the singular does not announce a list
    return f"{tidy(head)}: name {_COUNT[count]}."


def _ask_of_verb(head: str, count: int) -> str | None:
    """“Snapshots are used for”, “Athena integrates with”: the question that the open verb asks."""
    if following := _HAS_FOLLOWING.match(head):
        verb = base(following["verb"]) or following["verb"]
        do = "does" if base(following["verb"]) and not is_plural(following["subject"]) else "do"
        asked = f"Which {following['noun']} {do} {lower_first(following['subject'])} {verb}?"
        return f"{asked} Name {_COUNT[count]}." if not starts_with_pronoun(head) else None
    parts = split_clause(f"{head} it and it")
    if parts is None or points_away(head) or CLASS_TALK.search(head) or len(words(head)) > 9:
        return None
    subject, verb, rest = parts
    rest = rest.removesuffix("it and it").strip()
    if starts_with_pronoun(subject) or len(words(rest)) > 3 or re.search(r"\bnot\b", verb):
        return None
    subject = lower_first(subject) if subject.split()[0] in ("The", "A", "An", "Each") else subject
    last = verb.split()[-1].casefold()
    ends = rest.split()[-1:] in (
        ["for"],
        ["with"],
        ["to"],
        ["on"],
        ["by"],
        ["from"],
        ["as"],
        ["in"],
        ["of"],
        ["against"],
    )
    if last in ("is", "are") and ends and len(words(rest)) >= 2:
        return f"What {verb} {subject} {rest}? Name {_COUNT[count]}."
    bare = base(last) or (last if is_base(last) else "")
    if bare and bare not in {"have", "include"} and (not rest or ends):
        before = verb.rsplit(" ", 1)[0] + " " if " " in verb else ""
        asked = f"{subject} {before}{bare} {rest}".strip()
        return (
            f"What {'do' if is_plural(subject) or not base(last) else 'does'} {asked}? Name {_COUNT[count]}."
        )
    if last in MODALS and is_base(rest.split(" ")[0] if rest else "") and (len(words(rest)) == 1 or ends):
        return f"What {last} {subject} {rest}? Name {_COUNT[count]}."
    return None


def _with_subject(ask: str, head: str, statement: Statement) -> str:
    """“Consists of two messages” under a name begins with that name; "" when there is no name."""
    verb, _, rest = ask.partition(" ")
    if (
        not is_subject(statement.place)
        or head.split()[0].casefold() in MODALS
        or is_plural(statement.place) == bool(base(verb))
    ):
        return ""
    return f"{statement.place} {verb.lower()} {rest}"


def _setting(statement: Statement, head: str) -> str:
    return "" if is_named(statement.place, head) else f"*{statement.place}*\n\n"


def _name(member: Statement) -> str:
    """What the member is called: its term, or itself when it is a few words; "" when it is a sentence."""
    if not is_usable(member.text) and not re.fullmatch(r"[\w .:/()-]{2,60}", member.plain):
        return ""
    parts = split_term(member.text)
    name = parts[0] if parts else plain(member.text).rstrip(" .;,")
    if normalise(name) in STOP_HEADS or re.match(r"(?:min|max)", name, re.IGNORECASE):
        return ""
    if parts and (len(words(plain(parts[1]))) < 2 or re.fullmatch(r"[`\d. :/-]+", parts[1])):
        return ""  # a name with its value: both are worth knowing, the name alone is not
    if not parts and split_clause(name) is not None:
        return ""
    if not name or len(words(name)) > 7 or starts_with_pronoun(name) or CLASS_TALK.search(name):
        return ""
    return name


def _step(member: Statement) -> str:
    """One step of a process, as it stands."""
    text = light(member.text).rstrip(" .;,")
    if not is_usable(member.text) or not 1 <= len(words(text)) <= 14 or CLASS_TALK.search(text):
        return ""
    return _name(member) or ("" if starts_with_pronoun(text) else second_person(text))


def _is_given(names: Sequence[str], head: str) -> bool:
    """Most of the answer stands in the question."""
    said = set(words(head))
    return sum(set(words(name)) <= said for name in names) * 2 > len(names)
