"""The keys of front matter: what they may hold, and which unknown ones are probably misspelt. Pure."""

from __future__ import annotations

import difflib
import re
from typing import Any

from content.ingest.model import Dialect

KNOWN = (
    "title",
    "domain",
    "reference",
    "checked_on",
    "dialect",
    "certification",
    "code",
    "vendor",
    "licence",
    "exam",
    "domains",
    "sections",
)
# What site generators and note-taking programs write, which looks like a key of ours and is none.
EXAM = ("scored", "unscored", "minutes", "pass_mark", "scale_min", "scale_max")
_COMMON = frozenset(
    ["license", "section", "references", "main", "name", "nav_order", "tile", "code_fold", "example"]
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:$|[T ])")

Problem = tuple[str, str]  # key, sentence


def checked(data: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Front matter with its values put right, and a sentence for each that is wrong or whose key looks misspelt."""
    found = dict(data)
    problems: list[Problem] = []
    for key, value in data.items():
        if key in KNOWN:
            found[key], problem = _value(key, value)
            if problem:
                del found[key]
                problems.append((key, problem))
            elif key == "exam" and isinstance(value, dict):
                problems.extend((key, problem) for problem in _exam(value))
        elif guess := _guess(key, data):
            problems.append((key, f"the key `{key}` is not known and was not used. Did you mean `{guess}`?"))
    return found, problems


def _guess(key: str, data: dict[str, Any]) -> str:
    """The known key that was probably meant, when it is not there itself."""
    name = key.strip().lower().replace("-", "_").replace(" ", "_")
    if name in _COMMON:
        return ""
    near = [name] if name in KNOWN else difflib.get_close_matches(name, KNOWN, 1, 0.8)
    return near[0] if near and near[0] not in data else ""


def _value(key: str, value: Any) -> tuple[Any, str]:
    if value is None:
        return None, ""
    if key == "domain":
        return _domain(value)
    if key in ("title", "reference", "code", "vendor", "licence", "certification"):
        if isinstance(value, str):
            return value, ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value), ""
        return None, f"`{key}` should be one line of text, so it was not used. Put quotes around it."
    if key == "checked_on" and not (isinstance(value, str) and _DATE.match(value)):
        return None, "`checked_on` should be a date such as 2026-11-21, so it was not used."
    if key == "dialect" and str(value).lower() not in {str(d) for d in Dialect}:
        known = ", ".join(str(d) for d in Dialect)
        return None, f"there is no dialect “{str(value)[:40]}”, so it was guessed. Known are {known}."
    if key == "exam" and not isinstance(value, dict):
        return None, "`exam` should hold keys such as `minutes: 130`, so it was not used."
    if key in ("domains", "sections") and not isinstance(value, list):
        return None, f"`{key}` should be a list, so it was not used."
    return value, ""


def _exam(exam: dict[str, Any]) -> list[str]:
    """Numbers of the exam that are none, and names that nobody reads."""
    problems: list[str] = []
    for name, value in exam.items():
        if name not in EXAM:
            near = difflib.get_close_matches(name, EXAM, 1, 0.6)
            hint = f"Did you mean `{near[0]}`?" if near else f"Known are {', '.join(EXAM)}."
            problems.append(f"`{name}` in `exam` is not known and was not used. {hint}")
        elif not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10**6:
            problems.append(
                f"`{name}` in `exam` should be a whole number, not “{str(value)[:40]}”; it was not used."
            )
    return problems


def _domain(value: Any) -> tuple[int | None, str]:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1000:
        return value, ""
    if isinstance(value, str) and (
        match := re.fullmatch(r"(?:domain\s{1,3})?(\d{1,3})", value.strip(), re.IGNORECASE)
    ):
        return int(match.group(1)), ""
    return None, f"`domain` should be the number of a domain, not “{str(value)[:40]}”, so it was not used."
