"""Drills: begin an attempt, answer it step by step or at once, grade it. The only writer of drill attempts.

begin → (case) decide, decide, … | (written) variant, submit → checks, score → the drill comes back (drill_schedules)
"""

from __future__ import annotations

import random
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from django.db import transaction

from content.rendering import inline_html, to_html
from quizzes import drill_schedules, graders
from quizzes.drill_schedules import schedule_of
from quizzes.graders.case import order
from quizzes.graders.engine.drill import content_hash
from quizzes.models import DrillAttempt, Enrolment, Question, QuestionVersion
from quizzes.question_types import Option

__all__ = [
    "Step", "Variant", "begin", "decide", "in_order", "practise", "regrade", "reveal_hint", "schedule_of", "steps",
    "submit", "variant",
]  # fmt: skip

LONGEST = 3600  # seconds; beyond it somebody was called away, and nobody knows how long it took
OTHER_NUMBERS = 20  # tries


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


def begin(enrolment: Enrolment, question: Question, at: datetime, in_session: bool = False) -> DrillAttempt:
    """An attempt at the drill's current version, with numbers that the learner did not meet last time.

    One that is open is taken up again: what was decided in it stays decided. Before the first answer its time starts
    anew.
    """
    version = cast(QuestionVersion, question.current)  # a question that is ready has one
    mine = DrillAttempt.objects.filter(enrolment=enrolment, question_version__question=question)
    with transaction.atomic():
        # Whoever presses twice waits here for themselves, and is led to the attempt of the first press.
        Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
        open_one = mine.filter(question_version=version, finished_at=None).first()
        if open_one is not None:
            return _taken_up(open_one, at, in_session)
        last = mine.order_by("-started_at").values_list("seed", flat=True).first()
        return DrillAttempt.objects.create(
            enrolment=enrolment,
            question_version=version,
            content_hash=content_hash(version.payload),
            seed=_new_seed(version.payload, last),
            started_at=at,
            in_session=in_session,
        )


def _taken_up(attempt: DrillAttempt, at: datetime, in_session: bool) -> DrillAttempt:
    attempt.in_session = in_session
    if not attempt.steps_answered:
        attempt.started_at = at
    attempt.save(update_fields=["started_at", "in_session"])
    return attempt


def reveal_hint(attempt: DrillAttempt) -> None:
    """One more hint than `attempt` knows of, while there is one and it is open. It makes a pass count as Hard."""
    hints, seen = attempt.question_version.payload.get("hints") or (), attempt.hints_used
    if seen < len(hints):
        open_one = DrillAttempt.objects.filter(pk=attempt.pk, finished_at=None, hints_used=seen)
        open_one.update(hints_used=seen + 1)
    attempt.refresh_from_db(fields=["hints_used"])


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
    swapped = _store(attempt, step, answers, verdict, at, ended)
    return swapped or attempt.answers[step] == chosen


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
    return Variant(
        title=str(filled["title"]),
        prompt=to_html(str(filled["prompt"])),
        hints=tuple(to_html(str(hint)) for hint in filled.get("hints") or ()),
        explain=to_html(str(filled.get("explain") or "")),
        widget=widget,
        choices=tuple((choice.key, inline_html(choice.text)) for choice in in_order(widget, attempt.seed)),
        wanted=tuple(
            str(check["label"])
            for check in filled.get("checks") or ()
            if check.get("label") and not check.get("hidden")
        ),
    )


def in_order(widget: graders.Widget, seed: int) -> list[graders.Choice]:
    """The choices as the variant of this seed shows them."""
    choices = list(widget.choices)
    random.Random(seed).shuffle(choices)  # noqa: S311  (a shuffle, not a secret)
    return choices


def submit(attempt: DrillAttempt, text: str, at: datetime) -> graders.Verdict:
    """Grade a written answer and end the attempt, once: what was stored first stays, and is told again.

    What cannot be read at all is no answer yet: the verdict says why, nothing is stored, and the attempt stays open.
    """
    if attempt.finished_at is not None:
        return regrade(attempt)
    verdict = graders.grade(attempt.question_version.payload, attempt.seed, text)
    if verdict.error:
        return verdict
    return verdict if _store(attempt, 0, [text], verdict, at, ended=True) else regrade(attempt)


def practise(attempt: DrillAttempt, text: str) -> graders.Verdict:
    """Grade a mended answer in the same variant. It counts for nothing, and nothing is stored."""
    return graders.grade(attempt.question_version.payload, attempt.seed, text)


def regrade(attempt: DrillAttempt) -> graders.Verdict:
    """What the stored answer is worth today; the hash proves that it is the same drill. Writes nothing.

    Raises ValueError when the drill is not what was answered.
    """
    spec = attempt.question_version.payload
    if content_hash(spec) != attempt.content_hash:
        raise ValueError("This attempt answered another version of the drill.")
    answer = attempt.answers if spec["grader"] == "case" else "".join(attempt.answers[-1:])
    return graders.grade(spec, attempt.seed, answer)


def _store(
    attempt: DrillAttempt, step: int, answers: list[Any], verdict: graders.Verdict, at: datetime, ended: bool
) -> bool:
    """Write an answer unless another came first; one that ends the attempt moves the drill's return with it."""
    with transaction.atomic():
        swapped = DrillAttempt.objects.filter(
            pk=attempt.pk, steps_answered=step, finished_at__isnull=True
        ).update(
            answers=answers,
            checks=[asdict(check) for check in verdict.checks],
            steps_answered=step + 1,
            score=verdict.score if ended else None,
            finished_at=at if ended else None,
            seconds=_seconds(attempt, at) if ended else None,
        )
        attempt.refresh_from_db()
        if swapped and ended:
            drill_schedules.record(attempt, attempt.question_version.question_id)
    return bool(swapped)


def _seconds(attempt: DrillAttempt, at: datetime) -> int | None:
    """From the first page to the answer; None where that says nothing, so that it takes no minutes from the day."""
    taken = round(max(0.0, (at - attempt.started_at).total_seconds()))
    return taken if taken <= LONGEST else None


def _new_seed(spec: Any, last: int | None) -> int:
    """A fresh seed, with other values than the `last` one where the drill has more than one variant."""
    seed = secrets.randbelow(2**31)
    if last is None or not spec.get("draw"):
        return seed
    before = graders.fill(spec, last)
    for _ in range(OTHER_NUMBERS):
        if graders.fill(spec, seed) != before:
            break
        seed = secrets.randbelow(2**31)
    return seed


def _option(spec: Any, html: Any, number: int, place: int, index: int, chosen: bool, done: bool) -> Option:
    text = html[number]["options"][index]
    if not done:
        return Option(place, index, text)
    right = bool(spec["steps"][number]["options"][index]["ok"])
    return Option(place, index, text, right, chosen, html[number]["says"][index])
