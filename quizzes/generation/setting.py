"""The line above a stem that says where a sentence stands, so that it can be understood alone."""

from __future__ import annotations

import re

from quizzes.generation.clauses import OWN
from quizzes.generation.english import MODALS, split_clause, starts_with_verb
from quizzes.generation.material import Material
from quizzes.generation.statements import Statement
from quizzes.generation.texts import plain, words
from quizzes.generation.wording import CLASS_TALK, content_words, same_thing, split_term, starts_with_pronoun

_LONGEST_LEAD = 14
_TALK = re.compile(r"\b(?:we|i|let|you|your|our|following|below|above)\b", re.IGNORECASE)
_STORY = re.compile(
    r"\b(?:scenarios?|examples?|hands[- ]on|demo|labs?|exercise|use ?cases?|case stud(?:y|ies)|customers?|sample|"
    r"your case|practice|walkthrough|tutorial|real[- ]world)\b",
    re.IGNORECASE,
)


def setting_of(statement: Statement, text: str) -> str:
    """`*Place › Lead*` and a blank line; parts that the text names by itself are left out."""
    parts = []
    if statement.place and not is_named(statement.place, text):
        parts.append(statement.place)
    lead = short_lead(statement)
    if lead and not is_named(lead, text) and is_a_heading(lead):
        parts.append(lead)
    return f"*{' › '.join(parts).replace('*', '')}*\n\n" if parts else ""


def setting_without(statement: Statement, subject: str, place_too: bool = True) -> str:
    """The line above a stem that names `subject` itself: the parts that are not the subject, and say something."""
    parts = []
    if place_too and statement.place:
        if not _is_inside(statement.place, subject):
            parts.append(statement.place)
        elif len(words(subject)) == 1 and not re.search(r"[A-Z]", subject[1:]) and statement.upper:
            parts.append(statement.upper)  # “Resources” of what?
    lead = short_lead(statement)
    if lead and not _is_inside(lead, subject) and is_a_heading(lead):
        parts.append(lead)
    return f"*{' › '.join(parts).replace('*', '')}*\n\n" if parts else ""


def _is_inside(title: str, subject: str) -> bool:
    """One of the two names the other."""
    return same_thing(title, subject) or set(words(title)) <= set(words(subject))


def is_a_heading(lead: str) -> bool:
    """A few words without a verb in front: what a list is of, and not a statement of its own."""
    return (
        len(words(lead)) <= 8
        and split_clause(f"{lead} it") is None
        and not starts_with_pronoun(lead)
        and not CLASS_TALK.search(lead)
        and not _TALK.search(lead)
    )


def is_a_story(statement: Statement) -> bool:
    """It stands under a scenario, an example or an exercise: true there and not in general."""
    return bool(_STORY.search(statement.fact.context))


def with_subject(statement: Statement, text: str, material: Material) -> str:
    """“Are attached at …” under a name begins with that name; "" when it is not clear what the line is about."""
    verb = starts_with_verb(plain(text))
    if not verb:
        return f"You n{text[1:]}" if text.startswith("Need to ") else text
    if verb in MODALS and not re.match(r"\w+\s(?:not\s)?(?:be|have|only)\b", plain(text)):
        return f"You {text[:1].lower()}{text[1:]}" if verb in ("can", "must", "should") else ""
    said = material.clause_of.get(statement.index)
    if said is None or said.scope == OWN:
        return ""
    return f"{said.subject} {text[:1].lower()}{text[1:]}"


def short_lead(statement: Statement) -> str:
    """The parent bullet as a heading would say it: its term, or itself when it is short; "" when it is neither."""
    if not statement.lead:
        return ""
    parts = split_term(statement.lead)
    head = parts[0] if parts else statement.lead
    head = plain(head).rstrip(" :.")
    return head if len(words(head)) <= _LONGEST_LEAD else ""


def is_named(title: str, text: str) -> bool:
    """Every telling word of the title is in the text."""
    telling = content_words(title) or set(words(title))
    return telling <= (content_words(text) | set(words(plain(text))))
