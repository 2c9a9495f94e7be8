"""How much of a service is needed: capacity units, shards, concurrency, partitions of a key space, volume speed."""

from __future__ import annotations

from quizzes.graders.calculators.base import calculator, need, one_of, up

_DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/provisioned-capacity-mode.html"
_CONCURRENCY = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"
_MOST_CALLS = 10  # a second, of one environment: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html


@calculator(_DYNAMODB)
def read_units(reads: float, item_kb: float, consistency: str = "strong") -> int:
    """DynamoDB read capacity units for `reads` items of `item_kb` KB a second.

    An item counts in steps of 4 KB; eventually consistent reads cost half, transactional ones double.
    """
    need(reads >= 0 and item_kb > 0, "reads and sizes are above 0")
    factor = {"strong": 1.0, "eventual": 0.5, "transactional": 2.0}
    return up(reads * up(item_kb / 4) * factor[one_of(consistency, *factor)])


@calculator(_DYNAMODB)
def write_units(writes: float, item_kb: float, transactional: bool = False) -> int:
    """DynamoDB write capacity units for `writes` items of `item_kb` KB a second; an item counts in steps of 1 KB."""
    need(writes >= 0 and item_kb > 0, "writes and sizes are above 0")
    return up(writes * up(item_kb) * (2 if transactional else 1))


@calculator("https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html")
def kinesis_shards(
    in_mb: float, records: float, out_mb: float = 0.0, consumers: int = 1, fan_out: bool = False
) -> int:
    """Shards of a provisioned Kinesis stream: 1 MB and 1,000 records a second in, 2 MB a second out.

    `out_mb`: what one consumer reads a second. Without enhanced fan-out, all consumers share the 2 MB of a shard.
    """
    need(min(in_mb, records, out_mb) >= 0 and consumers >= 1, "rates are not negative")
    read = out_mb if fan_out else out_mb * consumers
    return max(1, up(in_mb), up(records / 1000), up(read / 2))


@calculator(_CONCURRENCY)
def lambda_concurrency(requests: float, seconds: float) -> int:
    """Environments of a Lambda function that work at once: requests a second times seconds a request."""
    need(requests >= 0 and seconds > 0, "requests and durations are above 0")
    return up(requests * seconds)


@calculator("https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html")
def lambda_unreserved(limit: int, reserved: list[int]) -> int:
    """What is left for functions without reserved concurrency; the account keeps 100 that cannot be reserved."""
    left = limit - sum(reserved)
    need(left >= 100, "at least 100 must stay unreserved")
    return left


@calculator(_CONCURRENCY)
def lambda_throttled(requests: float, seconds: float, reserved: int) -> float:
    """Requests a second that are refused once `reserved` environments are busy all the time.

    However short a request is, an environment serves at most ten a second.
    """
    need(seconds > 0, "a request takes some time")
    return max(0.0, round(requests - reserved * min(1 / seconds, _MOST_CALLS), 6))


@calculator("https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html")
def lambda_gb_seconds(requests: float, milliseconds: float, memory_mb: float) -> float:
    """GB-seconds that are billed: requests times duration (in whole milliseconds) times memory (1 GB is 1,024 MB)."""
    need(128 <= memory_mb <= 10_240, "memory is from 128 to 10,240 MB")
    return round(requests * up(milliseconds) / 1000 * memory_mb / 1024, 6)


@calculator("https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html")
def s3_prefixes(reads: float, writes: float) -> int:
    """Prefixes over which requests must spread: each carries 5,500 reads and 3,500 writes a second."""
    return max(1, up(reads / 5500 + writes / 3500))


@calculator("https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html")
def gp2_iops(gib: int) -> int:
    """Baseline IOPS of a gp2 volume: 3 a GiB, from 100 to 16,000."""
    need(1 <= gib <= 16_384, "a gp2 volume has 1 to 16,384 GiB")
    return min(16_000, max(100, 3 * gib))


@calculator("https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html")
def sqs_fifo_messages(calls: int = 300, batch: int = 1) -> int:
    """Messages a second of a FIFO queue without high throughput: 300 calls of an action, up to 10 messages a batch."""
    need(
        1 <= batch <= 10 and 0 <= calls <= 300,
        "a batch has 1 to 10 messages, and there are 300 calls a second",
    )
    return calls * batch


@calculator("https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html")
def xray_sampled(requests: float, reservoir: float = 1, rate_percent: float = 5) -> float:
    """Traces recorded a second: the reservoir first, then a share of what is above it. As set: 1 a second and 5 %."""
    need(0 <= rate_percent <= 100, "a share is from 0 to 100 %")
    return round(min(requests, reservoir) + max(0.0, requests - reservoir) * rate_percent / 100, 6)
