"""An answer as the CLI prints it: json, text or yaml.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-output-format.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

LONGEST = 12_000


class NotDrawn(ValueError):
    """A format that labs do not have."""


def printed(answer: Any, style: str) -> str:
    """At most 12,000 signs. Raises NotDrawn."""
    if answer in ({}, None) and style != "text":
        return "" if answer == {} else "null"
    if style == "json":
        text = json.dumps(answer, indent=4, ensure_ascii=False)
    elif style in ("yaml", "yaml-stream"):
        import yaml

        text = yaml.safe_dump(answer, sort_keys=False, allow_unicode=True).rstrip()
    elif style == "text":
        text = "\n".join(_lines(answer, ""))
    elif style == "off":
        return ""
    else:
        raise NotDrawn("Tables are not drawn in labs: use --output json, text or yaml.")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n…"


def _lines(value: Any, name: str) -> Iterator[str]:
    """Text: scalars of a mapping in one line, sorted by name; lists and mappings below, with their name before them."""
    if isinstance(value, list):
        yield from _list(value, name)
    elif isinstance(value, Mapping):
        scalars = [_cell(one) for _, one in sorted(value.items()) if not isinstance(one, list | Mapping)]
        if scalars:
            yield "\t".join([*([name] if name else []), *scalars])
        for key, one in sorted(value.items()):
            if isinstance(one, list | Mapping):
                yield from _lines(one, str(key).upper())
    else:
        yield _cell(value)


def _list(value: list[Any], name: str) -> Iterator[str]:
    if not any(isinstance(one, list | Mapping) for one in value):
        if name:
            yield from (f"{name}\t{_cell(one)}" for one in value)
        elif value:
            yield "\t".join(_cell(one) for one in value)
        return
    for one in value:
        if isinstance(one, list) and not any(isinstance(each, list | Mapping) for each in one):
            yield "\t".join([*([name] if name else []), *(_cell(each) for each in one)])
        else:
            yield from _lines(one, name)


def _cell(value: Any) -> str:
    return "None" if value is None else str(value)
