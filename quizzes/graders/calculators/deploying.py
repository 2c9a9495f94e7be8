"""How many stay, how many change: rolling updates, healthy hosts, batches, shifted traffic, error thresholds."""

from __future__ import annotations

from quizzes.graders.calculators.base import calculator, down, need, one_of, up

_ECS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html"
_CODEDEPLOY = "https://docs.aws.amazon.com/codedeploy/latest/userguide/instances-health.html"
_CONFIGURATIONS = "https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html"
_BEANSTALK = (
    "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.rolling-version-deploy.html"
)
_RATE_CONTROL = "https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-multiple.html"


@calculator(_ECS)
def ecs_fewest_tasks(desired: int, minimum_percent: float) -> int:
    """Tasks of an ECS service that keep running during a rolling update: the share of `desired`, rounded up."""
    need(desired >= 0 and 0 <= minimum_percent <= 100, "a minimum is from 0 to 100 %")
    return up(desired * minimum_percent / 100)


@calculator(_ECS)
def ecs_most_tasks(desired: int, maximum_percent: float) -> int:
    """Tasks of an ECS service, running or starting, during a rolling update: the share of `desired`, rounded down."""
    need(desired >= 0 and 100 <= maximum_percent <= 200, "a maximum is from 100 to 200 %")
    return down(desired * maximum_percent / 100)


@calculator(_ECS)
def ecs_stopped_first(desired: int, minimum_percent: float) -> int:
    """Old tasks that may be stopped before a new one runs."""
    return desired - ecs_fewest_tasks(desired, minimum_percent)


@calculator(_ECS)
def ecs_started_first(desired: int, maximum_percent: float) -> int:
    """New tasks that may be started before an old one is stopped."""
    return ecs_most_tasks(desired, maximum_percent) - desired


@calculator(_CODEDEPLOY)
def codedeploy_healthy_hosts(hosts: int, kind: str, value: float) -> int:
    """Hosts that must stay healthy: HOST_COUNT as it is, FLEET_PERCENT of all hosts rounded up."""
    need(hosts >= 1 and value >= 0, "there is at least one host")
    if one_of(kind, "HOST_COUNT", "FLEET_PERCENT") == "HOST_COUNT":
        need(value < hosts, "all hosts would have to stay healthy, so nothing could be deployed")
        return int(value)
    return min(hosts, up(hosts * value / 100))


@calculator(_CODEDEPLOY)
def codedeploy_at_once(hosts: int, kind: str, value: float) -> int:
    """Hosts that CodeDeploy may deploy to at the same time."""
    return hosts - codedeploy_healthy_hosts(hosts, kind, value)


@calculator(_CONFIGURATIONS)
def codedeploy_predefined_at_once(hosts: int, configuration: str) -> int:
    """Hosts at a time with AllAtOnce, HalfAtATime (half, rounded down) or OneAtATime."""
    need(hosts >= 1, "there is at least one host")
    known = {"AllAtOnce": hosts, "HalfAtATime": max(1, hosts // 2), "OneAtATime": 1}
    return known[one_of(configuration, *known)]


@calculator(_CONFIGURATIONS)
def codedeploy_succeeds(hosts: int, failed: int, kind: str, value: float) -> bool:
    """Whether a deployment succeeds although `failed` hosts did not take the new revision; one at least must."""
    return hosts - failed >= max(1, codedeploy_healthy_hosts(hosts, kind, value))


@calculator(_CONFIGURATIONS)
def traffic_shifted(kind: str, percent: float, minutes: float, at: float) -> float:
    """Percent of traffic on the new version `at` minutes after the start of a canary or linear deployment.

    Canary: `percent` at once, the rest after `minutes`. Linear: `percent` at once and every `minutes` again.
    """
    need(0 < percent <= 100 and minutes > 0 and at >= 0, "a step has a share and a length")
    if one_of(kind, "canary", "linear") == "canary":
        return 100.0 if at >= minutes else percent
    return min(100.0, percent * (1 + down(at / minutes)))


@calculator(_CONFIGURATIONS)
def traffic_minutes(kind: str, percent: float, minutes: float) -> float:
    """Minutes until all traffic is on the new version."""
    need(0 < percent <= 100 and minutes > 0, "a step has a share and a length")
    steps = 1 if one_of(kind, "canary", "linear") == "canary" else up(100 / percent) - 1
    return steps * minutes


@calculator(_BEANSTALK)
def beanstalk_batches(instances: int, batch: int) -> int:
    """Batches of a rolling deployment with batches of a fixed size."""
    need(instances >= 1 and batch >= 1, "a batch has at least one instance")
    return up(instances / batch)


@calculator(_BEANSTALK)
def beanstalk_in_service(instances: int, batch: int, policy: str) -> int:
    """Instances that serve while a batch is deployed, by deployment policy."""
    known = {
        "all-at-once": 0,
        "rolling": max(0, instances - batch),
        "rolling-with-additional-batch": instances,
        "immutable": instances,
        "traffic-splitting": instances,
    }
    return known[one_of(policy, *known)]


@calculator(_BEANSTALK)
def beanstalk_most_instances(instances: int, batch: int, policy: str) -> int:
    """Instances that are paid for at the peak of a deployment, by deployment policy."""
    known = {
        "all-at-once": instances,
        "rolling": instances,
        "rolling-with-additional-batch": instances + batch,
        "immutable": 2 * instances,
        "traffic-splitting": 2 * instances,
    }
    return known[one_of(policy, *known)]


@calculator(_RATE_CONTROL)
def ssm_stopping_error(targets: int, threshold: float, percent: bool = False) -> int:
    """The number of the error at which Run Command sends no further: one above the threshold."""
    need(targets >= 1 and threshold >= 0, "a threshold is not negative")
    return down(targets * threshold / 100 if percent else threshold) + 1


@calculator(
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html"
)
def stackset_at_once(accounts: int, concurrent: int, tolerance: int) -> int:
    """Accounts at a time in strict mode: never more than the failure tolerance plus one."""
    need(accounts >= 1 and concurrent >= 1 and tolerance >= 0, "there is at least one account")
    return min(accounts, concurrent, tolerance + 1)
