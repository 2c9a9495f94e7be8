"""One pass of a periodic job over many learners: a few at a time, and nobody's odd rows keep the others waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from content import jobs
from quizzes.models import Enrolment

log = logging.getLogger(__name__)

AT_ONCE = 5  # learners between two reports of progress, where another job may go first
# What comes of rows that another hand has written. The database's own errors stop the pass: they are everybody's.
ODD_ROWS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def sweep(
    claim: jobs.Claim, stage: str, waiting: Sequence[int], do: Callable[[Enrolment], object | None]
) -> int:
    """Do it for each of these enrolments (ids); returns for how many something came of it.

    They come with their certification, their class and their user's profile. Whoever could not be done is in the log,
    and waits for the next pass.
    """
    done = 0
    rows = Enrolment.objects.select_related("certification", "study_class", "user__profile")
    for start in range(0, len(waiting), AT_ONCE):
        claim.progress(stage, start, len(waiting))
        for enrolment in rows.filter(pk__in=waiting[start : start + AT_ONCE]):
            with passed_over(stage, "enrolment", enrolment.pk):
                done += do(enrolment) is not None
    claim.progress(stage, len(waiting), len(waiting))
    return done


@contextmanager
def passed_over(stage: str, kind: str, pk: int) -> Iterator[None]:
    """Odd rows of this one (by id) end the block, with a line in the log."""
    try:
        yield
    except ODD_ROWS:
        log.exception("%s: %s %s could not be done", stage, kind, pk)
