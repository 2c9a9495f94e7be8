"""What people do to questions: take out, put back, write anew; and what a disagreement between sources does to them.

Set aside means: a draft. Imports leave drafts alone, so that publishing the same notes again does not bring back what
an instructor did not want. (Retired is what publishing does to questions that the notes no longer hold.) Held means:
not asked until somebody has looked. Cards and their history stay in every case, and go on where they were.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from content.models import Certification
from content.rendering import POLICY_VERSION
from content.writers.rows import change, write
from quizzes import answering, question_types
from quizzes.models import Question, QuestionVersion
from quizzes.question_bank.deciding import SILENT, waits_for_a_look
from quizzes.wanted import answers_differ

State = Question.State


class NotAskable(ValueError):
    """A question cannot be asked in these words; `problems` are sentences that say why."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def set_aside(question: Question) -> bool:
    """Ask it no more; False when it was not asked."""
    with alone(question.certification_id):
        asked = Question.objects.filter(pk=question.pk, state__in=(State.READY, State.HELD))
        changed = bool(asked.update(state=State.DRAFT, stale=False))
        if changed:
            answering.suspend_cards([question])
    return changed


def put_back(question: Question) -> bool:
    """Ask it again, everybody where they left off. False when it is asked, or while sources disagree about it."""
    with alone(question.certification_id):
        silent = Question.objects.filter(pk=question.pk, topic__retired=False).exclude(state=State.READY)
        if silent.filter(fact__state__in=SILENT).exists():
            silent.update(state=State.HELD)  # asked again when somebody has chosen which one holds
            return False
        changed = bool(silent.update(state=State.READY, stale=False))
        if changed:
            answering.revive_cards([question])
    return changed


def edit(
    question: Question,
    stem: str,
    payload: Mapping[str, Any],
    rationale: str,
    by: User,
    at: datetime,
) -> QuestionVersion | None:
    """An instructor's words: a new version that imports leave as it is; None when nothing differs.

    Another answer makes its cards due. A question that was held for a look is asked again. Raises NotAskable.
    """
    words = dict(payload)
    if problems := question_types.get(question.kind).validate(stem, words):
        raise NotAskable(problems)
    with alone(question.certification_id):
        row = locked(question)
        old = row.current
        held = row.state == State.HELD and waits_for_a_look(row)
        if old and (old.stem, old.payload, old.rationale) == (stem, words, rationale) and not held:
            return None
        version = add_version(row, stem, words, rationale, old.reference if old else "", at)
        settle(row, version, at)
        LogEntry.objects.log_actions(by.pk, [row], CHANGE, "Wrote other words.", single_object=True)
    question.refresh_from_db()
    return version


def locked(question: Question) -> Question:
    """Its row, for whoever writes to it."""
    rows = Question.objects.select_for_update(of=("self",), no_key=True).select_related("current", "fact")
    return rows.get(pk=question.pk)


def add_version(
    row: Question,
    stem: str,
    payload: dict[str, Any],
    rationale: str,
    reference: str,
    at: datetime,
    **shown: str,
) -> QuestionVersion:
    """The next version of a question, not in use yet. `shown`: what its `html` holds besides its parts."""
    latest = row.versions.aggregate(latest=Max("number"))["latest"] or 0
    return QuestionVersion.objects.create(
        question=row,
        number=latest + 1,
        stem=stem,
        payload=payload,
        rationale=rationale,
        reference=reference,
        html={**question_types.render(stem, payload, rationale), **shown},
        html_policy=POLICY_VERSION,
        created_at=at,
    )


def settle(row: Question, version: QuestionVersion, at: datetime) -> None:
    """From now on the question says this, and a person wrote it; one that was held for a look is asked again."""
    old, held = row.current, row.state == State.HELD and waits_for_a_look(row)
    change(row, current=version, by_hand=True, stale=False)
    if held and (row.fact is None or row.fact.state not in SILENT):
        change(row, state=State.READY)
        answering.revive_cards([row])
    write(Question, [row], ["current", "by_hand", "stale", "state", "kind"])
    if old and answers_differ(old.stem, old.payload, version.stem, version.payload):
        answering.reset_cards([row], at)


@contextmanager
def alone(certification: int) -> Iterator[None]:
    """A transaction that takes turns with publications: they lock the certification (its id), too."""
    with transaction.atomic():
        Certification.objects.select_for_update().get(pk=certification)
        yield


def hold(certification: Certification, facts: Collection[int], at: datetime) -> int:
    """Ask nothing of these facts (ids) while sources disagree about them. Returns how many questions fall silent."""
    rows = _of(certification, facts, State.READY)
    for row in rows:
        change(row, state=State.HELD)
    write(Question, rows, ["state"])
    if rows:
        answering.suspend_cards(rows)
    return len(rows)


def release(certification: Certification, facts: Collection[int], at: datetime) -> int:
    """Ask of these facts again. Questions that wait for a look for another reason go on waiting."""
    rows = [row for row in _of(certification, facts, State.HELD) if not waits_for_a_look(row)]
    for row in rows:
        change(row, state=State.READY)
    write(Question, rows, ["state"])
    if rows:
        answering.revive_cards(rows)
    return len(rows)


def _of(certification: Certification, facts: Collection[int], state: str) -> list[Question]:
    if not facts:
        return []
    return list(Question.objects.filter(certification=certification, fact__in=list(facts), state=state))
