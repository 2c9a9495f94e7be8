"""Drills: begin an attempt, answer it step by step or at once, grade it. The only writer of drill attempts.

begin → (case) decide, decide, … | (written) variant, submit → checks, score        regrade: a stored attempt again
"""

from __future__ import annotations

import random
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from content.rendering import inline_html, to_html
from quizzes import graders
from quizzes.graders.case import order
from quizzes.graders.engine.drill import content_hash
from quizzes.models import DrillAttempt, Enrolment, Question, QuestionVersion
from quizzes.question_types import Option


@dataclass(frozen=True, slots=True)
class Step:
    """One step as shown: `state` is done, current or next. Options of a step to come are not in here."""

    number: int
    state: str
    ask: str
    options: tuple[Option, ...] = ()
    chosen: Option | None = None

    @property
    def ok(self) -> bool:
        return self.chosen is not None and self.chosen.correct


def begin(enrolment: Enrolment, question: Question, at: datetime) -> DrillAttempt:
    """A new attempt, pinned to the drill's current version and to a fresh seed."""
    version = cast(QuestionVersion, question.current)  # a question that is ready has one
    return DrillAttempt.objects.create(
        enrolment=enrolment,
        question_version=version,
        content_hash=content_hash(version.payload),
        seed=secrets.randbelow(2**31),
        started_at=at,
    )


def decide(attempt: DrillAttempt, step: int, place: int, at: datetime) -> bool:
    """Record the choice at `place` (as shown) for `step`, once. False when that step was already decided otherwise.

    Raises ValueError when there is no such option.
    """
    spec = attempt.question_version.payload
    shown = order(spec, attempt.seed, step) if step < len(spec["steps"]) else []
    if not 0 <= place < len(shown):
        raise ValueError("Choose one of the options.")
    chosen = shown[place]
    if attempt.steps_answered != step:
        return step < attempt.steps_answered and attempt.answers[step] == chosen
    answers = [*attempt.answers, chosen]
    verdict = graders.grade(spec, attempt.seed, answers)
    ended = len(answers) == len(spec["steps"])
    swapped = DrillAttempt.objects.filter(pk=attempt.pk, steps_answered=step).update(
        answers=answers,
        checks=[asdict(check) for check in verdict.checks],
        steps_answered=step + 1,
        score=verdict.score if ended else None,
        finished_at=at if ended else None,
    )
    attempt.refresh_from_db()
    return bool(swapped) or attempt.answers[step] == chosen


def steps(attempt: DrillAttempt) -> list[Step]:
    """All steps of an attempt; what comes later gives nothing away."""
    version = attempt.question_version
    spec, html = version.payload, version.html["steps"]
    found = []
    for number in range(len(spec["steps"])):
        if number > attempt.steps_answered:
            found.append(Step(number, "next", ""))
            continue
        done = number < attempt.steps_answered
        options = tuple(
            _option(spec, html, number, place, index, done and attempt.answers[number] == index, done)
            for place, index in enumerate(order(spec, attempt.seed, number))
        )
        chosen = next((option for option in options if option.chosen), None)
        found.append(Step(number, "done" if done else "current", html[number]["ask"], options, chosen))
    return found


@dataclass(frozen=True, slots=True)
class Variant:
    """A written drill as this attempt shows it. `choices`: (key, html) in the order shown; `wanted`: visible checks."""

    title: str
    prompt: str
    hints: tuple[str, ...]
    explain: str
    widget: graders.Widget
    choices: tuple[tuple[str, str], ...]
    wanted: tuple[str, ...]


def variant(attempt: DrillAttempt) -> Variant:
    """The drill with the values of the attempt's seed, as HTML. Raises nothing for a drill that was published."""
    filled = graders.fill(attempt.question_version.payload, attempt.seed)
    widget = graders.get(str(filled["grader"])).widget(filled)
    choices = list(widget.choices)
    random.Random(attempt.seed).shuffle(choices)  # noqa: S311  (a shuffle, not a secret)
    return Variant(
        title=str(filled["title"]),
        prompt=to_html(str(filled["prompt"])),
        hints=tuple(to_html(str(hint)) for hint in filled.get("hints") or ()),
        explain=to_html(str(filled.get("explain") or "")),
        widget=widget,
        choices=tuple((choice.key, inline_html(choice.text)) for choice in choices),
        wanted=tuple(
            str(check["label"])
            for check in filled.get("checks") or ()
            if check.get("label") and not check.get("hidden")
        ),
    )


def submit(attempt: DrillAttempt, text: str, at: datetime) -> graders.Verdict:
    """Grade a written answer and end the attempt, once: what was stored first stays, and is told again.

    What cannot be read at all is no answer yet: the verdict says why, nothing is stored, and the attempt stays open.
    """
    if attempt.finished_at is not None:
        return regrade(attempt)
    verdict = graders.grade(attempt.question_version.payload, attempt.seed, text)
    if verdict.error:
        return verdict
    swapped = DrillAttempt.objects.filter(pk=attempt.pk, finished_at__isnull=True).update(
        answers=[text],
        checks=[asdict(check) for check in verdict.checks],
        steps_answered=1,
        score=verdict.score,
        finished_at=at,
    )
    attempt.refresh_from_db()
    return verdict if swapped else regrade(attempt)


def regrade(attempt: DrillAttempt) -> graders.Verdict:
    """What the stored answer is worth today; the hash proves that it is the same drill. Writes nothing.

    Raises ValueError when the drill is not what was answered.
    """
    spec = attempt.question_version.payload
    if content_hash(spec) != attempt.content_hash:
        raise ValueError("This attempt answered another version of the drill.")
    answer = attempt.answers if spec["grader"] == "case" else "".join(attempt.answers[-1:])
    return graders.grade(spec, attempt.seed, answer)


def _option(spec: Any, html: Any, number: int, place: int, index: int, chosen: bool, done: bool) -> Option:
    text = html[number]["options"][index]
    if not done:
        return Option(place, index, text)
    right = bool(spec["steps"][number]["options"][index]["ok"])
    return Option(place, index, text, right, chosen, html[number]["says"][index])
