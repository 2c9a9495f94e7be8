"""Ways to break an answer, for the graders' `mutate`: one small mistake at a time, as learners make them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_OPPOSITES = {
    "Allow": "Deny", "Deny": "Allow", "allow": "deny", "deny": "allow", "StringEquals": "StringNotEquals",
    "Retain": "Delete", "true": "false", "false": "true", "True": "False", "enabled": "disabled",
}  # fmt: skip
_REMARKS = frozenset({"sid", "id", "description", "comment", "alarmname", "alarmdescription"})


def broken_document(text: str, value: Any) -> Iterator[str]:
    """A JSON or YAML answer, given as text and as the data it holds, with one thing of it changed; written as JSON."""
    for broken in broken_data(value):
        yield json.dumps(broken, indent=2, ensure_ascii=False)
    yield text[: len(text) // 2]


def broken_data(value: Any) -> Iterator[Any]:
    """Plain data with a part left out, a number beside, a word turned round, a name misspelt; not in remarks."""
    if isinstance(value, dict):
        for key in (key for key in value if str(key).lower() not in _REMARKS):
            yield {other: item for other, item in value.items() if other != key}
            for broken in broken_data(value[key]):
                yield {**value, key: broken}
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield value[:place] + value[place + 1 :]
            for broken in broken_data(item):
                yield [*value[:place], broken, *value[place + 1 :]]
    else:
        yield from _broken_scalar(value)


def _broken_scalar(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1, value * 10) if value else (1, -1)
    elif isinstance(value, str):
        yield from broken_words(value)
    else:
        yield "x"


def broken_words(text: str) -> Iterator[str]:
    """A short text turned round, wider, narrower or misspelt."""
    if text in _OPPOSITES:
        yield _OPPOSITES[text]
    number = re.search(r"[0-9]+", text)
    if number and len(number[0]) < 10:
        yield f"{text[: number.start()]}{int(number[0]) + 1}{text[number.end() :]}"
    if "*" in text:
        yield text.replace("*", "", 1)
    elif wider := re.fullmatch(r"(.*[:/])[^:/]+", text, re.DOTALL):
        yield f"{wider[1]}*"
    yield text + "x" if text else "x"


def broken_number(text: str) -> Iterator[str]:
    """A number as it is when something was forgotten: one beside, a factor of 2, 10, 60, 1000 or 1024, its sign."""
    value = float(text)
    beside = [value - 1, value + 1]
    for wrong in (
        *beside,
        value * 2,
        value / 2,
        value * 10,
        value / 10,
        value * 60,
        value * 1000,
        value * 1024,
    ):
        yield f"{wrong:.10g}"
    if value:
        yield f"{-value:.10g}"


def broken_order(keys: list[str]) -> Iterator[list[str]]:
    """Neighbours swapped, one left out, one moved to the end, everything turned round."""
    for place in range(len(keys) - 1):
        yield [*keys[:place], keys[place + 1], keys[place], *keys[place + 2 :]]
    for place in range(len(keys)):
        rest = keys[:place] + keys[place + 1 :]
        yield rest
        yield [*rest, keys[place]]
    yield keys[::-1]


def broken_choice(keys: list[str], everything: list[str]) -> Iterator[list[str]]:
    """One left out, one too many, one taken for another."""
    others = [key for key in everything if key not in keys]
    for key in keys:
        yield [one for one in keys if one != key]
        for other in others:
            yield [other if one == key else one for one in keys]
    for other in others:
        yield [*keys, other]
