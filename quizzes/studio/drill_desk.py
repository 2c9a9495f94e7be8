"""The desk where a drill is written: what the text on it is worth, right now. Nothing here is stored.

text + variant → problems, the variant as learners see it, self-test, broken answers, one answer tried
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache

from content.rendering import inline_html, to_html
from quizzes import graders
from quizzes.drills import in_order
from quizzes.graders import Verdict, Widget
from quizzes.graders.engine.draw import BadDraw, draw
from quizzes.graders.engine.drill import content_hash
from quizzes.graders.engine.filling import TooLong, filled, shown
from quizzes.graders.engine.selftest import bad_answers, good_answers
from quizzes.graders.loading import Unreadable, load
from quizzes.studio.drill_proof import Proof, Survivor, advance, in_worker
from quizzes.studio.drill_text import Written, lines_of, read
from quizzes.studio.drills import counted
from quizzes.studio.line_changes import ChangedLine, changes
from quizzes.studio.time_slices import Slice

REQUEST_SECONDS = 1.2  # of processor time, for all that an author's text may make long
LEAST_SECONDS = 0.1
WORKER_SECONDS = 5.0  # while another process works and this one waits
REMEMBERED_SECONDS = 900  # an unfinished proof, for the request that goes on with it
BIGGEST_SEED = 2**31 - 1
MOST_MARKDOWN = 24_000  # signs of one variant that are shown; what comes after is left out
LONGEST_VALUE = 200
ALIKE = 24  # signs
MOST_VALUES = 60

ANSWERED = {
    "textarea": "A text box",
    "number": "A box for a number",
    "choice": "One of these",
    "choices": "All that apply",
    "order": "These, in order",
    "steps": "Step by step",
    "terminal": "A terminal",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One decision of a case, its options in the order of the drill: (html, right, html of what follows)."""

    ask: str
    options: tuple[tuple[str, bool, str], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """One variant as HTML. `values`: what was drawn and computed; `checks`: (label, what it says, hidden)."""

    title: str
    prompt: str
    answered: str
    widget: Widget
    values: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, str], ...]
    steps: tuple[ShownStep, ...]
    checks: tuple[tuple[str, str, bool], ...]
    hints: tuple[str, ...]
    explain: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong with one answer, and in which of the variants that were tried. `line`: where it stands, or 0."""

    name: str
    line: int
    text: str
    answer: str
    seeds: list[int]


@dataclass(frozen=True, slots=True)
class Passing:
    """A broken answer that all checks let pass: what was changed of the good one, and in which variants."""

    lines: list[ChangedLine]
    seeds: list[int]


@dataclass(frozen=True, slots=True)
class Found:
    """What the text is worth. Without a sound text there are only its problems."""

    written: Written
    seed: int
    preview: Preview | None = None
    unseen: str = ""  # why this variant cannot be shown
    proof: Proof = field(default_factory=Proof)
    missing: str = ""  # what must be installed before it can be graded
    troubles: tuple[Trouble, ...] = ()
    survivors: tuple[Passing, ...] = ()
    goes_on: bool = False  # another slice of the proof is worth asking for
    variants: int = 0
    counted: bool = False

    @property
    def may_be_saved(self) -> bool:
        return self.written.sound and self.proof.passes

    @property
    def before(self) -> int:
        return max(0, self.seed - 1)

    @property
    def after(self) -> int:
        return min(BIGGEST_SEED, self.seed + 1)


def look(text: str, seed: int = 0, proven: int = -1, patient: bool = False) -> Found:
    """Everything about a text. `proven`: how many steps of its proof the page has seen already, when it goes on.

    `patient`: wait until a grader with a process of its own has answered to a whole variant.
    """
    clock = Slice(REQUEST_SECONDS)
    written = read(text)
    if not written.sound:
        return Found(written, seed)
    preview, unseen = _preview(written.drill, seed)
    if missing := graders.get(str(written.drill["grader"])).missing():
        return Found(written, seed, preview, unseen, missing=missing)
    waits = patient and in_worker(written.drill)
    proof = prove(written.drill, Slice(WORKER_SECONDS if waits else max(LEAST_SECONDS, clock.left * 0.7)))
    number, exact = counted(written.drill, Slice(max(LEAST_SECONDS, clock.left * 0.5)))
    told = _passing(proof.survivors)
    goes_on = not proof.complete and proof.steps > proven
    troubles = _troubles(written, proof)
    return Found(written, seed, preview, unseen, proof, "", troubles, told, goes_on, number, exact)


def _passing(survivors: Sequence[Survivor]) -> tuple[Passing, ...]:
    """The same change in several variants together."""
    found: dict[tuple[tuple[str, str], ...], Passing] = {}
    for one in survivors:
        lines = changes(*alike_written(one.good, one.broken))
        changed = tuple((line.kind, line.middle) for line in lines if line.kind in ("gone", "new"))
        passing = found.setdefault(changed, Passing(lines, []))
        if one.seed not in passing.seeds:
            passing.seeds.append(one.seed)
    return tuple(found.values())


def _troubles(written: Written, proof: Proof) -> tuple[Trouble, ...]:
    """Failures of one answer for one reason together; the values in a reason may differ, what it begins with not."""
    found: dict[tuple[str, str], Trouble] = {}
    lines = iter(lines_of(written.text, [one.place for one in proof.failures]))
    for one in proof.failures:
        line = next(lines)
        slot = proof.slots.get(one.place)
        key = (one.place, one.text[:ALIKE])
        name = slot.name if slot else ""
        trouble = found.setdefault(key, Trouble(name, line, one.text, one.answer, []))
        if one.seed not in trouble.seeds:
            trouble.seeds.append(one.seed)
    return tuple(found.values())


def prove(drill: Mapping[str, Any], clock: Slice) -> Proof:
    """The next slice of the proof; what is not finished is remembered for the request that goes on with it."""
    key = f"drill-proof:{content_hash(drill)}"
    proof = cache.get(key)
    if not isinstance(proof, Proof):
        proof = Proof.of(drill)
    begun = proof.steps
    advance(drill, proof, clock)
    if not proof.complete:
        cache.set(key, proof, REMEMBERED_SECONDS)
    elif begun:
        cache.delete(key)
    return proof


def alike_written(good: str, broken: str) -> tuple[str, str]:
    """Two answers in one hand, so that only what they say differs: documents are set out alike, other texts stay."""
    try:
        documents = [load(answer, tags=_long_form) for answer in (good, broken)]
    except Unreadable:
        return good, broken
    if not all(isinstance(document, dict | list) for document in documents):
        return good, broken
    one, other = (json.dumps(document, indent=2, ensure_ascii=False) for document in documents)
    return one, other


def _long_form(tag: str, value: Any, line: int) -> Any:
    """The short form of a function in a template, as JSON has it."""
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


def try_answer(written: Written, seed: int, answer: str) -> Verdict:
    """What a learner would be told who gave this answer, hidden checks included."""
    if not written.sound:
        return Verdict.refused("Mend the drill first; then an answer can be tried.")
    return graders.grade(written.drill, seed, answer)


def answer_at(written: Written, seed: int, place: str) -> str:
    """The good or bad answer at a place such as bad[1], in this variant; empty when there is none."""
    if not written.sound:
        return ""
    try:
        whole = graders.fill(written.drill, seed)
        good = ((f"good[{number}]", answer) for number, answer in enumerate(good_answers(whole)))
        bad = ((where, answer) for where, answer, _ in bad_answers(whole))
        return next((answer for where, answer in (*good, *bad) if where == place), "")
    except Exception:
        log.exception("drill %s: the answers of variant %s could not be made", written.ident, seed)
        return ""


def seed_of(sent: str) -> int:
    """A seed as a form sends it; 0 for anything else."""
    return min(int(sent), BIGGEST_SEED) if sent.isascii() and sent.isdigit() and len(sent) < 11 else 0


def _preview(drill: Mapping[str, Any], seed: int) -> tuple[Preview | None, str]:
    try:
        values = draw(drill, seed)
        return _shown(filled(drill, values), values, seed), ""
    except (BadDraw, TooLong) as error:
        return None, str(error)
    except Exception as error:
        log.exception("drill %s: variant %s could not be shown", drill.get("id"), seed)
        return None, f"It could not be made ({type(error).__name__})."


def _shown(drill: Mapping[str, Any], values: Mapping[str, Any], seed: int) -> Preview:
    page = _Page()
    widget = graders.get(str(drill["grader"])).widget(drill)
    checks = [one for one in drill.get("checks") or () if isinstance(one, Mapping)]
    return Preview(
        title=str(drill["title"]),
        prompt=page.block(drill["prompt"]),
        answered=ANSWERED.get(widget.kind, ""),
        widget=widget,
        values=tuple((name, _short(_worded(value))) for name, value in list(values.items())[:MOST_VALUES]),
        choices=tuple((one.key, page.line(one.text)) for one in in_order(widget, seed)),
        steps=_steps(drill.get("steps") or (), page),
        checks=tuple(
            (str(one.get("label") or ""), str(one.get("say") or ""), bool(one.get("hidden")))
            for one in checks
        ),
        hints=tuple(page.block(hint) for hint in drill.get("hints") or ()),
        explain=page.block(drill.get("explain") or ""),
    )


def _steps(steps: Sequence[Mapping[str, Any]], page: _Page) -> tuple[ShownStep, ...]:
    return tuple(
        ShownStep(
            page.block(step["ask"]),
            tuple(
                (page.line(one["text"]), bool(one["ok"]), page.line(one["say"])) for one in step["options"]
            ),
        )
        for step in steps
    )


class _Page:
    """Markdown → HTML while there is room: what somebody writes in bulk must not cost in bulk."""

    def __init__(self) -> None:
        self.room = MOST_MARKDOWN

    def block(self, text: Any) -> str:
        return to_html(self._taken(str(text)))

    def line(self, text: Any) -> str:
        return inline_html(self._taken(str(text)))

    def _taken(self, text: str) -> str:
        taken = text[: max(0, self.room)]
        self.room -= len(text)
        return taken if len(taken) == len(text) else f"{taken} …"


def _worded(value: Any) -> str:
    """A drawn value; one with parts names them: “text: write, action: s3:PutObject”."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {shown(one)}" for name, one in value.items())
    return shown(value)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
