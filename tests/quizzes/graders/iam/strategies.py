"""Requests and policies for property tests: mostly meaningful, over few names so that they meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

ANN = "arn:aws:iam::111122223333:user/ann"
APP = "arn:aws:sts::111122223333:assumed-role/app/s1"
PRINCIPALS = [ANN, APP, "arn:aws:iam::444455556666:role/ci", "lambda.amazonaws.com", "anonymous"]
ACTIONS = ["s3:GetObject", "s3:PutObject", "kms:Decrypt", "sts:AssumeRole"]
RESOURCES = [
    "arn:aws:s3:::reports/q1.csv",
    "arn:aws:kms:eu-west-1:111122223333:key/k1",
    "arn:aws:iam::111122223333:role/app",
]
KEYS = ["aws:username", "aws:SourceIp", "aws:TagKeys", "aws:SecureTransport", "aws:CurrentTime"]
VALUES = [
    "ann",
    "203.0.113.7",
    "203.0.113.0/24",
    "true",
    "false",
    "2026-01-01T00:00:00Z",
    "10",
    "a*",
    "${aws:username}",
]
OPERATORS = [
    *(
        "StringEquals",
        "StringNotLike",
        "Bool",
        "IpAddress",
        "NumericLessThan",
        "DateGreaterThan",
        "Null",
        "ArnLike",
    ),
    *("StringLikeIfExists", "ForAllValues:StringEquals", "ForAnyValue:StringLike"),
]

values = st.sampled_from(VALUES)
conditions = st.dictionaries(
    st.sampled_from(OPERATORS),
    st.dictionaries(st.sampled_from(KEYS), values | st.lists(values, max_size=2), min_size=1, max_size=2),
    max_size=2,
)
actions = st.sampled_from([*ACTIONS, "*", "s3:*", "s3:Get*", "kms:?ecrypt"])
names = st.sampled_from(
    [*RESOURCES, "*", "arn:aws:s3:::reports/*", "arn:aws:s3:::${aws:username}/*", "arn:aws:s3"]
)
people = st.just("*") | st.fixed_dictionaries(
    {"AWS": st.sampled_from([ANN, APP, "111122223333", "444455556666", "arn:aws:iam::111122223333:role/app"])}
)


@st.composite
def statements(draw: st.DrawFn, principal: bool = False, effect: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"Effect": effect or draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    found[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(
        actions | st.lists(actions, min_size=1, max_size=2)
    )
    found[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(
        names | st.lists(names, min_size=1, max_size=2)
    )
    if draw(st.booleans()):
        found["Condition"] = draw(conditions)
    if principal:
        found["Principal"] = draw(people)
    return found


@st.composite
def policies(draw: st.DrawFn, principal: bool = False) -> dict[str, Any]:
    listed = draw(st.lists(statements(principal=principal), max_size=3))
    return {"Version": draw(st.sampled_from(["2012-10-17", "2008-10-17"])), "Statement": listed}


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "action": draw(st.sampled_from(ACTIONS)),
        "resource": draw(st.sampled_from(RESOURCES)),
        "resource_account": draw(st.sampled_from(["111122223333", "444455556666"])),
        "principal": draw(st.sampled_from(PRINCIPALS)),
        "context": draw(
            st.dictionaries(st.sampled_from(KEYS), values | st.lists(values, max_size=2), max_size=3)
        ),
        "identity": draw(st.lists(policies(), max_size=2)),
        "scps": draw(st.lists(st.lists(policies(), max_size=2), max_size=2)),
        "boundary": draw(st.none() | policies()),
        "session": draw(st.none() | policies()),
        "resource_policy": draw(st.none() | policies(principal=True)),
    }


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | values | actions | names,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from([
            *("Version", "Statement", "Effect", "Action", "Resource", "Principal", "Condition", "StringLike"),
            *("AWS", "NotAction", "NotResource", "NotPrincipal", "Sid", "aws:username", "Null", "ForAllValues:Bool"),
        ])
        | st.text(max_size=8),
        inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip
