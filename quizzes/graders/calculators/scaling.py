"""How many should there be, where, and who goes first: scaling policies, placement of tasks, termination policies."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quizzes.graders.calculators.base import calculator, need, one_of, up

_TERMINATION = (
    "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html"
)
_PLACEMENT = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html"


@calculator("https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html")
def target_tracking(current: int, metric: float, target: float, lowest: int, highest: int) -> int:
    """Capacity that brings an average metric back to its target: in proportion, rounded up, within limits."""
    need(current >= 1 and target > 0 and metric >= 0 and lowest <= highest, "capacity and target are above 0")
    return max(lowest, min(highest, up(current * metric / target)))


@calculator("https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html")
def percent_change(current: int, percent: float, lowest: int, highest: int) -> int:
    """Capacity after PercentChangeInCapacity. A change rounds towards 0, but is at least one instance."""
    need(current >= 0 and lowest <= highest, "capacity is not negative")
    change = round(current * percent / 100, 9)
    whole = math.trunc(change) if abs(change) >= 1 else (change > 0) - (change < 0)
    return max(lowest, min(highest, current + whole))


@calculator("https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html")
def step_adjustment(metric: float, threshold: float, steps: Sequence[Mapping[str, Any]]) -> float:
    """The adjustment of the step that a metric falls into; bounds are counted from the alarm's threshold.

    `steps`: [{lower, upper, adjust}], a missing bound is open. Above the threshold the lower bound belongs to a step,
    below it the upper bound does. 0 when the metric is in no step.
    """
    over = metric - threshold
    for step in steps:
        lower, upper = step.get("lower", -math.inf), step.get("upper", math.inf)
        if (lower <= over < upper) if over >= 0 else (lower < over <= upper):
            return float(step["adjust"])
    return 0.0


@calculator(_TERMINATION)
def terminated(instances: Sequence[Mapping[str, Any]], policy: str = "Default") -> str:
    """Id of the instance that scaling in terminates first.

    Each has `id`, `zone`, `version` (of the launch template), `age` in minutes, and `protected` when it is. Zones come
    first: it is one of the zone with most instances. Default: oldest launch template version, then closest to the next
    billing hour.
    """
    need(bool(instances), "the group is empty")
    free = [one for one in instances if not one.get("protected")]
    need(bool(free), "all instances are protected")
    zones = Counter(one["zone"] for one in instances)
    fullest = max(zones[one["zone"]] for one in free)
    free = [one for one in free if zones[one["zone"]] == fullest]
    keys: dict[str, Callable[[Mapping[str, Any]], tuple[float, ...]]] = {
        "Default": lambda one: (one["version"], 60 - one["age"] % 60),
        "OldestInstance": lambda one: (-one["age"],),
        "NewestInstance": lambda one: (one["age"],),
        "OldestLaunchTemplate": lambda one: (one["version"],),
        "ClosestToNextInstanceHour": lambda one: (60 - one["age"] % 60,),
    }
    key = keys[one_of(policy, *keys)]
    best = sorted(free, key=key)
    need(len(best) < 2 or key(best[0]) != key(best[1]), "two instances are alike, and one is taken at random")
    return str(best[0]["id"])


@calculator(_PLACEMENT)
def ecs_placed(hosts: Sequence[Mapping[str, Any]], tasks: int, memory: float, strategy: str) -> list[int]:
    """How many of `tasks` new tasks of `memory` MB each host gets, in the order of `hosts` [{free, zone}].

    binpack: the host with the least memory that is enough; spread-host: the host with fewest of these tasks;
    spread-zone: the zone with fewest, and in it the host with fewest. Ties go to the host that is named first.
    """
    need(0 <= tasks <= 200 and memory > 0, "up to 200 tasks can be placed")
    free = [float(host["free"]) for host in hosts]
    zones = [str(host.get("zone", "")) for host in hosts]
    placed = [0] * len(free)
    keys: dict[str, Callable[[int], tuple[float, ...]]] = {
        "binpack": lambda at: (free[at],),
        "spread-host": lambda at: (placed[at],),
        "spread-zone": lambda at: (
            sum(n for n, zone in zip(placed, zones, strict=True) if zone == zones[at]),
            placed[at],
        ),
    }
    key = keys[one_of(strategy, *keys)]
    for _ in range(tasks):
        fits = [at for at in range(len(free)) if free[at] >= memory]
        if not fits:
            break
        at = min(fits, key=key)
        free[at] -= memory
        placed[at] += 1
    return placed


@calculator("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html")
def spread_group_most(zones: int) -> int:
    """Running instances that a spread placement group at rack level holds: seven a zone."""
    return 7 * zones


@calculator("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html")
def weighted_percent(weights: Sequence[float], which: int, healthy: Sequence[bool] | None = None) -> float:
    """Percent of answers that name record `which` (counted from 0). Unhealthy records are left out.

    If every healthy record weighs 0, healthy ones are answered with equal chance.
    """
    alive = [bool(one) for one in healthy] if healthy is not None else [True] * len(weights)
    if not any(alive):
        alive = [True] * len(weights)
    total = sum(weight for weight, up_ in zip(weights, alive, strict=True) if up_)
    if not alive[which]:
        return 0.0
    if total == 0:
        return round(100 / sum(alive), 6)
    return round(100 * weights[which] / total, 6)


@calculator("https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html")
def warm_pool_size(desired: int, maximum: int, prepared: int = -1, minimum: int = 0) -> int:
    """Instances in a warm pool: up to the group's maximum, or up to `prepared` when that is set (-1: it is not).

    Never fewer than the pool's own `minimum`.
    """
    need(0 <= desired <= maximum and minimum >= 0, "the desired capacity is not above the maximum")
    return max(minimum, (prepared if prepared >= 0 else maximum) - desired, 0)
