"""Question text → cleaned HTML, once per version and not at every showing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from content.rendering import inline_html, to_html


def render(stem: str, payload: Mapping[str, Any], rationale: str) -> dict[str, Any]:
    """The HTML parts of one version: stem, answer, rationale, options, what each option says, drill steps."""
    options = payload.get("options") or []
    steps = payload.get("steps") or []
    return {
        "stem": to_html(stem),
        "answer": to_html(str(payload.get("answer", ""))),
        "rationale": to_html(rationale),
        "options": [inline_html(str(option.get("text", ""))) for option in options],
        "says": [inline_html(str(option.get("rationale", ""))) for option in options],
        "steps": [_step(step) for step in steps],
    }


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    options = step.get("options") or []
    return {
        "ask": to_html(str(step.get("ask", ""))),
        "options": [inline_html(str(option.get("text", ""))) for option in options],
        "says": [inline_html(str(option.get("say", ""))) for option in options],
    }
