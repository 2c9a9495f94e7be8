"""One answer tried at the desk: what a learner would be told who gave it, hidden checks included."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from content.rendering import inline_html
from quizzes import drills, graders
from quizzes.graders import Widget
from quizzes.studio.drill_desk import try_answer
from quizzes.studio.drill_text import Written
from quizzes.views.drill_answers import Box, box
from quizzes.views.drill_results import Result, result

MOST_CHOICES = 40
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tried:
    """`error`: why the answer could not be read. Without `result` and `error`, nothing was tried yet."""

    answer: str = ""
    error: str = ""
    result: Result | None = field(default=None)


def tried(written: Written, seed: int, answer: str) -> Tried:
    """Grade an answer to this variant of the drill on the desk. Never raises; nothing is stored."""
    verdict = try_answer(written, seed, answer)
    if verdict.error and not verdict.checks:
        return Tried(answer, verdict.error)
    try:
        return Tried(
            answer, verdict.error, result(verdict.checks, verdict.trace, _box(written, seed, answer))
        )
    except Exception:
        log.exception("drill %s: what an answer does could not be shown", written.ident)
        return Tried(answer, "It was graded, but what it does could not be drawn.")


def _box(written: Written, seed: int, answer: str) -> Box:
    """The answer as the result tells of it. A case is told like a text: its steps are its checks."""
    drill = graders.fill(written.drill, seed)
    widget = graders.widget(written.drill, seed)
    if widget.kind == "steps":
        widget = Widget("textarea")
    choices = tuple((one.key, inline_html(one.text)) for one in widget.choices[:MOST_CHOICES])
    empty = drills.Variant(str(drill["title"]), "", (), "", widget, choices, ())
    return box(empty, drill, answer)
