"""How hard the questions of a certification are, and what instructors expect of learners who just pass.

Difficulty comes of the nightly fit; facility, the share right at first sight, stands beside it because what the app
chooses to ask bends it. The only writer of Angoff ratings outside the admin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Avg, Count, F, Q, QuerySet

from accounts.models import User
from content.models import Certification
from quizzes import charts, question_types
from quizzes.models import AngoffRating, Question, ReviewLog
from quizzes.stats import taken_back
from quizzes.stems import one_line

WITHIN_80 = 1.2816  # standard errors on either side that hold 80 %
REACH = 4.0  # logits on either side of the middle that are drawn
WORDS = ((-1.5, "very easy"), (-0.5, "easy"), (0.5, "middling"), (1.5, "hard"))
MOST_SENT = 200
ORDERS = {
    "hardest": "Hardest first",
    "easiest": "Easiest first",
    "unsettled": "Least settled first",
    "outline": "In outline order",
}
NOT_A_SHARE = "Write a whole number from 0 to 100, or leave it empty."


@dataclass(frozen=True, slots=True)
class Row:
    """One question. `low` … `high` hold the difficulty (logits) with 80 %; None before the first nightly fit."""

    question: Question
    stem: str
    difficulty: float | None
    low: float | None
    high: float | None
    answers: int
    provisional: bool
    first_answers: int
    facility: float | None

    @property
    def word(self) -> str:
        if self.difficulty is None:
            return ""
        return next((word for below, word in WORDS if self.difficulty < below), "very hard")

    @property
    def bar(self) -> charts.Interval | None:
        if self.difficulty is None or self.low is None or self.high is None:
            return None
        return charts.Interval.of(
            *((value + REACH) / (2 * REACH) for value in (self.low, self.difficulty, self.high))
        )


@dataclass(frozen=True, slots=True)
class Expectation:
    """One question with what this instructor expects, in percent; `panel`: the mean of all who said, and how many."""

    question: Question
    stem: str
    value: str
    error: str = ""
    panel: tuple[int, int] | None = None


def asked(certification: Certification, order: str = "outline") -> QuerySet[Question]:
    """Questions of the queue that are asked, with difficulty, topic and words."""
    found = Question.objects.ready().filter(
        certification=certification, kind__in=question_types.QUEUED, topic__retired=False
    )
    found = found.select_related("topic", "current", "calibration").defer("current__html")
    by = {
        "hardest": [F("calibration__difficulty").desc(nulls_last=True)],
        "easiest": [F("calibration__difficulty").asc(nulls_last=True)],
        "unsettled": [F("calibration__standard_error").desc(nulls_first=True)],
    }.get(order, [])
    return found.order_by(*by, "topic__position", "position", "pk")


def rows(questions: Iterable[Question]) -> list[Row]:
    """One query for all of them."""
    shown = list(questions)
    firsts = _firsts([question.pk for question in shown])
    return [_row(question, firsts.get(question.pk, (0, 0))) for question in shown]


def expectations(
    questions: Sequence[Question], by: User, sent: Mapping[str, str] | None = None
) -> list[Expectation]:
    """Two queries. What others expect is told only where this instructor has said something first."""
    ratings = AngoffRating.objects.filter(question__in=list(questions))
    mine = dict(ratings.filter(instructor=by).values_list("question_id", "probability"))
    panels = {
        pk: (round(100 * mean), count)
        for pk, mean, count in ratings.order_by()
        .values_list("question_id")
        .annotate(mean=Avg("probability"), said=Count("pk"))
    }
    found = []
    for question in questions:
        kept = f"{100 * mine[question.pk]:.0f}" if question.pk in mine else ""
        value = kept if sent is None else sent.get(field_name(question), kept)
        error = NOT_A_SHARE if sent is not None and not _is_share(value) else ""
        panel = panels.get(question.pk) if question.pk in mine else None
        found.append(Expectation(question, _stem(question), value, error, panel))
    return found


def keep(certification: Certification, by: User, sent: Mapping[str, str], at: datetime) -> int | None:
    """Keep what was sent for questions of this certification; empty takes a rating back.

    Returns how many changed; None, and nothing is kept, when one of them is not a share.
    """
    fields = {name: value.strip() for name, value in sent.items() if name.startswith("rating-")}
    if len(fields) > MOST_SENT or not all(_is_share(value) for value in fields.values()):
        return None
    questions = {
        field_name(question): question.pk for question in asked(certification).filter(uid__in=_uids(fields))
    }
    mine = dict(
        AngoffRating.objects.filter(instructor=by, question__in=questions.values()).values_list(
            "question_id", "probability"
        )
    )
    wanted = {questions[name]: value for name, value in fields.items() if name in questions}
    gone = [pk for pk, value in wanted.items() if not value and pk in mine]
    said = {pk: int(value) / 100 for pk, value in wanted.items() if value}
    changed = {pk: share for pk, share in said.items() if pk not in mine or abs(mine[pk] - share) > 1e-9}
    with transaction.atomic():
        AngoffRating.objects.filter(instructor=by, question__in=gone).delete()
        AngoffRating.objects.bulk_create(
            [
                AngoffRating(question_id=pk, instructor=by, probability=share, at=at)
                for pk, share in changed.items()
            ],
            update_conflicts=True,
            unique_fields=["question", "instructor"],
            update_fields=["probability", "at"],
        )
    return len(gone) + len(changed)


def field_name(question: Question) -> str:
    return f"rating-{question.uid.hex}"


def _uids(fields: Iterable[str]) -> list[str]:
    """Those that look like one; others name nothing."""
    found = (name.removeprefix("rating-") for name in fields)
    return [uid for uid in found if len(uid) == 32 and set(uid) <= set("0123456789abcdef")]


def _is_share(value: str) -> bool:
    value = value.strip()
    return not value or (value.isascii() and value.isdigit() and len(value) < 4 and int(value) <= 100)


def _firsts(questions: Sequence[int]) -> dict[int, tuple[int, int]]:
    """(answers, right ones) at first sight by question, without what was taken back."""
    right = Q(correct=True) | Q(correct=None, rating__gt=1)
    counted = (
        ReviewLog.objects.filter(~taken_back(), card__question__in=questions, seq=0, rating__isnull=False)
        .order_by()
        .values_list("card__question")
        .annotate(answers=Count("pk"), known=Count("pk", filter=right))
    )
    return {question: (answers, known) for question, answers, known in counted}


def _row(question: Question, firsts: tuple[int, int]) -> Row:
    found = getattr(question, "calibration", None)
    answers, right = firsts
    difficulty = found.difficulty if found else None
    error = found.standard_error if found else None
    around = WITHIN_80 * error if error is not None else None
    return Row(
        question=question,
        stem=_stem(question),
        difficulty=difficulty,
        low=None if difficulty is None or around is None else difficulty - around,
        high=None if difficulty is None or around is None else difficulty + around,
        answers=found.answers if found else 0,
        provisional=found is None or found.provisional,
        first_answers=answers,
        facility=right / answers if answers else None,
    )


def _stem(question: Question) -> str:
    return one_line(question.current.stem, question.topic.title) if question.current else ""
