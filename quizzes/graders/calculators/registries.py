"""Which container images a lifecycle policy of a registry expires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from quizzes.graders.calculators.base import calculator, need, one_of


@calculator("https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html")
def ecr_expired(images: Sequence[Mapping[str, Any]], rules: Sequence[Mapping[str, Any]]) -> list[str]:
    """Ids of the images that expire, oldest first.

    `images`: {id, tags, age} with `age` in days. `rules`: {priority, status, prefixes, count or days}; `status` is
    tagged, untagged or any. All rules look at all images; an image that fits the tags of a rule is never expired by a
    rule with a higher priority number; `prefixes` must all be met by some tag.
    """
    ordered = sorted(rules, key=lambda rule: rule["priority"])
    need(len({rule["priority"] for rule in rules}) == len(rules), "two rules have the same priority")
    expired: list[Mapping[str, Any]] = []
    for number, rule in enumerate(ordered):
        taken = [image for image in images if any(_fits(image, other) for other in ordered[:number])]
        expired += [image for image in _marked(images, rule) if image not in taken]
    return [str(image["id"]) for image in sorted(expired, key=lambda image: -image["age"])]


def _fits(image: Mapping[str, Any], rule: Mapping[str, Any]) -> bool:
    tags = [str(tag) for tag in image.get("tags") or ()]
    status = one_of(str(rule["status"]), "tagged", "untagged", "any")
    if status != "tagged":
        return status == "any" or not tags
    prefixes = [str(prefix) for prefix in rule["prefixes"]]
    return bool(tags) and all(any(tag.startswith(prefix) for tag in tags) for prefix in prefixes)


def _marked(images: Sequence[Mapping[str, Any]], rule: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    young_first = sorted((image for image in images if _fits(image, rule)), key=lambda image: image["age"])
    if "count" in rule:
        return young_first[int(rule["count"]) :]
    return [image for image in young_first if image["age"] > rule["days"]]
