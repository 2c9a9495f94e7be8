"""Values → text: every `{{name}}` and `{{row.field}}` of a drill gets its value, once and plainly.

A text that is nothing but `{{name}}` becomes the value itself, a number stays a number. Braces with spaces inside, as
in `{{ InstanceId }}` or `{{resolve:ssm:/a:1}}`, belong to the vendor and are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

HOLE = re.compile(r"\{\{([A-Za-z][A-Za-z0-9_]{0,39}(?:\.[A-Za-z][A-Za-z0-9_]{0,39})?)\}\}")
ALMOST = re.compile(r"\{\{([A-Za-z][A-Za-z0-9_]{0,39})[^A-Za-z0-9_:{}][^{}]{0,60}\}\}")
LONGEST = 256 * 1024
NOT_FILLED = frozenset({"draw", "let", "where"})


class TooLong(ValueError):
    """A filled drill is longer than any page should be."""


def filled(spec: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The drill with its values; without `draw`, `where` and `let`. Unknown names stay as they are written."""
    room = [LONGEST]
    return {key: _fill(part, values, room) for key, part in spec.items() if key not in NOT_FILLED}


def holes(part: Any) -> Iterator[str]:
    """Names that are written somewhere in a drill, as `name` or `row.field`."""
    for text in texts(part):
        yield from HOLE.findall(text)


def slips(part: Any, values: Mapping[str, Any]) -> Iterator[str]:
    """Braces that begin with the name of a value and are no hole, as `{{list[0]}}`: they would be left as they are."""
    for text in texts(part):
        for found in ALMOST.finditer(text):
            if found[1] in values and not HOLE.fullmatch(found[0]):
                yield found[0]


def texts(part: Any) -> Iterator[str]:
    """Every text in a drill, keys too."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for key, item in part.items():
            yield from texts(key)
            yield from texts(item)
    elif isinstance(part, list):
        for item in part:
            yield from texts(item)


def known(name: str, values: Mapping[str, Any]) -> bool:
    row, _, field = name.partition(".")
    return row in values and (not field or (isinstance(values[row], Mapping) and field in values[row]))


def shown(value: Any) -> str:
    """A value as a sentence has it: 5 and not 5.0, true and not True, lists with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
    if isinstance(value, list):
        return ", ".join(shown(one) for one in value)
    return "" if value is None else str(value)


def _fill(part: Any, values: Mapping[str, Any], room: list[int]) -> Any:
    if isinstance(part, str):
        return _text(part, values, room)
    if isinstance(part, Mapping):
        return {shown(_fill(key, values, room)): _fill(item, values, room) for key, item in part.items()}
    if isinstance(part, list):
        return [_fill(item, values, room) for item in part]
    return part


def _text(text: str, values: Mapping[str, Any], room: list[int]) -> Any:
    done = text
    if "{{" in text:
        whole = HOLE.fullmatch(text)
        if whole and known(whole[1], values):
            return _value(whole[1], values)
        done = HOLE.sub(lambda m: shown(_value(m[1], values)) if known(m[1], values) else m[0], text)
    room[0] -= len(done)
    if room[0] < 0:
        raise TooLong(f"A filled drill has at most {LONGEST // 1024} KB.")
    return done


def _value(name: str, values: Mapping[str, Any]) -> Any:
    row, _, field = name.partition(".")
    return values[row][field] if field else values[row]
