"""The contract of a grader: what it gets, what it gives back, and the shapes of a trace.

    drill (YAML) → draw and fill (see quizzes.graders.engine) → grader.grade(answer, spec) → Verdict

A grader is one module (or package) of this folder, named as drills name it, with one class:

    @grader("cors")
    class Cors(Grader):
        def widget(self, spec): return Widget("textarea", language="json")
        def validate(self, spec): ...   # what the author must mend
        def grade(self, answer, spec): ...

`spec` is always the *filled* drill: every `{{name}}` has its value. The answer is text, at most 64 KB, without NUL.
Graders load no Django, hold no state and are total: a learner's text leads to a Verdict, never to an exception.

A trace is plain data that JSON can hold, drawn by a template of its `kind`. All have `kind`, `rows`, and may have
`title` (str) and `check` (label of the check it explains). In a row `ok` is True, False or None (neither). Texts are
plain text. Rows by kind:

    table     {"cells": [str, …], "ok"}                 beside `columns`: [str, …]
    layers    {"layer", "result", "clause", "say", "ok"}      IAM: one row a layer; beside `outcome`: str
    timeline  {"at": seconds, "for": seconds, "name", "event", "say", "ok"}     in order; beside `seconds`: total
    waves     {"wave": 1…, "items": [{"name", "type", "action", "because": [name, …]}]}
              action: create, update, replace, delete, keep
    hops      {"hop", "direction": "out" or "back", "rule", "say", "ok"}         in the order a packet meets them
    strip     {"label", "cells": [{"at": str, "value": str or None, "state"}]}
              state: ok, alarm, missing, insufficient, breaching, within
    bars      {"label", "parts": [{"name", "value": number}], "say", "ok"}       beside `low`, `high`: number or None
    terminal  {"command", "output", "ok"}               in order; output is text of several lines, "" for none
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeVar

Spec = Mapping[str, Any]
Trace = Mapping[str, Any]
Mode = Literal["inline", "worker"]
WidgetKind = Literal["textarea", "number", "choice", "choices", "order", "steps", "terminal"]

LONGEST_SENTENCE = 400
UNREADABLE = (
    "This could not be read. Look at your answer again, and send it in the form that the task asks for."
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `say` teaches; a hidden check is shown only after the answer."""

    label: str
    ok: bool
    say: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer does. `error`: a sentence when it could not be graded at all (it names the line when known)."""

    checks: tuple[Check, ...]
    error: str = ""
    trace: tuple[Trace, ...] = ()

    @property
    def score(self) -> float:
        """Share of checks that hold, 0 to 1; 0 with an error."""
        if self.error or not self.checks:
            return 0.0
        return sum(check.ok for check in self.checks) / len(self.checks)

    @property
    def ok(self) -> bool:
        return bool(self.checks) and not self.error and all(check.ok for check in self.checks)

    @classmethod
    def refused(cls, sentence: str) -> Verdict:
        """The answer cannot be graded, and why. Cut where a learner's own words would make it endless."""
        return cls(
            (), error=sentence if len(sentence) <= LONGEST_SENTENCE else f"{sentence[:LONGEST_SENTENCE]}…"
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """What an author must mend. `path` leads to the place: `checks[2].expect`; "" is the drill as a whole."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"`{self.path}`: {self.text}" if self.path else self.text


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose or to put in order: `key` is what an answer holds, `text` (Markdown) what is shown."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Widget:
    """How an answer is given. What the page sends is always text:

    textarea  as typed; `language`: json, yaml, shell, text (for the label and for an editor)
    number    as typed; `unit` stands behind the box
    choice    the key of one of `choices`
    choices   keys of several of `choices`, one a line
    order     keys of all (or some) of `choices`, one a line, in order
    steps     a case: answered step by step on its own page
    terminal  commands, one a line; what they show so far comes from quizzes.graders.worker.transcript
    """

    kind: WidgetKind
    language: str = "text"
    unit: str = ""
    choices: tuple[Choice, ...] = ()


class Grader(abc.ABC):
    """One way to grade. Stateless; `name` and `mode` are set by the decorator.

    `keys`: keys of a drill that only this grader knows; another key is a spelling mistake. Empty: not looked at.
    """

    keys: ClassVar[frozenset[str]] = frozenset()
    name: ClassVar[str] = ""
    mode: ClassVar[Mode] = "inline"

    @abc.abstractmethod
    def validate(self, spec: Spec) -> Iterable[Problem]:
        """What is wrong with the keys of this grader in a drill. Total on any mapping."""

    @abc.abstractmethod
    def grade(self, answer: str, spec: Spec) -> Verdict:
        """What `answer` does. A text that cannot be read is `Verdict.refused(sentence)`, never an exception."""

    def widget(self, spec: Spec) -> Widget:
        """How the answer is given."""
        return Widget("textarea")

    def answers(self, spec: Spec) -> Iterable[str]:
        """Right answers that follow from the drill itself, so that its author need not write `good`."""
        return ()

    def wrong(self, spec: Spec) -> Iterable[tuple[str, str]]:
        """(answer, its sentence) that follow from the drill itself, so that its author need not write `bad`."""
        return ()

    def missing(self) -> str:
        """What must be installed before this grader can grade, as a sentence; "" when nothing must."""
        return ""

    def expect(self) -> None:  # noqa: B027  (most graders have nothing to start)
        """An answer is being written: what takes long to start may start now. Returns at once, never raises."""

    def mutate(self, answer: str, spec: Spec) -> Iterable[str]:
        """A right answer broken as learners break it, one mistake at a time. Leave out what is as right."""
        return ()


_G = TypeVar("_G", bound=type[Grader])
REGISTERED: dict[str, Grader] = {}


def grader(name: str, mode: Mode = "inline") -> Callable[[_G], _G]:
    """Class decorator: makes a grader known by this name. `worker`: runs in a process of its own."""

    def register(kind: _G) -> _G:
        kind.name, kind.mode = name, mode
        REGISTERED[name] = kind()
        return kind

    return register
