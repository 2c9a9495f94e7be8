"""The answer box of a written drill: what a form sent → the text that graders take, and back onto the page.

form → sent_answer → text → quizzes.drills.submit        text → Box → templates/drills/widgets
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from quizzes import graders
from quizzes.drills import Variant

# What a drill asks for, and what the answer is called; by grader, and by grader and what it is told to ask.
ASKS: Mapping[str, tuple[str, str]] = {
    "case": ("Decide, step by step", "decisions"),
    "number": ("Work out a figure", "figure"),
    "order": ("Put in order", "order"),
    "pick": ("Choose", "choice"),
    "file": ("Write a file", "file"),
    "cors": ("Write CORS rules", "rules"),
    "cors headers": ("Write response headers", "headers"),
    "bucket": ("Write a bucket policy", "policy"),
    "bucket public": ("Set Block Public Access", "settings"),
    "alarm": ("Write an alarm", "alarm"),
    "alarm rule": ("Write an alarm rule", "rule"),
    "alarm states": ("Foretell an alarm", "states"),
    "packets": ("Write rules for packets", "rules"),
    "packets verdict": ("Follow a packet", "choice"),
    "iam": ("Write a policy", "policy"),
    "events": ("Write an event pattern", "pattern"),
    "schedule": ("Write a schedule", "schedule"),
    "logs": ("Write a filter or a query", "filter or query"),
    "asl": ("Write a state machine", "state machine"),
    "query": ("Write a query", "query"),
    "cfn": ("Write a template", "template"),
    "cli": ("Write a command", "command"),
    "lint": ("Write a template", "template"),
    "lab": ("Work at a terminal", "commands"),
}
FORETELLS = ("Foretell what becomes of a stack", "choice")
LINE_OF_ERROR = re.compile(r"\bline (\d{1,5})\b", re.IGNORECASE)
_BETWEEN_KEYS = re.compile(r"[\s,;]+")
ONE_AT_A_TIME = frozenset({"textarea", "number", "choice", "terminal"})
LONGEST_EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Item:
    """Something to choose or to place. `html` is clean; `text` is what it was made of, and what checks are named by."""

    key: str
    html: str
    text: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """An answer box with what is in it. `placed`: items of an order in their order; `items`: all others."""

    kind: str
    noun: str
    language: str
    unit: str
    text: str
    items: tuple[Item, ...] = ()
    placed: tuple[Item, ...] = ()

    @property
    def template(self) -> str:
        return f"drills/widgets/{self.kind}.html"

    @property
    def short(self) -> bool:
        """Is the answer usually a line or two?"""
        return self.language in ("text", "shell")


@dataclass(frozen=True, slots=True)
class Unread:
    """Why an answer could not be read, and the line that is meant, when the sentence names one."""

    sentence: str
    number: int = 0
    line: str = ""


def asks(grader: str, told: str = "") -> tuple[str, str]:
    """(what a drill asks for, what the answer is called). `told`: its key `write`, `ask` or `kind`, if any."""
    if grader == "cfn" and told:
        return FORETELLS
    return ASKS.get(f"{grader} {told}") or ASKS.get(grader) or ("Answer", "answer")


def asks_of(spec: Mapping[str, object]) -> tuple[str, str]:
    return asks(str(spec["grader"]), str(spec.get("write") or spec.get("ask") or spec.get("kind") or ""))


def start_of(spec: Mapping[str, object]) -> str:
    """What an untouched box holds: the template that is to be mended or changed, so that nobody has to copy it."""
    given = spec.get("given")
    mends = spec["grader"] == "lint" or (spec["grader"] == "cfn" and not {"frame", "ask"} & set(spec))
    return given.strip("\n") if mends and isinstance(given, str) else ""


def sent_answer(sent: QueryDict, kind: str) -> str:
    """The text that a form of this widget means. A move in an order is made first (see `arranged`)."""
    if kind in ONE_AT_A_TIME:
        text = sent.get("answer", "").replace("\r\n", "\n")
        following = sent.get("command", "").strip() if kind == "terminal" else ""
        return f"{text.rstrip()}\n{following}".lstrip() if following else text
    return "\n".join(arranged(sent.getlist("answer"), sent.get("move", "")))


def arranged(keys: list[str], move: str) -> list[str]:
    """Keys after a move such as `up:stop`: up, down, out, or add (at the end). Others change nothing."""
    way, _, key = move.partition(":")
    if way == "add" and key not in keys:
        return [*keys, key]
    if way == "out":
        return [one for one in keys if one != key]
    if way in ("up", "down") and key in keys:
        rest = [one for one in keys if one != key]
        at = keys.index(key) + (1 if way == "down" else -1)
        return [*rest[: max(0, at)], key, *rest[max(0, at) :]]
    return keys


def box(variant: Variant, spec: Mapping[str, object], text: str = "") -> Box:
    """The box of this variant, with `text` as its answer."""
    widget = variant.widget
    chosen = [] if widget.kind in ("textarea", "number", "terminal") else _BETWEEN_KEYS.split(text.strip())
    html = dict(variant.choices)
    texts = {choice.key: choice.text for choice in widget.choices}
    return Box(
        kind=widget.kind,
        noun=asks_of(spec)[1],
        language=widget.language,
        unit=widget.unit,
        text=text,
        items=tuple(
            Item(key, shown, texts[key], key in chosen)
            for key, shown in variant.choices
            if not (widget.kind == "order" and key in chosen)
        ),
        placed=tuple(Item(key, html[key], texts[key], True) for key in dict.fromkeys(chosen) if key in html),
    )


def unread(verdict: graders.Verdict, text: str) -> Unread | None:
    """The sentence of a refused answer, beside the line that it names; None when it was graded."""
    sentence = verdict.error
    if not sentence:
        return None
    found = LINE_OF_ERROR.search(sentence)
    lines = text.split("\n")
    if found is None or not 1 <= int(found[1]) <= len(lines) or len(lines) == 1:
        return Unread(sentence)
    number = int(found[1])
    return Unread(sentence, number, lines[number - 1].strip()[:LONGEST_EXCERPT])
