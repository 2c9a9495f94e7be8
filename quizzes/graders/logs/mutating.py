"""A right pattern or query, broken in the ways learners break it: one mistake at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SIGNS = {"<=": "<", ">=": ">", "<": "<=", ">": ">=", "=": "!=", "!=": "="}
_SIGN = re.compile(r"!=|<=|>=|=~|=|<|>")
_QUOTED = re.compile(r'"([^"\\]*)"')
_MOST = 40


def broken_filters(text: str) -> Iterator[str]:
    """Filter patterns that take other events, or are none."""
    yield from _different(text, _filters(text.strip()))


def broken_queries(text: str) -> Iterator[str]:
    yield from _different(" | ".join(_commands(text)), _queries(text))


def _different(text: str, found: Iterator[str]) -> Iterator[str]:
    seen = {text, text.strip()}
    for mutant in found:
        if mutant not in seen:
            seen.add(mutant)
            yield mutant
        if len(seen) > _MOST:
            return


def _filters(text: str) -> Iterator[str]:
    if text.startswith(("{", "[")):
        yield text[:-1]
        yield from _signs(text)
        yield from (text.replace(one, other, 1) for one, other in (("&&", "||"), ("||", "&&")) if one in text)
        yield from _texts(text)
        yield from (text.replace("*", "", 1) for _ in range("*" in text))
        if "..." in text:
            yield re.sub(r"\.\.\.\s*,?\s*", "", text)
        if "NOT EXISTS" in text:
            yield text.replace("NOT EXISTS", "IS NULL", 1)
        return
    terms = re.findall(r'[-?]?"[^"]*"|\S+', text)
    for place, term in enumerate(terms):
        before, after = terms[:place], terms[place + 1 :]
        if len(terms) > 1:
            yield " ".join([*before, *after])
        bare = term.lstrip("-?")
        yield " ".join([*before, bare if bare != term else f"-{term}", *after])
        if bare.lower() != bare:
            yield " ".join([*before, term.lower(), *after])
        if term == bare and len(terms) > 1 and not any(other.startswith(("-", "?")) for other in terms):
            yield " ".join(f"?{other}" for other in terms)


def _commands(text: str) -> list[str]:
    return [part.strip() for part in text.split("|")]


def _queries(text: str) -> Iterator[str]:
    parts = _commands(text)
    for place, part in enumerate(parts):
        if len(parts) > 1:
            yield " | ".join([*parts[:place], *parts[place + 1 :]])
        for broken in _command(part):
            yield " | ".join([*parts[:place], broken, *parts[place + 1 :]])


def _command(part: str) -> Iterator[str]:
    name = part.split(None, 1)[0].lower() if part else ""
    if name == "filter":
        yield from _signs(part)
        yield from _texts(part)
        yield from _swapped(part, (("and", "or"), ("or", "and"), ("not like", "like"), ("like", "not like")))
        yield re.sub(r"\blike\b", "=", part, count=1)
    elif name == "sort":
        yield from _swapped(part, (("desc", "asc"), ("asc", "desc")))
        yield re.sub(r"\s+desc\b", "", part)
    elif name == "limit":
        yield re.sub(r"[0-9]+", lambda match: str(int(match[0]) + 1), part)
    elif name == "stats":
        pairs = (
            ("avg", "sum"),
            ("sum", "avg"),
            ("max", "min"),
            ("min", "max"),
            ("count", "sum"),
            ("count_distinct", "count"),
        )
        yield from _swapped(part, (*pairs, ("pct", "avg")))
        yield re.sub(r"\s+by\b.*", "", part)
        yield re.sub(r"bin\(([0-9]+)", lambda match: f"bin({int(match[1]) * 2}", part)
        yield re.sub(
            r"(pct\([^,]+,\s*)([0-9]+)", lambda match: f"{match[1]}{max(1, int(match[2]) - 45)}", part
        )


def _signs(text: str) -> Iterator[str]:
    for match in _SIGN.finditer(text):
        if match[0] in _SIGNS:
            yield text[: match.start()] + _SIGNS[match[0]] + text[match.end() :]


def _texts(text: str) -> Iterator[str]:
    """Upper and lower case; they count in both languages."""
    for match in _QUOTED.finditer(text):
        swapped = match[1].swapcase()
        if swapped != match[1]:
            yield f'{text[: match.start()]}"{swapped}"{text[match.end() :]}'


def _swapped(text: str, pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for one, other in pairs:
        found = re.search(rf"\b{one}\b", text)
        if found:
            yield text[: found.start()] + other + text[found.end() :]
