"""Questions that an instructor takes out or puts back by hand.

Set aside means: a draft. The question bank leaves drafts alone, so that publishing the same notes again does not
bring back what an instructor did not want. (Retired is what publishing does to questions that the notes no longer
hold.) Cards and their history stay in both cases.
"""

from __future__ import annotations

from django.db import transaction

from quizzes import answering
from quizzes.models import Question


def set_aside(question: Question) -> bool:
    """Ask it no more; False when it was not asked."""
    with transaction.atomic():
        asked = Question.objects.filter(pk=question.pk, state=Question.State.READY)
        changed = bool(asked.update(state=Question.State.DRAFT))
        if changed:
            answering.suspend_cards([question])
    return changed


def put_back(question: Question) -> bool:
    """Ask it again, everybody where they left off; False when it is asked already."""
    with transaction.atomic():
        silent = Question.objects.filter(pk=question.pk).exclude(state=Question.State.READY)
        changed = bool(silent.update(state=Question.State.READY))
        if changed:
            answering.revive_cards([question])
    return changed
