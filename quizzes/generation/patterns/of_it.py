"""Short lines under a name that say one thing of it: its use cases, what it is good for, how it is charged."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.generation.asking import full
from quizzes.generation.clauses import is_subject, light
from quizzes.generation.english import is_plural, points_away, second_person
from quizzes.generation.material import Material
from quizzes.generation.model import Idea
from quizzes.generation.purpose import purpose
from quizzes.generation.registry import pattern
from quizzes.generation.rubric import BLANK
from quizzes.generation.setting import is_a_story, setting_without
from quizzes.generation.statements import Statement
from quizzes.generation.texts import words
from quizzes.generation.wording import CLASS_TALK, is_usable, sentence, split_term

_HEADS = re.compile(
    r"(?P<head>(?:common |typical |main |key )?(?:use ?cases?|advantages?|disadvantages?|pros|cons|benefits?|"
    r"drawbacks?|limitations?|components?|purpose|prerequisites?|inputs?|outputs?|requirements?))\s*(?::|–|-)\s*(?P<what>\S.{4,})$",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"(?P<state>(?:fully |automatically |only |not )?(?:[a-z]{2,}ed|built|bound|set|kept|compatible|available|"
    r"responsible|made up|free|accessible|integrated)) "
    r"(?P<by>with|by|to|at|in|on|per|for|from|into|through|via|using) (?P<end>\S.{2,60})$",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"(?:the same|same|a lot|many|all|everything|anything|you|it|them|this|that|above|below)\b", re.IGNORECASE
)


@pattern("of_it")
def of_it(statement: Statement, material: Material) -> Iterator[Idea]:
    if statement.fact.kind in ("code", "comparison") or (is_a_story(statement) and not statement.lead):
        return
    text = second_person(light(sentence(statement.text)))
    name = _name_above(statement)
    if (
        not name
        or not is_usable(text)
        or "!" in text
        or CLASS_TALK.search(text)
        or len(words(text)) > 30
        or points_away(text)
    ):
        return
    if statement.lead and not material.knows(name):
        return  # a phrase above a list, not a name
    be = "are" if is_plural(name) else "is"
    setting = setting_without(statement, name)
    if match := _HEADS.match(text):
        asks = "are" if _many(match["head"], match["what"]) else "is"
        if re.match(r"use ?case", match["head"], re.IGNORECASE) and not re.search(
            r",|\band\b|/", match["what"]
        ):
            return  # one use of many
        stem = f"{setting}What {asks} the {match['head'].lower()} of **{name}**?"
        yield Idea("flashcard", stem, full(match["what"]), 68.0, rationale=statement.plain)
    elif asked := purpose(name, text):
        yield Idea("flashcard", setting + asked[0], asked[1], 68.0, rationale=statement.plain)
    elif (
        (match := _STATE.match(text))
        and not _VAGUE.match(match["end"])
        and not re.search(r"default|,", text)
        and len(words(match["end"])) <= 8
    ):
        state = f"{match['state'][:1].lower()}{match['state'][1:]} {match['by']}"
        end, why, rest = _until_purpose(match["end"])
        stem = f"{setting}{name[:1].upper()}{name[1:]} {be} {state} {BLANK}{why}{rest}."
        yield Idea("cloze", stem, sentence(end), 64.0, rationale=statement.plain)


def _until_purpose(end: str) -> tuple[str, str, str]:
    """By whom, and what for: the gap ends before “for”, “when”."""
    parts = re.split(r"(\s(?:for|when|if|while|so that)\s)", end, maxsplit=1)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (end, "", "")


def _name_above(statement: Statement) -> str:
    """The bullet above when it is a name; the title when there is no bullet above."""
    if not statement.lead:
        return statement.place if is_subject(statement.place) else ""
    parts = split_term(statement.lead)
    lead = parts[0] if parts else statement.lead.rstrip(" :.")
    return lead if is_subject(lead) else ""


def _many(head: str, what: str) -> bool:
    return is_plural(head) or head.casefold().endswith(("pros", "cons"))
