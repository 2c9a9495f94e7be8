"""Queries of Logs Insights over given log events: commands joined by |, each making rows out of rows.

fields, display, filter, stats (count, count_distinct, sum, avg, min, max, pct, median, stddev, earliest, latest) by,
sort, limit, parse (with stars or a regular expression), dedup.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from quizzes.graders.logs.insights_stats import Measure, measure
from quizzes.graders.logs.insights_syntax import Expression, Reader, unquoted, words
from quizzes.graders.logs.insights_values import Row, as_number, as_text, row_of, truth
from quizzes.graders.logs.regexes import Steps
from quizzes.graders.logs.syntax import BadQuery, Token

LONGEST = 4_000
MOST_COMMANDS = 30
DEFAULT_LIMIT = 1_000
_OTHER = ("pattern", "diff", "unmask", "unnest", "lookup", "join", "anomaly", "filterindex", "source")

Step = Callable[[list[Row]], list[Row]]


@dataclass(slots=True)
class Result:
    """Rows in order, with the columns that are shown. `ordered`: by a sort, or newest first."""

    columns: list[str]
    rows: list[Row]
    ordered: bool = True


@dataclass(slots=True)
class Query:
    """A query that has been read. `columns` are known when the last command that chooses them has been read."""

    steps: list[Step] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    grouped: bool = False
    is_sorted: bool = False
    limited: bool = False

    def run(self, events: Iterable[Any]) -> Result:
        """Raises BadRegex when it takes too long."""
        rows = [row_of(event, place) for place, event in enumerate(events)]
        rows.sort(key=lambda row: -row["@timestamp"])
        for step in self.steps:
            rows = step(rows)
        if not self.limited:
            rows = rows[:DEFAULT_LIMIT]
        columns = self.columns or ["@timestamp", "@message"]
        shown = [{name: row[name] for name in columns if row.get(name) is not None} for row in rows]
        return Result(columns, shown, self.is_sorted or not self.grouped)


def read_query(text: str) -> Query:
    """Raises BadQuery."""
    if len(text) > LONGEST:
        raise BadQuery(f"A query has at most {LONGEST:,} signs here.")
    if not text.strip():
        raise BadQuery("Here is nothing yet; a query begins with a command, such as fields or filter.")
    query, steps = Query(), Steps()
    parts = _commands(words(text))
    if len(parts) > MOST_COMMANDS:
        raise BadQuery(f"A query has at most {MOST_COMMANDS} commands here.")
    for part in parts:
        if not part:
            raise BadQuery("Before and behind each | stands a command.")
        _command(Reader(part, steps), query)
    return query


def _commands(found: list[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in found:
        if token.kind == "sign" and token.text == "|":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _command(reader: Reader, query: Query) -> None:
    name = reader.next().text.lower()
    if name in _OTHER:
        raise BadQuery(f"The command “{name}” is not run here.")
    if name not in _COMMANDS:
        raise BadQuery(f"There is no command “{name[:30]}”; known are {', '.join(_COMMANDS)}.")
    query.steps.append(_COMMANDS[name](reader, query))
    if not reader.done():
        raise BadQuery(f"In “{name}”, “{reader.next().text[:30]}” cannot stand here.")


def _named(reader: Reader, start: int) -> str:
    """What a column is called: its alias, or the words of its expression."""
    if reader.took("as"):
        return reader.name()
    taken = reader.words[start : reader.place]
    return taken[0].value if len(taken) == 1 else "".join(token.text for token in taken)


def _expressions(reader: Reader) -> list[tuple[str, Expression]]:
    found = []
    while True:
        start = reader.place
        expression = reader.expression()
        found.append((_named(reader, start), expression))
        if not reader.took(","):
            return found


def _fields(reader: Reader, query: Query) -> Step:
    chosen = _expressions(reader)
    query.columns += [name for name, _ in chosen if name not in query.columns]

    def step(rows: list[Row]) -> list[Row]:
        return [{**row, **{name: value(row) for name, value in chosen}} for row in rows]

    return step


def _display(reader: Reader, query: Query) -> Step:
    chosen = [reader.name()]
    while reader.took(","):
        chosen.append(reader.name())
    query.columns = chosen
    return lambda rows: rows


def _filter(reader: Reader, query: Query) -> Step:
    holds = reader.expression()
    return lambda rows: [row for row in rows if truth(holds(row))]


def _sort(reader: Reader, query: Query) -> Step:
    keys: list[tuple[Expression, bool]] = []
    while True:
        value = reader.expression()
        keys.append((value, reader.took("desc") or (reader.took("asc") and False)))
        if not reader.took(","):
            break
    query.is_sorted = True

    def step(rows: list[Row]) -> list[Row]:
        found = list(rows)
        for value, down in reversed(keys):
            found.sort(key=lambda row, value=value: _rank(value(row)), reverse=down)  # type: ignore[misc]
        return found

    return step


def _rank(value: Any) -> tuple[int, float, str]:
    """Nothing first, then numbers, then text."""
    number = as_number(value)
    return (
        (0, 0.0, "") if value is None else (1, number, "") if number is not None else (2, 0.0, as_text(value))
    )


def _limit(reader: Reader, query: Query) -> Step:
    token = reader.next()
    if not token.text.isdecimal() or not 1 <= int(token.text[:6]) <= 10_000:
        raise BadQuery("After limit stands a whole number from 1 to 10,000.")
    query.limited = True
    return lambda rows: rows[: int(token.text)]


def _dedup(reader: Reader, query: Query) -> Step:
    names = [reader.name()]
    while reader.took(","):
        names.append(reader.name())

    def step(rows: list[Row]) -> list[Row]:
        seen, kept = set(), []
        for row in rows:
            key = tuple(as_text(row.get(name)) for name in names)
            if key not in seen:
                seen.add(key)
                kept.append(row)
        return kept

    return step


def _parse(reader: Reader, query: Query) -> Step:
    source = "@message"
    if reader.peek():
        source = reader.name()
    token = reader.next()
    if token.kind == "regex":
        regex = reader.regex(token)
        if not regex.names:
            raise BadQuery("A regular expression in parse names what it takes: (?<name>…).")

        def by_regex(text: str) -> dict[str, str]:
            found = regex.search(text) or {}
            return {name: found[group] for name, group in regex.names.items() if group in found}

        return _parsing(source, by_regex)
    if token.kind not in ("quoted", "single"):
        raise BadQuery("parse needs a text with stars, in quotes, or a regular expression between slashes.")
    reader.need("as")
    names = [reader.name()]
    while reader.took(","):
        names.append(reader.name())
    parts = unquoted(token).split("*")
    if len(parts) - 1 != len(names):
        raise BadQuery(f"parse has {len(parts) - 1} stars and {len(names)} names; each star needs one name.")
    return _parsing(source, lambda text: _by_stars(text, parts, names))


def _parsing(source: str, take: Callable[[str], dict[str, str]]) -> Step:
    def step(rows: list[Row]) -> list[Row]:
        return [{**row, **take(as_text(row[source]))} if row.get(source) is not None else row for row in rows]

    return step


def _by_stars(text: str, parts: list[str], names: list[str]) -> dict[str, str]:
    """Each star takes as little as it can; a star at the end takes the rest."""
    place = text.find(parts[0])
    if place < 0:
        return {}
    place += len(parts[0])
    found = {}
    for name, part in zip(names, parts[1:], strict=True):
        end = text.find(part, place) if part else len(text)
        if end < 0:
            return {}
        found[name] = text[place:end]
        place = end + len(part)
    return found


def _stats(reader: Reader, query: Query) -> Step:
    measures: list[tuple[str, Measure]] = []
    while True:
        start = reader.place
        found = measure(reader)
        measures.append((_named(reader, start), found))
        if not reader.took(","):
            break
    groups = _expressions(reader) if reader.took("by") else []
    query.columns = [name for name, _ in groups] + [name for name, _ in measures]
    query.grouped, query.is_sorted = bool(groups), False

    def step(rows: list[Row]) -> list[Row]:
        sets: dict[tuple[str, ...], tuple[Row, list[Row]]] = {}
        for row in rows:
            values = {name: value(row) for name, value in groups}
            key = tuple(as_text(value) for value in values.values())
            sets.setdefault(key, (values, []))[1].append(row)
        if not groups and not sets:
            sets[()] = ({}, [])
        return [
            {**values, **{name: take(members) for name, take in measures}}
            for values, members in sets.values()
        ]

    return step


_COMMANDS: dict[str, Callable[[Reader, Query], Step]] = {
    "fields": _fields,
    "display": _display,
    "filter": _filter,
    "stats": _stats,
    "sort": _sort,
    "limit": _limit,
    "parse": _parse,
    "dedup": _dedup,
}
