"""Resource names: the six segments of an ARN, and patterns over them.

    arn : partition : service : region : account : resource

A pattern is matched segment by segment, so that a wildcard before the fifth colon stays within its segment; the last
segment is everything that remains, colons included. An incomplete pattern of an identity-based policy gets a `*` for
every segment it lacks; elsewhere it must end with a wildcard, or it names nothing.
In the type of the resource (up to the first `/` or `:`) there are no wildcards; S3 names have no type.
Pages: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
       https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

from dataclasses import dataclass

from quizzes.graders.iam.matching import Glob, glob
from quizzes.graders.iam.variables import Context, Template, template

SEGMENTS = 6
LOGICAL_ID = "LogicalResourceId/"  # names of stack policies; page: pages.STACK_POLICY
Arn = tuple[str, str, str, str, str, str]


def split_arn(text: str) -> Arn | None:
    """The six segments, or None when this is not a whole ARN."""
    parts = text.split(":", SEGMENTS - 1)
    if len(parts) < SEGMENTS or parts[0] != "arn":
        return None
    return (parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])


def account_of(arn: str) -> str:
    """The account of an ARN, "" when it has none."""
    parts = split_arn(arn)
    return parts[4] if parts else ""


@dataclass(frozen=True, slots=True)
class ResourcePattern:
    """One entry of Resource or NotResource. `head`: five segments in small letters; `kind`: the literal type.

    `rest` None: it names no resource at all. `whole`: a name that is no ARN, as in stack policies.
    """

    text: str
    everything: bool
    head: tuple[Glob, ...] = ()
    kind: str = ""
    rest: Template | None = None
    whole: Glob | None = None

    def matches(self, resource: str, arn: Arn | None, context: Context) -> bool | None:
        """None: a variable in it cannot be resolved, so its statement does not apply."""
        if self.everything:
            return True
        if self.whole is not None:
            return self.whole.matches(resource)
        if arn is None or self.rest is None:
            return False
        for pattern, segment in zip(self.head, arn, strict=False):
            if not pattern.matches(segment.lower()):
                return False
        if not arn[5].startswith(self.kind):
            return False
        pattern_of_rest = self.rest.pattern(context)
        return None if pattern_of_rest is None else pattern_of_rest.matches(arn[5][len(self.kind) :])


def resource_pattern(text: str, variables: bool, completed: bool = True) -> ResourcePattern:
    """Read one entry of Resource. `variables`: does the version of the policy know them? `completed`: is what lacks
    segments filled up?"""
    if text and not text.strip("*"):
        return ResourcePattern(text, everything=True)
    if text.startswith(LOGICAL_ID):
        return ResourcePattern(text, everything=False, whole=glob(text))
    parts = text.split(":", SEGMENTS - 1)
    if len(parts) < SEGMENTS and not completed and not text.endswith("*"):
        return ResourcePattern(text, everything=False)
    parts += ["*"] * (SEGMENTS - len(parts))
    kind = _kind(parts)
    return ResourcePattern(
        text,
        everything=False,
        head=tuple(glob(part.lower()) for part in parts[:5]),
        kind=kind,
        rest=template(parts[5][len(kind) :], variables=variables),
    )


def _kind(parts: list[str]) -> str:
    """`table/` of `table/books`, `function:` of `function:pay`; "" where a name has no type."""
    service, region, account, name = parts[2:6]
    if service == "s3" and not region and not account:
        return ""
    before, _, _ = name.partition("${")  # a variable is no part of a type
    cuts = [place for place in (before.find("/"), before.find(":")) if place >= 0]
    return name[: min(cuts) + 1] if cuts else ""
