"""`ask`: the learner foretells what becomes of resources, the order in which they are made, or what has drifted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.base import Check, Choice, Problem, Spec, Trace, Verdict, Widget
from quizzes.graders.cfn.setting_up import WAYS, happens
from quizzes.graders.cfn.template import load_template, read_template
from quizzes.graders.cfn.updating import ACTIONS, Outcome, drifted
from quizzes.graders.cfn.waves import trace
from quizzes.graders.engine.mutants import broken_choice, broken_order

ASKED = (*ACTIONS, "order", "drifted")
_SAYS = {
    "create": ("is made", "is not made"),
    "update": ("is changed in place", "is not changed in place"),
    "replace": ("is made anew", "is not made anew"),
    "delete": ("is deleted", "is not deleted"),
    "retain": ("stays, outside the stack", "does not stay outside the stack"),
    "snapshot": ("leaves a snapshot", "leaves no snapshot"),
    "keep": ("is not touched", "is touched"),
    "drifted": ("has drifted", "has not drifted"),
}


def outcome_of(spec: Spec) -> Outcome:
    template = read_template(load_template(spec["template"]))
    given = read_template(load_template(spec["given"])) if "given" in spec else template
    ways = {"order": "create", "drifted": "create"}
    return happens({"do": ways.get(spec["ask"], "update"), **spec}, given, template)


def problems(spec: Spec) -> Iterator[Problem]:
    if spec["ask"] not in ASKED:
        yield Problem("ask", f"This must be one of {', '.join(ASKED)}.")
        return
    if "template" not in spec or not isinstance(spec.get("say"), str):
        yield Problem("ask", "The drill needs `template`, and `say`: the rule that decides.")
        return
    if spec.get("do", "update") not in WAYS:
        yield Problem("do", f"This must be one of {', '.join(WAYS)}.")
        return
    if not isinstance(spec.get("actual") or {}, Mapping):
        yield Problem("actual", "This must be resources with their properties.")
        return
    outcome = outcome_of(spec)
    if outcome.refused is not None:
        yield Problem("template", str(outcome.refused))
    elif spec["ask"] == "order" and len(_resources(outcome)) < 2:
        yield Problem("template", "An order needs two resources that are made.")
    elif spec["ask"] != "order" and not _right(spec, outcome):
        yield Problem("ask", "The right answer is no resource at all; ask for something that happens.")


def widget(spec: Spec) -> Widget:
    kinds = _resources(outcome_of(spec))
    choices = tuple(Choice(name, f"`{name}` ({kinds[name]})") for name in sorted(kinds))
    return Widget("order" if spec["ask"] == "order" else "choices", choices=choices)


def right(spec: Spec) -> str:
    return "\n".join(_right(spec, outcome_of(spec)))


def mutate(answer: str, spec: Spec) -> Iterator[str]:
    """Other choices; of orders those that break a dependency."""
    keys = _keys(answer)
    outcome = outcome_of(spec)
    if spec["ask"] == "order":
        wrong = (other for other in broken_order(keys) if _misplaced(other, outcome))
        yield from ("\n".join(other) for other in wrong)
    else:
        yield from ("\n".join(other) for other in broken_choice(keys, sorted(_resources(outcome))))


def grade(answer: str, spec: Spec) -> Verdict:
    outcome = outcome_of(spec)
    names, keys = _resources(outcome), _keys(answer)
    strange = [key for key in keys if key not in names]
    if strange or len(set(keys)) < len(keys) or not keys:
        return Verdict.refused("Name resources of the template, each once, one a line.")
    drawn = trace("What happens", outcome)
    traces: tuple[Trace, ...] = (drawn,) if drawn and spec["ask"] != "drifted" else ()
    if spec["ask"] == "order":
        missed = _misplaced(keys, outcome)
        say = f"{spec['say']} {' '.join(missed[:3])}".strip()
        return Verdict((Check("The order", not missed, say),), trace=traces)
    wanted = set(_right(spec, outcome))
    checks = [
        Check(
            name, (name in keys) == (name in wanted), f"{spec['say']} {name} {_state(spec, name in wanted)}."
        )
        for name in sorted(names)
    ]
    return Verdict(tuple(checks), trace=traces)


def _state(spec: Spec, is_so: bool) -> str:
    return _SAYS[spec["ask"]][0 if is_so else 1]


def _keys(answer: str) -> list[str]:
    return [line.strip() for line in answer[:20_000].replace(",", "\n").splitlines() if line.strip()]


def _resources(outcome: Outcome) -> dict[str, str]:
    """Types of all resources that were or will be there, by name."""
    stacks = [stack for stack in (outcome.old, outcome.stack) if stack is not None]
    return {name: one.kind for stack in stacks for name, one in stack.resources.items()}


def _right(spec: Spec, outcome: Outcome) -> list[str]:
    if spec["ask"] == "order":
        return [name for wave in (outcome.stack.waves if outcome.stack else ()) for name in wave]
    happened: Mapping[str, Any] = outcome.actions
    if spec["ask"] == "drifted":
        states = drifted(outcome.stack, spec.get("actual") or {}) if outcome.stack else {}
        return sorted(name for name, state in states.items() if state != "IN_SYNC")
    found = {name for name, action in happened.items() if action == spec["ask"]}
    if spec["ask"] in ("retain", "snapshot"):  # also of those that are made anew
        found |= {name for name, action in outcome.left.items() if action == spec["ask"]}
    return sorted(found)


def _misplaced(keys: list[str], outcome: Outcome) -> list[str]:
    stack = outcome.stack
    if stack is None:
        return ["Nothing is made."]
    place = {key: at for at, key in enumerate(keys)}
    missing = [f"{name} is missing." for name in stack.resources if name not in place]
    wrong = [
        f"{one.name} needs {need} first."
        for one in stack.resources.values()
        for need in one.needs
        if place.get(need, 0) > place.get(one.name, len(keys))
    ]
    return missing + wrong
