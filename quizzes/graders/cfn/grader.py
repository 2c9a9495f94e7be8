"""The grader `cfn`: the learner writes a template, or foretells what becomes of one.

    given: |                        the template of the stack as it is (for `do: update`)
    frame: |, edit: Resources.X     the answer is put into this template at this place
    parameters, region, account, stack, exports, imported, zones      for every check; each may have its own
    replaces: {AWS::X::Y: [Prop]}   properties of further types that make a resource anew
    checks:
      - do: create                  or update (from `given`, or from the answer itself), or delete
        parameters: {Stage: prod}
        was: {Stage: test}          parameters of the stack before an update (`parameters` when left out)
        exports: {name: value}      what other stacks export;  imported: [names that other stacks import]
        expect: {…}                 some of `expecting.EXPECTED`: made, missing, values, absent, outputs, exports,
                                    conditions, order, together, actions, left, types, refused
        label, say, hidden          as in every drill

    ask: replace                    instead: foretell. Which resources of `template` (an update of `given`, or of itself
                                    with `was`) are replaced? also create, update, delete, retain, snapshot, keep;
    ask: order                      in which order are the resources of `template` made?
    ask: drifted                    which differ from `template`? `actual`: {Bucket: {Prop: value}, Queue: null}
    template: |, do, say

Resources that are not made yet have marks for values: <Bucket> for Ref, <Bucket.Arn> for an attribute.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.base import Check, Grader, Problem, Spec, Verdict, Widget, grader
from quizzes.graders.cfn import foretelling
from quizzes.graders.cfn.errors import Refused
from quizzes.graders.cfn.expecting import EXPECTED, unmet
from quizzes.graders.cfn.mutating import mutants
from quizzes.graders.cfn.setting_up import KEYS, WAYS, happens, replaces_of, setting_problems
from quizzes.graders.cfn.template import load_template, read_template, short_form
from quizzes.graders.cfn.waves import trace
from quizzes.graders.loading import Unreadable, load

_TEXTS = ("given", "frame", "template")


@grader("cfn")
class Templates(Grader):
    keys = frozenset(
        {*KEYS, *_TEXTS, "edit", "replaces", "ask", "do", "was", "say", "actual"},
    )

    def widget(self, spec: Spec) -> Widget:
        return foretelling.widget(spec) if "ask" in spec else Widget("textarea", language="yaml")

    def validate(self, spec: Spec) -> Iterator[Problem]:
        wrong = [*_text_problems(spec), *setting_problems("", spec)]
        yield from wrong
        if wrong:
            return
        if "ask" in spec:
            yield from foretelling.problems(spec)
            return
        if ("edit" in spec) != ("frame" in spec) or ("edit" in spec and _place(spec) is None):
            yield Problem("edit", "This must lead to a part of `frame`, such as Resources.Bucket.Properties.")
        checks = spec.get("checks")
        if not isinstance(checks, list) or not checks:
            yield Problem("checks", "The drill has no checks: what a stack of the answer must be.")
            return
        for place, check in enumerate(checks):
            if isinstance(check, Mapping):
                yield from _check_problems(f"checks[{place}]", check)

    def answers(self, spec: Spec) -> Iterator[str]:
        if "ask" in spec:
            yield foretelling.right(spec)

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        if "ask" in spec:
            yield from foretelling.mutate(answer, spec)
            return
        try:
            written = load_template(answer) if "frame" not in spec else _part(answer)
        except Unreadable:
            return
        for mutant in mutants(written) if isinstance(written, Mapping) else ():
            yield json.dumps(mutant, indent=2, ensure_ascii=False)

    def grade(self, answer: str, spec: Spec) -> Verdict:
        if "ask" in spec:
            return foretelling.grade(answer, spec)
        try:
            template = read_template(_framed(answer, spec))
        except (Unreadable, Refused) as error:
            return Verdict.refused(str(error))
        given = read_template(load_template(spec["given"])) if "given" in spec else template
        checks, traces = [], []
        for number, check in enumerate(spec["checks"], start=1):
            label = str(check.get("label") or f"Stack {number}")
            outcome = happens({**spec, "do": "create", **check}, given, template)
            missed = unmet(check["expect"], outcome)
            checks.append(Check(label, not missed, _said(check, missed), bool(check.get("hidden"))))
            drawn = trace(label, outcome)
            traces += [drawn] if drawn and not check.get("hidden") else []
        return Verdict(tuple(checks), trace=tuple(traces))


def _said(check: Mapping[str, Any], missed: list[str]) -> str:
    """The author's sentence; then what was found instead."""
    more = f" Here: {' '.join(missed[:2])}" if missed and not check.get("hidden") else ""
    return f"{check['say']}{more}"[:600]


def _part(answer: str) -> Any:
    return load(answer, tags=short_form)


def _framed(answer: str, spec: Spec) -> dict[str, Any]:
    """The template that is graded: the answer, or the frame with the answer in its place."""
    if "frame" not in spec:
        return load_template(answer)
    *way, last = str(spec["edit"]).split(".")
    whole = copy.deepcopy(load_template(spec["frame"]))
    here: Any = whole
    for step in way:
        here = here[step]
    part = _part(answer)
    if isinstance(part, Mapping) and set(part) == {last}:
        part = part[last]  # written with its own name around it
    here[last] = part
    return whole


def _place(spec: Spec) -> Any:
    here: Any = load_template(spec["frame"])
    for step in str(spec["edit"]).split("."):
        if not isinstance(here, Mapping) or step not in here:
            return None
        here = here[step]
    return True


def _text_problems(spec: Spec) -> Iterator[Problem]:
    for key in _TEXTS:
        if key not in spec:
            continue
        try:
            template = load_template(spec[key]) if isinstance(spec[key], str) else None
            if template is None:
                yield Problem(key, "Write the template as a text, below a bar: |")
            else:
                read_template(template)
        except (Unreadable, Refused) as error:
            yield Problem(key, str(error))
    try:
        replaces_of(spec)
    except ValueError as error:
        yield Problem("replaces", str(error))


def _check_problems(path: str, check: Mapping[str, Any]) -> Iterator[Problem]:
    yield from setting_problems(f"{path}.", check)
    if check.get("do", "create") not in WAYS:
        yield Problem(f"{path}.do", f"This must be one of {', '.join(WAYS)}.")
    expect = check.get("expect")
    if not isinstance(expect, Mapping) or not expect:
        yield Problem(f"{path}.expect", f"Write what is expected: some of {', '.join(sorted(EXPECTED))}.")
        return
    for key, value in expect.items():
        if key not in EXPECTED:
            yield Problem(f"{path}.expect.{key}", f"This is none of {', '.join(sorted(EXPECTED))}.")
        elif not EXPECTED[key][0](value):
            yield Problem(f"{path}.expect.{key}", f"This must be {EXPECTED[key][1]}.")
