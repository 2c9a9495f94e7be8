"""`cors`: a bucket's CORS rules, or the CORS headers of a response, by what a browser then allows.

    kind: bucket                        rules as a bucket has them (JSON); or `headers`: response headers, key: value
    checks:
      - {origin: https://app.example, method: PUT, headers: [Content-Type], allowed: true, say: …}
      - {origin: …, method: GET, reads: [ETag], allowed: true, …}       the script reads these response headers
      - {origin: …, method: GET, credentials: true, allowed: false, …}  only with `kind: headers`
      - {…, label, hidden}

Bucket rules: the first rule decides whose origin, method and requested headers all fit
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html, read on 2026-11-21). Headers: as browsers
do by the Fetch standard (https://fetch.spec.whatwg.org/#http-cors-protocol); a preflight gets the same headers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.base import Check, Grader, Problem, Spec, Verdict, Widget, grader
from quizzes.graders.engine.mutants import broken_data
from quizzes.graders.file_paths import fits
from quizzes.graders.loading import Unreadable, load

METHODS = ("GET", "PUT", "POST", "DELETE", "HEAD")
MOST_RULES = 100
# Sent, or read, without asking.
SAFE_METHODS = frozenset({"GET", "HEAD", "POST"})
SAFE_HEADERS = frozenset({"accept", "accept-language", "content-language"})
SAFE_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
READABLE = frozenset({
    "cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma",
})  # fmt: skip
_TWICE = "A header stands twice; browsers then allow nothing."
_RULE_KEYS = {"ID", "AllowedOrigins", "AllowedMethods", "AllowedHeaders", "ExposeHeaders", "MaxAgeSeconds"}


class BadRules(ValueError):
    """Rules that a bucket would refuse. The message is a sentence."""


@grader("cors")
class Cors(Grader):
    keys = frozenset({"kind"})

    def validate(self, spec: Spec) -> Iterator[Problem]:
        if spec.get("kind", "bucket") not in ("bucket", "headers"):
            yield Problem("kind", "This must be bucket or headers.")
        if not spec.get("checks"):
            yield Problem("checks", "There is nothing to check.")
        for place, check in enumerate(spec.get("checks") or ()):
            if not isinstance(check.get("origin"), str) or check.get("method", "GET") not in (
                *METHODS,
                "PATCH",
            ):
                yield Problem(f"checks[{place}]", "This must have an `origin` and a `method`.")
            if not isinstance(check.get("allowed"), bool):
                yield Problem(f"checks[{place}]", "`allowed` must be true or false.")
            if not _words(check.get("headers", [])) or not _words(check.get("reads", [])):
                yield Problem(f"checks[{place}]", "`headers` and `reads` must be lists of names.")

    def widget(self, spec: Spec) -> Widget:
        return Widget("textarea", language="json" if spec.get("kind", "bucket") == "bucket" else "yaml")

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        try:
            written = load(answer) if spec.get("kind", "bucket") == "bucket" else lines_of(answer)
        except (Unreadable, BadRules):
            return
        for broken in broken_data(written):
            yield json.dumps(broken, indent=2)

    def grade(self, answer: str, spec: Spec) -> Verdict:
        bucket = spec.get("kind", "bucket") == "bucket"
        try:
            rules = read_rules(load(answer)) if bucket else []
            sent = {} if bucket else read_headers(lines_of(answer))
        except (Unreadable, BadRules) as error:
            return Verdict.refused(str(error))
        checks, rows = [], []
        for check in spec["checks"]:
            refusal = _by_rules(rules, check) if bucket else _by_headers(sent, check)
            ok = (not refusal) == check["allowed"]
            label = str(check.get("label") or _label(check))
            checks.append(Check(label, ok, str(check["say"]), bool(check.get("hidden"))))
            rows.append({"cells": [label, refusal or "allowed"], "ok": ok})
        trace = {"kind": "table", "columns": ["Request", "What the browser does"], "rows": rows}
        return Verdict(tuple(checks), trace=(trace,))


def read_rules(written: Any) -> list[Mapping[str, Any]]:
    """A bucket's CORS rules, as a list or as {CORSRules: […]}. Raises BadRules."""
    if isinstance(written, Mapping) and set(written) == {"CORSRules"}:
        written = written["CORSRules"]
    if not isinstance(written, list) or not 1 <= len(written) <= MOST_RULES:
        raise BadRules(f"A bucket has a list of 1 to {MOST_RULES} CORS rules.")
    for number, rule in enumerate(written, 1):
        if problem := _rule_problem(rule):
            raise BadRules(f"Rule {number}: {problem}")
    return written


def _rule_problem(rule: Any) -> str:
    if not isinstance(rule, Mapping):
        return "a rule is an object with AllowedOrigins and AllowedMethods."
    if strange := sorted(set(rule) - _RULE_KEYS):
        return f"there is no element “{strange[0][:40]}”."
    for key in ("AllowedOrigins", "AllowedMethods"):
        if not _words(rule.get(key)) or not rule[key]:
            return f"{key} must be a list with at least one text."
    for key in ("AllowedHeaders", "ExposeHeaders"):
        if not _words(rule.get(key, [])):
            return f"{key} must be a list of texts."
    if strange := [method for method in rule["AllowedMethods"] if method not in METHODS]:
        return f"“{strange[0][:20]}” is no method that can be allowed; those are {', '.join(METHODS)}."
    if any(word.count("*") > 1 for key in ("AllowedOrigins", "AllowedHeaders") for word in rule.get(key, [])):
        return "an origin or a header may hold one *."
    if any("*" in word for word in rule.get("ExposeHeaders", [])):
        return "ExposeHeaders takes no *."
    age = rule.get("MaxAgeSeconds", 0)
    return (
        ""
        if isinstance(age, int) and not isinstance(age, bool) and age >= 0
        else "MaxAgeSeconds is a whole number."
    )


def lines_of(answer: str) -> Any:
    """Headers as they stand on the wire, so that `*` needs no quotes; or an object of JSON. Raises as `load` does."""
    if answer.lstrip().startswith("{"):
        return load(answer)
    found: dict[str, str] = {}
    for number, line in enumerate(answer.splitlines(), 1):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not name and not colon:
            continue
        if not colon or not name or " " in name:
            raise BadRules(f"Line {number} is no header; write Access-Control-Allow-Origin: value.")
        if name in found:
            raise BadRules(_TWICE)
        found[name] = _unquoted(value)
    return found or None


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def read_headers(written: Any) -> dict[str, str]:
    """Response headers, names in small letters. Raises BadRules."""
    if not isinstance(written, Mapping) or not all(
        isinstance(one, str | int | bool) for one in written.values()
    ):
        raise BadRules("Write the headers as lines of the form Access-Control-Allow-Origin: value.")
    sent = {str(key).strip().lower(): _header(value) for key, value in written.items()}
    if len(sent) < len(written):
        raise BadRules(_TWICE)
    return sent


def _header(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def _by_rules(rules: list[Mapping[str, Any]], check: Mapping[str, Any]) -> str:
    """Why the browser refuses, or ""."""
    method, origin = str(check.get("method", "GET")), str(check["origin"])
    asked = [str(name).lower() for name in check.get("headers", [])]
    for rule in rules:
        fitting = (
            any(fits(origin, one) for one in rule["AllowedOrigins"]) and method in rule["AllowedMethods"]
        )
        allowed = [str(one).lower() for one in rule.get("AllowedHeaders", [])]
        if fitting and all(any(fits(name, one) for one in allowed) for name in _to_ask(asked, check)):
            exposed = READABLE | {str(one).lower() for one in rule.get("ExposeHeaders", [])}
            hidden = [name for name in check.get("reads", []) if str(name).lower() not in exposed]
            return f"sent, but the script cannot read {hidden[0]}" if hidden else ""
    return "no rule has this origin, method and headers"


def _by_headers(sent: Mapping[str, str], check: Mapping[str, Any]) -> str:
    """Why the browser refuses, or ""."""
    secret = bool(check.get("credentials"))
    origin = sent.get("access-control-allow-origin", "")
    if origin != check["origin"] and (origin != "*" or secret):
        return (
            "a * does not do with credentials"
            if origin == "*"
            else "Access-Control-Allow-Origin does not name it"
        )
    if secret and sent.get("access-control-allow-credentials") != "true":
        return "Access-Control-Allow-Credentials is not true"
    method = str(check.get("method", "GET"))
    methods = _list_of(sent, "access-control-allow-methods")
    if method not in SAFE_METHODS and method not in methods and ("*" not in methods or secret):
        return f"the preflight does not allow {method}"
    allowed = {name.lower() for name in _list_of(sent, "access-control-allow-headers")}
    for name in _to_ask([str(name).lower() for name in check.get("headers", [])], check):
        if name not in allowed and ("*" not in allowed or secret or name == "authorization"):
            return f"the preflight does not allow the header {name}"
    exposed = READABLE | {name.lower() for name in _list_of(sent, "access-control-expose-headers")}
    hidden = [str(name) for name in check.get("reads", []) if str(name).lower() not in exposed]
    return f"the script cannot read {hidden[0]}" if hidden and ("*" not in exposed or secret) else ""


def _to_ask(asked: list[str], check: Mapping[str, Any]) -> list[str]:
    """Headers that a preflight has to ask for."""
    plain_type = str(check.get("content_type", "application/json")) in SAFE_TYPES
    return [
        name for name in asked if name not in SAFE_HEADERS and not (name == "content-type" and plain_type)
    ]


def _list_of(sent: Mapping[str, str], name: str) -> list[str]:
    return [word.strip() for word in sent.get(name, "").split(",") if word.strip()]


def _words(given: Any) -> bool:
    return isinstance(given, list) and len(given) <= MOST_RULES and all(isinstance(one, str) for one in given)


def _label(check: Mapping[str, Any]) -> str:
    headers = f" with {', '.join(check['headers'])}" if check.get("headers") else ""
    reads = f", reading {', '.join(check['reads'])}" if check.get("reads") else ""
    return f"{check.get('method', 'GET')} from {check['origin']}{headers}{reads}"
