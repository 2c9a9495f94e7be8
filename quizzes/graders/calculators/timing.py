"""When something happens: lifecycle days, caches, queues, retries, throttling, health checks, recovery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from quizzes.graders.calculators.base import calculator, need, one_of

_LIFECYCLE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html"
_BACKOFF = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"
_ASL_RETRY = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"
_THROTTLING = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html"
)
_SQS = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"
)
_HEALTH = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html"
_DISASTER = (
    "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/"
    "rel_planning_for_recovery_disaster_recovery.html"
)
_LEAST_DAYS = {"STANDARD_IA": 30, "ONEZONE_IA": 30, "GLACIER_IR": 90, "GLACIER": 90, "DEEP_ARCHIVE": 180}


@calculator(_LIFECYCLE)
def lifecycle_date(created: str, days: int) -> str:
    """The day on which a lifecycle rule acts: creation plus `days`, rounded to the next midnight UTC."""
    at = datetime.fromisoformat(created) + timedelta(days=days)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight if at == midnight else midnight + timedelta(days=1)).date().isoformat()


@calculator(_LIFECYCLE)
def lifecycle_class(age_days: int, transitions: Sequence[Sequence[object]], expires: int = 0) -> str:
    """Storage class at an age: `transitions` are [days, class]; "expired" once `expires` days are over."""
    if expires and age_days >= expires:
        return "expired"
    reached = [(int(str(days)), str(kind)) for days, kind in transitions if age_days >= int(str(days))]
    return max(reached)[1] if reached else "STANDARD"


@calculator("https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html")
def billed_days(storage_class: str, days: int) -> int:
    """Days of storage that are billed for an object deleted after `days`: each class has a minimum."""
    return max(days, _LEAST_DAYS.get(storage_class, 0))


@calculator("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html")
def cloudfront_seconds(
    minimum: float,
    default: float,
    maximum: float,
    max_age: float = -1,
    s_maxage: float = -1,
    no_store: bool = False,
) -> float:
    """Seconds that CloudFront keeps an object. A header that is not sent is -1; `no_store`: also no-cache and private.

    s-maxage wins over max-age; both are held between minimum and maximum. Without a header, the default counts.
    """
    need(
        0 <= minimum <= default <= maximum, "the minimum is not above the default, nor that above the maximum"
    )
    if no_store:
        return minimum
    sent = s_maxage if s_maxage >= 0 else max_age
    return default if sent < 0 else max(minimum, min(maximum, sent))


@calculator(_SQS)
def sqs_last_receive(visibility: float, receives: int) -> float:
    """Seconds from the first receive until a message that always fails may go to the dead-letter queue.

    It is received `receives` times (maxReceiveCount), each time hidden for `visibility` seconds.
    """
    need(visibility >= 0 and receives >= 1, "a message is received at least once")
    return visibility * receives


@calculator("https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html")
def sqs_visibility_for_lambda(function_timeout: float, batch_window: float = 0) -> float:
    """Seconds of visibility: six times the function's timeout, as is recommended, and the window of a batch."""
    return 6 * function_timeout + batch_window


@calculator(_BACKOFF)
def backoff_most(base: float, cap: float, attempt: int) -> float:
    """Upper bound in seconds of the wait before retry `attempt` (from 1), doubling from `base` up to `cap`.

    With full jitter the wait is anything from 0 to this.
    """
    need(1 <= attempt <= 60 and base >= 0, "retries are counted from 1")
    return min(cap, base * 2 ** (attempt - 1))


@calculator(_BACKOFF)
def backoff_longest(base: float, cap: float, retries: int) -> float:
    """Seconds of all waits together, each at its upper bound."""
    return sum(backoff_most(base, cap, attempt) for attempt in range(1, retries + 1))


@calculator(_ASL_RETRY)
def retry_seconds(interval: float, rate: float, attempts: int, most: float = 0) -> float:
    """Seconds that a Step Functions retrier waits in all, with MaxDelaySeconds `most` (0: none)."""
    need(rate >= 1 and 0 <= attempts <= 100, "a rate is at least 1, and there are up to 100 attempts")
    waits = [interval * rate**number for number in range(attempts)]
    return round(sum(min(wait, most) if most else wait for wait in waits), 6)


@calculator(_THROTTLING)
def tokens_accepted(rate: float, burst: float, arrivals: Sequence[float]) -> int:
    """Requests that pass a token bucket of `burst`: it starts full and gains `rate` a second."""
    tokens, now, passed = float(burst), 0.0, 0
    for at in sorted(arrivals):
        tokens, now = min(burst, tokens + (at - now) * rate), at
        if tokens >= 1 - 1e-9:
            tokens -= 1
            passed += 1
    return passed


@calculator(_THROTTLING)
def burst_refused(rate: float, burst: float, at_once: int) -> int:
    """Requests refused of `at_once` that arrive in the same instant at a full bucket."""
    need(rate > 0 and burst >= 0 and at_once >= 0, "a rate is above 0")
    return max(0, int(at_once - burst))


@calculator(_HEALTH)
def failover_seconds(interval: int, failures: int, ttl: float) -> float:
    """Seconds until resolvers ask again after an endpoint fails: `failures` checks, `interval` apart, and the TTL."""
    need(interval in (10, 30) and 1 <= failures <= 10, "an interval is 10 or 30 seconds, a threshold 1 to 10")
    return interval * failures + ttl


@calculator(
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"
)
def target_out_seconds(interval: float, unhealthy_threshold: int) -> float:
    """Seconds of failing checks until a load balancer counts a target as unhealthy."""
    need(interval >= 5 and 2 <= unhealthy_threshold <= 10, "an interval is at least 5 s, a threshold 2 to 10")
    return interval * unhealthy_threshold


@calculator(_DISASTER)
def recovery_strategy(rpo_minutes: float, rto_minutes: float) -> str:
    """The cheapest of the four strategies that keeps both objectives.

    Backups lose and take hours; a pilot light loses minutes and takes tens of them; a warm standby loses seconds and
    takes minutes; active/active neither loses nor takes time.
    """
    need(min(rpo_minutes, rto_minutes) >= 0, "objectives are not negative")
    if rpo_minutes >= 60 and rto_minutes >= 60:
        return "backup and restore"
    if rpo_minutes >= 1 and rto_minutes >= 10:
        return "pilot light"
    return "warm standby" if rpo_minutes > 0 and rto_minutes >= 1 else "multi-site active/active"


@calculator(
    "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/plan-for-disaster-recovery-dr.html"
)
def worst_loss_minutes(every: float, takes: float = 0) -> float:
    """Minutes of data lost at worst: just before the next backup is complete."""
    return every + takes


@calculator("https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html")
def alarm_minutes(period_seconds: float, datapoints: int) -> float:
    """Minutes of breaching data until an alarm can be in ALARM, when every period breaches from now on."""
    return period_seconds * datapoints / 60


@calculator("https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html")
def api_cache_hits(requests: float, ttl: float, keys: int, seconds: float) -> float:
    """Requests answered from a stage's cache: of steady `requests` over `seconds`, each key misses once a TTL."""
    need(0 < ttl <= 3600 and keys >= 1 and seconds > 0, "a TTL is up to 3,600 s")
    misses = keys * (int(-(-seconds // ttl)))
    return max(0.0, requests - misses)


@calculator(
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-predefined-and-custom-patch-baselines.html"
)
def patch_approved(released: str, approve_after_days: int, today: str) -> str:
    """“approved” once a patch has been out for `approve_after_days`, else “waiting”."""
    due = datetime.fromisoformat(released) + timedelta(days=approve_after_days)
    return one_of("approved" if datetime.fromisoformat(today) >= due else "waiting", "approved", "waiting")


@calculator(_HEALTH)
def endpoint_healthy(percent: float) -> bool:
    """Whether Route 53 counts an endpoint as healthy: more than 18 % of its checkers say so."""
    need(0 <= percent <= 100, "a share is from 0 to 100 %")
    return percent > 18


@calculator("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html")
def calculated_healthy(healthy: int, threshold: int) -> bool:
    """Whether a calculated health check is healthy: so many of the checks that it watches are. 0 is always healthy."""
    need(healthy >= 0 and threshold >= 0, "checks are counted from 0")
    return healthy >= threshold
