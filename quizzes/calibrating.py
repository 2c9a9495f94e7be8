"""The nightly fit of a certification: how hard its questions and how able its learners are, from everybody's answers.

    review log → quizzes.calibration.rasch, instructors' ratings as prior → ItemCalibration and LearnerAbility rows

Between two nights `quizzes.elo_ratings` follows the log; both write the same rows, each its own columns. Everything is
computed from the log again, so a night that is run twice writes the same, and a missed one is made up by the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Count, Max, Q
from django.utils import timezone
from numpy.typing import NDArray

from content import jobs
from content.models import Certification
from quizzes import elo_ratings, question_types
from quizzes.calibration import angoff, rasch, response
from quizzes.calibration.response import Floats, Ints
from quizzes.models import (
    AngoffRating,
    ItemCalibration,
    LearnerAbility,
    LogCursor,
    Question,
    ReviewLog,
)
from quizzes.scheduler import fsrs6
from quizzes.sweeping import passed_over

LEARNERS, AT_ONCE = 100, 20_000  # that are read at once, and their answers (one learner's may be more)
MOST = 200_000  # answers of a certification, of the learners who came last
WRITTEN_AT_ONCE = 500
UNKNOWN: dict[str, Any] = {"ability": None, "standard_error": None, "answers": 0}


@dataclass(frozen=True, slots=True)
class Bank:
    """The questions of a certification. Columns of length Q; `domains`: ids in the order of their numbers."""

    certification: int
    place: dict[int, int]  # of a question's id
    domain: Ints
    domains: tuple[int | None, ...]
    luck: Floats
    items: rasch.Items
    judged: NDArray[np.bool_]
    last: Floats  # last night's difficulty


def follow_job(claim: jobs.Claim) -> None:
    """The periodic job between two nights: Elo for what was answered since the last time."""
    taken = 0
    while more := elo_ratings.follow_log(timezone.now()):
        taken += more
        claim.progress("following answers", taken)


def calibrate_all(claim: jobs.Claim, at: datetime) -> int:
    """Every certification with anything new; returns how many were fitted. Safe to run twice."""
    waiting = list(Certification.objects.order_by("pk").values_list("pk", flat=True))
    fitted = 0
    for done, pk in enumerate(waiting):
        claim.progress("calibrating", done, len(waiting))
        with passed_over("calibrating", "certification", pk):
            fitted += calibrate(pk, at, claim)
    claim.progress("calibrating", len(waiting), len(waiting))
    return fitted


def calibrate_job(claim: jobs.Claim) -> None:
    """The periodic job."""
    calibrate_all(claim, timezone.now())


def calibrate(certification: int, at: datetime, claim: jobs.Claim | None = None) -> bool:
    """Fit one certification and keep the result; False when nothing was answered or rated since the last time."""
    newest = _newest(certification)
    if not _is_news(certification, newest):
        return False
    bank = _bank(certification)
    learners: list[int] = []
    answers = _read(_answers(certification, newest, bank, learners), claim)
    found = rasch.fit(answers, bank.items, start=bank.last)
    if claim is not None:
        claim.progress("keeping difficulties", len(answers.item), len(answers.item))
    with elo_ratings.alone():
        _write_items(bank, found, at)
        _write_abilities(bank, found, answers, learners, at)
        LogCursor.objects.update_or_create(name=_cursor(certification), defaults={"log_id": newest, "at": at})
    return True


def _is_news(certification: int, newest: int) -> bool:
    """Whether anything was answered or rated since the last fit, or a rating was taken back that alone was known of
    its question. Three queries."""
    ratings = AngoffRating.objects.filter(question__certification=certification)
    said_by_nobody = ItemCalibration.objects.filter(
        question__certification=certification, answers=0, difficulty__isnull=False
    ).exclude(question__in=ratings.values("question"))
    if said_by_nobody.exists():
        return True
    rated = ratings.aggregate(at=Max("at"))["at"]
    if not newest and rated is None:
        return False
    cursor = LogCursor.objects.filter(name=_cursor(certification)).first()
    if cursor is None or cursor.log_id != newest:
        return True
    return rated is not None and (cursor.at is None or rated > cursor.at)


def _read(parts: Iterator[Floats], claim: jobs.Claim | None) -> rasch.Answers:
    """The parts of `_answers` as columns; each part is reported."""
    read = [np.zeros((0, 4))]
    for part in parts:
        read.append(part)
        if claim is not None:
            claim.progress("reading answers", sum(map(len, read)))
    rows = np.concatenate(read)
    return rasch.Answers(rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64), rows[:, 2] > 0, rows[:, 3])


def _cursor(certification: int) -> str:
    return f"rasch {certification}"


def _newest(certification: int) -> int:
    """The newest row of the log that counts here; 0 without any."""
    rows = ReviewLog.objects.filter(enrolment__certification=certification)
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def _bank(certification: int) -> Bank:
    """Three queries."""
    rows = list(
        Question.objects.filter(certification=certification, kind__in=question_types.QUEUED)
        .order_by("pk")
        .values_list("pk", "topic__domain_id", "calibration__difficulty", "kind")
    )
    place = {row[0]: number for number, row in enumerate(rows)}
    domains = tuple(dict.fromkeys(row[1] for row in rows)) or (None,)
    number_of = {pk: number for number, pk in enumerate(domains)}
    choices = Question.objects.filter(certification=certification, kind__in=question_types.CHOICES)
    payloads: dict[int, Any] = dict(choices.values_list("pk", "current__payload"))
    luck = np.array([response.luck_of(payloads.get(row[0]) or {}) for row in rows], dtype=np.float64)
    ratings: defaultdict[int, list[float]] = defaultdict(list)
    given = AngoffRating.objects.filter(question__certification=certification)
    for question, probability in given.order_by("pk").values_list("question_id", "probability"):
        ratings[question].append(probability)
    priors = [
        angoff.judged(ratings[row[0]], luck[n]) if row[0] in ratings else None for n, row in enumerate(rows)
    ]
    domain = np.array([number_of[row[1]] for row in rows], dtype=np.int64)
    last = [row[2] for row in rows]
    prior = np.array([0.0 if one is None else one.difficulty for one in priors], dtype=np.float64)
    spread = np.array([np.nan if one is None else one.spread for one in priors], dtype=np.float64)
    return Bank(
        certification=certification,
        place=place,
        domain=domain,
        domains=domains,
        luck=luck,
        items=rasch.Items(domain, prior, spread),
        judged=~np.isnan(spread),
        last=np.array(
            [p if one is None else one for one, p in zip(last, prior, strict=True)], dtype=np.float64
        ),
    )


def _answers(certification: int, newest: int, bank: Bank, learners: list[int]) -> Iterator[Floats]:
    """Rows of (learner, question, right, floor), by number; `learners` is filled with the enrolments in their order.

    A query for each part of `_parts`.
    """
    columns = (
        "card_id", "seq", "enrolment_id", "card__question_id", "rating", "correct", "elapsed_days", "stability",
        "undoes",
    )  # fmt: skip
    for some in _parts(certification, newest):
        log = ReviewLog.objects.filter(enrolment__in=some, pk__lte=newest).order_by("card_id", "seq")
        yield _counted(log.values_list(*columns).iterator(chunk_size=5000), bank, learners)


def _parts(certification: int, newest: int) -> list[list[int]]:
    """Enrolments (ids) that are read, those who came last first, as many as have `MOST` answers; in parts that are
    read at once, so that memory does not grow with how long people have studied. One query."""
    log = ReviewLog.objects.filter(enrolment__certification=certification, pk__lte=newest)
    answers = log.order_by().values_list("enrolment_id").annotate(answers=Count("pk"))
    parts: list[list[int]] = []
    taken = in_part = 0
    for enrolment, count in answers.order_by("-enrolment_id"):
        if taken >= MOST:
            break
        if not parts or len(parts[-1]) >= LEARNERS or in_part + count > AT_ONCE:
            parts.append([])
            in_part = 0
        parts[-1].append(enrolment)
        taken, in_part = taken + count, in_part + count
    return parts


def _counted(log: Iterator[tuple[Any, ...]], bank: Bank, learners: list[int]) -> Floats:
    """The answers that count, of a log in order of card and showing."""
    number = {pk: place for place, pk in enumerate(learners)}
    rows: list[tuple[int, int, bool, float, float]] = []
    where: dict[int, int] = {}  # of the open card's showings
    open_card, stability = None, None
    undone: set[int] = set()
    for card, seq, enrolment, question, rating, correct, elapsed, after, undoes in log:
        if card != open_card:
            open_card, stability, where = card, None, {}
        if undoes is not None and undoes in where:
            undone.add(where[undoes])
        elif rating is not None and question in bank.place:
            if enrolment not in number:
                number[enrolment] = len(learners)
                learners.append(enrolment)
            where[seq] = len(rows)
            right = rating > 1 if correct is None else correct
            known = np.nan if stability is None else stability
            rows.append((number[enrolment], bank.place[question], right, known, elapsed))
        stability = after
    kept = np.array([row for place, row in enumerate(rows) if place not in undone], dtype=np.float64)
    kept = kept.reshape(-1, 5)
    recall = fsrs6.retrievability(fsrs6.vector(None), kept[:, 3], kept[:, 4])
    floor = response.floor(bank.luck[kept[:, 1].astype(np.int64)], np.nan_to_num(recall))
    return np.column_stack([kept[:, :3], floor])


def _write_items(bank: Bank, found: rasch.Calibration, at: datetime) -> None:
    """What somebody answered or rated, or was fitted before."""
    known = (found.answers > 0) | bank.judged
    rows = [
        ItemCalibration(
            question_id=pk,
            difficulty=float(found.difficulty[place]),
            standard_error=float(found.error[place]),
            answers=int(found.answers[place]),
            provisional=bool(found.provisional[place]),
            fitted_at=at,
        )
        for pk, place in bank.place.items()
        if known[place]
    ]
    fields = ["difficulty", "standard_error", "answers", "provisional", "fitted_at"]
    ItemCalibration.objects.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=fields,
        unique_fields=["question"],
        batch_size=WRITTEN_AT_ONCE,
    )
    # A rating that was withdrawn, answers that were taken back: nothing is known any more.
    gone = ItemCalibration.objects.filter(
        Q(fitted_at__lt=at) | Q(fitted_at__gt=at), question__certification=bank.certification
    )
    gone.update(difficulty=None, standard_error=None, answers=0, provisional=True, fitted_at=None)


def _write_abilities(
    bank: Bank, found: rasch.Calibration, answers: rasch.Answers, learners: Sequence[int], at: datetime
) -> None:
    """Over all, and as a difference from that in each domain where something was answered."""
    if not learners:
        return
    domains = len(bank.domains)
    unit = answers.learner * domains + bank.domain[answers.item]
    count = np.bincount(unit, minlength=len(learners) * domains).reshape(len(learners), domains)
    values: dict[tuple[int, int | None], dict[str, Any]] = {}
    for place, enrolment in enumerate(learners):
        general = float(found.ability[place])
        values[enrolment, None] = {
            "ability": general,
            "standard_error": float(found.ability_error[place]),
            "answers": int(count[place].sum()),
        }
        for number in np.flatnonzero(count[place]).tolist():
            if (domain := bank.domains[number]) is not None:
                values[enrolment, domain] = {
                    "ability": float(found.domain_ability[place, number]) - general,
                    "standard_error": float(found.domain_error[place, number]),
                    "answers": int(count[place, number]),
                }
    for start in range(0, len(learners), LEARNERS):
        some = set(learners[start : start + LEARNERS])
        _write_some({key: value for key, value in values.items() if key[0] in some}, some, at)


def _write_some(
    values: dict[tuple[int, int | None], dict[str, Any]], learners: set[int], at: datetime
) -> None:
    """Rows that Elo has made are changed, missing ones made; in a domain without answers nothing is known any more."""
    mine = LearnerAbility.objects.filter(enrolment__in=learners)
    known = set(mine.values_list("enrolment_id", "domain_id"))
    missing = [
        LearnerAbility(enrolment_id=enrolment, domain_id=domain)
        for enrolment, domain in values
        if (enrolment, domain) not in known
    ]
    LearnerAbility.objects.bulk_create(missing, ignore_conflicts=True, batch_size=WRITTEN_AT_ONCE)
    rows = list(mine.all())
    for row in rows:
        value = values.get((row.enrolment_id, row.domain_id), UNKNOWN)
        row.ability, row.standard_error = value["ability"], value["standard_error"]
        row.answers, row.fitted_at = value["answers"], None if value is UNKNOWN else at
    fields = ["ability", "standard_error", "answers", "fitted_at"]
    LearnerAbility.objects.bulk_update(rows, fields, batch_size=200)
