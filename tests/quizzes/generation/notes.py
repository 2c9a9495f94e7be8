"""Drafts of our own words for the patterns."""

from __future__ import annotations

from content.ingest.model import Draft
from content.ingest.read import read_notes
from content.ingest.reading import InputFile
from quizzes.generation import Known, Proposal, propose


def draft(text: str) -> Draft:
    return read_notes([InputFile("notes.md", text.encode())])


def proposed(text: str, pattern: str = "", others: tuple[Known, ...] = ()) -> list[Proposal]:
    made = propose(draft(text), others, most_per_topic=50)
    return [one for one in made if not pattern or one.pattern == pattern]


def key(one: Proposal) -> str:
    if "options" in one.payload:
        return next(str(option["text"]) for option in one.payload["options"] if option["correct"])
    return str(one.payload["answer"])


def wrong(one: Proposal) -> set[str]:
    return {str(option["text"]) for option in one.payload.get("options", []) if not option["correct"]}
