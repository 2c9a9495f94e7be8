"""All graders by name. A module is imported when the first drill names it: a process pays for what it uses."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from quizzes.graders.base import REGISTERED, Grader

# Each is a module or a package of quizzes.graders that registers one class under the same name.
_MODULES = (
    *("case", "number", "order", "pick", "file", "cors", "bucket", "alarm", "packets"),
    *("iam", "events", "schedule", "logs", "cfn", "asl", "cli", "query"),
)
# Packages below; their engines run in a process of their own.
_WORKERS = {"lint": "worker.lint", "lab": "worker.lab"}


@cache
def names() -> frozenset[str]:
    """Every grader that a drill may name."""
    return frozenset(
        {*(name for name in _MODULES if find_spec(f"quizzes.graders.{name}") is not None), *_WORKERS}
    )


def get(name: str) -> Grader:
    """The grader of this name; KeyError when there is none."""
    if name not in REGISTERED and name in names():
        import_module(f"quizzes.graders.{_WORKERS.get(name, name)}")
    return REGISTERED[name]
