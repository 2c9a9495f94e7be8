"""Decisions about questions → rows, versions, and cards that are told. Unchanged questions are not written at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from content.ingest.model import DrillDraft, QuestionDraft
from content.ingest.publish import ContentChanges
from content.writers import recording
from content.writers.rows import create, write
from quizzes import answering
from quizzes.generation import Proposal
from quizzes.models import Card, Question, QuestionVersion
from quizzes.question_bank.deciding import (
    FIELDS,
    BankChanges,
    Deciding,
    State,
    askable,
    state_of,
    version_of,
)
from quizzes.wanted import REJECTED, Choices, Wanted, wanted_authored, wanted_drills, wanted_generated

COUNTS = ("new", "kept", "edited", "answer_changed", "retired", "revived", "stale")
_FINGERPRINT = FIELDS.index("fingerprint")


def apply(
    changes: ContentChanges,
    proposals: Sequence[Proposal],
    authored: Sequence[QuestionDraft],
    drills: Sequence[DrillDraft],
    at: datetime,
    rejected: Collection[str | int] = (),
    accepted: Collection[str] = (),
    edits: Mapping[str, Mapping[str, Any]] | None = None,
) -> BankChanges:
    """Bring the questions of the published sources up to date.

    By fingerprint of a proposal: `rejected` ones are kept as drafts, so that the next import does not propose them as
    new; `accepted` ones are asked, also of a fact that is published as it stands; of `edits` ({stem, payload,
    rationale}) the words are taken instead, and later imports leave them.
    """
    result = BankChanges()
    choices = Choices(rejected, accepted, edits or {})
    deciding = Deciding(changes, at)
    deciding.run(everything_wanted(changes, proposals, authored, drills, choices, result.problems))
    result.problems += deciding.problems
    _Writing(deciding, result).run()
    return result


def everything_wanted(
    changes: ContentChanges,
    proposals: Sequence[Proposal],
    authored: Sequence[QuestionDraft],
    drills: Sequence[DrillDraft],
    choices: Choices,
    problems: list[str],
) -> list[Wanted]:
    """All that should be asked, without what could not be; `problems` gets a sentence about each of those."""
    return askable(
        [
            *wanted_authored(changes, authored),
            *wanted_drills(changes, drills),
            *wanted_generated(changes, proposals, choices),
        ],
        problems,
    )


def counts(changes: BankChanges) -> Mapping[str, int]:
    """For a publication's summary."""
    return {name: changes.counts[name] for name in COUNTS}


class _Writing:
    def __init__(self, deciding: Deciding, result: BankChanges) -> None:
        self.deciding, self.result = deciding, result

    def run(self) -> None:
        deciding = self.deciding
        self._free_fingerprints()
        made = self._create(deciding.fresh)
        versions = [outcome.version for outcome in deciding.outcomes if outcome.version is not None]
        for version in create(QuestionVersion, versions):
            version.question.current = version
        changed = [row for row in deciding.rows if state_of(row) != deciding.before[row.pk]]
        write(Question, changed, FIELDS)
        write(QuestionVersion, deciding.cleaned, ["html", "html_policy"])
        self._tell_cards()
        self._count(made)
        self.result.written = bool(changed or made or versions)

    def _free_fingerprints(self) -> None:
        """Two questions may trade fingerprints, and the unique index looks after every row: step aside first."""
        deciding = self.deciding
        held = {row.pk: str(deciding.before[row.pk][_FINGERPRINT]) for row in deciding.rows}
        taking = {one.fingerprint: 0 for one in deciding.fresh}
        taking |= {row.fingerprint: row.pk for row, _ in deciding.pairs if row.fingerprint != held[row.pk]}
        blocking = [pk for pk, fingerprint in held.items() if taking.get(fingerprint, pk) != pk]
        recording.touching(Question, blocking, ["fingerprint"])
        for row in (row for row in deciding.rows if row.pk in blocking):
            Question.objects.filter(pk=row.pk).update(fingerprint=f"aside-{row.pk}")
            if row.fingerprint == held[row.pk]:
                row.fingerprint = f"former-{row.pk}"

    def _create(self, fresh: Sequence[Wanted]) -> list[Question]:
        certification = self.deciding.changes.certification
        made = create(
            Question,
            [
                Question(
                    certification=certification,
                    origin=one.origin,
                    pattern=one.pattern,
                    by_hand=one.by_hand,
                    state=State.DRAFT if one.choice == REJECTED else State.READY,
                    **one.columns(),
                )
                for one in fresh
            ],
        )
        versions = [version_of(row, one, 1, self.deciding.at) for row, one in zip(made, fresh, strict=True)]
        for row, version in zip(made, create(QuestionVersion, versions), strict=True):
            row.current = version
        write(Question, made, ["current"])
        return made

    def _tell_cards(self) -> None:
        deciding = self.deciding
        silent = [row for row in deciding.rows if row.state != State.READY and row.pk in deciding.was_asked]
        back = [row for row in deciding.rows if row.state == State.READY and row.pk not in deciding.was_asked]
        if silent:
            answering.suspend_cards(silent)
        if back:
            answering.revive_cards(back)
        if deciding.reset:
            answering.reset_cards(deciding.reset, deciding.at)
        if deciding.moved:
            topic = Question.objects.filter(pk=OuterRef("question_id")).values("topic_id")[:1]
            Card.objects.filter(question__in=deciding.moved).update(topic_id=Subquery(topic))

    def _count(self, made: Sequence[Question]) -> None:
        for outcome in self.deciding.outcomes:
            self.result.counts[outcome.name] += 1
        for row in (*self.deciding.rows, *made):
            if row.state == State.READY:
                self.result.kinds[row.kind] += 1
