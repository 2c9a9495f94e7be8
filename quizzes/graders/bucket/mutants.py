"""A right answer broken as learners break it; what decides every request near the checks alike is as right: left out.

Near are the checks, and each with one thing changed: another caller, action, key or context. Requests to other buckets
are none of this bucket's policy, so `*` for the bucket or for its service is no mistake that could be noticed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from quizzes.graders.bucket.deciding import BadBucket, Bucket, decide, put_refusal, read_bucket
from quizzes.graders.bucket.public import public_clause
from quizzes.graders.engine.mutants import broken_data
from quizzes.graders.iam.documents import problems
from quizzes.graders.iam.mistakes import mistakes

MOST_PROBES = 400
OTHER = "Other"  # an operation and a name that no pattern but a wildcard covers


def mutants(written: Mapping[str, Any], spec: Mapping[str, Any]) -> Iterator[Any]:
    """Broken answers as plain data; S3 refuses each, or it decides something near the checks otherwise."""
    part = str(spec.get("write", "policy"))
    policy = part == "policy"
    right = bucket_with(written, part, spec)
    near = [(probe, found(right, probe, spec)) for probe in islice(_once(probes(spec)), MOST_PROBES)]
    for wrong in mistakes(written, "resource") if policy else broken_data(written):
        try:
            refused = policy and any(problems(wrong, "resource"))
            if refused or differs(bucket_with(wrong, part, spec), near, spec):
                yield wrong
        except BadBucket:
            yield wrong


def bucket_with(written: Any, part: str, spec: Mapping[str, Any]) -> Bucket:
    """The bucket with what the learner wrote in its place. Raises BadBucket."""
    if part == "all" and not isinstance(written, Mapping):
        raise BadBucket("A bucket is an object with policy, block, acl and ownership.")
    return read_bucket(spec.get("given") or {}, written if part == "all" else {part: written})


def differs(wrong: Bucket, near: Iterable[tuple[Mapping[str, Any], bool]], spec: Mapping[str, Any]) -> bool:
    """Is there a check or a request near one that comes out otherwise than `near` says it should?"""
    return any(found(wrong, probe, spec) != right for probe, right in near)


def found(bucket: Bucket, check: Mapping[str, Any], spec: Mapping[str, Any]) -> bool:
    """Whether it is refused, public or allowed: whatever the check asks."""
    if "put" in check:
        return bool(put_refusal(bucket, str(check["put"])))
    if "public" in check:
        return bool(public_clause(bucket.policy))
    people = spec.get("people") or {}
    return decide(bucket, check, str(spec["bucket"]), str(spec["account"]), people).allowed


def probes(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The checks, then each request with one thing changed."""
    yield from spec["checks"]
    yield from ({"put": "policy"}, {"put": "acl"}, {"public": True})
    asked = [check for check in spec["checks"] if "action" in check]
    callers = ["anyone", *(spec.get("people") or {})]
    contexts = [check.get("context") or {} for check in asked]
    for check in asked:
        # Whether an action is on objects or on the bucket shows by the key; we do not mix them.
        alike = [one for one in asked if bool(one.get("key")) == bool(check.get("key"))]
        yield from ({**check, "who": one} for one in callers)
        yield from ({**check, "action": one} for one in [*_unique(alike, "action"), f"s3:{OTHER}"])
        yield from ({**check, "key": one} for one in _keys(alike))
        yield from ({**check, "context": one} for one in _contexts(check.get("context") or {}, contexts))


def _once(found: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Each request once, however its check is worded."""
    seen = set[str]()
    for one in found:
        name = json.dumps([one.get(key) for key in ("put", "public", "who", "action", "key", "context")])
        if name not in seen:
            seen.add(name)
            yield one


def _unique(asked: Iterable[Mapping[str, Any]], name: str) -> list[str]:
    return list(dict.fromkeys(str(check.get(name, "")) for check in asked))


def _keys(asked: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Keys of the checks, and another in the folder of each; nothing when they are about the bucket."""
    for key in _unique(asked, "key"):
        if key:
            folder, slash, _ = key.rpartition("/")
            yield from (key, f"{folder}{slash}{OTHER}")


def _contexts(context: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Without one of its keys, and the contexts of other checks."""
    for left_out in context:
        yield {key: value for key, value in context.items() if key != left_out}
    yield from (other for other in others if other != context)
