"""Less memory for what engines read from disk: texts that are alike are kept once. Only in the host.

The data of both engines is JSON in which the same few thousand words stand again and again.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import sys
from collections.abc import Iterator
from typing import Any


def shared(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For `json.loads`: an object whose names and texts are kept once for the whole process."""
    return {sys.intern(key): _once(value) for key, value in pairs}


def _once(value: Any) -> Any:
    if type(value) is str:
        return sys.intern(value)
    if type(value) is list and value and type(value[0]) is str:
        return [sys.intern(one) if type(one) is str else one for one in value]
    return value


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """While an engine is loaded, all JSON is read so."""
    plain, kept = json.loads, json.load

    def loads(text: Any, **options: Any) -> Any:
        return plain(text, **(options or {"object_pairs_hook": shared}))

    def load(file: Any, **options: Any) -> Any:
        return loads(file.read(), **options)

    module: Any = json
    module.loads, module.load = loads, load
    try:
        yield
    finally:
        module.loads, module.load = plain, kept


def give_back() -> None:
    """Return what was needed while loading to the system, where it can be asked to (glibc)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
