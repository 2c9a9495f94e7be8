"""One drill: its variant for a seed, its content hash, and what its author must mend.

id title grader prompt      required
topic domain                free
draw where let              see draw
checks                      [{label, say, hidden, …}]: what is looked at; what else they hold is the grader's
hints                       texts, shown one after another on demand
good                        texts: answers that must pass
bad                         [{answer, fails}]: answers that must fail; `fails` is the label of the check that notices,
                            or the beginning of its sentence
explain source checked_on   shown after the answer
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from quizzes.graders.base import Grader, Problem, Verdict
from quizzes.graders.engine.draw import BadDraw, combinations, draw, draw_problems, draws, let_order
from quizzes.graders.engine.filling import NOT_FILLED, TooLong, filled, holes, known, slips, texts
from quizzes.graders.loading import Unreadable, clean_text
from quizzes.graders.registry import get, names

REQUIRED = ("id", "title", "grader", "prompt")
COMMON = frozenset({
    *REQUIRED, "topic", "domain", "draw", "where", "let", "checks", "hints", "good", "bad",
    "explain", "source", "checked_on",
})  # fmt: skip
TRIED_SEEDS = (0, 1, 2)
_COUNTED = 1_000
_MOST_CHOICE = 1_000_000  # far beyond every option there is, and short as text


def fill(spec: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """The drill of this variant, with every value in its place. Raises BadDraw or TooLong for a bad drill."""
    return filled(spec, draw(spec, seed))


def content_hash(spec: Mapping[str, Any]) -> str:
    """Names exactly what was asked: (hash, seed, answer) can be graded again."""
    return hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()


def as_text(answer: Any) -> str | Verdict:
    """The answer as graders take it, or the verdict that refuses it. A list holds the choices of a case."""
    if isinstance(answer, str | bytes):
        try:
            return clean_text(answer)
        except Unreadable as error:
            return Verdict.refused(str(error))
    few = isinstance(answer, list | tuple) and len(answer) <= 100
    if not few or not all(type(number) is int and abs(number) < _MOST_CHOICE for number in answer):
        return Verdict.refused("The answer is a list of choices, one a step.")
    return ", ".join(str(number) for number in answer)


def variants(spec: Mapping[str, Any], look: Callable[[], None] | None = None) -> int:
    """How many different drills come out: combinations of the values that are seen or graded, as `where` allows.

    Exact up to 1,000 combinations; above, combinations of the names in use times the share that `where` allows.
    `look` is called on the way, and may raise when somebody waits no longer.
    """
    if combinations(spec) <= _COUNTED:
        moving = _moving(spec)
        return len({_as_seen(moving, values) for values in draws(spec, look)})
    used = _used(spec)
    if not spec.get("where"):
        return combinations(spec, used)
    return min(combinations(spec, used), len(set(_seen(spec, look))))


def _seen(spec: Mapping[str, Any], look: Callable[[], None] | None) -> Iterator[str]:
    moving = _moving(spec)
    for seed in range(_COUNTED):
        if look is not None:
            look()
        yield _as_seen(moving, draw(spec, seed))


def _moving(spec: Mapping[str, Any]) -> dict[str, list[str]]:
    """The texts of a drill that a value is written in: all that makes one variant differ from another."""
    rest = {key: part for key, part in spec.items() if key not in NOT_FILLED}
    return {"texts": sorted({text for text in texts(rest) if any(holes(text))})}


def _as_seen(moving: Mapping[str, list[str]], values: Mapping[str, Any]) -> str:
    return json.dumps(filled(moving, values), sort_keys=True)


def authoring_problems(spec: Mapping[str, Any]) -> list[Problem]:
    """What keeps a drill from being published; empty when it can be. Total on any mapping."""
    try:
        return list(_problems(spec))[:20]
    except BadDraw as error:
        return [error.problem]
    except TooLong as error:
        return [Problem("", str(error))]
    except Exception as error:  # noqa: BLE001  (an author's surprise is told to the author)
        return [Problem("", f"This drill cannot be understood ({type(error).__name__}: {error}).")]


def _problems(spec: Mapping[str, Any]) -> Iterator[Problem]:
    missing = [key for key in REQUIRED if not isinstance(spec.get(key), str) or not spec[key].strip()]
    if missing:
        yield from (Problem(key, f"The drill has no “{key}”.") for key in missing)
        return
    if spec["grader"] not in names():
        known_ones = ", ".join(sorted(names()))
        yield Problem("grader", f"There is no grader “{spec['grader'][:40]}”; known are: {known_ones}.")
        return
    grader = get(spec["grader"])
    common = [*_common_problems(spec), *_unknown_keys(spec, grader), *draw_problems(spec)]
    yield from common
    if common:
        return
    yield from _unknown_names(spec)
    for seed in TRIED_SEEDS:
        found = list(grader.validate(fill(spec, seed)))
        yield from found
        if found:
            return


def _common_problems(spec: Mapping[str, Any]) -> Iterator[Problem]:
    for key in ("hints", "good"):
        if not _texts(spec.get(key) or []):
            yield Problem(key, "This must be a list of texts.")
    for key in ("explain", "source", "checked_on"):
        if not isinstance(spec.get(key) or "", str):
            yield Problem(key, "This must be text.")
    bad = spec.get("bad") or []
    if not isinstance(bad, list):
        yield Problem("bad", "This must be a list of {answer, fails}.")
        return
    for place, one in enumerate(bad):
        if not isinstance(one, Mapping) or not isinstance(one.get("answer"), str | int | float):
            yield Problem(f"bad[{place}]", "This must have an `answer`, and `fails`: the check that notices.")
        elif set(one) - {"answer", "fails"} or not isinstance(one.get("fails", ""), str):
            yield Problem(f"bad[{place}]", "This may have `answer` and `fails`, nothing else.")
    yield from _check_problems(spec.get("checks"))


def _check_problems(checks: Any) -> Iterator[Problem]:
    if checks is None:
        return
    if not isinstance(checks, list) or not all(isinstance(check, Mapping) for check in checks):
        yield Problem("checks", "This must be a list of checks, each with a `say`.")
        return
    for place, check in enumerate(checks):
        if not isinstance(check.get("say"), str) or not check["say"].strip():
            yield Problem(f"checks[{place}]", "A check needs `say`: the sentence that teaches when it fails.")
        if not isinstance(check.get("label", ""), str) or not isinstance(check.get("hidden", False), bool):
            yield Problem(f"checks[{place}]", "`label` must be text, and `hidden` true or false.")


def _unknown_keys(spec: Mapping[str, Any], grader: Grader) -> Iterator[Problem]:
    if grader.keys:
        for key in sorted(set(spec) - COMMON - set(grader.keys)):
            yield Problem(str(key), f"A drill of the grader “{grader.name}” has no key of this name.")


def _unknown_names(spec: Mapping[str, Any]) -> Iterator[Problem]:
    values = draw(spec, 0)
    for key, part in spec.items():
        if key in NOT_FILLED:
            continue
        for name in sorted({name for name in holes(part) if not known(name, values)}):
            text = f"there is no “{name}”. If it is not a value of this drill, write {{{{ {name} }}}} with spaces."
            yield Problem(str(key), f"{{{{{name}}}}}: {text}")
        for slip in sorted(set(slips(part, values))):
            yield Problem(
                str(key), f"{slip}: braces hold a name, or a name and a field. Make it a value in `let`."
            )


def _used(spec: Mapping[str, Any]) -> set[str]:
    """Drawn names that are seen in the drill, directly or by a formula."""
    from quizzes.graders.engine.formulas import names_in

    rest = {key: part for key, part in spec.items() if key not in NOT_FILLED}
    found = {name.partition(".")[0] for name in holes(rest)}
    for name in reversed(let_order(spec)):
        if name in found and isinstance(formula := spec["let"][name], str):
            found |= names_in(formula)
    return found


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str | int | float) for one in value)
