"""The line above a stem that says where a sentence stands, so that it can be understood alone."""

from __future__ import annotations

from content.ingest.markup import plain, words
from quizzes.generation.material import Statement
from quizzes.generation.wording import content_words, split_term

_LONGEST_LEAD = 14


def setting_of(statement: Statement, text: str) -> str:
    """`*Place › Lead*` and a blank line; parts that the text names by itself are left out."""
    parts = []
    if statement.place and not is_named(statement.place, text):
        parts.append(statement.place)
    lead = short_lead(statement)
    if lead and not is_named(lead, text):
        parts.append(lead)
    return f"*{' › '.join(parts).replace('*', '')}*\n\n" if parts else ""


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
