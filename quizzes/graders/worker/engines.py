"""What the host can run, by name. An engine is loaded when the first answer asks for it, and stays.

An engine is a module with
    NEEDS                packages that must be installed
    load() -> None       import what is heavy, once, in the host; raises ImportError
    prepare(job) -> None in the host, before the fork: read from disk what this job needs. Only trusted parts of it
    run(job) -> Any      in the child: the answer, as data that JSON can hold
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, cast

from quizzes.graders.worker import lean

MODULES: Mapping[str, str] = {
    "lint": "quizzes.graders.worker.linting",
    "lab": "quizzes.graders.worker.lab.replay",
}
# known without importing the engine, so that a page can be shown where the extra is missing
NEEDS: Mapping[str, tuple[str, ...]] = {
    "lint": ("cfnlint", "time_machine"),
    "lab": ("moto", "boto3", "time_machine"),
}


class Engine(Protocol):
    def load(self) -> None: ...

    def prepare(self, job: Any) -> None: ...

    def run(self, job: Any) -> Any: ...


class Engines:
    """Engines of one host."""

    def __init__(self, more: Iterable[tuple[str, str]] = ()) -> None:
        self._modules = {**MODULES, **dict(more)}
        self._loaded: dict[str, Engine] = {}

    @property
    def loaded(self) -> list[str]:
        return sorted(self._loaded)

    def get(self, name: str) -> Engine:
        """The engine, loaded. Raises KeyError for an unknown name, ImportError where its extra is not installed."""
        if name not in self._loaded:
            engine = cast(Engine, import_module(self._modules[name]))
            with lean.reading():
                engine.load()
            self._loaded[name] = engine
            gc.collect()
            gc.freeze()  # what is there now is shared with every child and never looked at again
            lean.give_back()
        return self._loaded[name]


def installed(name: str) -> bool:
    """Whether what this engine needs can be imported. Imports nothing."""
    return all(find_spec(package) is not None for package in NEEDS.get(name, ()))
