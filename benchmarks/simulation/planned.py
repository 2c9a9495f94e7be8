"""Drives our exam planner, one learner at a time, through the few calls that it offers to anybody."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

import numpy as np

from benchmarks.simulation.scenario import Scenario
from benchmarks.simulation.world import World

OURS = "quizzes.scheduler.exam_plan:ExamPlan"


class Plan(Protocol):
    """The planner, as it may be called: cards are ids, ratings 1 to 4, seconds those the answer took."""

    def order(self, day: int) -> Sequence[Any]: ...

    def record(self, card: Any, rating: int, day: int, seconds: float) -> None: ...


@dataclass(slots=True)
class Timing:
    """How long `order` took: calls, seconds in all, the longest."""

    calls: int = 0
    seconds: float = 0.0
    longest: float = 0.0

    def add(self, other: Timing) -> None:
        self.calls += other.calls
        self.seconds += other.seconds
        self.longest = max(self.longest, other.longest)


def planner(name: str = OURS) -> Callable[..., Plan]:
    """The class that `module:Class` names."""
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)


def through(plan: Plan, world: World, scenario: Scenario, every: int) -> Timing:
    """One run from the first day to the last. The plan is asked for its order again after `every` answers; 0: only
    when its list is at an end. Days without time are missed: the plan is not asked.
    """
    timing = Timing()
    for day in range(scenario.days):
        world.begin(day)
        if world.left[0] <= 0:
            continue
        while _answered(plan, world, _ordered(plan, day, timing), day, every, scenario):
            pass
    return timing


def _ordered(plan: Plan, day: int, timing: Timing) -> Sequence[Any]:
    started = time.perf_counter()
    cards = plan.order(day)
    took = time.perf_counter() - started
    timing.add(Timing(1, took, took))
    return cards


def _answered(
    plan: Plan, world: World, cards: Iterable[Any], day: int, every: int, scenario: Scenario
) -> bool:
    """Asks these cards until one does not fit into the day (False), or it is time to ask for the order again."""
    at_once = scenario.relearning != "shown_again"
    asked = 0
    for card in cards:
        answers, steps = world.ask(np.array([[card]]), day, at_once=at_once)
        if not answers.given[0, 0]:
            return False
        seconds = float(answers.seconds[0, 0])
        step = float(steps.seconds[0, 0]) if steps.given[0, 0] and scenario.relearning == "recorded" else 0.0
        plan.record(card, int(answers.ratings[0, 0]), day, seconds - step)
        if step:
            plan.record(card, int(steps.ratings[0, 0]), day, step)
        asked += 1
        if asked == every:
            break
    return asked > 0
