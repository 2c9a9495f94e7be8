"""Which port a protocol uses: `22 = SSH`, `SSH – 22`, under a line that speaks of ports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.generation.clauses import light
from quizzes.generation.distractors import ENOUGH
from quizzes.generation.material import Material
from quizzes.generation.model import Choice, Idea
from quizzes.generation.registry import pattern
from quizzes.generation.statements import Statement
from quizzes.generation.texts import words

_LEFT = re.compile(
    r"(?:port\s)?(?P<port>\d{2,5})(?:/(?:tcp|udp))?\s*(?:=|:|–|-|→|=>)\s*(?P<name>[A-Za-z][^–:=]{1,50}?)(?:\s[–-]\s.*|:.*)?$",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    r"(?P<name>[A-Za-z][^–:=\d]{1,40}?)\s*(?:=|:|–|-|→|=>)\s*(?:(?:tcp|udp)?\s?port\s|tcp\s|udp\s)?(?P<port>\d{2,5})(?:/(?:tcp|udp))?$",
    re.IGNORECASE,
)
_COMMON = ("22", "80", "443", "21", "25", "53", "3389", "3306", "5432", "8080", "389", "123")


@pattern("port")
def port(statement: Statement, material: Material) -> Iterator[Idea]:
    found = _found(statement)
    if found is None:
        return
    number, name = found
    beside = [other for one in material.members_of[statement.group] if (other := _found(one))]
    taken = {other for other, called in beside if called.casefold() == name.casefold()} | {number}
    near = dict.fromkeys([*(other for other, _ in beside), *_COMMON])
    wrong = [other for other in near if other not in taken][:5]
    called = dict(reversed(beside))
    if len(wrong) >= ENOUGH:
        choices = tuple(
            Choice(other, f"{called[other]} uses it." if other in called else "") for other in wrong
        )
        stem = f"Which port does **{name}** use?"
        yield Idea("multiple_choice", stem, number, 78.0, rationale=statement.plain, choices=choices)


def _found(statement: Statement) -> tuple[str, str] | None:
    """(port, protocol), when the headings or the list speak of ports."""
    if statement.fact.kind == "comparison" or not re.search(
        r"\bports?\b", statement.fact.context, re.IGNORECASE
    ):
        return None
    text = light(statement.text).strip().rstrip(".")
    match = _LEFT.match(text) or _RIGHT.match(text)
    if match is None or not 0 < int(match["port"]) < 65536 or len(words(match["name"])) > 6:
        return None
    name = match["name"].strip()
    return (match["port"], name) if re.search(r"[A-Z]", name) else None
