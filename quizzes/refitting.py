"""Fits of the memory model: of each learner when they are due, of each class every night.

    review log → quizzes.scheduler.refit → a ParameterFit row, adopted or refused → quizzes.recomputing

The only writer of fits. A learner is looked at shortly before a study day begins, so that it is planned with what was
learned. A fit, the parameters that are used from then on and the next appointment are written together, or not at
all; cards that a killed job left behind are computed again at the next look, or at their next answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from accounts.models import Profile
from content import jobs
from quizzes import study_days
from quizzes.models import Card, Class, Enrolment, ParameterFit, ReviewLog
from quizzes.scheduler import day
from quizzes.sweeping import ODD_ROWS, passed_over, sweep

if TYPE_CHECKING:
    from quizzes.scheduler.foretell import Answer
    from quizzes.scheduler.refit import Fit

BEFORE_ROLLOVER = timedelta(minutes=30)
LATEST_APPOINTMENT = timedelta(days=9)  # further away only where the clock was set back
MOST_ANSWERS = 60_000  # of one learner that are read; with more, whole cards by lot
MEMBERS = 100  # of a class that are read, those who answered most
ANSWERS_OF_A_MEMBER = 2_000


def missing() -> str:
    """What to install so that memory is fitted to each learner, as a sentence; empty when it is there."""
    if find_spec("fsrs_rs_python") is not None:
        return ""
    from quizzes.scheduler.refit import MISSING

    return MISSING


def refit_due(claim: jobs.Claim, at: datetime) -> int:
    """Look at every learner whose appointment has come; returns how many fits were tried. Safe to run twice."""
    late = Q(next_fit_at=None) | Q(next_fit_at__lte=at) | Q(next_fit_at__gt=at + LATEST_APPOINTMENT)
    due = Enrolment.objects.filter(late, active=True, user__is_active=True)
    waiting = list(due.order_by("pk").values_list("pk", flat=True))
    return sweep(claim, "fitting", waiting, lambda enrolment: _refit_or_wait(enrolment, at))


def refit_job(claim: jobs.Claim) -> None:
    """The periodic job."""
    refit_due(claim, timezone.now())


def _refit_or_wait(enrolment: Enrolment, at: datetime) -> ParameterFit | None:
    """Odd rows are not read again every few minutes."""
    try:
        return refit(enrolment, at)
    except ODD_ROWS:
        _appoint(enrolment, at, None)
        raise


def refit(enrolment: Enrolment, at: datetime) -> ParameterFit | None:
    """Fit this learner's memory when a fit is due; None when it is not, or when the fitting library is not installed.

    `enrolment` comes with its class and its user's profile.
    """
    from quizzes.scheduler import refit as fitting

    latest = ParameterFit.objects.filter(enrolment=enrolment).order_by("-pk").first()
    days = None if latest is None else _days_since(enrolment, latest.at, at)
    _finish(enrolment)
    made = None
    if fitting.available() and (days is None or days >= fitting.DAYS_APART):
        known = latest.reviews if latest else None
        if fitting.due(_evaluable(enrolment.pk), known, days):  # counts what was undone: a first guess
            histories = histories_of(enrolment.pk)
            if fitting.due(fitting.count(histories), known, days):
                made = _tried(enrolment, histories, latest, at)
    _appoint(enrolment, at, made.at if made else latest.at if latest else None)
    return made


def fit_class_priors(claim: jobs.Claim, at: datetime) -> int:
    """Parameters for those who begin, from those who were there before them; returns how many fits were tried."""
    waiting = list(Class.objects.order_by("pk").values_list("pk", flat=True))
    tried = 0
    for done, pk in enumerate(waiting):
        claim.progress("fitting classes", done, len(waiting))
        with passed_over("fitting classes", "class", pk):
            tried += fit_class(pk, at) is not None
    return tried


def class_job(claim: jobs.Claim) -> None:
    """The periodic job."""
    fit_class_priors(claim, timezone.now())


def fit_class(pk: int, at: datetime) -> ParameterFit | None:
    """Fit what those who join this class begin with; None without enough members, or with little new."""
    from quizzes.scheduler import refit as fitting

    group = Class.objects.filter(pk=pk).first()
    members = _members(pk)
    usable = [member for member in members if member[1] >= fitting.FIRST]
    if group is None or len(usable) < fitting.LEAST_MEMBERS or not fitting.available():
        return None
    latest = ParameterFit.objects.filter(study_class=pk).order_by("-pk").first()
    new = sum(min(count, ANSWERS_OF_A_MEMBER) for _, count in usable)
    if latest is not None and new < fitting.GROWTH * latest.reviews:
        return None
    histories = [histories_of(member, ANSWERS_OF_A_MEMBER, count) for member, count in usable]
    found = fitting.class_prior(histories)
    with transaction.atomic():
        locked = Class.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
        row = _row(found, at, study_class=locked)
        # What is compared the next night is what there was, not what was drawn of it.
        ParameterFit.objects.filter(pk=row.pk).update(reviews=new)
        if found.adopted:
            Class.objects.filter(pk=pk).update(fit=row, parameters=row.parameters)
            _give_beginners(pk, row)
    return row


def _give_beginners(pk: int, fit: ParameterFit) -> None:
    """The class's parameters for its members without a fit of their own."""
    members = Enrolment.objects.filter(study_class=pk)
    # Locked before it is asked who they are: an update alone would judge them by what was true when it began to wait.
    list(members.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    beginners = members.filter(Q(fit=None) | Q(fit__study_class=pk))
    beginners.update(fit=fit, parameters=fit.parameters, next_fit_at=None)


def histories_of(enrolment_id: int, most: int = MOST_ANSWERS, count: int | None = None) -> list[list[Answer]]:
    """The answers of one learner that still count, by card: (rating, study days since the one before, order in time).

    A reset begins a new history. `most`: with more answers (`count` of them), every so many cards are read.
    """
    rows = ReviewLog.objects.filter(enrolment=enrolment_id)
    total = rows.count() if count is None else count
    if total > most:
        rows = rows.annotate(lot=F("card_id") % -(-total // most)).filter(lot=0)
    values = rows.order_by("card_id", "seq").values_list(
        "card_id", "seq", "kind", "rating", "elapsed_days", "undoes", "pk"
    )
    return [
        history
        for _, rows_of_card in groupby(values.iterator(chunk_size=5000), key=itemgetter(0))
        for history in _split(rows_of_card)
    ]


def _split(rows_of_card: Iterable[tuple[Any, ...]]) -> list[list[Answer]]:
    """The histories of one card's log, which comes in order."""
    from quizzes.scheduler.foretell import Answer

    rows = list(rows_of_card)
    undone = {row[5] for row in rows if row[5] is not None}
    histories: list[list[Answer]] = [[]]
    for _, seq, kind, rating, elapsed, _, pk in rows:
        if kind == ReviewLog.Kind.RESET and seq not in undone:
            histories.append([])
        elif rating is not None and seq not in undone:
            history = histories[-1]
            history.append(Answer(rating, elapsed if history else 0, float(pk)))
    return [history for history in histories if history]


def _tried(
    enrolment: Enrolment, histories: Sequence[list[Answer]], latest: ParameterFit | None, at: datetime
) -> ParameterFit | None:
    """None when another worker has made a fit meanwhile."""
    from quizzes.scheduler import refit as fitting

    group = enrolment.study_class
    found = fitting.fit(histories, enrolment.parameters, None if group is None else group.parameters)
    with transaction.atomic():
        locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
        newest = ParameterFit.objects.filter(enrolment=enrolment).order_by("-pk").first()
        if (newest.pk if newest else None) != (latest.pk if latest else None):
            return None
        row = _row(found, at, enrolment=locked)
        if row.adopted:
            adopt(row)
    _finish(enrolment)
    return row


def adopt(fit: ParameterFit) -> None:
    """Its learner is forecast by it from now on. Their cards follow: see `quizzes.recomputing`."""
    Enrolment.objects.filter(fits=fit).update(fit=fit, parameters=fit.parameters)


def _row(found: Fit, at: datetime, **owner: Any) -> ParameterFit:
    parameters = None if found.parameters is None else list(found.parameters)
    return ParameterFit.objects.create(
        at=at,
        reviews=found.reviews,
        parameters=parameters,
        loss_before=found.loss_before,
        loss_after=found.loss_after,
        adopted=found.adopted,
        reason=found.reason,
        **owner,
    )


def _finish(enrolment: Enrolment) -> None:
    """Compute the cards again that are not under the learner's parameters: after a fit, or where a job was killed."""
    from quizzes import recomputing

    fit = Enrolment.objects.only("fit_id").get(pk=enrolment.pk).fit_id
    seen = Card.objects.filter(enrolment=enrolment, stability__isnull=False)
    other = seen.filter(fit__isnull=False) if fit is None else seen.filter(Q(fit=None) | ~Q(fit=fit))
    if other.exists():
        recomputing.recompute_cards(enrolment.pk)


def _evaluable(enrolment_id: int) -> int:
    """At least as many answers as are evaluable."""
    return ReviewLog.objects.filter(
        enrolment=enrolment_id, rating__isnull=False, elapsed_days__gte=1, seq__gte=1
    ).count()


def _members(pk: int) -> list[tuple[int, int]]:
    """(enrolment, evaluable answers) of those who have answered most. One query."""
    answers = ReviewLog.objects.filter(
        enrolment__study_class=pk, rating__isnull=False, elapsed_days__gte=1, seq__gte=1
    )
    counted = (
        answers.order_by()
        .values_list("enrolment")
        .annotate(count=Count("pk"))
        .order_by("-count", "enrolment")
    )
    return list(counted[:MEMBERS])


def _days_since(enrolment: Enrolment, then: datetime, at: datetime) -> int:
    """Study days; as many as are needed where the clock was set back behind the fit, for then nobody knows."""
    from quizzes.scheduler.refit import DAYS_APART

    if then > at:
        return DAYS_APART
    profile = enrolment.user.profile
    return day.days_between(then, at, profile.zone, profile.rollover_hour)


def _appoint(enrolment: Enrolment, at: datetime, latest: datetime | None) -> None:
    """Look again shortly before a study day begins: the next, or the first on which a fit may be due."""
    from quizzes.scheduler.refit import DAYS_APART

    profile = enrolment.user.profile
    on = study_days.study_day(profile, at).date
    if latest is not None and latest <= at:
        # The look at the end of that study day finds so many days since the latest fit.
        on = max(on, study_days.study_day(profile, latest).date + timedelta(days=DAYS_APART))
    while (look := _end_of(on, profile) - BEFORE_ROLLOVER) <= at:
        on += timedelta(days=1)
    Enrolment.objects.filter(pk=enrolment.pk).update(next_fit_at=look)


def _end_of(on: date, profile: Profile) -> datetime:
    return day.start_of(on + timedelta(days=1), profile.zone, profile.rollover_hour)
