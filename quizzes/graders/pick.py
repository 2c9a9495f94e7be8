"""`pick`: choose one, or all that apply. Every choice says why it is right or wrong.

    choices: {a: text, b: {text: …, say: why it is right or wrong}}
    right: [a, c]                       keys; usually computed: "{{kept}}"; an empty text in a list stands for nothing
    one: true                           exactly one may be chosen (radio buttons)
    show: {update: ecs, …}              a rolling update drawn after the answer (see quizzes.graders.bars)
    say                                 the rule behind it; used where a choice has no sentence of its own

The answer is the keys, one a line (or with commas). Each choice is one check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.bars import bars, show_problems
from quizzes.graders.base import Check, Choice, Grader, Problem, Spec, Verdict, Widget, grader
from quizzes.graders.engine.mutants import broken_choice
from quizzes.graders.order import MOST_ITEMS, read_keys, texts


@grader("pick")
class Pick(Grader):
    keys = frozenset({"choices", "right", "one", "say", "show"})

    def validate(self, spec: Spec) -> Iterator[Problem]:
        choices = spec.get("choices")
        if (
            not isinstance(choices, Mapping)
            or not 2 <= len(choices) <= MOST_ITEMS
            or not texts(_texts(choices))
        ):
            yield Problem(
                "choices", f"This must be 2 to {MOST_ITEMS} keys, each with a text or {{text, say}}."
            )
            return
        right = _right(spec)
        if right is None or not right or not right <= {str(key) for key in choices}:
            yield Problem("right", "This must name keys of `choices`, at least one.")
        elif spec.get("one") and len(right) != 1:
            yield Problem("right", "With `one: true`, exactly one key is right.")
        if not isinstance(spec.get("say"), str):
            yield Problem("say", "The drill needs `say`: the rule behind the choice.")
        yield from show_problems(spec.get("show"))

    def widget(self, spec: Spec) -> Widget:
        choices = tuple(Choice(str(key), text) for key, text in _texts(spec["choices"]).items())
        return Widget("choice" if spec.get("one") else "choices", choices=choices)

    def answers(self, spec: Spec) -> Iterator[str]:
        yield "\n".join(sorted(_right(spec) or ()))

    def wrong(self, spec: Spec) -> Iterator[tuple[str, str]]:
        """One choice too many, one too few, or another one; with the sentence of that choice."""
        right = _right(spec) or set()
        for key in (str(one) for one in spec["choices"]):
            keys = {key} if spec.get("one") else right ^ {key}
            if keys and keys != right:
                yield "\n".join(sorted(keys)), _say(spec, key)

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        keys = read_keys(answer, spec["choices"])
        if isinstance(keys, list):
            yield from (
                "\n".join(one) for one in broken_choice(keys, [str(key) for key in spec["choices"]]) if one
            )

    def grade(self, answer: str, spec: Spec) -> Verdict:
        keys = read_keys(answer, spec["choices"])
        if isinstance(keys, str):
            return Verdict.refused(keys)
        if spec.get("one") and len(keys) > 1:
            return Verdict.refused("Choose one.")
        right = _right(spec) or set()
        return Verdict(
            tuple(
                Check(text, (key in keys) == (key in right), _say(spec, key))
                for key, text in _texts(spec["choices"]).items()
            ),
            trace=(bars(spec["show"]),) if spec.get("show") else (),
        )


def _texts(choices: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(key): str(one.get("text", "") if isinstance(one, Mapping) else one)
        for key, one in choices.items()
    }


def _say(spec: Spec, key: str) -> str:
    one = next(value for name, value in spec["choices"].items() if str(name) == key)
    return str((one.get("say") if isinstance(one, Mapping) else "") or spec["say"])


def _right(spec: Spec) -> set[str] | None:
    right = spec.get("right")
    if isinstance(right, list):
        return {str(key) for key in right if key != ""}
    return {str(right)} if isinstance(right, str | int) else None
