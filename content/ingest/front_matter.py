"""YAML in notes: front matter and drills, read without giving it the power to hurt.

No aliases, no tags, no duplicate keys, at most 64 KB and 40 levels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from content.ingest.blocks.lines import Line
from content.ingest.front_keys import KNOWN, checked
from content.ingest.model import Notice

MAX_BYTES = 64 * 1024
MAX_DEPTH = 40
MAX_FRONT_LINES = 300
_KEY = re.compile(r"([A-Za-z_][\w-]{0,60}|[A-Za-z_][\w-]{0,30} [\w-]{1,30})[ \t]{0,3}:(?:[ \t]|$)")

_TRUTHS = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_ODD_NUMBER = re.compile(
    r"[-+]?(?:0[0-9_]+|0[xb][0-9a-fA-F_]+|[1-9][0-9]*_[0-9_]*|[1-9][0-9_]*(?::[0-5]?[0-9]){1,3})$"
)
# Written as escapes in quotes: no database takes the one, no page the others.
_UNFIT = re.compile("[\\0\\ud800-\\udfff]")


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


def _day_or_text(loader: _Loader, node: yaml.ScalarNode) -> Any:
    """A day is a day; a time stays as it is written, with its T and its Z."""
    return node.value if ":" in node.value else loader.construct_yaml_timestamp(node)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day_or_text)


def _guard(text: str, traps: bool = False) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line if event.start_mark else 0
        if isinstance(event, yaml.ScalarEvent) and _UNFIT.search(event.value):
            raise UnsafeYaml("there is a sign that cannot be stored: NUL, or half a character", line)
        if traps and isinstance(event, yaml.ScalarEvent) and not event.style:
            _refuse_trap(event.value, line)
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


def _refuse_trap(word: str, line: int) -> None:
    """A plain word that YAML 1.1 takes for a truth value, an octal number or a time of day."""
    if meant := _TRUTHS.get(word.lower()):
        raise UnsafeYaml(
            f'unquoted “{word}” means {meant} in YAML: write "{word}" in quotes, or {meant}', line
        )
    if _ODD_NUMBER.match(word):
        raise UnsafeYaml(f'unquoted “{word}” is read as another number: write "{word}" in quotes', line)


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


def read_mapping(text: str, traps: bool = False) -> dict[str, Any]:
    """A YAML mapping as plain JSON data; UnsafeYaml with a sentence otherwise.

    `traps`: also refuse words that YAML reads as something else than they look, such as an unquoted no or 22:30.
    """
    if len(text.encode()) > MAX_BYTES:
        raise UnsafeYaml(f"it is larger than {MAX_BYTES // 1024} KB")
    try:
        _guard(text, traps)
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


@dataclass(frozen=True, slots=True)
class Front:
    """Front matter: its keys, how many lines it takes with its delimiters, and what is wrong with it."""

    data: dict[str, Any] = field(default_factory=dict)
    lines: int = 0
    notices: tuple[Notice, ...] = ()


def read_front_matter(path: str, lines: list[Line]) -> Front:
    """The front matter of a file. What cannot be read is told; a rule above ordinary text is no front matter."""
    start = 0
    while start < len(lines) and lines[start].blank and start < 5:
        start += 1
    if start >= len(lines) or lines[start].raw.strip("\ufeff").rstrip() != "---":
        return Front()
    for at in range(start + 1, min(len(lines), start + MAX_FRONT_LINES)):
        if lines[at].raw.rstrip() in ("---", "..."):
            return _between(path, lines[start + 1 : at], at + 1)
    if not _meant(lines[start + 1 : start + 2]):
        return Front()
    no = lines[start].no
    message = (
        f"{path}, line {no}: the front matter that starts here is not closed within {MAX_FRONT_LINES} lines, so it was "
        "read as text. Add a line of three dashes (---) below its last key."
    )
    return Front(notices=(Notice(path, no, "front_matter", message),))


def _between(path: str, inner: list[Line], taken: int) -> Front:
    try:
        data = read_mapping("\n".join(line.raw for line in inner))
    except UnsafeYaml as error:
        if not _meant(inner):
            return Front()
        no = inner[min(error.line, len(inner) - 1)].no
        message = (
            f"{path}, line {no}: the front matter could not be read ({error}); only its plain lines of the form "
            "“key: value” were used. Put quotes around values that hold a colon or other signs."
        )
        return Front(_salvaged(inner), taken, (Notice(path, no, "front_matter", message),))
    numbers = {match.group(1): line.no for line in inner if (match := _KEY.match(line.raw))}
    data, problems = checked(data)
    notices: list[Notice] = []
    for key, text in problems:
        no = numbers.get(key, inner[0].no)
        notices.append(Notice(path, no, "front_matter", f"{path}, line {no}: {text}"))
    return Front(data, taken, tuple(notices))


def _meant(inner: list[Line]) -> bool:
    """The first line with text is a key with a value: somebody meant to write front matter."""
    first = next((line.raw for line in inner if line.raw.strip()), "")
    return bool(_KEY.match(first))


def _salvaged(inner: list[Line]) -> dict[str, Any]:
    """The keys of broken front matter that stand on one line and can be read by themselves."""
    found: dict[str, Any] = {}
    for line in inner:
        match = _KEY.match(line.raw)
        if match is None or match.group(1) not in KNOWN:
            continue
        try:
            found.update(read_mapping(line.raw))
        except UnsafeYaml:
            continue
    return {key: value for key, value in checked(found)[0].items() if value is not None}
