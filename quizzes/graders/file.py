"""`file`: a written file, such as a buildspec, an appspec or an SSM document, by what stands at its paths.

format: buildspec                  what kind of file (see FORMATS); its own rules are checked first; may be left out
language: yaml                     or json; of the answer box
checks:
  - {path: phases.build.commands, has: "docker build*", say: …}     a list that has an item like it
  - {path: version, is: 0.2, say: …}                                equal to a value; text and number alike
  - {path: artifacts.files, any: ["**/*", dist/*], say: …}          equal to one of these
  - {path: env.plaintext, absent: true, say: …}                     nothing there
  - {path: hooks.ApplicationStop, present: true, say: …}
  - {path: "files[*].destination", like: /var/www*, say: …}         every value is like a pattern with *
  - {path: mainSteps, count: 2, say: …}                             so many items
  - {path: phases.build.commands, order: ["*docker build*", "*docker push*"], say: …}   in this order in the list
  - {path: "mainSteps[*].onFailure", none: Continue, say: …}        no value is like it
  - {…, label, hidden}
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.base import Check, Grader, Problem, Spec, Verdict, Widget, grader
from quizzes.graders.engine.filling import shown
from quizzes.graders.engine.mutants import broken_document
from quizzes.graders.file_formats import FORMATS, format_problem
from quizzes.graders.file_paths import BadPath, fits, found, read_path
from quizzes.graders.loading import Unreadable, load_mapping

TESTS = ("is", "any", "like", "has", "none", "absent", "present", "count", "order")


@grader("file")
class File(Grader):
    keys = frozenset({"format", "language"})

    def validate(self, spec: Spec) -> Iterator[Problem]:
        if spec.get("format", "") not in ("", *FORMATS):
            yield Problem("format", f"This must be one of {', '.join(FORMATS)}.")
        if spec.get("language", "yaml") not in ("yaml", "json"):
            yield Problem("language", "This must be yaml or json.")
        if not spec.get("checks"):
            yield Problem("checks", "There is nothing to check.")
        for place, check in enumerate(spec.get("checks") or ()):
            if problem := check_problem(check):
                yield Problem(f"checks[{place}]", problem)

    def widget(self, spec: Spec) -> Widget:
        return Widget("textarea", language=str(spec.get("language", "yaml")))

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        try:
            written = load_mapping(answer)
        except Unreadable:
            return
        yield from broken_document(answer, written)

    def grade(self, answer: str, spec: Spec) -> Verdict:
        try:
            written = load_mapping(answer)
        except Unreadable as error:
            return Verdict.refused(str(error))
        if problem := format_problem(str(spec.get("format", "")), written):
            return Verdict.refused(problem)
        checks, rows = [], []
        for check in spec["checks"]:
            values = found(written, read_path(str(check["path"])))
            ok = holds(check, values)
            checks.append(Check(label_of(check), ok, str(check["say"]), bool(check.get("hidden"))))
            said = "; ".join(_short(value) for value in values[:3]) or "nothing"
            rows.append({"cells": [str(check["path"]), said], "ok": ok})
        trace = {"kind": "table", "columns": ["Path", "What stands there"], "rows": rows}
        return Verdict(tuple(checks), trace=(trace,))


def same(value: Any, wanted: Any) -> bool:
    """Equal as a reader sees it: the number 0.2 is the text 0.2, true is true; also within lists and mappings."""
    if isinstance(value, dict) and isinstance(wanted, dict):
        return value.keys() == wanted.keys() and all(same(value[key], wanted[key]) for key in value)
    if isinstance(value, list) and isinstance(wanted, list):
        return len(value) == len(wanted) and all(map(same, value, wanted))
    if isinstance(value, dict | list) or isinstance(wanted, dict | list):
        return False
    return isinstance(value, bool) == isinstance(wanted, bool) and shown(value) == shown(wanted)


def holds(check: Mapping[str, Any], values: list[Any]) -> bool:
    """Whether the one test of a check holds for what stands at its path."""
    test = next(test for test in TESTS if test in check)
    wanted = check[test]
    if test in ("absent", "present"):
        return bool(values) == ((test == "present") == wanted)
    if test == "is":
        return bool(values) and all(same(value, wanted) for value in values)
    if test == "any":
        return bool(values) and all(any(same(value, one) for one in wanted) for value in values)
    if test == "count":
        return len(values[0] if len(values) == 1 and isinstance(values[0], list | dict) else values) == wanted
    texts = [shown(one) for value in values for one in (value if isinstance(value, list) else [value])]
    if test == "has":
        return any(fits(text, shown(wanted)) for text in texts)
    if test == "none":
        return not any(fits(text, shown(wanted)) for text in texts)
    if test == "like":
        return bool(texts) and all(fits(text, shown(wanted)) for text in texts)
    return _in_order(texts, [shown(one) for one in wanted])


def _in_order(texts: list[str], patterns: list[str]) -> bool:
    """Each pattern is met, the first time, after the one before it."""
    at: float = -1
    for pattern in patterns:
        place = next((n for n, text in enumerate(texts) if fits(text, pattern)), math.inf)
        if not at < place < math.inf:
            return False
        at = place
    return True


def check_problem(check: Mapping[str, Any]) -> str:
    """What is wrong with a check of a path, as a sentence; "" when nothing is."""
    tests = [test for test in TESTS if test in check]
    if len(tests) != 1 or set(check) - {"path", "label", "say", "hidden", *TESTS}:
        return f"This must have a `path` and one of {', '.join(TESTS)}."
    wanted = check[tests[0]]
    kinds = {"any": list, "order": list, "absent": bool, "present": bool, "count": int}
    if not isinstance(wanted, kinds.get(tests[0], object)):
        return f"`{tests[0]}` must be a {kinds[tests[0]].__name__}."
    try:
        read_path(str(check.get("path", "")))
    except BadPath as error:
        return str(error)
    return ""


def label_of(check: Mapping[str, Any]) -> str:
    """The author's label, or one that says what is looked at."""
    if check.get("label"):
        return str(check["label"])
    test = next(test for test in TESTS if test in check)
    words = {"is": "is", "any": "is one of", "like": "is like", "has": "has", "none": "has no", "count": "has so many:",
             "order": "is in order:"}  # fmt: skip
    if test in ("absent", "present"):
        there = (test == "present") == check[test]
        return f"{check['path']} is {'there' if there else 'not there'}"
    return f"{check['path']} {words[test]} {_short(check[test])}"


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(str(key) for key in value) + "}"
    text = shown(value) if not isinstance(value, list) else ", ".join(_short(one) for one in value[:8])
    return text if len(text) <= 80 else text[:77] + "…"
