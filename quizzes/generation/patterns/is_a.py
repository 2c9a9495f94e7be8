"""`X is a Y`, where the notes know X by name or X stands above: what X is, and which one is a Y."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.generation.asking import clean, full, is_sound
from quizzes.generation.clauses import Clause, is_copula
from quizzes.generation.distractors import ENOUGH, terms_like
from quizzes.generation.english import is_plural
from quizzes.generation.material import Material
from quizzes.generation.model import Idea
from quizzes.generation.registry import pattern
from quizzes.generation.setting import setting_without
from quizzes.generation.statements import Statement
from quizzes.generation.texts import words
from quizzes.generation.wording import content_words

_VAGUE = re.compile(
    r"(?:an?|the)\s(?:same|best|only|first|last|most|least|great|good|bad|bit|lot|few|must|new|\w+ way to go)\b",
    re.IGNORECASE,
)
_NOUN_PHRASE = re.compile(r"(?:an?|the|one of)\s\S", re.IGNORECASE)
_PARTICIPLE = re.compile(
    r"(?:\w+ed|sent|made|kept|built|known|called|set|run|bound|given|shown|split|held|put|written|read|based|able|"
    r"available|not|only|always|in|on|at|for|free|compatible|similar|like|as|more|less|very|also|still|now|often|"
    r"responsible|subject|part|up|to|from|where|when|what|how|\w+ing)$",
    re.IGNORECASE,
)


@pattern("is_a")
def is_a(statement: Statement, material: Material) -> Iterator[Idea]:
    said = material.clause_of.get(statement.index)
    if said is None or not clean(statement) or not (what := _what_it_is(said)):
        return
    said_in = {word[:4] for word in words(said.subject)}
    if words(what) and words(what)[0][:4] in said_in:
        return  # “Cloning: clone an environment”
    if not is_sound(what, 4) or said.verb.casefold() not in {"is", "are", ""}:
        return
    be = said.verb.casefold() or ("are" if is_plural(said.subject) else "is")
    key = material.subject_of(statement, said)
    telling = {word.removesuffix("s") for word in words(said.subject) if len(word) > 2}
    if (
        said.verb
        and len(content_words(what)) >= 4
        and not telling & {word.removesuffix("s") for word in words(what)}
    ):
        stem = f"Which of these {be} {what[:1].lower() + what[1:]}?"
        choices = terms_like(key, material, stem) if not material.is_everywhere(said.subject) else []
        if len(choices) >= ENOUGH:
            yield Idea(
                "multiple_choice",
                stem,
                said.subject,
                78.0,
                rationale=statement.plain + ".",
                choices=tuple(choices),
            )
    if len(telling) >= 1:
        setting = setting_without(statement, said.subject)
        yield Idea(
            "flashcard",
            f"{setting}What {be} {_named(said)}?",
            full(what),
            76.0,
            rationale=statement.plain,
        )


def _what_it_is(said: Clause) -> str:
    """The noun phrase behind `is`, or the bare one under a title; "" when it is none."""
    if not is_copula(said):
        return said.rest if said.verb == "" else ""
    rest = said.rest
    if _VAGUE.match(rest):
        return ""
    if _NOUN_PHRASE.match(rest):
        return rest
    first = rest.split()[:1]
    if said.main_verb == "are" and first and not _PARTICIPLE.match(first[0]):
        near = re.split(r"\s(?:of|for|that|which|to|in|within|with|you|your)\s", rest)[0].split()
        if re.search(r"\s(?:of|that|which|for|to|in|within)\s", rest) and re.search(
            r"(?:al|ic|ing|ta)$", first[0]
        ):
            return rest  # “logical grouping of …”, “metadata in …”
        if any(re.search(r"[a-z]{2}s$", word) and not word.endswith("ss") for word in near[:5]):
            return rest
    return ""


def _named(said: Clause) -> str:
    """With the article that it has in the sentence; a name has none."""
    if said.article.casefold() in ("each", "every", "all"):
        return f"{'an' if said.subject[:1].casefold() in 'aeiou' else 'a'} **{said.subject}**"
    return said.named if said.article else f"**{said.subject}**"
