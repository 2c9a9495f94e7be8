"""What each intrinsic function does with its arguments. A wrong argument is the error States.IntrinsicFailure.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import uuid
from collections.abc import Callable
from typing import Any

from quizzes.graders.asl.errors import StatesError

LONGEST_TEXT = 10_000
MOST_ITEMS = 1_000


def failure(cause: str) -> StatesError:
    return StatesError("States.IntrinsicFailure", cause)


def as_text(value: Any) -> str:
    """A value as it stands in text: text itself, else JSON without spaces."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def canonical(value: Any) -> str:
    """A value as text that is equal for equal values: true is not 1, and 1 is 1.0."""
    return json.dumps(_plain(value), sort_keys=True)


def same(one: Any, other: Any) -> bool:
    """Equal as JSON."""
    return canonical(one) == canonical(other)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(below) for below in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _format(template: Any, *values: Any) -> str:
    parts: list[str] = []
    given = list(values)
    text, place = _string(template), 0
    while place < len(text):
        pair = text[place : place + 2]
        if pair in ("\\{", "\\}", "\\'"):
            parts.append(pair[1])
            place += 2
        elif pair == "{}":
            if not given:
                raise failure("States.Format has more {} than values")
            parts.append(as_text(given.pop(0)))
            place += 2
        else:
            parts.append(text[place])
            place += 1
    if given:
        raise failure("States.Format has more values than {}")
    return "".join(parts)


def _from_json(text: Any) -> Any:
    try:
        return json.loads(_string(text), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise failure("States.StringToJson needs a text that holds JSON") from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _partition(items: Any, size: Any) -> list[Any]:
    listed, count = _list(items), _whole(size)
    if count < 1:
        raise failure("the size of a chunk must be 1 or more")
    return [listed[at : at + count] for at in range(0, len(listed), count)]


def _range(first: Any, last: Any, step: Any) -> list[int]:
    low, high, by = _whole(first), _whole(last), _whole(step)
    if by == 0:
        raise failure("the step of a range cannot be 0")
    found = range(low, high + (1 if by > 0 else -1), by)
    if len(found) > MOST_ITEMS:
        raise failure(f"a range has at most {MOST_ITEMS} numbers")
    return list(found)


def _item(items: Any, place: Any) -> Any:
    listed, index = _list(items), _whole(place)
    if not 0 <= index < len(listed):
        raise failure(f"there is no item {index} in a list of {len(listed)}")
    return listed[index]


def _contains(items: Any, value: Any) -> bool:
    wanted = canonical(value)
    return any(canonical(item) == wanted for item in _list(items))


def _unique(items: Any) -> list[Any]:
    return list({canonical(item): item for item in reversed(_list(items))}.values())[::-1]


def _encoded(text: Any) -> str:
    return base64.b64encode(_string(text).encode()).decode()


def _decoded(text: Any) -> str:
    try:
        return base64.b64decode(_string(text), validate=True).decode()
    except ValueError:
        raise failure("States.Base64Decode needs text in Base64") from None


def _hash(data: Any, algorithm: Any) -> str:
    names = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
    if algorithm not in names:
        raise failure(f"States.Hash knows {', '.join(names)}")
    return hashlib.new(names[algorithm], as_text(data).encode(), usedforsecurity=False).hexdigest()


def _merge(first: Any, second: Any, deep: Any) -> dict[str, Any]:
    if deep is not False:
        raise failure("States.JsonMerge merges only the top level: its third argument must be false")
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise failure("States.JsonMerge takes two objects")
    return {**first, **second}


def _random(first: Any, last: Any, seed: Any = 0) -> int:
    low, high = _whole(first), _whole(last)
    if low >= high:
        raise failure("the start of States.MathRandom must be less than its end")
    return random.Random(_whole(seed)).randrange(low, high)  # noqa: S311  (the same drill, the same number)


def _add(one: Any, other: Any) -> int | float:
    return _number(one) + _number(other)


def _split(text: Any, signs: Any) -> list[str]:
    """Every sign of the second text splits; nothing between two of them is left out."""
    found, splitters = [""], set(_string(signs))
    for sign in _string(text):
        if sign in splitters:
            found.append("")
        else:
            found[-1] += sign
    return [part for part in found if part]


def _uuid() -> str:
    return str(uuid.UUID(int=4 << 76 | 2 << 62, version=4))


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise failure(f"{as_text(value)[:40]} is no text")
    if len(value) > LONGEST_TEXT:
        raise failure(f"a text is longer than {LONGEST_TEXT} signs")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise failure(f"{as_text(value)[:40]} is no list")
    if len(value) > MOST_ITEMS:
        raise failure(f"a list has more than {MOST_ITEMS} items")
    return value


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise failure(f"{as_text(value)[:40]} is no number")
    return value


def _whole(value: Any) -> int:
    number = _number(value)
    if abs(number) > 2**53:
        raise failure(f"{number} is too large")
    return round(number)


# name → (fewest arguments, most, function)
FUNCTIONS: dict[str, tuple[int, int, Callable[..., Any]]] = {
    "States.Format": (1, 100, _format),
    "States.StringToJson": (1, 1, _from_json),
    "States.JsonToString": (1, 1, lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))),
    "States.Array": (0, 100, lambda *values: list(values)),
    "States.ArrayPartition": (2, 2, _partition),
    "States.ArrayContains": (2, 2, _contains),
    "States.ArrayRange": (3, 3, _range),
    "States.ArrayGetItem": (2, 2, _item),
    "States.ArrayLength": (1, 1, lambda items: len(_list(items))),
    "States.ArrayUnique": (1, 1, _unique),
    "States.Base64Encode": (1, 1, _encoded),
    "States.Base64Decode": (1, 1, _decoded),
    "States.Hash": (2, 2, _hash),
    "States.JsonMerge": (3, 3, _merge),
    "States.MathRandom": (2, 3, _random),
    "States.MathAdd": (2, 2, _add),
    "States.StringSplit": (2, 2, _split),
    "States.UUID": (0, 0, _uuid),
}
