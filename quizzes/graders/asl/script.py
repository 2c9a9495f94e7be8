"""What tasks do in a drill, attempt by attempt: results, errors and how long they take.

    tasks:
      Charge:                             name of the state, or its Resource
        - {error: Card.Declined, seconds: 2}
        - {result: {paid: true}}          each attempt takes the next line; the last one stays
      Look up:
        - {when: {$.id: 7}, error: NotFound}
        - {echo: true}                    the result is the input of the task

`seconds`: how long it takes (1). `beat`: seconds between heartbeats (none are sent without it).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from quizzes.graders.asl.data import Scope
from quizzes.graders.asl.errors import Invalid, StatesError
from quizzes.graders.asl.functions import same
from quizzes.graders.asl.paths import parsed

KEYS = {"when", "error", "cause", "result", "echo", "seconds", "beat"}


@dataclass(frozen=True, slots=True)
class Done:
    """One attempt of a task: its result, or an error, after some seconds."""

    seconds: float = 1.0
    result: Any = field(default_factory=dict)
    error: str = ""
    cause: str = ""
    beat: float | None = None


class Script:
    """Counts attempts. One for each execution."""

    def __init__(self, tasks: Mapping[str, Any]) -> None:
        self.tasks = tasks
        self.counts: dict[tuple[Any, ...], int] = {}

    def next(self, label: str, resource: str, given: Any, trail: str) -> Done:
        """What the task does this time. Every item of a map counts for itself (`trail`)."""
        key = label if label in self.tasks else resource
        lines = self.tasks.get(key)
        listed = lines if isinstance(lines, list) else [lines] if isinstance(lines, Mapping) else []
        fitting = [(at, line) for at, line in enumerate(listed) if _fits(line, given)]
        if not fitting:
            return Done()
        group = (key, trail, tuple(at for at, _ in fitting))
        count = self.counts.get(group, 0)
        self.counts[group] = count + 1
        line = fitting[min(count, len(fitting) - 1)][1]
        result = given if line.get("echo") else line.get("result", {})
        beat = line.get("beat")
        return Done(
            float(line.get("seconds", 1)),
            result,
            str(line.get("error", "")),
            str(line.get("cause", "")),
            None if beat is None else float(beat),
        )


def script_problems(tasks: Any) -> Iterator[str]:
    """What an author must mend in `tasks`."""
    if not isinstance(tasks, Mapping):
        yield "This must be names of tasks, each with what it does."
        return
    for name, lines in tasks.items():
        for line in lines if isinstance(lines, list) else [lines]:
            if not isinstance(line, Mapping) or set(line) - KEYS:
                yield f"“{name}”: what a task does has the keys {', '.join(sorted(KEYS))}."
                continue
            for key in ("seconds", "beat"):
                value = line.get(key, 1)
                if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1e8:
                    yield f"“{name}”: `{key}` must be a number of seconds."
            try:
                for path in line.get("when") or {}:
                    parsed(str(path))
            except (Invalid, TypeError) as error:
                yield f"“{name}”: `when` is paths with values: {error}."


def _fits(line: Mapping[str, Any], given: Any) -> bool:
    for path, wanted in (line.get("when") or {}).items():
        try:
            if not same(Scope(given).value(parsed(str(path))), wanted):
                return False
        except StatesError:
            return False
    return True
