"""Drill blocks: the author's YAML, checked far enough that a grader can rely on its shape.

What a grader itself has to say of a drill comes from outside, as `check`: reading notes knows no graders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import yaml

from content.ingest.front_matter import UnsafeYaml, read_mapping
from content.ingest.model import Block, DrillDraft, Notice

_IDENT = re.compile(r"[a-z0-9][a-z0-9_-]{0,80}$")
_STEP = re.compile(r"[^.\[\]]+")
MOST_TOLD = 3

# What is wrong with a drill: (path of the place, such as checks[2].say, and a sentence), or nothing.
Check = Callable[[Mapping[str, Any]], Sequence[tuple[str, str]]]


def read_drill(
    block: Block, topic: int, source: str, graders: Collection[str] | None = None, check: Check | None = None
) -> DrillDraft | Notice:
    """A drill, or the sentence that says what is wrong with it and in which line. `graders`: the known ones."""
    spec, told = read_text(block.text, graders, check)
    if told:
        line = block.line_from + 1 + told[0][0]
        return _notice(source, line, _sentences([text for _, text in told]))
    return DrillDraft(topic, spec["id"], spec, source, block.line_from, block.line_to)


def read_text(
    text: str, graders: Collection[str] | None = None, check: Check | None = None
) -> tuple[dict[str, Any], list[tuple[int, str]]]:
    """The YAML of one drill: what it holds, and what is wrong with it as (line, part of a sentence).

    Lines are counted from 0; -1 is the drill as a whole. What it holds is empty when it cannot be read.
    """
    try:
        spec = read_mapping(text, traps=True)
        problem = _problem(spec)
    except UnsafeYaml as error:
        return {}, [(error.line, str(error))]
    if problem:
        return spec, [(-1, problem)]
    if graders is not None and spec["grader"] not in graders:
        known = ", ".join(f"`{name}`" for name in sorted(graders))
        line = _line_of(text, "grader")
        return spec, [(line, f"there is no grader “{spec['grader'][:40]}”; known are {known}")]
    told = check(spec) if check is not None else ()
    return spec, [(line_of_path(text, path), _said(path, sentence)) for path, sentence in told]


def line_of_path(text: str, path: str) -> int:
    """In which line of YAML the value of a path stands, counted from 0; as near as it can be found."""
    node, line = yaml.compose(text, Loader=yaml.SafeLoader), 0
    for step in _STEP.findall(path):
        inner: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            key, inner = next((pair for pair in node.value if pair[0].value == step), (None, None))
            line = key.start_mark.line if key is not None else line
        elif isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
            inner = node.value[int(step)]
            line = inner.start_mark.line if inner is not None else line
        if inner is None:
            break
        node = inner
    return line


def _said(path: str, text: str) -> str:
    return f"`{path}`: {text.rstrip('.')}" if path else text.rstrip(".")


def _sentences(told: Sequence[str]) -> str:
    more = f"; and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
    return "; ".join(told[:MOST_TOLD]) + more


def _line_of(text: str, key: str) -> int:
    """In which line of a drill a key stands, counted from 0."""
    return next((at for at, line in enumerate(text.split("\n")) if line.startswith(f"{key}:")), 0)


def _notice(source: str, line: int, problem: str) -> Notice:
    return Notice(
        source,
        line,
        "drill",
        f"The drill in {source}, line {line} was left out: {problem}. "
        "Correct it and import the file again; the rest of the file was read.",
    )


def _problem(spec: dict[str, Any]) -> str | None:
    """What keeps a drill from being used, or None."""
    ident = spec.get("id")
    if not isinstance(ident, str) or not _IDENT.match(ident):
        return "it needs an `id` of lower-case letters, digits and dashes"
    for key in ("title", "grader", "prompt"):
        if not isinstance(spec.get(key), str) or not spec[key].strip():
            return f"it needs a `{key}`"
    return _case_problem(spec) if spec["grader"] == "case" else None


def _case_problem(spec: dict[str, Any]) -> str | None:
    steps = spec.get("steps")
    if not isinstance(steps, list) or not steps:
        return "a case needs a list of `steps`"
    for number, step in enumerate(steps, 1):
        if not isinstance(step, dict) or not isinstance(step.get("ask"), str):
            return f"step {number} needs an `ask`"
        options = step.get("options")
        if not isinstance(options, list) or len(options) < 2:
            return f"step {number} needs at least two `options`"
        if not all(
            isinstance(o, dict) and isinstance(o.get("text"), str) and isinstance(o.get("ok"), bool)
            for o in options
        ):
            return f"every option of step {number} needs a `text` and `ok: true` or `ok: false`"
        if not any(option["ok"] for option in options):
            return f"no option of step {number} is right"
    return None
