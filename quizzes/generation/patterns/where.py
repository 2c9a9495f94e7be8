"""Where a thing is kept or defined, and how it is: `X is stored in Y`, `X is asynchronous`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.generation.asking import clean, full, is_sound
from quizzes.generation.clauses import is_copula
from quizzes.generation.english import lower_first
from quizzes.generation.material import Material
from quizzes.generation.model import Idea
from quizzes.generation.registry import pattern
from quizzes.generation.rubric import BLANK
from quizzes.generation.setting import is_a_story, setting_of
from quizzes.generation.statements import Statement
from quizzes.generation.texts import words
from quizzes.generation.wording import content_words, names_something

_WHERE = re.compile(
    r"(?P<what>[^,;:()]{3,60}?)\s(?P<be>is|are|can be|must be|should be)\s(?P<adverb>\w+ly\s|only\s|always\s)?"
    r"(?P<did>stored|defined|kept|located|configured|declared|placed|hosted|specified|recorded|logged|found|saved|written|"
    r"installed|executed|used|held|published|placed|listed|created|managed)\s"
    r"(?P<place>(?:in|inside|on|within|under|outside|at|anywhere|across)\s[^,;:]{3,70})$"
)
# How, not where: “in parallel”, “in JSON format”.
_MANNER = re.compile(
    r"(?:in|at|on|within)\s(?:parallel|order|sequence|batch(?:es)?|layers?|turns?|series|advance|general|real[- ]time|"
    r"bulk|chunks?|pairs|groups|full|parts?|detail|addition|isolation|combination|conjunction|memory|rest|transit|"
    r"plain ?text|time|times|once|scale|demand|minutes|seconds|bytes|bits|units)\b|"
    r".*\b(?:formats?|form|notation|language|style|mode|way|manner|order|terms|syntax|basis)$",
    re.IGNORECASE,
)
_IN = re.compile(r"\b(?:is|are|be)\b.*\b(?:in|inside|on|within|under|outside|at|anywhere|across)\b")
_LEVEL = re.compile(r"\slevel$")
_STATE = re.compile(
    r"(?P<state>[a-z][a-z-]{4,}(?:ous|ory|ive|al|less|able|ible|ic|ent|ant|ful|ral|ct|ary|ed))"
    r"(?P<tail>(?:\s(?:for|by|in|to|across|per|between|within|with|at|when)\s[^,;:]{3,60})?)$"
)
_DULL = re.compile(
    r"(?:important|essential|critical|useful|helpful|different|available|possible|responsible|special|identical|similar|"
    r"expensive|ideal|natural|actual|relevant|significant|excellent|used|called|based|needed|updated|created|made|done|given|sufficient|able|simple|needed)$"
)


@pattern("where")
def where(statement: Statement, material: Material) -> Iterator[Idea]:
    text = clean(statement)
    if not text or is_a_story(statement):
        return
    match = _WHERE.match(text) if _IN.search(text) else None
    if match and _MANNER.match(match["place"]):
        return
    if match and not _LEVEL.search(match["place"]) and _is_known(match["what"], statement, material):
        if content_words(match["place"]) and is_sound(match["place"], 2, 12):
            be, _, last = match["be"].partition(" ")
            what = lower_first(match["what"], material.small_words)
            did = f"{last} {match['adverb'] or ''}{match['did']}".strip()
            stem = f"{setting_of(statement, match['what'])}Where {be} {what} {did}?"
            yield Idea("flashcard", stem, full(match["place"]), 71.0, rationale=statement.plain)
        return
    said = material.clause_of.get(statement.index)
    if said is None or not is_copula(said) or said.verb.casefold() not in {"is", "are"}:
        return
    rest = said.rest.removeprefix("not ")
    state = _STATE.match(rest)
    done = state is not None and state["state"].endswith("ed") and state["tail"]
    if (
        state
        and not done
        and rest == said.rest
        and not _DULL.match(state["state"])
        and len(words(state["tail"])) <= 8
    ):
        subject = f"{said.article} {said.subject}".strip()
        stem = f"{subject[:1].upper()}{subject[1:]} {said.verb.lower()} {BLANK}{state['tail']}."
        yield Idea(
            "cloze", setting_of(statement, stem) + stem, state["state"], 62.0, rationale=statement.plain
        )


def _is_known(what: str, statement: Statement, material: Material) -> bool:
    bare = re.sub(r"^(?:The|An?|Each|All)\s", "", what)
    return names_something(bare) and is_sound(bare, 1, 7) and len(content_words(bare)) >= 1
