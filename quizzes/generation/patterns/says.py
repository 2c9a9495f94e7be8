"""`X does Y`, where the notes know X by name or X stands above: what X does, and which of the named things does it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.generation.asking import clean, full, is_sound, tidy
from quizzes.generation.clauses import OWN, Clause, is_copula
from quizzes.generation.distractors import ENOUGH, terms_like
from quizzes.generation.english import MODALS, base, is_base, is_plural
from quizzes.generation.material import Material
from quizzes.generation.model import Idea
from quizzes.generation.registry import pattern
from quizzes.generation.setting import setting_without
from quizzes.generation.statements import Statement
from quizzes.generation.texts import words
from quizzes.generation.wording import content_words

_LETS = re.compile(r"(?:you|users?|customers?|developers?|one|clients?)\s+to\s+(?P<what>\S.*)$")
_LET = re.compile(r"(?:you|users?|customers?|developers?|one|clients?)\s+(?P<what>[a-z]\S*\s.*)$")
_TURN = re.compile(
    r",\s(?:but|so|which|and you|however|while|whereas|though|although)\b|,\s[\w ]{2,30}\s(?:is|are|can|will|must)\s"
)
_TO_WHOM = re.compile(
    r"(?P<whom>you|users|customers|developers|clients|applications|teams)\s(?:with\s)?(?P<what>(?:the|an?|more|full|\w+)\s.*)$"
)
_WITH = re.compile(r"(?P<with>with|on|of|to|from|against|for|in|by|at|into|as|like)\s+(?P<what>\S.*)$")
# What these take as an object is one answer; of others a thing does too many for “what does it …”.
_TELLING_WORDS = """
    support require prevent determine define control store provide contain include translate solve monitor
    handle generate replace verify ensure return manage track represent consist depend integrate protect map
    specify describe identify convert route distribute inspect inherit listen detect encrypt enforce
    guarantee expose eliminate reduce minimize maintain measure lack implement combine separate isolate
    restrict block validate evaluate use improve avoid capture collect automate simplify schedule execute
    assume elect learn offer copy forward hold
"""
_TELLING = frozenset(_TELLING_WORDS.split())
# What one thing of a kind does of these, others do as well: no way to tell them apart.
_COMMON = frozenset(
    ["support", "integrate", "work", "have", "use", "need", "require", "leverage", "offer", "include"]
)
_MEANS = frozenset(["use", "leverage"])
_VAGUE = frozenset(["have", "need", "be", "do", "make", "get"])
# Whatever it does it does to these: how is what is worth knowing.
_GENERIC = re.compile(
    r"(?P<object>(?:(?:your|the|all|all your|any)\s)?(?:data|objects?|files?|items?|messages?|traffic|requests?|"
    r"records?|resources?|information|content|packets?))\s"
    r"(?P<how>\w+ly\b.*|(?:across|by|in|within|using|via|through|over|at|on|from|between|into|with|to|only)\s.*)$"
)
_PURPOSE = re.compile(r"(?P<what>[^,]{3,60}?)\s(?P<end>(?:to|for|as|when|instead of)\s[^,]{6,})$")
_DULL_OBJECT = re.compile(
    r"(?:(?:the |a |an )?(?:required|right|correct|proper|appropriate|necessary|same|following)\b|"
    r"it|them|more|less|better|the same|everything|anything|things?|all|to be|up to|no|not|well|also|only)\b",
    re.IGNORECASE,
)


@pattern("says")
def says(statement: Statement, material: Material) -> Iterator[Idea]:
    said = material.clause_of.get(statement.index)
    if said is None or is_copula(said) or not said.verb or not clean(statement) or not is_sound(said.rest, 2):
        return
    if said.main_verb in MODALS:
        yield from _must(said, statement, material)
        return
    if re.match(r"(?:is|been|be)\b", said.rest):
        return
    yield from _which(said, statement, material)
    if (asked := _what(said, material)) is not None:
        verb, answer, strength = asked
        setting = setting_without(statement, said.subject)
        yield Idea("flashcard", f"{setting}{verb}", full(answer), strength, rationale=statement.plain)


def _must(said: Clause, statement: Statement, material: Material) -> Iterator[Idea]:
    """`X must have Y`, `X can route to Y`."""
    verb, _, rest = said.rest.partition(" ")
    modal = said.verb.casefold()
    if (
        modal not in {"must", "can", "should"}
        or not is_base(verb)
        or material.times_said(said.subject, modal) > 1
    ):
        return
    if said.scope != OWN and modal != "can" and verb not in {"have", "be", "support", "allow", "contain"}:
        return  # “Must configure …”: it is the reader who must
    own = _stems(said.subject)
    if own & _stems(rest) or re.match(r"(?:at (?:most|least)|up to)\b", rest):
        return
    if _TURN.search(rest) or _DULL_OBJECT.match(rest) or _second_verb(rest) or len(words(rest)) < 2:
        return
    if material.is_everywhere(said.subject) or (
        modal == "can" and verb not in _TELLING | {"use", "access", "reference"}
    ):
        return
    match = _WITH.match(rest)
    asked, answer = (f"{verb} {match['with']}", match["what"]) if match else (verb, rest)
    article = f"{said.article.lower()} " if said.article else ""
    stem = f"{setting_without(statement, said.subject)}What {modal} {article}**{said.subject}** {asked}?"
    yield Idea("flashcard", stem, full(answer), 66.0, rationale=statement.plain)


def _which(said: Clause, statement: Statement, material: Material) -> Iterator[Idea]:
    """From the predicate to the name."""
    telling = content_words(said.rest) - content_words(said.subject)
    own = {word.removesuffix("s")[:6] for word in words(said.subject) if len(word) > 2}
    if material.is_everywhere(said.subject) or _TURN.search(said.rest):
        return
    if len(telling) < 4 or own & {word.removesuffix("s")[:6] for word in words(said.rest)}:
        return
    if base(said.main_verb) in _COMMON or said.verb.casefold().startswith(
        ("also", "does not", "do not", "don't", "doesn't")
    ):
        return
    predicate = f"{said.verb[:1].lower()}{said.verb[1:]} {tidy_end(said.rest)}"
    key = material.subject_of(statement, said)
    where = "" if said.scope == OWN else setting_without(statement, said.subject, place_too=False)
    stem = f"{where}Which of these {predicate}?"
    choices = terms_like(key, material, stem)
    if len(choices) >= ENOUGH:
        yield Idea(
            "multiple_choice",
            stem,
            said.subject,
            76.0,
            rationale=statement.plain + ".",
            choices=tuple(choices),
        )
    elif said.scope == OWN and base(said.main_verb) and not is_plural(said.subject) and len(telling) >= 5:
        setting = setting_without(statement, said.subject) if not own & _stems(statement.place) else ""
        yield Idea(
            "flashcard",
            f"{setting}What {predicate}?",
            full(said.subject),
            68.0,
            rationale=statement.plain + ".",
        )


def _second_verb(rest: str) -> bool:
    """“… and stores it”: the predicate has two verbs."""
    return any(
        base(word) for word in re.findall(r"(?:,|\band|\bbut|\bthen)\s(?:\w+ly\s|can\s|then\s)?(\w+)", rest)
    ) or bool(re.search(r"\b(?:and|but)\s(?:can|will|must|is|are|has|have|does|do|you|it)\b", rest))


def _stems(text: str) -> set[str]:
    return {word.removesuffix("s")[:6] for word in words(text)}


def tidy_end(text: str) -> str:
    return text.strip(" .,;-–—")


Asked = tuple[str, str, float]  # question, answer, strength


def _what(said: Clause, material: Material) -> Asked | None:
    """From the name to what it does."""
    word = said.main_verb
    verb = base(word) or (word if is_base(word) else "")
    if not verb or re.search(r"\b(?:not|n't|never|also)\b", said.verb) or _DULL_OBJECT.match(said.rest):
        return None
    if _stems(tidy_end(said.rest.split(" using ")[0])) <= _stems(said.subject):
        return None  # “Lamps make lamps”
    own = {part.removesuffix("s") for part in words(said.subject)}
    if own <= {part.removesuffix("s") for part in words(said.rest)} or material.is_everywhere(said.subject):
        return None
    does = base(word) or not is_plural(said.subject)
    ask = f"What {'does' if does else 'do'} {said.named}"
    if verb in {"happen", "occur"}:
        when = re.match(r"(?:when|if|after|once|before)\b", said.rest)
        return (f"When{ask.removeprefix('What')} {verb}?", said.rest, 73.0) if when else None
    if for_whom := _for_whom(ask, verb, said.rest):
        return for_whom
    alone = material.times_said(said.subject, word) == 1
    if verb in _MEANS and alone and (match := _PURPOSE.match(said.rest)):
        return f"{ask} {verb} {match['end']}?", match["what"], 70.0
    if (
        _TURN.search(said.rest)
        or verb in _MEANS
        or verb in _VAGUE
        or (_second_verb(said.rest) and said.scope == OWN)
    ):
        return None
    return _object(ask, verb, said, alone, material.times_said(said.subject) == 1)


def _for_whom(ask: str, verb: str, rest: str) -> Asked | None:
    """`lets you …`, `provides users with …`."""
    if verb in {"allow", "enable"} and (match := _LETS.match(rest)):
        return f"{ask} {verb} you to do?", match["what"], 72.0
    if verb in {"let", "help"} and (match := _LET.match(rest) or _LETS.match(rest)):
        return f"{ask} {verb} you do?", match["what"], 72.0
    if verb in {"provide", "give", "offer"} and (match := _TO_WHOM.match(rest)):
        return f"{ask} {verb} {match['whom']} with?", match["what"], 68.0
    return None


def _object(ask: str, verb: str, said: Clause, alone: bool, only: bool) -> Asked | None:
    """What the verb takes, when it is the one thing said so; else all that is said, when nothing else is."""
    if (match := _GENERIC.match(said.rest)) and not _second_verb(said.rest):
        return f"How{ask.removeprefix('What')} {verb} {match['object']}?", match["how"], 68.0
    if verb in _TELLING and alone and not _second_verb(said.rest):
        if match := _WITH.match(said.rest):
            return f"{ask} {verb} {match['with']}?", match["what"], 68.0
        return f"{ask} {verb}?", said.rest, 66.0
    if only and len(words(said.rest)) >= 4 and said.scope != OWN:
        return f"{ask} do?", tidy(f"{said.verb} {said.rest}"), 66.0
    return None
