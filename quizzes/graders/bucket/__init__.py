"""`bucket`: who gets at a bucket, by its policy, its ACL, and the four switches of Block Public Access together.

write: policy                       what the learner writes: `policy`, `block` (the switches), or `all` of a bucket:
                                    {policy, block, acl, ownership}
given: {block: {…}, acl: private}   the parts that are fixed; what is left out: all switches on, a private ACL,
                                    ownership BucketOwnerEnforced, no policy
bucket: acme-reports                its name
account: "111122223333"             its owner
people: {ana: {arn: "arn:…:user/ana", identity: [policy…]}}      callers that checks name; `anyone` has no account
checks:
  - {who: anyone, action: s3:GetObject, key: a.pdf, context: {}, allowed: false, say: …}   a request
  - {put: policy, accepted: false, say: …}     whether S3 takes the written policy (or `acl`) at all
  - {public: true, say: …}                     whether S3 calls the policy public
  - {…, label, hidden}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.base import Check, Grader, Problem, Spec, Verdict, Widget, grader
from quizzes.graders.bucket.deciding import BadBucket, Bucket, decide, put_refusal, read_bucket
from quizzes.graders.bucket.mutants import mutants
from quizzes.graders.bucket.public import public_clause
from quizzes.graders.iam.documents import Refused, read_document
from quizzes.graders.loading import Unreadable, load_mapping

_PARTS = ("policy", "block", "all")


@grader("bucket")
class BucketGrader(Grader):
    keys = frozenset({"write", "given", "bucket", "account", "people"})

    def validate(self, spec: Spec) -> Iterator[Problem]:
        if spec.get("write", "policy") not in _PARTS:
            yield Problem("write", f"This must be one of {', '.join(_PARTS)}.")
        if not isinstance(spec.get("bucket"), str) or not isinstance(spec.get("account"), str):
            yield Problem("bucket", "The drill needs `bucket` and `account`, both as text in quotes.")
        people = spec.get("people") or {}
        if not isinstance(people, Mapping) or not all(isinstance(one, Mapping) for one in people.values()):
            yield Problem("people", "This must be names, each with an arn and a list `identity`.")
            return
        try:
            read_bucket(spec.get("given") or {}, {})
        except BadBucket as error:
            yield Problem("given", str(error))
        if not spec.get("checks"):
            yield Problem("checks", "There is nothing to check.")
        for place, check in enumerate(spec.get("checks") or ()):
            if problem := _check_problem(check, people):
                yield Problem(f"checks[{place}]", problem)

    def widget(self, spec: Spec) -> Widget:
        return Widget("textarea", language="json")

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        try:
            written = load_mapping(answer)
        except Unreadable:
            return
        for broken in mutants(written, spec):
            yield json.dumps(broken, indent=2)

    def grade(self, answer: str, spec: Spec) -> Verdict:
        try:
            part = str(spec.get("write", "policy"))
            written = read_document(answer, "resource") if part == "policy" else load_mapping(answer)
            bucket = read_bucket(spec.get("given") or {}, written if part == "all" else {part: written})
        except (Unreadable, Refused, BadBucket) as error:
            return Verdict.refused(str(error))
        checks, rows = [], []
        for check in spec["checks"]:
            ok, why = _looked_at(check, bucket, spec)
            checks.append(Check(_label(check), ok, str(check["say"]), bool(check.get("hidden"))))
            rows.append({"cells": [_label(check), why], "ok": ok})
        trace = {"kind": "table", "columns": ["Asked", "What S3 does, and why"], "rows": rows}
        return Verdict(tuple(checks), trace=(trace,))


def _looked_at(check: Mapping[str, Any], bucket: Bucket, spec: Spec) -> tuple[bool, str]:
    """Whether a check holds, and what was found."""
    if "put" in check:
        refusal = put_refusal(bucket, str(check["put"]))
        return (not refusal) == check["accepted"], refusal or "it is accepted"
    if "public" in check:
        clause = public_clause(bucket.policy)
        return bool(clause) == check["public"], clause or "the policy is not public"
    decision = decide(bucket, check, str(spec["bucket"]), str(spec["account"]), spec.get("people") or {})
    return decision.allowed == check["allowed"], decision.why


def _check_problem(check: Mapping[str, Any], people: Mapping[str, Any]) -> str:
    if "put" in check:
        fine = check["put"] in ("policy", "acl") and isinstance(check.get("accepted"), bool)
        return "" if fine else "Write {put: policy or acl, accepted: true or false}."
    if "public" in check:
        return "" if isinstance(check["public"], bool) else "`public` must be true or false."
    if not isinstance(check.get("who"), str) or (check["who"] != "anyone" and check["who"] not in people):
        return "`who` must be anyone, or a name in `people`."
    if not isinstance(check.get("action"), str) or not isinstance(check.get("allowed"), bool):
        return "A request has `who`, `action` and `allowed`."
    try:
        decide(read_bucket({}, {}), check, "bucket", "111122223333", people)
    except BadBucket as error:
        return str(error)
    return ""


def _label(check: Mapping[str, Any]) -> str:
    if check.get("label"):
        return str(check["label"])
    if "put" in check:
        return f"S3 {'accepts' if check['accepted'] else 'refuses'} the {check['put']}"
    if "public" in check:
        return f"The policy is {'public' if check['public'] else 'not public'}"
    verb = "may" if check["allowed"] else "may not"
    return f"{check['who']} {verb} {check['action']} {check.get('key', '')}".strip()
