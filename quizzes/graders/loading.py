"""A learner's JSON or YAML → plain data, within bounds. Total: it returns data or raises `Unreadable`, nothing else.

64 KB, 40 levels, 10,000 values. No aliases, anchors, tags or merge keys; a key stands once; a whole number has at most
18 digits. JSON is read by `loading_json`, YAML from the events of a parser: nothing is ever constructed by name.

YAML as it is meant in templates and policies: `true`, `false`, `yes`, `no`, `on`, `off` are booleans (YAML 1.1, as the
vendor reads it) where they are values; keys are always text. Dates, times, numbers with a leading zero and all other
words stay text, so that `2012-10-17`, `22:30` and `012345678901` are what they look like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Literal

import yaml

from quizzes.graders.loading_errors import Unreadable
from quizzes.graders.loading_json import read_json

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Unreadable", "clean_text", "load", "load_mapping"]

MAX_BYTES = 64 * 1024
MAX_DEPTH = 40
MAX_VALUES = 10_000
MAX_DIGITS = 18

# (tag without "!", value, line) → what stands for it. Only templates have tags.
TagHook = Callable[[str, Any, int], Any]

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?[0-9]{1,18}(?:\.[0-9]{0,18})?(?:[eE][-+]?[0-9]{1,3})?")
_TRUE, _FALSE = {"true", "yes", "on"}, {"false", "no", "off"}
_TRAPS = {"yes", "no", "on", "off"}
_NULL = {"", "~", "null", "Null", "NULL"}


def clean_text(data: str | bytes) -> str:
    """Text that may be looked at: at most 64 KB of valid Unicode without NUL. Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable("this is longer than 64 KB")
    try:
        text = data.decode() if isinstance(data, bytes) else data
        size = len(text.encode())
    except UnicodeError:
        raise Unreadable("this is not text in UTF-8") from None
    if size > MAX_BYTES:
        raise Unreadable("this is longer than 64 KB")
    if "\0" in text:
        raise Unreadable("there is a NUL sign in it", text.count("\n", 0, text.index("\0")) + 1)
    return text.removeprefix("\ufeff")


def load(
    data: str | bytes,
    kind: Literal["any", "json", "yaml"] = "any",
    tags: TagHook | None = None,
    words: Literal["bool", "refuse"] = "bool",
) -> Any:
    """The value that is written there: dict, list, str, int, float, bool or None. Raises Unreadable.

    `any` is JSON when the first sign is a bracket or a quote, else YAML. `tags` gives short forms such as `!Ref` a
    meaning; without it a tag is refused. `words="refuse"`: an unquoted yes, no, on or off is an error with a hint.
    """
    text = clean_text(data)
    first = text.lstrip()[:1]
    if not first:
        raise Unreadable("there is nothing here yet")
    if kind == "json" or (kind == "any" and first in '{["' and not _flow_yaml(text)):
        return read_json(text, MAX_DEPTH, MAX_VALUES, MAX_DIGITS)
    return _Reading(text, tags, words == "refuse").document()


def load_mapping(
    data: str | bytes, kind: Literal["any", "json", "yaml"] = "any", **options: Any
) -> dict[str, Any]:
    """As `load`, where only keys with values make sense."""
    value = load(data, kind, **options)
    if not isinstance(value, dict):
        raise Unreadable("this should be keys with values, as {…} or lines of the form key: value", 1)
    return value


def _flow_yaml(text: str) -> bool:
    """`{a: 1}` is YAML in one line; what has a quoted first key or value is taken for JSON."""
    return (
        re.match(r"\s*[{\[]\s*[A-Za-z_!&*]", text) is not None
        and re.match(r"\s*\[\s*(?:true|false|null)\b", text) is None
    )


class _Reading:
    """Events of the parser → values, without recursion deeper than MAX_DEPTH."""

    def __init__(self, text: str, tags: TagHook | None, refuse_words: bool) -> None:
        self.events = _events(text)
        self.tags, self.refuse_words = tags, refuse_words
        self.values = 0

    def document(self) -> Any:
        event = next(self.events)
        while not isinstance(event, yaml.DocumentStartEvent):
            if isinstance(event, yaml.StreamEndEvent):
                raise Unreadable("there is nothing here yet")
            event = next(self.events)
        value = self.value(next(self.events), 0)
        next(self.events)  # the end of the document
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise Unreadable("a second document starts here (---); send one", _line(after))
        return value

    def value(self, event: yaml.Event, depth: int) -> Any:
        line = _line(event)
        self.values += 1
        if self.values > MAX_VALUES:
            raise Unreadable(f"this has more than {MAX_VALUES} values", line)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable("aliases (& and *) are not read here; write the value out", line)
        tag = getattr(event, "tag", None)
        if isinstance(event, yaml.ScalarEvent):
            value: Any = self.scalar(event, line) if tag in (None, "!") else event.value
        elif depth >= MAX_DEPTH:
            raise Unreadable(f"this is nested deeper than {MAX_DEPTH} levels", line)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self.sequence(depth)
        else:
            value = self.mapping(depth)
        return value if tag in (None, "!") else self.tagged(str(tag), value, line)

    def sequence(self, depth: int) -> list[Any]:
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.value(event, depth + 1))
        return items

    def mapping(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event)
            if key in found:
                raise Unreadable(f"the key “{key[:60]}” stands twice", _line(event))
            found[key] = self.value(next(self.events), depth + 1)
        return found

    def key(self, event: yaml.Event) -> str:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable("aliases (& and *) are not read here; write the value out", line)
        if not isinstance(event, yaml.ScalarEvent) or event.tag not in (None, "!"):
            raise Unreadable("a key must be a plain word", line)
        if event.value == "<<" and not event.style:
            raise Unreadable("merge keys (<<) are not read here; write the keys out", line)
        return str(event.value)

    def tagged(self, tag: str, value: Any, line: int) -> Any:
        if self.tags is None or not tag.startswith("!") or tag.startswith("!!"):
            raise Unreadable(f"tags ({tag[:40]}) are not read here", line)
        return self.tags(tag[1:], value, line)

    def scalar(self, event: yaml.ScalarEvent, line: int) -> Any:
        text = event.value
        if event.style:  # quoted, or a block
            return text
        lower = text.lower()
        if lower in _TRUE or lower in _FALSE:
            if self.refuse_words and lower in _TRAPS:
                hint = "true" if lower in _TRUE else "false"
                raise Unreadable(
                    f'unquoted “{text}” is read as {hint}; write "{text}" in quotes, or {hint}', line
                )
            return lower in _TRUE
        return None if text in _NULL else number_or_text(text, line)


def number_or_text(text: str, line: int) -> int | float | str:
    """A plain scalar: a number when it can only be one."""
    if len(text) > 60 and not text.lstrip("+-").isdigit():
        return text
    if _INT.fullmatch(text):
        if len(text.lstrip("+-")) > MAX_DIGITS:
            raise Unreadable(
                f"a number of more than {MAX_DIGITS} digits; put it in quotes if it is a name", line
            )
        return int(text)
    if _FLOAT.fullmatch(text) and not re.fullmatch(r"[-+]?0[0-9]+", text):
        value = float(text)
        return value if abs(value) < 1e300 else text
    return text


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 1


def _events(text: str) -> Iterator[yaml.Event]:
    """Events of the parser, with its errors as ours. After the end comes the end again."""
    try:
        yield from yaml.parse(text, Loader=_PARSER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = str(getattr(error, "problem", None) or "it cannot be read")
        raise Unreadable(problem[:200], mark.line + 1 if mark else None) from None
    except (ValueError, TypeError, RecursionError, OverflowError, AttributeError, AssertionError):
        raise Unreadable("this is neither YAML nor JSON") from None
    while True:
        yield yaml.StreamEndEvent()
