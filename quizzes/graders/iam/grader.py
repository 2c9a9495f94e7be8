"""The grader `iam`: the learner writes one policy; requests say whether it does what it should.

policy: identity                 what is written: identity, resource, scp, boundary, session, key, trust, stack
given:                           the other documents (all optional), written as policies
  identity: [policy…]
  scps: [[policy…]…]             one list a level, from the root down
  boundary: policy
  session: policy
  resource_policy: policy
  beside: [policy…]              at the same place as the learner's (for an SCP: on the same level)
request:                         what all requests have in common
  principal: arn:aws:iam::111122223333:user/ann     or {Service: …}, {Federated: …}, anonymous
  resource_account: "111122223333"                  else it is read from the ARN of the resource
  context: {aws:SourceIp: 203.0.113.7}
  management_account: false      true: SCPs do not apply
checks:
  - action: s3:GetObject
    resource: arn:aws:s3:::reports/q1.csv
    expect: allowed              or denied; or more exactly: explicitly denied, implicitly denied
    principal, resource_account, context            where they differ from `request`
    label, say, hidden           as in every drill
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.base import Check, Grader, Problem, Spec, Verdict, Widget, grader
from quizzes.graders.iam.cases import BadCase, read_policies
from quizzes.graders.iam.documents import TITLES, Refused, problems, read_document
from quizzes.graders.iam.evaluate import Outcome, Policies, evaluate
from quizzes.graders.iam.mutate import mutants
from quizzes.graders.iam.parsing import Policy, read_policy
from quizzes.graders.iam.statements import Request
from quizzes.graders.iam.trace import layers_of
from quizzes.graders.iam.world import FULL_ACCESS, GIVEN, REQUEST_KEYS, policies_with, request_of, settled
from quizzes.graders.loading import Unreadable

EXPECTED: Mapping[str, tuple[str, ...]] = {
    "allowed": ("Allowed",),
    "denied": ("ImplicitlyDenied", "ExplicitlyDenied"),
    "implicitly denied": ("ImplicitlyDenied",),
    "explicitly denied": ("ExplicitlyDenied",),
}
COMPLETED = {"identity", "boundary", "session"}
CHECK_KEYS = {*REQUEST_KEYS, "expect", "label", "say", "hidden"}


@grader("iam")
class Iam(Grader):
    keys = frozenset({"policy", "given", "request"})

    def widget(self, spec: Spec) -> Widget:
        return Widget("textarea", language="json")

    def validate(self, spec: Spec) -> Iterator[Problem]:
        kind = spec.get("policy", "identity")
        if kind not in TITLES:
            yield Problem("policy", f"This is one of: {', '.join(TITLES)}.")
            return
        yield from _given_problems(spec, str(kind))
        request = spec.get("request", {})
        if not isinstance(request, Mapping) or set(request) - set(REQUEST_KEYS):
            yield Problem("request", f"This may have: {', '.join(REQUEST_KEYS)}.")
            return
        yield from check_problems(spec, CHECK_KEYS, lambda check: request_of(check, request))

    def grade(self, answer: str, spec: Spec) -> Verdict:
        kind = str(spec.get("policy", "identity"))
        try:
            document = read_document(answer, kind)
        except (Unreadable, Refused) as error:
            return Verdict.refused(str(error))
        checks, traces = [], []
        policies = prepared(document, spec)
        for number, check in enumerate(spec["checks"], start=1):
            request, outcome = outcome_of(policies, check, spec)
            label = label_of(check, request, number)
            ok = outcome.decision in EXPECTED[str(check["expect"]).lower()]
            checks.append(Check(label, ok, str(check["say"]), bool(check.get("hidden"))))
            traces.append(layers_of(label, request, outcome))
        return Verdict(tuple(checks), trace=tuple(traces))

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        return mutants(answer, spec, prepared, outcome_of)


def prepared(document: Mapping[str, Any], spec: Spec) -> Policies:
    """All documents of the drill with the learner's among them, read once for all checks."""
    kind = str(spec.get("policy", "identity"))
    answer = read_policy(document, completed=kind in COMPLETED)
    return policies_with(answer, kind, spec.get("given") or {})


def outcome_of(policies: Policies, check: Mapping[str, Any], spec: Spec) -> tuple[Request, Outcome]:
    """What the documents lead to for one check. Raises BadCase for a bad check."""
    common = spec.get("request") or {}
    request = request_of(check, common)
    management = bool(check.get("management_account", common.get("management_account", False)))
    own = request.caller.account == request.resource_account
    return request, evaluate(request, settled(policies, request.caller, own, management))


def label_of(check: Mapping[str, Any], request: Request, number: int) -> str:
    return str(check.get("label") or f"Request {number}: {request.action}")


def check_problems(spec: Spec, keys: set[str], read: Any) -> Iterator[Problem]:
    """What is wrong with the checks of a drill whose checks are requests. `read(check)` raises BadCase."""
    checks = spec.get("checks")
    if not isinstance(checks, list) or not checks:
        yield Problem("checks", "The drill has no checks: requests with what is expected of them.")
        return
    for place, check in enumerate(checks):
        if not isinstance(check, Mapping):
            yield Problem(f"checks[{place}]", "A check is {action, resource, expect, say}.")
            continue
        for key in sorted(set(map(str, check)) - keys):
            yield Problem(f"checks[{place}].{key}", "A request has no key of this name.")
        if str(check.get("expect")).lower() not in EXPECTED:
            yield Problem(f"checks[{place}].expect", f"This is one of: {', '.join(EXPECTED)}.")
        try:
            read(check)
        except BadCase as error:
            yield Problem(f"checks[{place}]", f"This is no request: {error}.")
    expected = {str(check.get("expect")).lower() for check in checks if isinstance(check, Mapping)}
    if len({one == "allowed" for one in expected}) < 2:
        yield Problem("checks", "There must be a request that is allowed, and one that is not.")


def _given_problems(spec: Spec, kind: str) -> Iterator[Problem]:
    given = spec.get("given") or {}
    if not isinstance(given, Mapping) or set(given) - set(GIVEN):
        yield Problem("given", f"This may have: {', '.join(GIVEN)}.")
        return
    if kind in ("boundary", "session") and given.get(kind):
        yield Problem(f"given.{kind}", "This is what the learner writes, so it cannot be given.")
    if "beside" in given and kind not in ("identity", "scp", "session"):
        yield Problem("given.beside", f"Nothing stands beside {TITLES[kind]}.")
    try:
        policies_with(_ANY, kind, given)
        read_policies(given)
    except BadCase as error:
        yield Problem("given", f"{error}.")
        return
    for path, policy_kind, document in _given_documents(given):
        for problem in problems(document, policy_kind):
            yield Problem(f"given.{path}", problem)


def _given_documents(given: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every document that is given and written out, with its place and kind."""
    for key, kind in (("identity", "identity"), ("boundary", "boundary"), ("session", "session")):
        yield from ((key, kind, one) for one in _listed(given.get(key)))
    for level in given.get("scps") or []:
        yield from (("scps", "scp", one) for one in _listed(level))


def _listed(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping)]


_ANY: Policy = read_policy(FULL_ACCESS)
