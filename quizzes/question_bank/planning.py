"""What publishing a preview would do to questions, told and not written: `apply`'s own decisions, on rows in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from content.ingest.changes import Changes, QuestionChange
from content.ingest.markup import plain
from content.ingest.publish import Foreseen
from content.models import Topic
from quizzes.generation import Proposal
from quizzes.models import QuestionVersion
from quizzes.question_bank.deciding import Deciding, Outcome
from quizzes.question_bank.writing import COUNTS, everything_wanted
from quizzes.wanted import Choices, keys_of


def plan(
    foreseen: Foreseen,
    proposals: Sequence[Proposal],
    rejected: Collection[str | int] = (),
    accepted: Collection[str] = (),
    edits: Mapping[str, Mapping[str, Any]] | None = None,
) -> Changes:
    """What was foreseen of facts and topics, with the questions beside it. The arguments are those of `apply`."""
    changes = foreseen.changes
    draft = changes.draft
    choices = Choices(rejected, accepted, edits or {})
    deciding = Deciding(changes, changes.at)
    deciding.run(everything_wanted(changes, proposals, draft.questions, draft.drills, choices, []))
    counts = dict.fromkeys(COUNTS, 0)
    for outcome in deciding.outcomes:
        counts[outcome.name] += 1
    return replace(foreseen.told, questions=tuple(_told(foreseen, deciding)), question_counts=counts)


def _told(foreseen: Foreseen, deciding: Deciding) -> Iterator[QuestionChange]:
    """Everything but what is kept, in the order of the notes; what is retired comes at the end."""
    draft = foreseen.changes.draft
    titles = {foreseen.changes.topics.ids[topic.key]: topic.title for topic in draft.topics}
    paths = {source.pk: path for path, source in foreseen.changes.sources.items()}
    order = {file.path: place for place, file in enumerate(draft.sources)}
    shown = [outcome for outcome in deciding.outcomes if outcome.name != "kept"]
    lost = {outcome.row.topic_id for outcome in shown if outcome.row is not None} - set(titles)
    titles |= dict(Topic.objects.filter(pk__in=lost).values_list("pk", "title")) if lost else {}

    def place(outcome: Outcome) -> tuple[bool, int, int]:
        one = outcome.wanted
        if one is not None:
            return False, order.get(one.path, 0), one.position
        row = outcome.row
        assert row is not None  # noqa: S101 - one of the two is always there
        return outcome.name == "retired", order.get(paths.get(row.source_id or 0, ""), 0), row.position

    for outcome in sorted(shown, key=place):
        yield _change(outcome, titles, paths)


def _change(outcome: Outcome, titles: Mapping[int, str], paths: Mapping[int, str]) -> QuestionChange:
    row, one, old = outcome.row, outcome.wanted, outcome.before
    topic = row.topic_id if row is not None else one.topic if one is not None else 0
    # A stale question keeps its words; what the notes say now stands beside them.
    return QuestionChange(
        state=outcome.name,
        uid=str(row.uid) if row is not None else None,
        fingerprint=one.fingerprint if one is not None else "",
        kind=row.kind if row is not None else one.kind if one is not None else "",
        origin=row.origin if row is not None else one.origin if one is not None else "",
        old=old.stem if old is not None else "",
        new=one.stem if one is not None else "",
        old_answer=_answer(old),
        answer=_said(one.payload) if one is not None else "",
        topic=titles.get(topic, ""),
        source=one.path if one is not None else paths.get((row.source_id or 0) if row is not None else 0, ""),
        line=one.line_from if one is not None else row.line_from if row is not None else 0,
    )


def _answer(version: QuestionVersion | None) -> str:
    return _said(version.payload) if version is not None else ""


def _said(payload: Mapping[str, Any]) -> str:
    if "steps" in payload:
        return ""
    return "; ".join(plain(key) for key in keys_of(payload))
