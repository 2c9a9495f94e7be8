"""Drills to begin with, one for each grader: small, ours, and proven, so that an author changes what already works."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from quizzes.graders import get, names
from quizzes.views.drill_answers import asks

FOLDER = Path(__file__).with_name("drill_starts")


@dataclass(frozen=True, slots=True)
class Start:
    """`asks`: what learners do, as the list of drills says it; `about`: one sentence for the author."""

    grader: str
    asks: str
    about: str


ABOUT = {
    "number": "Requests, hosts, minutes: the figure follows from drawn numbers and a formula or a calculator.",
    "order": "Steps in the order in which they happen; some may stand in any order among themselves.",
    "pick": "One, or all that apply, from a list; what is right may follow from drawn values.",
    "case": "A situation told in steps, one decision each, and what follows from every choice.",
    "iam": "Policies of any kind, judged by the requests that they allow and deny.",
    "bucket": "Bucket policies and Block Public Access, judged by who can do what.",
    "cors": "CORS rules or headers, judged by what a browser would let a script do.",
    "events": "Event patterns, judged by the events that they match.",
    "schedule": "Rates, cron and at expressions, judged by when they fire.",
    "logs": "Filter patterns and Logs Insights queries, run over log events.",
    "alarm": "Alarms and composite rules, judged by the states that they go through.",
    "asl": "State machines, run in virtual time with scripted tasks.",
    "cfn": "Templates, judged by the stack that comes out.",
    "file": "Buildspecs, AppSpec files, SSM documents: what must stand where.",
    "cli": "Commands of the AWS CLI, judged by the request that they would send.",
    "query": "JMESPath expressions, run over JSON.",
    "packets": "Security groups, network ACLs and routes, judged by where packets end.",
    "lint": "Templates with faults, looked at by a linter.",
    "lab": "Commands at a made-up account, judged by what stands there in the end.",
}


@cache
def starts() -> tuple[Start, ...]:
    """Those that this installation can grade, in the order in which they are offered."""
    return tuple(
        Start(name, asks(name)[0], about)
        for name, about in ABOUT.items()
        if name in names() and not get(name).missing() and start(name)
    )


@cache
def start(grader: str) -> str | None:
    """The text to begin with; None for a grader that has none."""
    if grader not in ABOUT:
        return None
    path = FOLDER / f"{grader}.yaml"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def free(text: str, taken: Collection[str]) -> str:
    """The text with an id that no drill has: `my-number`, `my-number-2`, …"""
    first, _, rest = text.partition("\n")
    ident = first.removeprefix("id: ").strip()
    number = next(number for number in range(1, len(taken) + 2) if _numbered(ident, number) not in taken)
    return f"id: {_numbered(ident, number)}\n{rest}"


def _numbered(ident: str, number: int) -> str:
    return ident if number == 1 else f"{ident}-{number}"
