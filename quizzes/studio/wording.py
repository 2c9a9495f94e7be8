"""A question's words as a form: stem, answer or options with their key, rationale. For proposals and published ones.

question → `Wording` → form → `read` → `Wording` with `errors` by field, or words that its type can ask
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from quizzes import question_types
from quizzes.question_types.recall import HOLE

MOST_OPTIONS = 10
SPARE_OPTIONS = 1
_MOST_LETTERS = 20_000
_SOUND_STEM = f"What belongs here: {HOLE}?"


@dataclass(frozen=True, slots=True)
class OptionField:
    """One option of the form. `place` names its fields."""

    place: int
    text: str = ""
    says: str = ""
    correct: bool = False

    @property
    def number(self) -> int:
        return self.place + 1


@dataclass(frozen=True, slots=True)
class Wording:
    """`options` is empty for a kind that has an answer. `errors`: field (stem, answer, options) → sentences."""

    kind: str
    stem: str
    answer: str
    options: Sequence[OptionField]
    rationale: str
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def one_key(self) -> bool:
        return self.kind == "multiple_choice"

    @property
    def needs_hole(self) -> bool:
        return self.kind == "cloze"

    @property
    def payload(self) -> dict[str, Any]:
        if not self.options:
            return {"answer": self.answer}
        filled = [one for one in self.options if one.text or one.correct]
        return {
            "options": [
                {"text": one.text, "correct": one.correct, "rationale": one.says if one.text else ""}
                for one in filled
            ]
        }

    def to_json(self) -> dict[str, Any]:
        return {"stem": self.stem, "payload": self.payload, "rationale": self.rationale}


def can_be_written(kind: str) -> bool:
    """Drills have a desk of their own: see drill_desk."""
    return kind in question_types.kinds() and kind not in question_types.DRILLS


def wording(kind: str, stem: str, payload: Mapping[str, Any], rationale: str) -> Wording:
    """The form as it is opened, with room for another option."""
    options = [
        OptionField(place, str(one.get("text", "")), str(one.get("rationale", "")), bool(one.get("correct")))
        for place, one in enumerate(payload.get("options", ()))
    ]
    if options:
        spare = range(len(options), min(MOST_OPTIONS, len(options) + SPARE_OPTIONS))
        options += [OptionField(place) for place in spare]
    return Wording(kind, stem, str(payload.get("answer", "")), options, rationale)


def read(kind: str, sent: QueryDict, has_options: bool) -> Wording:
    """The form as it was sent, with what is wrong with it."""
    found = Wording(
        kind,
        _text(sent, "stem"),
        _text(sent, "answer"),
        _options(sent) if has_options else (),
        _text(sent, "rationale"),
    )
    return Wording(
        kind, found.stem, found.answer, found.options, found.rationale, _errors(found, has_options)
    )


def _errors(found: Wording, has_options: bool) -> dict[str, list[str]]:
    """What the question type finds wrong, beside the field that it is about."""
    check = question_types.get(found.kind).validate
    of_key = check(_SOUND_STEM, found.payload if found.options or not has_options else {"options": []})
    of_stem = [problem for problem in check(found.stem, found.payload) if problem not in of_key]
    errors = {"stem": of_stem, "options" if has_options else "answer": of_key}
    return {name: problems for name, problems in errors.items() if problems}


def _options(sent: QueryDict) -> list[OptionField]:
    keys = set(sent.getlist("key"))
    return [
        OptionField(place, _text(sent, f"option{place}"), _text(sent, f"says{place}"), str(place) in keys)
        for place in range(MOST_OPTIONS)
        if f"option{place}" in sent
    ]


def _text(sent: QueryDict, name: str) -> str:
    return sent.get(name, "").replace("\r\n", "\n").strip()[:_MOST_LETTERS]
