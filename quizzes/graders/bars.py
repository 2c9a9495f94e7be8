"""Rolling updates drawn: how many of the old and of the new run after each step. Beside a `number` or a `pick`.

    show: {update: ecs, desired: "{{desired}}", minimum_percent: 50, maximum_percent: 200}
    show: {update: beanstalk, instances: 10, batch: 3, policy: rolling-with-additional-batch}
    show: {update: codedeploy, hosts: 9, at_once: 4}

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.rolling-version-deploy.html
https://docs.aws.amazon.com/codedeploy/latest/userguide/instances-health.html           (read on 2026-11-21)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from quizzes.graders.base import Problem, Trace
from quizzes.graders.calculators.deploying import ecs_fewest_tasks, ecs_most_tasks

MOST_COPIES = 60
MOST_STEPS = 60

# (label, old, being changed, new)
Step = tuple[str, int, int, int]


def bars(show: Mapping[str, Any]) -> Trace:
    """The trace of an update. Raises ValueError with part of a sentence."""
    given = {key: value for key, value in show.items() if key != "update"}
    update = _UPDATES.get(str(show.get("update")))
    if update is None:
        raise ValueError(f"`update` must be one of {', '.join(_UPDATES)}")
    try:
        steps, low, high = update(**given)
    except TypeError:
        raise ValueError("the values of this update are not complete, or of another kind") from None
    rows = []
    for label, old, changing, new in steps[:MOST_STEPS]:
        named = (("old", old), ("changing", changing), ("new", new))
        parts = [{"name": name, "value": value} for name, value in named if value]
        stuck = label == _STUCK
        rows.append({"label": label, "parts": parts, "say": "", "ok": False if stuck else None})
    return {"kind": "bars", "title": "The update, step by step", "rows": rows, "low": low, "high": high}


def show_problems(show: Any) -> Iterator[Problem]:
    """What is wrong with `show` in a drill."""
    if show is None:
        return
    if not isinstance(show, Mapping):
        yield Problem("show", "This must be {update: ecs, beanstalk or codedeploy, and its values}.")
        return
    try:
        bars(show)
    except ValueError as error:
        yield Problem("show", f"{str(error)[:1].upper()}{str(error)[1:]}.")


_STUCK = "Nothing may be started or stopped"


def _ecs(desired: int, minimum_percent: float, maximum_percent: float) -> tuple[list[Step], int, int]:
    _few(desired)
    low, high = ecs_fewest_tasks(desired, minimum_percent), ecs_most_tasks(desired, maximum_percent)
    old, new = desired, 0
    steps: list[Step] = [("Before", old, 0, new)]
    while (old or new < desired) and len(steps) < MOST_STEPS:
        started = min(desired - new, high - old - new)
        stopped = 0 if started > 0 else min(old, old + new - low)
        if started > 0:
            new += started
            steps.append((f"{started} started", old, 0, new))
        elif stopped > 0:
            old -= stopped
            steps.append((f"{stopped} stopped", old, 0, new))
        else:
            return [*steps, (_STUCK, old, 0, new)], low, high
    return steps, low, high


def _beanstalk(instances: int, batch: int, policy: str) -> tuple[list[Step], int, int]:
    _few(instances)
    _few(batch)
    before: Step = ("Before", instances, 0, 0)
    if policy == "all-at-once":
        return [before, ("All at once", 0, instances, 0), ("After", 0, 0, instances)], 0, instances
    if policy in ("immutable", "traffic-splitting"):
        both: Step = (f"{instances} new ones beside the old", instances, 0, instances)
        return [before, both, ("After", 0, 0, instances)], instances, 2 * instances
    if policy == "rolling":
        return _in_place(instances, batch), max(0, instances - batch), instances
    if policy != "rolling-with-additional-batch":
        raise ValueError(f"there is no deployment policy “{policy}”")
    steps: list[Step] = [before, (f"{batch} more launched", instances, 0, batch)]
    old, new = instances, batch
    while old > batch:
        steps.append(("A batch is changed", old - batch, batch, new))
        old, new = old - batch, new + batch
    steps.append((f"{old} of the old terminated", 0, 0, instances))
    return steps, instances, instances + batch


def _codedeploy(hosts: int, at_once: int) -> tuple[list[Step], int, int]:
    _few(hosts)
    _few(at_once)
    return _in_place(hosts, at_once), max(0, hosts - at_once), hosts


def _in_place(total: int, batch: int) -> list[Step]:
    steps: list[Step] = [("Before", total, 0, 0)]
    done = 0
    while done < total:
        size = min(batch, total - done)
        steps.append((f"Batch {len(steps)}", total - done - size, size, done))
        done += size
    return [*steps, ("After", 0, 0, total)]


def _few(number: Any) -> None:
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MOST_COPIES:
        raise ValueError(f"from 1 to {MOST_COPIES} can be drawn")


_UPDATES: dict[str, Callable[..., tuple[list[Step], int, int]]] = {
    "ecs": _ecs,
    "beanstalk": _beanstalk,
    "codedeploy": _codedeploy,
}
