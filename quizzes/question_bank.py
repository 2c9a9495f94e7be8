"""Questions of a publication → rows: the only writer of Question and QuestionVersion. In the caller's transaction.

    content changes + proposals + authored questions + drills → `Wanted` → recognised rows → versions → cards told

A question is recognised by its author's anchor, else by its fingerprint, else by its fact (generated) or by its stem
or its key in the same topic (authored). New words make a new version; a new answer also makes its cards due. What is
gone is retired with its cards suspended, and comes back with them. Unchanged questions are not written at all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max, OuterRef, Subquery

from content.ingest.model import DrillDraft, QuestionDraft
from content.ingest.publish import ContentChanges
from content.rendering import POLICY_VERSION
from content.writers import recording
from content.writers.rows import change, create, write
from quizzes import answering, question_types
from quizzes.generation import Proposal
from quizzes.models import Card, Question, QuestionVersion
from quizzes.wanted import Wanted, wanted_authored, wanted_drills, wanted_generated

_FIELDS = [
    *(
        "topic",
        "fact",
        "source",
        "line_from",
        "line_to",
        "kind",
        "state",
        "anchor",
        "fingerprint",
        "sibling_group",
    ),
    *("position", "stale", "current"),
]


@dataclass
class BankChanges:
    """`counts`: new, kept, edited, answer_changed, retired, revived. `problems`: questions that could not be asked."""

    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    written: bool = False


def apply(
    changes: ContentChanges,
    proposals: Sequence[Proposal],
    authored: Sequence[QuestionDraft],
    drills: Sequence[DrillDraft],
    at: datetime,
    rejected: Collection[int] = (),
) -> BankChanges:
    """Bring the questions of the published sources up to date. `rejected`: indexes of proposals turned down.

    A rejected proposal is kept as a draft, so that the next import does not propose it as new.
    """
    result = BankChanges()
    wanted = [
        *wanted_authored(changes, authored),
        *wanted_drills(changes, drills),
        *wanted_generated(changes, proposals, rejected),
    ]
    wanted = _askable(wanted, result)
    writing = _Writing(changes, at, result)
    writing.run(wanted)
    return result


def _askable(wanted: Iterable[Wanted], result: BankChanges) -> list[Wanted]:
    """Those that their question type accepts, one for each fingerprint."""
    good: dict[str, Wanted] = {}
    for one in wanted:
        known = one.kind in question_types.kinds()
        problems = (
            question_types.get(one.kind).validate(one.stem, one.payload)
            if known
            else [f"There is no grader called “{one.kind}”."]
        )
        if problems:
            result.problems.append(f"{one.path}, line {one.line_from}: {' '.join(problems)}")
        else:
            good.setdefault(one.fingerprint, one)
    return list(good.values())


class _Writing:
    def __init__(self, changes: ContentChanges, at: datetime, result: BankChanges) -> None:
        self.changes, self.at, self.result = changes, at, result
        sources = [source.pk for source in changes.sources.values()]
        questions = Question.objects.filter(certification=changes.certification).select_related("current")
        self.rows = list(questions.filter(source__in=sources))
        # Fingerprints are unique in a certification, also beside those of other sources.
        others = Question.objects.filter(certification=changes.certification).exclude(source__in=sources)
        self.taken = set(others.values_list("fingerprint", flat=True))
        self.before = {row.pk: _state(row) for row in self.rows}
        self.was_asked = {row.pk for row in self.rows if row.state == Question.State.READY}
        self.moved: list[int] = []
        self.reset: list[Question] = []
        self.cleaned: list[QuestionVersion] = []  # the sanitiser's policy changed, the words did not

    def run(self, wanted: Sequence[Wanted]) -> None:
        wanted = [one for one in wanted if one.fingerprint not in self.taken]
        pairs, fresh = recognise(self.rows, wanted)
        fresh = [one for one in fresh if one.adds]
        seen = {row.pk for row, _ in pairs}
        versions = [version for row, one in pairs if (version := self._update(row, one))]
        gone = [row for row in self.rows if row.pk not in seen and not self._stays(row)]
        for row in gone:
            self.result.counts["retired"] += change(row, state=Question.State.RETIRED)
        self._free_fingerprints(pairs, fresh)
        made = self._create(fresh)
        self._write_versions(versions)
        changed = [row for row in self.rows if _state(row) != self.before[row.pk]]
        write(Question, changed, _FIELDS)
        write(QuestionVersion, self.cleaned, ["html", "html_policy"])
        self._tell_cards()
        for row in (*self.rows, *made):
            if row.state == Question.State.READY:
                self.result.kinds[row.kind] += 1
        self.result.counts["kept"] = len(pairs) - sum(
            self.result.counts[name] for name in ("edited", "answer_changed")
        )
        self.result.written = bool(changed or made or versions)

    def _stays(self, row: Question) -> bool:
        """A generated question outlives not being proposed again, as long as its fact says what it said."""
        if row.origin != Question.Origin.GENERATED or row.state == Question.State.RETIRED:
            return row.state == Question.State.RETIRED
        return row.fact_id in self._unchanged_facts

    @property
    def _unchanged_facts(self) -> set[int]:
        facts = self.changes.facts
        return {facts.ids[index] for index in (*facts.kept, *facts.moved)}

    def _update(self, row: Question, one: Wanted) -> QuestionVersion | None:
        """Change the row in memory; the new version when its words changed."""
        self.result.counts["revived"] += row.state == Question.State.RETIRED
        if row.topic_id != one.topic:
            self.moved.append(row.pk)
        state = row.state if row.state == Question.State.DRAFT else Question.State.READY
        change(row, state=state, stale=False, **one.columns())
        current = row.current
        if current is None:
            return self._version(row, one, 1)
        if one.says_the_same(current):
            if current.html_policy != POLICY_VERSION:
                current.html = question_types.render(current.stem, current.payload, current.rationale)
                current.html_policy = POLICY_VERSION
                self.cleaned.append(current)
            return None
        if one.answers_otherwise(current):
            self.reset.append(row)
            self.result.counts["answer_changed"] += 1
        else:
            self.result.counts["edited"] += 1
        return self._version(row, one, current.number + 1)

    def _version(self, row: Question, one: Wanted, number: int) -> QuestionVersion:
        return QuestionVersion(
            question=row,
            number=number,
            stem=one.stem,
            payload=one.payload,
            rationale=one.rationale,
            reference=one.reference,
            html=question_types.render(one.stem, one.payload, one.rationale),
            html_policy=POLICY_VERSION,
            created_at=self.at,
        )

    def _free_fingerprints(self, pairs: Sequence[tuple[Question, Wanted]], fresh: Sequence[Wanted]) -> None:
        """Two questions may trade fingerprints, and the unique index looks after every row: step aside first."""
        held = {row.pk: self.before[row.pk][0] for row in self.rows}
        taking = {one.fingerprint: 0 for one in fresh}
        taking |= {row.fingerprint: row.pk for row, _ in pairs if row.fingerprint != held[row.pk]}
        blocking = [pk for pk, fingerprint in held.items() if taking.get(str(fingerprint), pk) != pk]
        recording.touching(Question, blocking, ["fingerprint"])
        for row in (row for row in self.rows if row.pk in blocking):
            Question.objects.filter(pk=row.pk).update(fingerprint=f"aside-{row.pk}")
            if row.fingerprint == held[row.pk]:
                row.fingerprint = f"former-{row.pk}"

    def _create(self, fresh: Sequence[Wanted]) -> list[Question]:
        made = create(
            Question,
            [
                Question(
                    certification=self.changes.certification,
                    origin=one.origin,
                    pattern=one.pattern,
                    state=Question.State.READY if one.accepted else Question.State.DRAFT,
                    **one.columns(),
                )
                for one in fresh
            ],
        )
        versions = create(
            QuestionVersion, [self._version(row, one, 1) for row, one in zip(made, fresh, strict=True)]
        )
        for row, version in zip(made, versions, strict=True):
            row.current = version
        write(Question, made, ["current"])
        self.result.counts["new"] += sum(one.accepted for one in fresh)
        return made

    def _write_versions(self, versions: Sequence[QuestionVersion]) -> None:
        of = QuestionVersion.objects.filter(question__in=[version.question_id for version in versions])
        last = dict(of.order_by().values_list("question").annotate(Max("number")))
        for version in versions:  # a publication that was taken back leaves versions above the current one
            version.number = last.get(version.question_id, 0) + 1
        for version in create(QuestionVersion, versions):
            version.question.current = version

    def _tell_cards(self) -> None:
        retired = [row for row in self.rows if row.state != Question.State.READY and row.pk in self.was_asked]
        revived = [
            row for row in self.rows if row.state == Question.State.READY and row.pk not in self.was_asked
        ]
        if retired:
            answering.suspend_cards(retired)
        if revived:
            answering.revive_cards(revived)
        if self.reset:
            answering.reset_cards(self.reset, self.at)
        if self.moved:
            topic = Question.objects.filter(pk=OuterRef("question_id")).values("topic_id")[:1]
            Card.objects.filter(question__in=self.moved).update(topic_id=Subquery(topic))


def recognise(
    rows: Sequence[Question], wanted: Sequence[Wanted]
) -> tuple[list[tuple[Question, Wanted]], list[Wanted]]:
    """(row, wanted) pairs, one to one, and what has no row yet. The surest evidence is used up first."""
    free = {
        row.pk: row for row in sorted(rows, key=lambda row: (row.state == Question.State.RETIRED, row.pk))
    }
    open_wants = dict(enumerate(wanted))
    pairs: list[tuple[Question, Wanted]] = []
    for of_row, of_want in Wanted.evidence():
        table: dict[Any, list[int]] = defaultdict(list)
        for row in free.values():
            if (key := of_row(row)) is not None:
                table[key].append(row.pk)
        for index, one in list(open_wants.items()):
            queue = table.get(of_want(one)) if of_want(one) is not None else None
            if queue:
                pairs.append((free.pop(queue.pop(0)), one))
                del open_wants[index]
    return pairs, list(open_wants.values())


def _state(row: Question) -> tuple[Any, ...]:
    return (row.fingerprint, *(getattr(row, _column(name)) for name in _FIELDS if name != "fingerprint"))


def _column(name: str) -> str:
    return f"{name}_id" if name in {"topic", "fact", "source", "current"} else name


def counts(changes: BankChanges) -> Mapping[str, int]:
    """For a publication's summary."""
    names = ("new", "kept", "edited", "answer_changed", "retired", "revived")
    return {name: changes.counts[name] for name in names}
