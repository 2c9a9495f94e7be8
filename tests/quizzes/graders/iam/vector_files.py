"""Vectors: requests with their documents, the decision, and the vendor's page that says so.

A statement may be written [Effect, Action, Resource] or [Effect, Action, Resource, Condition]; `condition` stands for
an identity-based policy that allows everything under it; `documents` are whole documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from quizzes.graders.iam import pages

FOLDER = Path(__file__).parent / "vectors"
_REQUEST = ("principal", "action", "resource", "resource_account", "context")


def vectors() -> Iterator[dict[str, Any]]:
    """{"name", "say", "page" (address), "case", "expect"}"""
    for path in sorted(FOLDER.glob("*.yaml")):
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        for one in written["vectors"]:
            merged = {**written["defaults"], **one}
            yield {
                "name": f"{path.stem}/{one['id']}",
                "say": one["say"],
                "page": getattr(pages, merged["page"]),
                "case": _case(merged),
                "expect": one["expect"],
            }


def _case(vector: dict[str, Any]) -> dict[str, Any]:
    version = vector.get("version", "2012-10-17")
    identity = vector.get("identity") or []
    if "condition" in vector:
        identity = [["Allow", "*", "*", vector["condition"]]]
    return {
        **{key: vector[key] for key in _REQUEST if key in vector},
        "identity": [_policy(identity, version)] if identity else [],
        "scps": [[_policy(level, version)] for level in vector.get("scps") or []],
        "boundary": _policy(vector["boundary"], version) if "boundary" in vector else None,
        "session": _policy(vector["session"], version) if "session" in vector else None,
        "resource_policy": _policy(vector["resource_policy"], version)
        if "resource_policy" in vector
        else None,
        **(vector.get("documents") or {}),
    }


def _policy(statements: list[Any], version: str) -> dict[str, Any]:
    listed = [_statement(one) if isinstance(one, list) else one for one in statements]
    return {"Version": version, "Statement": listed} if version else {"Statement": listed}


def _statement(short: list[Any]) -> dict[str, Any]:
    return dict(zip(("Effect", "Action", "Resource", "Condition"), short, strict=False))
