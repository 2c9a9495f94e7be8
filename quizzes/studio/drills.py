"""The drills of one certification for those who teach it: what they are, how learners do, what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from content.models import Certification
from quizzes.graders import names
from quizzes.graders.engine.draw import combinations
from quizzes.graders.engine.drill import authoring_problems, content_hash, variants
from quizzes.models import DrillAttempt, Question
from quizzes.question_bank.drills import WRITTEN
from quizzes.question_types import DRILLS
from quizzes.studio import drill_text
from quizzes.studio.question_list import STATE_WORDS
from quizzes.studio.time_slices import Slice, TimeIsUp

LOOK_SECONDS = 0.25  # a page takes so long at most for what is not known of its drills yet
DRILL_SECONDS = 0.1  # and so long for one drill: what takes more stays an estimate, and is not begun anew
MOST_KNOWN = 5_000


@dataclass(frozen=True, slots=True)
class Figures:
    """How learners do, from finished attempts; medians and shares are None before the first one."""

    attempts: int = 0
    passed: float | None = None
    seconds: int | None = None
    hints: float | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """What follows from the words of a drill alone. `exact`: the variants are counted and not estimated."""

    variants: int
    exact: bool
    problems: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    question: Question
    title: str
    ident: str
    grader: str
    state_word: str
    figures: Figures
    health: Health


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for; empty means everything."""

    words: str = ""
    grader: str = ""
    state: str = ""

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> Wish:
        clean = {name: str(value).replace("\0", "")[:100] for name, value in sent.items()}
        return cls(clean.get("q", "").strip(), clean.get("grader", ""), clean.get("state", ""))


def matching(certification: Certification, wish: Wish) -> QuerySet[Question]:
    """Drills in outline order."""
    found = Question.objects.filter(certification=certification, kind__in=DRILLS, current__isnull=False)
    if wish.words:
        title = Q(current__payload__title__icontains=wish.words)
        found = found.filter(title | Q(anchor__icontains=wish.words) | Q(topic__title__icontains=wish.words))
    if wish.grader in names():
        found = found.filter(current__payload__grader=wish.grader)
    if wish.state in STATE_WORDS:
        found = found.filter(state=wish.state)
    rows = found.select_related("topic", "current").defer("current__html", "current__stem")
    return rows.order_by("topic__position", "position", "pk")


def graders_in(certification: Certification) -> list[str]:
    """Which graders its drills have."""
    mine = Question.objects.filter(certification=certification, kind__in=DRILLS).order_by()
    return sorted(
        {str(name) for name in mine.values_list("current__payload__grader", flat=True).distinct() if name}
    )


def rows_of(questions: Sequence[Question]) -> list[Row]:
    """The lines of a page, in a constant number of queries and bounded time."""
    figures = figures_of(questions)
    clock = Slice(LOOK_SECONDS)
    return [_row(question, figures.get(question.pk, Figures()), clock) for question in questions]


def _row(question: Question, figures: Figures, clock: Slice) -> Row:
    drill = payload_of(question)
    return Row(
        question,
        str(drill.get("title") or "Untitled"),
        str(drill.get("id") or ""),
        str(drill.get("grader") or ""),
        STATE_WORDS[Question.State(question.state)],
        figures,
        health_of(drill, clock),
    )


def figures_of(questions: Iterable[Question]) -> dict[int, Figures]:
    """By question, over all its versions: two queries, however many attempts there are."""
    attempts = DrillAttempt.objects.filter(
        question_version__question__in=[question.pk for question in questions], finished_at__isnull=False
    ).order_by()
    drill = F("question_version__question_id")
    sums = attempts.values(drill_id=drill).annotate(
        n=Count("pk"), passes=Count("pk", filter=Q(score__gte=1)), hints=Avg("hints_used")
    )
    medians = _medians(attempts)
    return {
        row["drill_id"]: Figures(
            row["n"], row["passes"] / row["n"], medians.get(row["drill_id"]), float(row["hints"] or 0)
        )
        for row in sums
    }


def _medians(attempts: QuerySet[DrillAttempt]) -> dict[int, int]:
    """Seconds of the attempt in the middle (the lower one of two), found by the database."""
    drill = F("question_version__question_id")
    ranked = attempts.filter(seconds__isnull=False).annotate(
        place=Window(RowNumber(), partition_by=[drill], order_by=[F("seconds"), F("pk")]),
        beside=Window(Count("pk"), partition_by=[drill]),
    )
    middle = ranked.filter(place__gte=F("beside") / 2.0, place__lt=F("beside") / 2.0 + 1)
    found = middle.order_by("-place").values_list("question_version__question_id", "seconds")
    return {pk: int(seconds or 0) for pk, seconds in found}


# By content: what follows from the words of a drill stays true while this process lives.
_known: dict[str, Health] = {}


def health_of(drill: Mapping[str, Any], clock: Slice) -> Health:
    """Variants and problems of a drill; an estimate when the time is up."""
    version = content_hash(drill)
    if (known := _known.get(version)) is not None:
        return known
    if clock.left == 0.0:
        return Health(counted(drill, clock)[0], exact=False, problems=0)
    problems = len(authoring_problems(drill))
    whole = clock.left >= DRILL_SECONDS
    number, exact = (0, True) if problems else counted(drill, Slice(min(DRILL_SECONDS, clock.left)))
    found = Health(number, exact, problems)
    if exact or whole:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[version] = found
    return found


def counted(drill: Mapping[str, Any], clock: Slice) -> tuple[int, bool]:
    """Variants of a drill; when the time is up, or its values cannot be drawn, how many there could be, and False."""
    try:
        return variants(drill, clock.look), True
    except Exception as error:  # noqa: BLE001  (the page of the drill tells what is wrong with its values)
        if not isinstance(error, TimeIsUp):
            return 0, False
    try:
        return (most := combinations(drill)), most == 1
    except Exception:  # noqa: BLE001
        return 0, False


def payload_of(question: Question) -> dict[str, Any]:
    return dict(question.current.payload) if question.current else {}


def text_of(question: Question) -> str:
    """The drill as its author wrote it, where that text is still there and says the same; else written out."""
    version = question.current
    if version is None:
        return ""
    drill = dict(version.payload)
    typed = str(version.html.get(WRITTEN) or "")
    if not typed and not question.by_hand and question.source is not None:
        typed = drill_text.block_in(question.source.text, question.line_from, question.line_to)
    return typed if typed and drill_text.reads_as(typed, drill) else drill_text.written(drill)
