"""What a publication changed and what taking it back would do, in words.

`publication.summary` (counts by noun) → sentence;  `pipeline().effect_of` → clauses beside the button
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from content.models import Publication
from quizzes.studio.pipeline import Effect

_NOUNS = {"topics": "topic", "facts": "fact", "questions": "question"}
# As publishing counts them → words; in the order in which an instructor wants to know. What is kept is not told.
_CHANGES = {
    "new": "new",
    "edited": "reworded",
    "answer_changed": "with another answer",
    "renamed": "renamed",
    "moved": "moved",
    "revived": "back",
    "back": "back",
    "review": "too unlike to be sure",
    "stale": "held, because their facts changed",
    "retired": "gone",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A publication in a list. `stands`: it has not been taken back."""

    publication: Publication
    changed: str
    stands: bool
    took_back: int | None  # number of the publication that this one took back
    by_notes: bool


def in_words(summary: dict[str, Any]) -> str:
    """“12 topics new; 40 questions new, 3 gone”; what stayed as it was is not told."""
    parts = []
    for plural, singular in _NOUNS.items():
        counts = summary.get(plural) or {}
        told = [f"{counts[name]:,} {words}" for name, words in _CHANGES.items() if counts.get(name)]
        if told:
            first, _, rest = told[0].partition(" ")
            noun = singular if first == "1" else plural
            parts.append(", ".join([f"{first} {noun} {rest}", *told[1:]]))
    return "; ".join(parts)


def lines_of(publications: list[Publication]) -> list[Line]:
    """Publications as their list shows them; `reverts` and `reverted_by` are joined already."""
    return [
        Line(
            publication=one,
            changed=in_words(one.summary),
            stands=not hasattr(one, "reverted_by"),
            took_back=one.reverts.number if one.reverts else None,
            by_notes=one.run_id is not None,
        )
        for one in publications
    ]


def effect_in_words(effect: Effect) -> list[str]:
    """What would happen, one clause each: “12 topics and 40 questions go away”, “3 come back”, …"""
    gone = _both(effect.topics_gone, effect.questions_gone)
    back = _both(effect.topics_back, effect.questions_back)
    found = []
    if gone:
        found.append(f"{gone} {_go(effect.topics_gone + effect.questions_gone, 'go')} away")
    if back:
        found.append(f"{back} {_go(effect.topics_back + effect.questions_back, 'come')} back")
    if effect.questions_changed:
        count = effect.questions_changed
        they = "it" if count == 1 else "they"
        found.append(f"{_count(count, 'question')} {_go(count, 'say')} again what {they} said")
    if not found:
        found.append("the text of the notes is again what it was")
    learners = effect.learners
    if learners:
        found.append(f"{_count(learners, 'learner')} {'has' if learners == 1 else 'have'} cards of them")
    return found


def _both(topics: int, questions: int) -> str:
    told = [_count(n, noun) for n, noun in ((topics, "topic"), (questions, "question")) if n]
    return " and ".join(told)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _go(number: int, verb: str) -> str:
    """The verb as it stands with this number: goes, comes, says."""
    return verb if number != 1 else {"go": "goes", "come": "comes", "say": "says"}[verb]
