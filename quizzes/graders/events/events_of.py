"""The event of a check: written out, or the base of the drill with some values changed."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any


class BadEvent(ValueError):
    """Why a check has no event, as the beginning of a sentence."""


def event_of(check: Mapping[str, Any], base: Any) -> Mapping[str, Any]:
    """The event of a check. Raises BadEvent."""
    if "event" in check:
        if "change" in check or "without" in check:
            raise BadEvent("A check has an `event`, or it changes the `base`, not both")
        if not isinstance(check["event"], Mapping):
            raise BadEvent("An event is keys with values")
        return check["event"]
    if not isinstance(base, Mapping):
        raise BadEvent("The check has no `event`, and the drill no `base` that it could change")
    changes, without = check.get("change") or {}, check.get("without") or []
    if not isinstance(changes, Mapping) or not isinstance(without, list):
        raise BadEvent("`change` is paths with values, and `without` a list of paths")
    event = deepcopy(dict(base))
    for path, value in changes.items():
        _parent(event, str(path), True)[str(path).rpartition(".")[2]] = value
    for path in without:
        if _parent(event, str(path), False).pop(str(path).rpartition(".")[2], event) is event:
            raise BadEvent(f"The base has no “{path}” to leave out")
    return event


def _parent(event: dict[str, Any], path: str, grow: bool) -> dict[str, Any]:
    node: Any = event
    for key in path.split(".")[:-1]:
        if grow:
            node = node.setdefault(key, {})
        else:
            node = node.get(key)
        if not isinstance(node, dict):
            raise BadEvent(f"The base has no “{path}”: “{key}” holds no keys")
    return node
