"""What became of an answer, as a page tells it: an outcome, checks with their drawings, right answers.

checks and traces of a verdict → Result → templates/drills/result.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Profile
from quizzes import drills
from quizzes.graders.base import Check, Trace, Verdict
from quizzes.graders.engine.selftest import good_answers
from quizzes.models import DrillAttempt
from quizzes.scheduler import day
from quizzes.views.drill_answers import Box, box
from quizzes.views.drill_traces import Drawing, drawn

CHOSEN = {
    (True, True): "You chose it, and it belongs.",
    (True, False): "You chose it, and it does not belong.",
    (False, True): "You left it out, and rightly.",
    (False, False): "You left it out, and it belongs.",
}
WRITTEN = frozenset({"textarea", "terminal"})
MOST_LINES = 400  # of an answer that is shown with numbers


@dataclass(frozen=True, slots=True)
class Seen:
    """One check on the page. `choice` says what was chosen, where a check is a choice; `open`: its drawings unfold."""

    label: str
    ok: bool
    say: str
    hidden: bool
    drawings: tuple[Drawing, ...] = ()
    choice: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as it is shown again. `lines` when it is short enough to be numbered."""

    box: Box
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """`visible` and `hidden` are checks; `drawings` belong to no single one of them, as does `said`: the sentence
    of every check, where all have the same."""

    passed: bool
    outcome: str
    words: tuple[str, str]  # of a check that holds, of one that does not
    visible: tuple[Seen, ...]
    hidden: tuple[Seen, ...]
    drawings: tuple[Drawing, ...]
    said: str = ""


def result(checks: Sequence[Check], traces: Sequence[Trace], answered: Box) -> Result:
    """An answer's result. Each drawing goes to the check that it explains, the first that failed is unfolded."""
    waiting: dict[str, list[Drawing]] = defaultdict(list)
    for drawing in drawn(traces):
        waiting[drawing["check"]].append(drawing)
    alike: dict[str, int] = defaultdict(int)
    for check in checks:
        alike[check.label] += 1
    shown: list[Seen] = []
    unfolded = False
    for check in checks:
        alike[check.label] -= 1
        mine = waiting.get(check.label, [])
        taken = [mine.pop(0) for _ in range(len(mine) if not alike[check.label] else min(1, len(mine)))]
        unfolds = bool(taken) and not check.ok and not unfolded
        unfolded = unfolded or unfolds
        shown.append(
            Seen(
                check.label,
                check.ok,
                check.say,
                check.hidden,
                tuple(taken),
                _choice(check, answered),
                unfolds,
            )
        )
    if answered.kind in WRITTEN:  # what fails is what has to be read; choices stay in their order
        shown.sort(key=lambda seen: seen.ok)
    says = {check.say for check in checks}
    return Result(
        passed=all(check.ok for check in checks),
        outcome=_outcome(checks, answered),
        words=("Holds", "Fails") if answered.kind in WRITTEN else ("Right", "Wrong"),
        visible=tuple(seen for seen in shown if not seen.hidden),
        hidden=tuple(seen for seen in shown if seen.hidden),
        drawings=tuple(drawing for left in waiting.values() for drawing in left),
        said=says.pop() if len(checks) > 1 and len(says) == 1 else "",
    )


def stored(attempt: DrillAttempt, verdict: Verdict | None = None) -> tuple[list[Check], tuple[Trace, ...]]:
    """The checks that counted, and what the answer does drawn anew; no drawing when it cannot be graded again.

    `verdict`: of the stored answer, where it was graded a moment ago.
    """
    checks = [Check(**check) for check in attempt.checks]
    try:
        return checks, (verdict or drills.regrade(attempt)).trace
    except ValueError:
        return checks, ()


def written(answered: Box) -> Written:
    lines = answered.text.rstrip().split("\n")
    return Written(answered, tuple(lines) if len(lines) <= MOST_LINES else ())


def model_answer(variant: drills.Variant, filled: Mapping[str, Any]) -> Written | None:
    """One right answer to this variant; None when the drill has none to show."""
    answers = good_answers(filled)
    return written(box(variant, filled, answers[0].rstrip())) if answers else None


def comes_back(due: datetime | None, at: datetime, profile: Profile) -> str:
    """“today”, “tomorrow” or “on 24 November”: the learner's study day on which a drill comes back; "" for never."""
    if due is None:
        return ""
    zone, hour = profile.zone, profile.rollover_hour
    on, today = day.study_day(due, zone, hour).date, day.study_day(at, zone, hour).date
    days = (on - today).days
    if days < 2:
        return "tomorrow" if days == 1 else "today"
    return f"on {on.day} {on:%B}" + ("" if on.year == today.year else f" {on.year}")


def _outcome(checks: Sequence[Check], answered: Box) -> str:
    right = sum(check.ok for check in checks)
    if right == len(checks):
        return "That is right." if len(checks) == 1 else f"That is right: all {len(checks)} checks hold."
    if len(checks) == 1 or answered.kind == "choice":
        return "Not this one." if answered.kind == "choice" else "Not yet."
    if answered.kind == "choices":
        return f"Not yet: {right} of {len(checks)} choices are right."
    return f"Not yet: {right} of {len(checks)} checks hold."


def _choice(check: Check, answered: Box) -> str:
    """Where each choice is a check of its own: whether it was chosen, and whether that is right."""
    if answered.kind not in ("choice", "choices"):
        return ""
    item = next((one for one in answered.items if one.text == check.label), None)
    return "" if item is None else CHOSEN[item.chosen, check.ok]
