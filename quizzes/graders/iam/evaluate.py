"""The decision: every policy that applies to a request → Allowed, ImplicitlyDenied or ExplicitlyDenied.

The rules, in their order:
1. An explicit deny in any policy decides. (EXPLICIT_DENY) `sts:GetCallerIdentity` alone needs no permission and cannot
   be denied. (CALLER_IDENTITY)
2. Every level of the organisation must allow: the root, each unit, the account. SCPs grant nothing. (SCP_LEVELS)
   They do not reach service-linked roles. (SCPS)
3. Callers without policies of their own (services, identity providers, anonymous) need the resource-based policy.
4. Across accounts both sides must allow: the resource-based policy, and identity, boundary and session. (CROSS_ACCOUNT)
5. Within an account one of both is enough; a resource-based policy that names only the account leaves it to the
   identity. A key policy, and a trust policy where there is one, must allow in any case; if it names the account, the
   identity may do the rest. (LOGIC, KEY_POLICIES, DEFAULT_KEY_POLICY)
6. Boundary and session policy must allow, too, except for what a resource-based policy of the same account grants
   directly to the user or to the session; a grant to the role stays within both, and one to everybody, which names no
   session, within the session policy. (LOGIC, POLICY_TYPES)

Names in brackets are pages of `quizzes.graders.iam.pages`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from quizzes.graders.iam.callers import Named
from quizzes.graders.iam.parsing import Policy
from quizzes.graders.iam.statements import Hit, Request, missed, named_by

Decision = Literal["Allowed", "ImplicitlyDenied", "ExplicitlyDenied"]
LayerName = Literal["scp", "resource", "identity", "boundary", "session"]
ALLOWED: Final = "Allowed"
IMPLICIT: Final = "ImplicitlyDenied"
EXPLICIT: Final = "ExplicitlyDenied"


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything that may apply. `scps`: one tuple a level, none = no limit. None: there is no such policy."""

    identity: tuple[Policy, ...] = ()
    scps: tuple[tuple[Policy, ...], ...] = ()
    boundary: tuple[Policy, ...] | None = None
    session: tuple[Policy, ...] | None = None
    resource: Policy | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """What one kind of policy says. `decision` None: it is not there, or has no say. `name`: with the level of SCPs."""

    kind: LayerName
    name: str
    policies: tuple[Policy, ...]
    decision: Decision | None
    allows: tuple[Hit, ...] = ()
    denies: tuple[Hit, ...] = ()

    @property
    def named(self) -> Named:
        """How the strongest allow names the caller."""
        return max((hit.named for hit in self.allows), default=Named.NOT)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision, what every layer says, and which rule made it (a key of `trace.REASONS`)."""

    decision: Decision
    layers: tuple[Layer, ...]
    reason: str


def evaluate(request: Request, policies: Policies) -> Outcome:
    """Decide one request. Total: every request has a decision."""
    layers = tuple(_layers(request, policies))
    if (
        request.service == "sts"
        and request.operation == "getcalleridentity"
        and request.caller.kind != "anonymous"
    ):
        return Outcome(ALLOWED, layers, "caller-identity")
    if any(layer.denies for layer in layers):
        return Outcome(EXPLICIT, layers, "explicit-deny")
    reason = _refusal(request, {layer.kind: layer for layer in layers}, layers)
    if reason:
        return Outcome(IMPLICIT, layers, reason)
    return Outcome(ALLOWED, layers, "allowed")


def decide(request: Request, policies: Policies) -> Decision:
    return evaluate(request, policies).decision


def _layers(request: Request, policies: Policies) -> Iterable[Layer]:
    """The layers that speak about this request, from the outside in."""
    own = request.caller.kind != "anonymous"
    if own and not request.caller.service_linked:
        for number, level in enumerate(policies.scps, start=1):
            yield _plain("scp", f"SCP, level {number}", level, request)
    yield _resource(request, policies)
    if own:
        yield _plain("identity", "Identity", policies.identity, request)
    if own and policies.boundary is not None:
        yield _plain("boundary", "Boundary", policies.boundary, request)
    if own and policies.session is not None:
        yield _plain("session", "Session", policies.session, request)


def _plain(kind: LayerName, name: str, policies: Sequence[Policy], request: Request) -> Layer:
    """A layer whose policies speak about whoever they are attached to."""
    allows, denies = list[Hit](), list[Hit]()
    for policy in policies:
        for statement in policy.statements:
            if missed(statement, request) is None:
                (allows if statement.effect == "Allow" else denies).append(Hit(policy, statement))
    return _layer(kind, name, tuple(policies), allows, denies)


def _resource(request: Request, policies: Policies) -> Layer:
    policy = policies.resource
    if policy is None:
        return Layer("resource", "Resource policy", (), None)
    allows, denies = list[Hit](), list[Hit]()
    for statement in policy.statements:
        named = named_by(statement, request.caller, bounded=bool(policies.boundary))
        if named and missed(statement, request) is None:
            (allows if statement.effect == "Allow" else denies).append(Hit(policy, statement, named))
    return _layer("resource", "Resource policy", (policy,), allows, denies)


def _layer(
    kind: LayerName, name: str, policies: tuple[Policy, ...], allows: list[Hit], denies: list[Hit]
) -> Layer:
    decision: Decision = EXPLICIT if denies else ALLOWED if allows else IMPLICIT
    return Layer(kind, name, policies, decision, tuple(allows), tuple(denies))


def _refusal(request: Request, by_kind: dict[LayerName, Layer], layers: tuple[Layer, ...]) -> str:
    """Why nobody allows it, or "" when it is allowed. There is no explicit deny."""
    if any(layer.kind == "scp" and not layer.allows for layer in layers):
        return "scp"
    named = by_kind["resource"].named
    if request.caller.kind in ("anonymous", "outside"):
        return _limit(by_kind) if named >= Named.EVERYBODY else "outside"
    granted = bool(by_kind["identity"].allows)
    if request.same_account:
        if named is Named.DIRECT and request.caller.kind != "root":
            return ""
        if named >= Named.EVERYBODY:
            # Nobody can set a limit for a root user; a case that does means it.
            return _limit(by_kind) if request.caller.kind == "root" else _limit(by_kind, ("session",))
        found = _same_account_refusal(request, by_kind["resource"], named, granted)
    elif named is Named.NOT:
        found = "cross-resource"
    else:
        found = "" if granted else "cross-identity"
    return found or _limit(by_kind)


def _same_account_refusal(request: Request, resource: Layer, named: Named, granted: bool) -> str:
    """Does anything grant it, before limits? `named` is NOT, ACCOUNT or BEHIND."""
    if named is Named.BEHIND:
        return ""
    if needs_resource_policy(request, resource.decision is not None) and named is Named.NOT:
        return "gate"
    return "" if granted else "no-grant"


def needs_resource_policy(request: Request, has_policy: bool) -> bool:
    """Key policies always, trust policies where there is one: without their allow no identity policy helps."""
    if request.service == "kms":
        return request.arn is not None and request.arn[5].lower().startswith("key/")
    return request.service == "sts" and has_policy


def _limit(by_kind: dict[LayerName, Layer], kinds: tuple[LayerName, ...] = ("boundary", "session")) -> str:
    """Which of boundary and session policy does not allow what something else grants."""
    for kind in kinds:
        layer = by_kind.get(kind)
        if layer is not None and not layer.allows:
            return kind
    return ""
