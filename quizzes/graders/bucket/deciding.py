"""One request to a bucket: policy and identity policies, then ACLs, under Block Public Access.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl            (read on 2026-11-21)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.graders.bucket.public import public_clause
from quizzes.graders.iam.callers import caller
from quizzes.graders.iam.cases import BadCase
from quizzes.graders.iam.cases import decide as decide_case
from quizzes.graders.iam.context import known_from

SWITCHES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
OWNERSHIP = ("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter")
# What a canned ACL lets everybody do, and what every signed-in caller of any account.
ACLS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "private": (frozenset(), frozenset()),
    "public-read": (frozenset({"s3:listbucket", "s3:getobject"}), frozenset()),
    "public-read-write": (
        frozenset({"s3:listbucket", "s3:getobject", "s3:putobject", "s3:deleteobject"}),
        frozenset(),
    ),
    "authenticated-read": (frozenset(), frozenset({"s3:listbucket", "s3:getobject"})),
}
_OF_SERVICES = (".amazonaws.com", ".amazonaws.com.cn")  # RestrictPublicBuckets spares AWS services
_ON_BUCKETS = ("s3:listbucket", "s3:getbucket", "s3:putbucket", "s3:deletebucket", "s3:createbucket")


class BadBucket(ValueError):
    """Settings that S3 does not know. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """`block`: switches that are on. The ACL is that of the bucket and of each of its objects."""

    policy: Mapping[str, Any] | None
    block: frozenset[str]
    acl: str
    ownership: str

    @property
    def acl_public(self) -> bool:
        return self.acl != "private"


@dataclass(frozen=True, slots=True)
class Decision:
    allowed: bool
    why: str


def read_bucket(given: Any, written: Mapping[str, Any]) -> Bucket:
    """The fixed parts together with what a learner wrote. Raises BadBucket."""
    if not isinstance(given, Mapping):
        raise BadBucket("`given` must hold policy, block, acl or ownership.")
    parts = {**given, **written}
    if strange := sorted(set(parts) - {"policy", "block", "acl", "ownership"}):
        raise BadBucket(
            f"There is no part “{strange[0][:40]}”: a bucket has policy, block, acl and ownership."
        )
    policy = _policy(parts.get("policy"))
    acl, ownership = parts.get("acl", "private"), parts.get("ownership", OWNERSHIP[0])
    if not isinstance(acl, str) or acl not in ACLS:
        raise BadBucket(f"The ACL must be one of {', '.join(ACLS)}.")
    if ownership not in OWNERSHIP:
        raise BadBucket(f"The ownership must be one of {', '.join(OWNERSHIP)}.")
    return Bucket(policy, _switches(parts.get("block", dict.fromkeys(SWITCHES, True))), acl, ownership)


def _policy(policy: Any) -> Mapping[str, Any] | None:
    if policy is None:
        return None
    if not isinstance(policy, Mapping) or "Statement" not in policy:
        raise BadBucket("A bucket policy is an object with Version and Statement.")
    if policy.get("Version", "2012-10-17") not in ("2012-10-17", "2008-10-17"):
        raise BadBucket("The Version of a policy is 2012-10-17: it names the language, not the day.")
    return policy


def _switches(block: Any) -> frozenset[str]:
    if isinstance(block, Mapping) and set(block) == {"PublicAccessBlockConfiguration"}:
        block = block["PublicAccessBlockConfiguration"]
    if not isinstance(block, Mapping) or not all(isinstance(on, bool) for on in block.values()):
        raise BadBucket(f"Block Public Access has four switches, each true or false: {', '.join(SWITCHES)}.")
    if strange := sorted(set(block) - set(SWITCHES)):
        raise BadBucket(f"There is no switch “{strange[0][:40]}”; there are {', '.join(SWITCHES)}.")
    return frozenset(name for name, on in block.items() if on)


def put_refusal(bucket: Bucket, part: str) -> str:
    """Why S3 does not take the policy, or the ACL, as part of a sentence; "" when it does."""
    if part == "policy":
        clause = public_clause(bucket.policy)
        return (
            f"BlockPublicPolicy refuses it, for {clause}"
            if clause and "BlockPublicPolicy" in bucket.block
            else ""
        )
    if bucket.acl_public and bucket.ownership == "BucketOwnerEnforced":
        return "ACLs are off with BucketOwnerEnforced"
    return "BlockPublicAcls refuses it" if bucket.acl_public and "BlockPublicAcls" in bucket.block else ""


def decide(
    bucket: Bucket, asked: Mapping[str, Any], name: str, owner: str, people: Mapping[str, Any]
) -> Decision:
    """Whether `asked` {who, action, key, context} is allowed."""
    who = people.get(str(asked["who"]))
    arn = str(who.get("arn")) if who else "*"
    account = arn.split(":")[4] if who and arn.count(":") >= 5 else ""
    action = str(asked["action"])
    restricted = (
        "RestrictPublicBuckets" in bucket.block
        and bool(public_clause(bucket.policy))
        and account != owner
        and not arn.endswith(_OF_SERVICES)
    )
    case = {
        "action": action,
        "resource": _resource(action, name, str(asked.get("key", ""))),
        "resource_account": owner,
        "principal": arn,
        "context": _context(arn, owner, asked.get("context") or {}),
        "identity": (who or {}).get("identity") or [],
        "resource_policy": bucket.policy,
    }
    try:
        decision = decide_case(case)
        denied_anyway = decision == "ExplicitlyDenied"
    except BadCase as error:
        raise BadBucket(f"This cannot be decided: {error}.") from None
    if denied_anyway:
        return Decision(False, "a statement denies it")
    if decision == "Allowed" and not restricted:
        return Decision(True, "the policies allow it")
    if _by_acl(bucket, action, signed_in=bool(account)):
        return Decision(True, f"the ACL {bucket.acl} allows it")
    if restricted and decision == "Allowed":
        return Decision(
            False, "RestrictPublicBuckets: a public policy counts only within the owner's account"
        )
    return Decision(False, "nothing allows it")


def _context(arn: str, owner: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a check says, and what S3 adds by itself: ARN and account of the caller, the owner's account."""
    known: dict[str, Any] = dict(known_from(caller(arn), owner))
    return known | {str(key).lower(): value for key, value in given.items()}


def _by_acl(bucket: Bucket, action: str, signed_in: bool) -> bool:
    if bucket.ownership == "BucketOwnerEnforced" or (
        bucket.acl_public and "IgnorePublicAcls" in bucket.block
    ):
        return False
    everybody, authenticated = ACLS[bucket.acl]
    return action.lower() in everybody or (signed_in and action.lower() in authenticated)


def _resource(action: str, name: str, key: str) -> str:
    on_bucket = action.lower().startswith(_ON_BUCKETS) or not key
    return f"arn:aws:s3:::{name}" if on_bucket else f"arn:aws:s3:::{name}/{key}"
