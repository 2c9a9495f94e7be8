"""A drill as its author writes it: YAML ↔ the drill, with the line of every mistake. Pure; nothing is stored.

text → `read` → Written(drill, problems by line)        drill → `written` → text that reads as the same drill
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from content.ingest.drills import read_text
from content.ingest.front_matter import UnsafeYaml, read_mapping
from quizzes import graders
from quizzes.graders.engine.draw import let_order
from quizzes.graders.engine.drill import authoring_problems

LONGEST = 64 * 1024
WIDTH = 10_000  # lines are broken where their author breaks them
MOST_QUOTED = 120
_FIRST = ("id", "title", "grader", "prompt", "draw", "where", "let")
_LAST = ("checks", "hints", "good", "bad", "explain", "source", "checked_on")
# The same within: a database may keep keys in an order of its own.
_FIRST_WITHIN = (
    "label",
    "ask",
    "text",
    "ok",
    "value",
    "answer",
    "fails",
    "from",
    "to",
    "step",
    "sample",
    "count",
)
_LAST_WITHIN = ("options", "say", "hidden")
_STEP = re.compile(r"[^.\[\]]+")
# Words that would be read as something else than they look, or that a reader could take for it.
_ODD = re.compile(r"(?:yes|no|on|off|y|n|[-+]?[0-9][0-9_.:eExXa-fA-F+-]*)$|.*\{\{|.*: |.* #", re.IGNORECASE)
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What has to be mended. `line`: counted from 1, 0 is the drill as a whole; `quoted`: what stands there."""

    line: int
    text: str
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A text and the drill that it holds; `drill` may only be used when there are no `problems`."""

    text: str
    drill: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Mistake, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.problems

    @property
    def ident(self) -> str:
        return str(self.drill.get("id", ""))


def read(sent: str) -> Written:
    """What somebody typed, with everything that keeps it from being a drill. Never raises."""
    text = tidy(sent)
    if not text.strip():
        return Written(
            text, {}, (Mistake(0, "There is nothing here yet. Write a drill, or begin with an example."),)
        )
    if len(text.encode(errors="replace")) > LONGEST:
        return Written(text, {}, (Mistake(0, f"This is longer than {LONGEST // 1024} KB."),))
    drill, told = read_text(text, graders.names())
    if told:
        return Written(text, drill, tuple(_mistake(text, line + 1, said) for line, said in told))
    found = authoring_problems(drill)
    lines = lines_of(text, [problem.path for problem in found])
    return Written(
        text,
        drill,
        tuple(_mistake(text, line, str(problem)) for line, problem in zip(lines, found, strict=True)),
    )


def tidy(sent: str) -> str:
    """As browsers send it, with plain line ends, and without blank lines around it."""
    lines = sent.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    return "\n".join(lines).rstrip() + "\n" if lines else ""


def lines_of(text: str, paths: Iterable[str]) -> list[int]:
    """In which line the value of each path stands, as near as it can be found; 0 is the drill as a whole."""
    root = yaml.compose(text, Loader=_PARSER)  # no path is looked for in a text that could not be read
    return [_line(root, path) if path else 0 for path in paths]


def _line(node: yaml.Node | None, path: str) -> int:
    line = 0
    for step in _STEP.findall(path):
        inner: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            key, inner = next((pair for pair in node.value if pair[0].value == step), (None, None))
            line = key.start_mark.line + 1 if key is not None else line
        elif isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
            inner = node.value[int(step)]
            line = inner.start_mark.line + 1 if inner is not None else line
        if inner is None:
            break
        node = inner
    return line


def _mistake(text: str, line: int, said: str) -> Mistake:
    lines = text.split("\n")
    quoted = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    sentence = said[:1].upper() + said[1:]
    return Mistake(line, sentence if sentence.endswith((".", "?")) else f"{sentence}.", quoted[:MOST_QUOTED])


def written(drill: Mapping[str, Any]) -> str:
    """The drill as YAML that reads as the same drill: keys in their usual order, long texts as blocks."""
    text = yaml.dump(
        _in_order(drill), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH,
        default_flow_style=False,
    )  # fmt: skip
    return text if reads_as(text, drill) else yaml.safe_dump(dict(drill), sort_keys=False)


def reads_as(text: str, drill: Mapping[str, Any]) -> bool:
    try:
        return read_mapping(text, traps=True) == drill
    except UnsafeYaml:
        return False


def fenced(text: str) -> str:
    """The block that stands in notes. Its fence is longer than any within."""
    inner = max((len(run) for run in re.findall(r"^\s*(`{3,})", text, re.MULTILINE)), default=2)
    fence = "`" * max(3, inner + 1)
    return f"{fence}drill\n{text.rstrip()}\n{fence}\n"


def block_in(source: str, line_from: int, line_to: int) -> str:
    """The text between the fences that open and close at these lines (counted from 1), without their indentation."""
    lines = source.split("\n")[line_from - 1 : line_to]
    if len(lines) < 3:
        return ""
    indent = len(lines[0]) - len(lines[0].lstrip(" "))
    return tidy("\n".join(line[indent:] if line[:indent].isspace() else line for line in lines[1:-1]))


def _in_order(drill: Mapping[str, Any]) -> dict[str, Any]:
    own = [key for key in drill if key not in _FIRST and key not in _LAST]
    found = {key: drill[key] for key in (*_FIRST, *own, *_LAST) if key in drill}
    if isinstance(found.get("let"), dict):
        found["let"] = {name: found["let"][name] for name in let_order(drill)}
    return found


class _Dumper(yaml.SafeDumper):
    """Blocks for texts of several lines, one line for small lists and mappings, quotes where a word could mislead."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, indentless=False)


def _text(dumper: _Dumper, value: str) -> yaml.Node:
    quote = "'" if '"' in value else '"'
    style = "|" if "\n" in value else quote if _ODD.match(value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style)


def _list(dumper: _Dumper, value: list[Any]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_small(value))


def _mapping(dumper: _Dumper, value: dict[str, Any]) -> yaml.Node:
    small = _small(list(value.values())) and sum(map(len, map(str, value))) < 40
    if "id" not in value:
        own = [key for key in value if key not in _FIRST_WITHIN and key not in _LAST_WITHIN]
        value = {key: value[key] for key in (*_FIRST_WITHIN, *own, *_LAST_WITHIN) if key in value}
    return dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=small)


def _small(items: list[Any]) -> bool:
    """Short enough to be read on one line."""
    if any(isinstance(item, dict | list) or set(str(item)) & set("\n,()") for item in items):
        return False
    return sum(len(str(item)) + 2 for item in items) <= 60


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(dict, _mapping)
