"""From ideas to proposals: three distractors, the rubric, a score, and the best few of each topic."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from content.ingest.identity import fingerprint
from quizzes.generation.distractors import ENOUGH
from quizzes.generation.model import Choice, Idea, Proposal, question_fingerprint
from quizzes.generation.rubric import flaws
from quizzes.generation.statements import Statement
from quizzes.generation.texts import normalise, plain

MOST_FLAWS = 1
_FLAW_COSTS = 14.0
FEW = 5
_HARD = {"blank_too_long", "answer_given"}  # one of these is one too many
_DEFINING = frozenset(["definition", "is_a", "called"])


def proposal(pattern: str, idea: Idea, statement: Statement) -> Proposal | None:
    """The idea as a question; None when it has more than one flaw."""
    if _is_told_above(idea):
        stem = idea.stem.partition("*\n\n")[2]
        if not re.search(r"[a-z][A-Z]|[A-Z]{2}|`", stem):
            return None  # without the line above nobody knows what it is about
        idea = replace(idea, stem=stem)
    wrong = _three(idea)
    found = flaws(idea.kind, idea.stem, idea.answer, [choice.text for choice in wrong])
    if len(found) > MOST_FLAWS or _HARD & set(found):
        return None
    fact = statement.fact
    answer = fingerprint(idea.answer)
    says = fingerprint(
        fact.fingerprint, fact.context
    )  # “Up to 10” is another statement under another heading
    return Proposal(
        kind=idea.kind,
        stem=idea.stem,
        payload=_payload(idea, wrong),
        rationale=idea.rationale,
        topic=fact.topic,
        fact=statement.index,
        source=fact.source,
        line_from=fact.line_from,
        line_to=fact.line_to,
        pattern=pattern,
        score=round(idea.strength - _FLAW_COSTS * len(found), 1),
        answer_fingerprint=answer,
        fingerprint=question_fingerprint(says, pattern, idea.kind, answer),
        sibling_group=says,
        flaws=found,
    )


def _is_told_above(idea: Idea) -> bool:
    """The line that says where the question stands holds its short answer."""
    setting, gap, _ = idea.stem.partition("*\n\n")
    answer = normalise(idea.answer)
    return bool(gap) and 0 < len(answer) <= 40 and f" {answer} " in f" {normalise(setting)} "


def _three(idea: Idea) -> Sequence[Choice]:
    """The three best distractors; of the best five, those that spare the item a flaw."""
    if len(idea.choices) <= ENOUGH:
        return idea.choices
    sets = list(combinations(idea.choices[:5], ENOUGH))
    return min(
        sets, key=lambda three: len(flaws(idea.kind, idea.stem, idea.answer, [one.text for one in three]))
    )


def _payload(idea: Idea, wrong: Sequence[Choice]) -> dict[str, Any]:
    if idea.kind != "multiple_choice":
        return {"answer": idea.answer}
    options = [
        {"text": idea.answer, "correct": True, "rationale": idea.key_rationale},
        *({"text": choice.text, "correct": False, "rationale": choice.rationale} for choice in wrong),
    ]
    # Options are shuffled at every showing; this order only must not tell the key to a reader of the export.
    return {"options": sorted(options, key=lambda option: fingerprint(idea.stem, str(option["text"])))}


def best_of_each_topic(made: Iterable[Proposal], most: int) -> list[Proposal]:
    """At most `most` a topic, the best first. A second question of a fact only fills up a topic that has few."""
    topics: dict[int, list[Proposal]] = defaultdict(list)
    seen: set[str] = set()
    for one in _unambiguous(list(made)):
        asked = fingerprint(_core(one.stem), one.answer_fingerprint)
        if one.fingerprint not in seen and asked not in seen:
            seen |= {one.fingerprint, asked}
            topics[one.topic].append(one)
    chosen = [one for proposals in topics.values() for one in _best(proposals, most)]
    return sorted(chosen, key=lambda one: (one.topic, one.fact, -one.score, one.pattern, one.kind))


def _unambiguous(made: Sequence[Proposal]) -> list[Proposal]:
    """Without stems that the notes answer in two ways. Of two definitions of one thing the better one stays."""
    by_stem: dict[str, list[Proposal]] = defaultdict(list)
    for one in made:
        by_stem[plain(one.stem)].append(one)
    kept: set[str] = set()
    for same in by_stem.values():
        if len({one.answer_fingerprint for one in same}) == 1:
            kept |= {one.fingerprint for one in same}
        elif all(one.pattern in _DEFINING and one.kind == "flashcard" for one in same):
            kept.add(max(same, key=lambda one: (one.score, -one.fact)).fingerprint)
    return [one for one in made if one.fingerprint in kept]


def _core(stem: str) -> str:
    """What makes a question the same one: without the line above, when it names its thing by itself."""
    bare = stem.partition("*\n\n")[2] if stem.startswith("*") else stem
    return plain(bare if "**" in bare or re.search(r"[a-z][A-Z]|[A-Z]{2}", bare) else stem)


def _best(proposals: list[Proposal], most: int) -> list[Proposal]:
    first: dict[int, Proposal] = {}
    second: dict[int, Proposal] = {}
    for one in sorted(proposals, key=lambda one: (-one.score, one.fact, one.pattern, one.kind)):
        if one.fact not in first:
            first[one.fact] = one
        elif one.fact not in second and one.kind != first[one.fact].kind:
            second[one.fact] = one
    best = [*first.values(), *[*second.values()][: max(0, FEW - len(first))]]
    once = {
        one.answer_fingerprint: one for one in reversed(best)
    }  # the same key a second time asks nothing new
    return [one for one in best if once[one.answer_fingerprint] is one][:most]
