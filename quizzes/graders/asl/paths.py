"""JSONPath as Step Functions has it: read with any path, write with a reference path (names and numbers only).

Read: `$`, `.name`, `['name']`, `[2]`, `[-1]`, `[*]`, `.*`, `[1:3]`, `[0,2]`, `..name`, `[?(@.price < 10)]`.

https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Literal

from quizzes.graders.asl.errors import Invalid

LONGEST_PATH = 500
MOST_FOUND = 2_000

_NAME = re.compile(r"\.([^\s.\[\]()*'\",:?@$&|!<>={}]+)")
_INDEX = re.compile(r"\[\s*(-?[0-9]{1,9})\s*\]")
_QUOTED = re.compile(r"\[\s*(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")\s*\]")
_ALL = re.compile(r"\.\*|\[\s*\*\s*\]")
_DEEP = re.compile(r"\.\.([A-Za-z0-9_-]+|\*)")
_SLICE = re.compile(r"\[\s*(-?[0-9]{0,9})\s*:\s*(-?[0-9]{0,9})\s*\]")
_UNION = re.compile(r"\[\s*(-?[0-9]{1,9}(?:\s*,\s*-?[0-9]{1,9})+)\s*\]")
_FILTER = re.compile(
    r"\[\s*\?\(\s*@\.([A-Za-z0-9_.-]+)\s*(?:(==|!=|<=|>=|<|>)\s*('[^']*'|\"[^\"]*\"|-?[0-9.]{1,20}|true|false|null))?\s*\)\s*\]"
)
Kind = Literal["name", "index", "all", "deep", "slice", "union", "filter"]


@dataclass(frozen=True, slots=True)
class Step:
    kind: Kind
    what: Any = None


@dataclass(frozen=True, slots=True)
class Path:
    """A parsed path; `context` when it begins with $$."""

    steps: tuple[Step, ...]
    context: bool
    text: str

    @property
    def single(self) -> bool:
        """A reference path: it names one place."""
        return all(step.kind in ("name", "index") for step in self.steps)


@lru_cache(maxsize=512)
def parsed(text: str) -> Path:
    """Raises Invalid."""
    if not text.startswith("$") or len(text) > LONGEST_PATH:
        raise Invalid(f"“{text[:60]}” is no path; a path begins with $")
    context = text.startswith("$$")
    place = 2 if context else 1
    steps = []
    while place < len(text):
        step, place = _step(text, place)
        steps.append(step)
    return Path(tuple(steps), context, text)


def reference(text: str) -> Path:
    """A path that names one place to write to. Raises Invalid."""
    path = parsed(text)
    if not path.single or path.context:
        raise Invalid(f"“{text[:60]}” must name one place, as $.a.b or $.a[0]")
    return path


def find(path: Path, data: Any, charge: Callable[[int], None] = lambda units: None) -> Any:
    """What stands at the path: one value, or a list when the path can lead to several. Raises KeyError.

    `charge` is told how much work it was, before the next step.
    """
    found = [data]
    for step in path.steps:
        found = list(
            islice((below for node in found for below in _below(step, node, charge)), MOST_FOUND + 1)
        )
        charge(1 + len(found))
        if len(found) > MOST_FOUND:
            raise KeyError(path.text)
    if not path.single:
        return found
    if not found:
        raise KeyError(path.text)
    return found[0]


def put(path: Path, data: Any, value: Any) -> Any:
    """`data` with `value` at a reference path; objects on the way are made. Raises KeyError where a list is needed."""
    return _put(path.steps, data, value, path.text)


def _put(steps: tuple[Step, ...], data: Any, value: Any, text: str) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if step.kind == "name":
        node = data if isinstance(data, dict) else {}
        return {**node, step.what: _put(rest, node.get(step.what, {}), value, text)}
    if not isinstance(data, list) or not -len(data) <= step.what < len(data):
        raise KeyError(text)
    place = step.what % len(data)
    return [*data[:place], _put(rest, data[place], value, text), *data[place + 1 :]]


def _step(text: str, place: int) -> tuple[Step, int]:
    if match := _DEEP.match(text, place):
        return Step("deep", match[1]), match.end()
    if match := _ALL.match(text, place):
        return Step("all"), match.end()
    if match := _NAME.match(text, place):
        return Step("name", match[1]), match.end()
    if match := _QUOTED.match(text, place):
        name = match[1] if match[1] is not None else match[2]
        return Step("name", re.sub(r"\\(.)", r"\1", name)), match.end()
    if match := _INDEX.match(text, place):
        return Step("index", int(match[1])), match.end()
    if match := _SLICE.match(text, place):
        return Step(
            "slice", tuple(int(bound) if bound not in ("", "-") else None for bound in match.groups())
        ), match.end()
    if match := _UNION.match(text, place):
        return Step("union", tuple(int(part) for part in match[1].split(","))), match.end()
    if match := _FILTER.match(text, place):
        return Step("filter", (match[1].split("."), match[2], _literal(match[3]))), match.end()
    raise Invalid(f"“{text[:60]}” is no path: “{text[place : place + 12]}” cannot be read")


def _literal(text: str | None) -> Any:
    if text is None:
        return None
    if text[0] in "'\"":
        return text[1:-1]
    try:
        return json.loads(text)
    except ValueError:
        raise Invalid(f"“{text}” is no value in a filter") from None


def _below(step: Step, node: Any, charge: Callable[[int], None]) -> Iterator[Any]:
    kind, what = step.kind, step.what
    if kind == "name":
        if isinstance(node, dict) and what in node:
            yield node[what]
    elif kind == "all":
        yield from node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    elif kind == "deep":
        yield from _deep(what, node, charge)
    elif kind == "filter":
        charge(len(node) if isinstance(node, list) else 1)
        yield from (item for item in (node if isinstance(node, list) else ()) if _passes(item, *what))
    elif isinstance(node, list):
        if kind == "slice":
            yield from node[what[0] : what[1]]
        else:
            places = what if kind == "union" else (what,)
            yield from (node[place] for place in places if -len(node) <= place < len(node))


def _deep(name: str, node: Any, charge: Callable[[int], None]) -> Iterator[Any]:
    waiting, seen = [node], 0
    while waiting and seen < MOST_FOUND:
        here = waiting.pop()
        seen += 1
        charge(1)
        if isinstance(here, dict):
            if name == "*":
                yield from here.values()
            elif name in here:
                yield here[name]
            waiting.extend(reversed(list(here.values())))
        elif isinstance(here, list):
            waiting.extend(reversed(here))


def _passes(item: Any, names: list[str], sign: str | None, wanted: Any) -> bool:
    for name in names:
        if not isinstance(item, dict) or name not in item:
            return False
        item = item[name]
    if sign is None:
        return True
    same = item == wanted and isinstance(item, bool) == isinstance(wanted, bool)
    if sign in ("==", "!="):
        return same == (sign == "==")
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (item, wanted))
    if not numbers and not (isinstance(item, str) and isinstance(wanted, str)):
        return False
    return {"<": item < wanted, "<=": item <= wanted, ">": item > wanted, ">=": item >= wanted}[sign]
