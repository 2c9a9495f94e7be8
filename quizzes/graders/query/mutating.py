"""A right query, broken in the ways learners break it: one mistake at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SWAPS = (
    *(("==", "!="), ("!=", "=="), ("&&", "||"), ("||", "&&"), (">=", ">"), ("<=", "<")),
    *(("starts_with", "ends_with"), ("ends_with", "starts_with"), ("contains", "starts_with")),
    *(("max_by", "min_by"), ("min_by", "max_by"), ("sort_by", "max_by"), ("reverse(", "(")),
    *(("[0]", "[1]"), ("[-1]", "[0]"), ("[]", ""), ("[*]", "[0]")),
)
_LITERAL = re.compile(r"`([^`]*)`|'([^']*)'")
_FILTER = re.compile(r"\[\?[^\[\]]*\]")
_LAST_FIELD = re.compile(r"\.[A-Za-z_][\w]*$")


def mutants(text: str) -> Iterator[str]:
    seen = {text}
    for mutant in _broken(text):
        if mutant not in seen and mutant.strip():
            seen.add(mutant)
            yield mutant


def _broken(text: str) -> Iterator[str]:
    for one, other in _SWAPS:
        if one in text:
            yield text.replace(one, other, 1)
    for match in _FILTER.finditer(text):
        yield text[: match.start()] + "[]" + text[match.end() :]
    for match in _LITERAL.finditer(text):
        value = match[1] if match[1] is not None else match[2]
        other = f"'{value}x'" if match[2] is not None else f"'{value}'"
        yield text[: match.start()] + other + text[match.end() :]
        if match[2] is not None and value.swapcase() != value:
            yield text[: match.start()] + f"'{value.swapcase()}'" + text[match.end() :]
    if _LAST_FIELD.search(text):
        yield _LAST_FIELD.sub("", text)
    if "|" in text.replace("||", ""):
        yield text.rpartition("|")[0].rstrip()
    first = re.match(r"[A-Za-z_]\w*", text)
    if first and not text[first.end() :].startswith("("):
        yield first[0].swapcase() + text[first.end() :]
        yield text[first.end() :].lstrip(".")
