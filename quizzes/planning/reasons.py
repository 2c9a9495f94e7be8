"""Why a card is here today, and why a day looks as it does: numbers kept with the plan, and the sentences they make.

The numbers are stored, the sentences are written when they are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from quizzes.models import PlanItem, StudyDay

Why = PlanItem.Why


def card_sentence(why: str, because: Mapping[str, Any]) -> str:
    """One sentence about one card. `because` may lack numbers, as in plans made before they were kept."""
    write = _CARD.get(why)
    try:
        return write(because) if write is not None else str(Why(why).label)
    except KeyError:
        return str(Why(why).label)


def _new(because: Mapping[str, Any]) -> str:
    share = because["weight"]
    return f"You have not met it yet; its domain is {percent(share)} of the exam."


def _due(because: Mapping[str, Any]) -> str:
    return f"You would still know it with {percent(because['now'])}; from today on it fades."


def _overdue(because: Mapping[str, Any]) -> str:
    late = because["late"]
    return f"It has waited {late} day{'' if late == 1 else 's'}; you would know it now with {percent(because['now'])}."


def _fading(because: Mapping[str, Any]) -> str:
    return (
        f"Left alone, you would know it with {percent(because['exam'])} on exam day;"
        f" remembered today, with {percent(because['then'])}."
    )


def _ahead(because: Mapping[str, Any]) -> str:
    return (
        f"There is time left: a look now lifts it from {percent(because['exam'])} to"
        f" {percent(because['then'])} on exam day."
    )


def _last(because: Mapping[str, Any]) -> str:
    return f"The exam is near: a last look lifts it from {percent(because['exam'])} to {percent(because['then'])}."


def _leech(because: Mapping[str, Any]) -> str:
    lapses = because["lapses"]
    return f"It has slipped away {lapses} times; read about it again, that helps more than asking."


_CARD: dict[str, Callable[[Mapping[str, Any]], str]] = {
    Why.NEW: _new,
    Why.DUE: _due,
    Why.OVERDUE: _overdue,
    Why.FADING: _fading,
    Why.AHEAD: _ahead,
    Why.LAST: _last,
    Why.LEECH: _leech,
    Why.DOUBTED: lambda because: (
        "You were sure of a wrong answer; this makes certain that the right one stays."
    ),
}


def day_sentence(plan: StudyDay) -> str:
    """One sentence about the whole day."""
    because = plan.because
    if not because.get("questions", 1):
        return "There are no questions yet; they come with the first notes."
    if plan.mode == StudyDay.Mode.OFF and not plan.budget_seconds:
        return "Today is a day off; nothing is asked."
    if not plan.budget_seconds:
        return "You have set no minutes for a day, so nothing is planned."
    cards = because.get("new", 0) + because.get("reviews", 0)
    if not cards:
        return "Nothing is worth a look today; what you know will keep."
    asked = _and(_count(because.get("new", 0), "new question"), _count(because.get("reviews", 0), "review"))
    minutes = max(1, round(plan.expected_seconds / 60))
    return f"{_when(plan)}{asked}, about {_count(minutes, 'minute')}{_chosen(plan)}."


def _when(plan: StudyDay) -> str:
    if plan.mode != StudyDay.Mode.EXAM or plan.days_left is None:
        return ""
    if plan.days_left == 0:
        return "The exam is today, so only a light review: "
    return f"{_count(plan.days_left, 'day')} to the exam: "


def _chosen(plan: StudyDay) -> str:
    """Why these."""
    if plan.mode == StudyDay.Mode.EXAM:
        return ", the ones that raise your score on exam day most for their time"
    if plan.because.get("backlog"):
        return ", the part of what has waited that fits your minutes"
    return ""


def percent(share: float) -> str:
    """As a whole number, and never a certainty that nobody has."""
    return f"{min(99, max(1, round(100 * share)))} %"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""


def _and(first: str, second: str) -> str:
    return f"{first} and {second}" if first and second else first or second
