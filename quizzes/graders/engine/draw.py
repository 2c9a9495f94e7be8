"""Seed → values: the same drill, new numbers.

    draw:
      reads: {from: 20, to: 400, step: 20}      whole or decimal steps, both ends included
      region: [eu-west-1, us-east-1]            one of a list
      table: {choose: [{name: orders, kb: 6}, {name: carts, kb: 9}]}     one of a list; its fields as {{table.name}}
      zones: {sample: [a, b, c], count: 2}      several of a list, each once
      queue: {shuffle: [1, 2, 3]}               a list in another order
    where: ["reads % 100 != 0"]                 draws for which a formula is not true are drawn again
    let:
      units: ceil(table.kb / 4) * reads         formulas that may use each other; a text has quotes: "'strong'"

Each name is drawn by itself from (drill id, seed, name): a new name leaves the values of the others as they were.
"""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from quizzes.graders.base import Problem
from quizzes.graders.engine.formulas import FUNCTIONS, BadFormula, names_in, value_of

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
MOST_TRIES = 200
MOST_NAMES = 60
MOST_CHOICES = 100_000
_FORMS = ({"from", "to"}, {"from", "to", "step"}, {"choose"}, {"sample", "count"}, {"shuffle"})


class BadDraw(ValueError):
    """A drill whose values cannot be drawn. `path` leads to the place; the message is a sentence."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(text)
        self.problem = Problem(path, text)


def draw(spec: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Values of all names of `draw` and `let` for this seed. Raises BadDraw."""
    drawn = spec.get("draw") or {}
    for attempt in range(MOST_TRIES):
        key = f"{spec.get('id')}:{seed}:{attempt}" if attempt else f"{spec.get('id')}:{seed}"
        values = {name: _picked(how, random.Random(f"{key}:{name}")) for name, how in drawn.items()}  # noqa: S311
        values = computed(spec, values)
        if allowed(spec, values):
            return values
    raise BadDraw("where", f"In {MOST_TRIES} draws, no values were found that this allows.")


def computed(spec: Mapping[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Drawn values with those of `let`."""
    for name in let_order(spec):
        formula = spec["let"][name]
        try:
            values[name] = value_of(formula, values) if isinstance(formula, str) else formula
        except BadFormula as error:
            raise BadDraw(f"let.{name}", f"The formula {error}.") from None
    return values


def let_order(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of `let`, each after those that it uses: a database may keep the keys of a drill in an order of its own."""
    return _ordered(tuple((name, str(formula)) for name, formula in (spec.get("let") or {}).items()))


@lru_cache(maxsize=128)
def _ordered(formulas: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    waiting = {name: _names_or_none(formula) for name, formula in formulas}
    found: list[str] = []
    while waiting:
        free = next((name for name, used in waiting.items() if not used & waiting.keys() - {name}), None)
        found.append(next(iter(waiting)) if free is None else free)
        del waiting[found[-1]]
    return tuple(found)


def _circle(formulas: Mapping[str, Any]) -> list[str]:
    """Names of `let` that can never be computed, because their formulas lead round in a circle."""
    waiting = {
        name: _names_or_none(formula) for name, formula in formulas.items() if isinstance(formula, str)
    }
    while free := [name for name, used in waiting.items() if not used & waiting.keys()]:
        for name in free:
            del waiting[name]
    return [str(name) for name in waiting]


def _names_or_none(formula: str) -> set[str]:
    try:
        return names_in(formula)
    except BadFormula:  # told when it is computed
        return set()


def allowed(spec: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    for number, formula in enumerate(_wheres(spec)):
        try:
            if not value_of(formula, values):
                return False
        except BadFormula as error:
            raise BadDraw(f"where[{number}]", f"The formula {error}.") from None
    return True


def draws(spec: Mapping[str, Any], look: Callable[[], None] | None = None) -> Iterator[dict[str, Any]]:
    """Every combination of drawn values that `where` allows, with those of `let`. `look` is called for each, and may
    raise when somebody waits no longer.
    """
    drawn = spec.get("draw") or {}
    for combination in itertools.product(*(_all(how) for how in drawn.values())):
        if look is not None:
            look()
        values = computed(spec, dict(zip(drawn, combination, strict=True)))
        if allowed(spec, values):
            yield values


def combinations(spec: Mapping[str, Any], names: set[str] | None = None) -> int:
    """How many combinations there are before `where`; of some names only, when given."""
    drawn = spec.get("draw") or {}
    return math.prod(_count(how) for name, how in drawn.items() if names is None or name in names)


def draw_problems(spec: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with `draw`, `where` and `let`, before anything is drawn."""
    for key in ("draw", "let"):
        part = spec.get(key)
        if part is None:
            continue
        if not isinstance(part, Mapping):
            yield Problem(key, "This must be names with values, one a line.")
            continue
        if len(part) > MOST_NAMES:
            yield Problem(key, f"There can be at most {MOST_NAMES} names.")
        for name, how in part.items():
            yield from _name_problems(f"{key}.{name}", str(name))
            yield from _how_problems(f"draw.{name}", how) if key == "draw" else _let_problems(name, how)
    wheres = spec.get("where")
    if wheres is not None and not all(isinstance(one, str) for one in _wheres(spec)):
        yield Problem("where", "This must be a formula, or a list of formulas.")
    if isinstance(spec.get("let"), Mapping) and (round_about := _circle(spec["let"])):
        named = ", ".join(round_about[:6])
        yield Problem(f"let.{round_about[0]}", f"Each of these waits for another, or for itself: {named}.")
    if isinstance(spec.get("draw"), Mapping) and isinstance(spec.get("let"), Mapping):
        for name in set(spec["draw"]) & set(spec["let"]):
            yield Problem(f"let.{name}", "This name is drawn already; take another one.")


def _name_problems(path: str, name: str) -> Iterator[Problem]:
    if not NAME.fullmatch(name) or name in FUNCTIONS:
        yield Problem(
            path, "A name has letters, digits and _, starts with a letter, and is not that of a function."
        )


def _let_problems(name: str, formula: Any) -> Iterator[Problem]:
    if isinstance(formula, Mapping) or formula is None:
        yield Problem(f"let.{name}", "This must be a formula, a number or a list.")


def _how_problems(path: str, how: Any) -> Iterator[Problem]:
    if isinstance(how, list):
        how = {"choose": how}
    if not isinstance(how, Mapping) or set(how) not in _FORMS:
        yield Problem(path, "Write a list, {from, to, step}, {choose}, {sample, count} or {shuffle}.")
        return
    if "from" in how:
        yield from _range_problems(path, how)
        return
    choices = next(how[key] for key in ("choose", "sample", "shuffle") if key in how)
    if not isinstance(choices, list) or not choices or len(choices) > MOST_CHOICES:
        yield Problem(path, "There is nothing to choose from: write a list.")
    elif "sample" in how and not (_whole(how["count"]) and 1 <= how["count"] <= len(choices)):
        yield Problem(f"{path}.count", f"This must be a whole number from 1 to {len(choices)}.")


def _range_problems(path: str, how: Mapping[str, Any]) -> Iterator[Problem]:
    numbers = [how["from"], how["to"], how.get("step", 1)]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers):
        yield Problem(path, "`from`, `to` and `step` must be numbers.")
    elif how["to"] < how["from"] or numbers[2] <= 0 or _count(how) > MOST_CHOICES:
        yield Problem(
            path, f"`to` must not be below `from`, `step` above 0, and at most {MOST_CHOICES} steps between."
        )


def _picked(how: Any, chance: random.Random) -> Any:
    if isinstance(how, list):
        return chance.choice(how)
    if "from" in how:
        return _at(how, chance.randrange(_count(how)))
    if "choose" in how:
        return chance.choice(how["choose"])
    if "sample" in how:
        return chance.sample(how["sample"], how["count"])
    return chance.sample(how["shuffle"], len(how["shuffle"]))


def _at(how: Mapping[str, Any], place: int) -> int | float:
    value = how["from"] + place * how.get("step", 1)
    return round(value, 9) if isinstance(value, float) else value


def _all(how: Any) -> Iterator[Any]:
    if isinstance(how, list):
        return iter(how)
    if "from" in how:
        return (_at(how, place) for place in range(_count(how)))
    if "choose" in how:
        return iter(how["choose"])
    if "sample" in how:
        return (list(one) for one in itertools.permutations(how["sample"], how["count"]))
    return (list(one) for one in itertools.permutations(how["shuffle"]))


def _count(how: Any) -> int:
    if isinstance(how, list):
        return len(how)
    if "from" in how:
        return math.floor((how["to"] - how["from"]) / how.get("step", 1) + 1e-9) + 1
    if "choose" in how:
        return len(how["choose"])
    if "sample" in how:
        return math.perm(len(how["sample"]), how["count"])
    return math.factorial(min(len(how["shuffle"]), 20))


def _wheres(spec: Mapping[str, Any]) -> Sequence[Any]:
    wheres = spec.get("where") or []
    return wheres if isinstance(wheres, list) else [wheres]


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
