"""YAML in notes: front matter and drills, read without giving it the power to hurt.

No aliases, no tags, no duplicate keys, at most 64 KB and 40 levels.
"""

from __future__ import annotations

from typing import Any

import yaml

from content.ingest.lines import Line

MAX_BYTES = 64 * 1024
MAX_DEPTH = 40
MAX_FRONT_LINES = 300


class UnsafeYaml(ValueError):
    """Why a piece of YAML was refused. `line`: 0-based line inside it, when known."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses duplicate keys."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int | float | bool):
            raise UnsafeYaml("a key is not a plain word", key_node.start_mark.line)
        if key in seen:
            raise UnsafeYaml(f"the key “{key}” stands twice", key_node.start_mark.line)
        seen.add(key)
    return {
        loader.construct_object(k, deep=True): loader.construct_object(v, deep=True) for k, v in node.value
    }


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _guard(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise UnsafeYaml("aliases (& and *) are not allowed", line)
        if getattr(event, "tag", None) not in (None, "!"):
            raise UnsafeYaml("tags (!) are not allowed", line)
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise UnsafeYaml(f"it is nested deeper than {MAX_DEPTH} levels", line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1


def _plain(value: Any) -> Any:
    """Dates and other YAML values as JSON has them."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return str(value)


def read_mapping(text: str) -> dict[str, Any]:
    """A YAML mapping as plain JSON data; UnsafeYaml with a sentence otherwise."""
    if len(text.encode()) > MAX_BYTES:
        raise UnsafeYaml(f"it is larger than {MAX_BYTES // 1024} KB")
    try:
        _guard(text)
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with one more refusal
    except UnsafeYaml:
        raise
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = str(getattr(error, "problem", None) or "it cannot be read")
        raise UnsafeYaml(problem, mark.line if mark else 0) from error
    except (ValueError, TypeError, RecursionError, OverflowError, AttributeError) as error:
        raise UnsafeYaml(f"it cannot be read ({error})") from error
    if not isinstance(value, dict):
        raise UnsafeYaml("it is not a mapping of keys to values")
    plain: dict[str, Any] = _plain(value)
    return plain


def read_front_matter(lines: list[Line]) -> tuple[dict[str, Any], int]:
    """(front matter, number of lines it takes, delimiters included); ({}, 0) when there is none that can be read."""
    start = 0
    while start < len(lines) and lines[start].blank and start < 5:
        start += 1
    if start >= len(lines) or lines[start].raw.strip("\ufeff").rstrip() != "---":
        return {}, 0
    for at in range(start + 1, min(len(lines), start + MAX_FRONT_LINES)):
        if lines[at].raw.rstrip() in ("---", "..."):
            try:
                return read_mapping("\n".join(line.raw for line in lines[start + 1 : at])), at + 1
            except UnsafeYaml:
                return {}, 0
    return {}, 0
