"""The trace of a template: what is done to which resource, wave after wave."""

from __future__ import annotations

from typing import Any

from quizzes.graders.base import Trace
from quizzes.graders.cfn.building import Stack
from quizzes.graders.cfn.updating import Outcome

SHOWN_WAVES, SHOWN_ITEMS = 20, 40
_DRAWN = {"retain": "keep", "snapshot": "delete"}


def trace(label: str, outcome: Outcome) -> Trace | None:
    """Kind `waves`; None when nothing is done. What goes away goes last, in reverse order."""
    rows: list[dict[str, Any]] = []
    if outcome.stack is not None:
        rows += [_row(outcome.stack, wave, outcome) for wave in outcome.stack.waves]
    if outcome.old is not None and outcome.refused is None:
        there = outcome.stack.resources if outcome.stack else {}
        gone = [tuple(one for one in wave if one not in there) for wave in reversed(outcome.old.waves)]
        rows += [_row(outcome.old, wave, outcome) for wave in gone if wave]
    rows = [{"wave": number, **row} for number, row in enumerate(rows[:SHOWN_WAVES], start=1)]
    if not rows:
        return None
    return {"kind": "waves", "title": label, "check": label, "rows": rows}


def _row(stack: Stack, wave: tuple[str, ...], outcome: Outcome) -> dict[str, Any]:
    return {"items": [_item(stack, name, outcome) for name in wave[:SHOWN_ITEMS]]}


def _item(stack: Stack, name: str, outcome: Outcome) -> dict[str, Any]:
    action = outcome.actions.get(name, "create")
    because = outcome.why.get(name) or stack.resources[name].needs
    if action in ("delete", "retain", "snapshot"):
        because = () if action == "delete" else (f"DeletionPolicy: {action}",)
    elif action == "replace" and outcome.left.get(name, "delete") != "delete":
        because = (*because, f"UpdateReplacePolicy: {outcome.left[name]}")
    return {
        "name": name[:80],
        "type": stack.resources[name].kind,
        "action": _DRAWN.get(action, action),
        "because": [one[:80] for one in because[:8]],
    }
