"""What every question must still fulfil, whichever pattern made it: it names its subject, its setting is one, and its
answer is the one that the notes give.

The last step before `select.proposal`. Says nothing of style: that is `rubric`'s.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from quizzes.generation.clauses import is_subject
from quizzes.generation.material import Material
from quizzes.generation.model import Choice, Idea
from quizzes.generation.rubric import BLANK
from quizzes.generation.setting import is_a_story
from quizzes.generation.statements import Statement
from quizzes.generation.texts import normalise, plain
from quizzes.generation.wording import STOP_TITLES

LEAST = 62.0  # what stands below this was refused by readers more often than not
_SPARSE = 4.0  # what a term costs that nothing near it places
_TRUE_IN_A_STORY = frozenset(["definition", "is_a", "called", "of_it", "table", "name_all", "port"])
_SIGNS = re.compile("[\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]+ ?")
_KEPT = frozenset("✓✔✗✘➔➜➤❌✅")
# Titles that place nothing: where notes are kept, not what they are about.
_NO_PLACE = re.compile(
    r"(?:to (?:read|do|learn|review)|(?:other|misc|more|random|extra|general)? ?(?:stuff|notes?|things|info|tips)|"
    r"(?:example|part|section|chapter|lecture|lesson|module|day|week|unit|topic|slide|page|step|case) ?#?\d+[a-z]?|"
    r"examples?|untitled|todo|misc(?:ellaneous)?|q ?& ?a|definitions?|terms|key (?:concepts|points|terms|ideas)|"
    r"important|domain \d+)",
    re.IGNORECASE,
)
_WRITTEN = re.compile(r"[A-Z][a-z]*-[A-Z]\w|[A-Z]\w*[A-Z]|[a-z]\w*[A-Z]|[A-Z]\w*\d|\d\w*[A-Z]|\d\.\d")
_CODE = re.compile(r"`[^`]+`")
_WORD = re.compile(r"[A-Z][a-z]{2,}")
_QUANTITY = re.compile(r"\*\*(?P<word>Most|Some|Many|All|Several|Few|Only|Any|Other|Both|No)\s(?=\w)")
_SUM = re.compile(r"(?:\d|\[…\])[^=\n]{0,40}\s[-+*×/–]\s[^=\n]{0,60}=")
_HEDGED = re.compile(
    r"(?:…|\.\.\.|\betc\b\.?|\band (?:more|so on|others)|\bamong others)[\s).*]*$", re.IGNORECASE
)
_GOES_ON = re.compile(r"(?:It|They|This|That)\s(?:then|will then)\b|Then\b")
_HALF = re.compile(
    r"(?:Using|With|By(?! default)|From|Via|Through|Having|Written|Including|And|Or|But)\b|\w+ (?:and|or) \w+s\s"
)


def fit(pattern: str, idea: Idea, statement: Statement, material: Material) -> Idea | None:
    """The idea with its subject named and its setting tidied; None when it cannot be asked fairly."""
    if _is_unfair(pattern, statement, material):
        return None
    idea = _without_signs(idea)
    setting, body = _parts(idea.stem)
    if BLANK in body and ((idea.kind == "cloze" and _HALF.match(body)) or _SUM.search(body)):
        return None
    if match := _QUANTITY.search(body):
        if match["word"] in ("Only", "Any", "Other", "Both", "No", "Few"):
            return None
        body = f"{body[: match.start()]}**{body[match.end() :]}"
    setting = tuple(place for part in setting if (place := _place(part)))
    strength = idea.strength
    if not _has_names(idea) and not _is_placed(setting, body, material):
        name = _name_above(statement, material, idea.answer)
        if not name and "**" not in body and pattern != "default":
            return None
        if not name:
            strength -= _SPARSE
        elif name not in setting and name.casefold() not in body.casefold():
            setting = (_bare(name), *setting)
    stem = f"*{' › '.join(setting)}*\n\n{body}" if setting else body
    return replace(idea, stem=stem, strength=strength) if strength >= LEAST else None


def _is_unfair(pattern: str, statement: Statement, material: Material) -> bool:
    """True in a story alone, one of many, or half of what happens."""
    if pattern not in _TRUE_IN_A_STORY and is_a_story(statement):
        return True
    if pattern in ("says", "name_all", "use_for") and _HEDGED.search(statement.text):
        return True
    return pattern in ("says", "where", "condition") and _goes_on(statement, material)


def _parts(stem: str) -> tuple[tuple[str, ...], str]:
    """The places above a stem, outermost first, and the stem itself."""
    if not stem.startswith("*") or stem.startswith("**") or "*\n\n" not in stem:
        return (), stem
    setting, _, body = stem[1:].partition("*\n\n")
    return tuple(setting.split(" › ")), body


def _place(part: str) -> str:
    """A setting without what says nothing of where it is; "" when nothing is left."""
    above, _, last = part.rpartition(" – ")
    if not _NO_PLACE.fullmatch(last):
        return part
    return "" if _NO_PLACE.fullmatch(above) else above


def _is_placed(setting: tuple[str, ...], body: str, material: Material) -> bool:
    """Something in it goes by a name: a product, a protocol, an acronym, a command."""
    if _CODE.search(body) or any(_holds_name(part, material) or material.speaks_of(part) for part in setting):
        return True
    return _holds_name(body.replace(BLANK, " "), material, opening=True)


def _has_names(idea: Idea) -> bool:
    """Its options are names: they say what it is about."""
    return idea.kind == "multiple_choice" and bool(re.search(r"[A-Za-z]{3}", idea.answer))


def _name_above(statement: Statement, material: Material, answer: str) -> str:
    """The nearest title that holds a name and not the answer; else that of the whole notes, when it is one thing."""
    asked = normalise(answer)
    titles = (title for title in reversed(statement.trail) if f" {asked} " not in f" {normalise(title)} ")
    named = next((title for title in titles if _holds_name(title, material)), "")
    whole = statement.trail[0] if statement.trail else ""
    return named or (whole if is_subject(whole) and not _NO_PLACE.fullmatch(whole) else "")


def _holds_name(text: str, material: Material, opening: bool = False) -> bool:
    """A word written like a name: capitals inside, or a capital that the notes never take from it.

    `opening`: the first word has its capital from the sentence.
    """
    bare = plain(text)
    if any(len(found.group(0)) > 1 and found.group(0) not in _SHOUTED for found in _WRITTEN.finditer(bare)):
        return True
    begins = bare.split(" ", 1)[0]
    return any(
        word not in STOP_TITLES
        and material.is_name(found.group(0))
        and not (opening and begins == found.group(0))
        for found in _WORD.finditer(bare)
        for word in [found.group(0).casefold()]
    )


_SHOUTED = frozenset(
    ["NOT", "ONLY", "ALL", "AND", "OR", "MUST", "NO", "NEVER", "ALWAYS", "EACH", "ONE", "READ"]
)


def _goes_on(statement: Statement, material: Material) -> bool:
    """The line below says what happens then: this one is half of the story."""
    below = statement.index + 1
    if below >= len(material.statements) or material.statements[below].fact.topic != statement.fact.topic:
        return False
    return bool(_GOES_ON.match(material.statements[below].plain))


def _without_signs(idea: Idea) -> Idea:
    """Pictures drawn with characters say nothing in a question."""
    if not (
        _SIGNS.search(idea.stem)
        or _SIGNS.search(idea.answer)
        or any(_SIGNS.search(c.text) for c in idea.choices)
    ):
        return idea
    choices = tuple(Choice(_bare(one.text), one.rationale) for one in idea.choices)
    return replace(idea, stem=_bare(idea.stem), answer=_bare(idea.answer), choices=choices)


@lru_cache(maxsize=2_000)
def _bare(text: str) -> str:
    found = _SIGNS.sub(lambda match: match.group(0) if set(match.group(0).strip()) <= _KEPT else "", text)
    return re.sub(r" +(?=[.?\n]|\*\n|$)", "", found).strip()
