"""What becomes of every question of the sources that are published: decided in memory, written by nobody here.

A question keeps its row through moves and edits; new words make a new version, another answer makes cards due as well.
A generated question stands as long as its statement still says what it asks, also when the generator would now rather
ask something else; then nothing else is asked of that statement in its place. What a person wrote or set aside is left
alone, but for this: when the answer changed under a person's words, the question is held until somebody has looked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max

from content.ingest.comparing import answers
from content.ingest.publish import ContentChanges
from content.models import Fact
from content.rendering import POLICY_VERSION
from content.writers.rows import change
from quizzes import question_types
from quizzes.models import Question, QuestionVersion
from quizzes.question_bank.recognition import key_of_row, recognise, stem_of_row
from quizzes.wanted import ACCEPTED, REJECTED, STANDS, Wanted, answers_differ, key_of, keys_of

State = Question.State
FIELDS = [
    *("topic", "fact", "source", "line_from", "line_to", "kind", "state", "anchor", "fingerprint"),
    *("sibling_group", "position", "stale", "by_hand", "pattern", "current"),
]
WRITTEN = "written"  # beside the HTML of a version: a drill as it was typed, which no policy cleans
SILENT = (Fact.State.DISPUTED, Fact.State.OVERRULED)


@dataclass
class BankChanges:
    """`counts`: new, kept, edited, answer_changed, retired, revived, stale. `problems`: what could not be asked."""

    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    written: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one question. `row` is None for a new one, `wanted` for one that nobody asks for any more.

    `name`: new, kept, edited, answer_changed, retired, revived or stale. `version`: new words, not saved yet. `before`:
    the version that it had.
    """

    name: str
    row: Question | None = None
    wanted: Wanted | None = None
    version: QuestionVersion | None = None
    before: QuestionVersion | None = None


def askable(wanted: Iterable[Wanted], problems: list[str]) -> list[Wanted]:
    """Those that their question type accepts, one for each fingerprint; sentences about the others."""
    good: dict[str, Wanted] = {}
    for one in wanted:
        known = one.kind in question_types.kinds()
        wrong = (
            question_types.get(one.kind).validate(one.stem, one.payload)
            if known
            else [f"There is no grader called “{one.kind}”."]
        )
        if wrong:
            problems.append(f"{one.path}, line {one.line_from}: {' '.join(wrong)}")
        else:
            good.setdefault(one.fingerprint, one)
    return list(good.values())


class Deciding:
    """Reads the rows, decides, and leaves them changed in memory: `rows`, `fresh`, `outcomes`, what cards are told."""

    def __init__(self, changes: ContentChanges, at: datetime) -> None:
        self.changes, self.at = changes, at
        sources = [source.pk for source in changes.sources.values()]
        questions = Question.objects.filter(certification=changes.certification)
        mine = questions.filter(source__in=sources).select_related("current")
        self.rows = list(mine.annotate(last_version=Max("versions__number")))
        # Fingerprints are unique in a certification, also beside those of other sources.
        elsewhere = questions.exclude(source__in=sources).order_by()
        self.taken: dict[str, str | None] = dict(elsewhere.values_list("fingerprint", "source__path"))
        self.problems: list[str] = []
        self.before = {row.pk: state_of(row) for row in self.rows}
        self.was_asked = {row.pk for row in self.rows if row.state == State.READY}
        self.pairs: list[tuple[Question, Wanted]] = []
        self.fresh: list[Wanted] = []
        self.outcomes: list[Outcome] = []
        self.moved: list[int] = []
        self.reset: list[Question] = []
        self.cleaned: list[QuestionVersion] = []  # the sanitiser's policy changed, the words did not
        self._facts = _Statements(changes)
        self._earlier: dict[int, list[QuestionVersion]] = {}
        self._silent: set[int] = set()

    def run(self, wanted: Sequence[Wanted]) -> None:
        self._adopt(wanted)
        wanted = self._free(wanted)
        silent = Fact.objects.filter(topic__certification=self.changes.certification, state__in=SILENT)
        self._silent = set(silent.values_list("pk", flat=True))
        self.pairs, fresh = recognise(self.rows, wanted)
        self._let_stand(fresh)
        self._earlier = self._versions_of_authored()
        for row, one in self.pairs:
            self.outcomes.append(self._update(row, one))
        seen = {row.pk for row, _ in self.pairs}
        for row in self.rows:
            if row.pk not in seen and (outcome := self._left(row)) is not None:
                self.outcomes.append(outcome)
        asked_about = {row.fact_id for row in self.rows if row.state != State.RETIRED and row.pattern}
        self.fresh = [one for one in fresh if self._is_added(one, asked_about)]
        self.outcomes += [Outcome("new", None, one) for one in self.fresh if one.choice != REJECTED]

    def _adopt(self, wanted: Sequence[Wanted]) -> None:
        """A question that a person wrote, in no source so far, stands in these notes from now on."""
        homeless = {
            one.fingerprint for one in wanted if one.anchor and self.taken.get(one.fingerprint, "") is None
        }
        if not homeless:
            return
        rows = Question.objects.filter(
            certification=self.changes.certification, source=None, fingerprint__in=homeless
        )
        found = list(rows.select_related("current").annotate(last_version=Max("versions__number")))
        self.rows += found
        self.before |= {row.pk: state_of(row) for row in found}
        self.was_asked |= {row.pk for row in found if row.state == State.READY}
        for row in found:
            self.taken.pop(row.fingerprint)

    def _free(self, wanted: Sequence[Wanted]) -> list[Wanted]:
        """Those that no other source asks already; who gave two questions one name is told."""
        for one in wanted:
            if one.anchor and one.fingerprint in self.taken:
                name = one.anchor.removeprefix("drill:")
                self.problems.append(
                    f"{one.path}, line {one.line_from}: The identifier “{name}” is taken by a question of "
                    f"{self.taken[one.fingerprint]}. Give one of them another identifier."
                )
        return [one for one in wanted if one.fingerprint not in self.taken]

    # -- rows and wanted questions that found each other --------------------------------------------------------

    def _let_stand(self, fresh: list[Wanted]) -> None:
        """Undo pairs of another key where the row's own question can still be asked of its statement."""
        standing = []
        for row, one in self.pairs:
            generated = bool(one.pattern) and row.fingerprint != one.fingerprint and not row.by_hand
            if (
                generated
                and row.state != State.RETIRED
                and _other_key(row, one)
                and self._facts.still_say(row)
            ):
                fresh.append(one)
            else:
                standing.append((row, one))
        self.pairs = standing

    def _versions_of_authored(self) -> dict[int, list[QuestionVersion]]:
        """Every version of authored questions that were edited by hand; one query, however many there are."""
        pks = [row.pk for row, one in self.pairs if row.by_hand and not one.pattern]
        found: dict[int, list[QuestionVersion]] = defaultdict(list)
        for version in QuestionVersion.objects.filter(question__in=pks) if pks else ():
            found[version.question_id].append(version)
        return found

    def _update(self, row: Question, one: Wanted) -> Outcome:
        """Change the row in memory; what became of it, with the new version when its words changed."""
        revived = row.state == State.RETIRED
        if row.topic_id != one.topic:
            self.moved.append(row.pk)
        keeps_words = row.by_hand and not one.by_hand
        stale = keeps_words and (row.stale or self._answer_changed_under(row, one))
        change(row, **one.columns(), stale=stale, by_hand=row.by_hand or one.by_hand)
        if one.pattern:
            change(row, pattern=one.pattern)
        change(row, state=self._state(row, one))
        current = row.current
        if stale and not self.before[row.pk][FIELDS.index("stale")]:
            return Outcome("stale", row, one, before=current)
        if current is None:
            return Outcome("edited", row, one, self._version(row, one))
        if one.choice == REJECTED and row.pk in self.was_asked:
            return Outcome("retired", row, one, before=current)
        if keeps_words or one.says_the_same(current) or _stands(one, current):
            self._clean(current)
            return Outcome("revived" if revived else "kept", row, one, before=current)
        name = "revived" if revived else "edited"
        if one.answers_otherwise(current):
            self.reset.append(row)
            name = "answer_changed"
        return Outcome(name, row, one, self._version(row, one), current)

    def _state(self, row: Question, one: Wanted) -> str:
        if one.choice == REJECTED:
            return State.DRAFT
        if row.state == State.DRAFT and one.choice != ACCEPTED:
            return State.DRAFT
        if waits_for_a_look(row) or (row.state == State.HELD and row.fact_id in self._silent):
            return State.HELD
        return State.READY

    def _answer_changed_under(self, row: Question, one: Wanted) -> bool:
        """What an instructor's words were written about has another answer now."""
        if one.pattern:
            return one.change == "answer_changed"
        known = self._earlier.get(row.pk, [])
        return bool(known) and all(
            answers_differ(version.stem, version.payload, one.stem, one.payload) for version in known
        )

    def _clean(self, version: QuestionVersion) -> None:
        if version.html_policy != POLICY_VERSION:
            kept = {key: text for key, text in version.html.items() if key == WRITTEN}
            version.html = kept | question_types.render(version.stem, version.payload, version.rationale)
            version.html_policy = POLICY_VERSION
            self.cleaned.append(version)

    def _version(self, row: Question, one: Wanted) -> QuestionVersion:
        return version_of(row, one, (row.last_version or 0) + 1, self.at)  # type: ignore[attr-defined]

    # -- rows that nobody asks for ------------------------------------------------------------------------------

    def _left(self, row: Question) -> Outcome | None:
        """A row that found no wanted question: it stands, waits, comes back or is retired."""
        if row.state == State.DRAFT:
            self._follow(row)
            return None
        if row.state == State.RETIRED:
            return self._back(row)
        if row.origin == Question.Origin.GENERATED and (fate := self._facts.change_of(row)):
            if fate in STANDS:
                self._follow(row)
                return Outcome("kept", row, before=row.current)
            if row.by_hand:
                self._follow(row)
                return self._under_a_hand(row, fate)
            if self._facts.still_say(row):
                self._follow(row)
                change(row, stale=True)
                return Outcome("kept", row, before=row.current)
        change(row, state=State.RETIRED)
        return Outcome("retired", row, before=row.current)

    def _follow(self, row: Question) -> None:
        """Stand where its statement stands now."""
        before = row.topic_id
        change(row, **self._facts.place_of(row))
        if row.topic_id != before:
            self.moved.append(row.pk)

    def _under_a_hand(self, row: Question, fate: str) -> Outcome:
        """The statement under a person's words says something else, and the generator would ask nothing like them."""
        held = fate == "answer_changed" and change(row, stale=True, state=State.HELD)
        return Outcome("stale" if held else "kept", row, before=row.current)

    def _back(self, row: Question) -> Outcome | None:
        """The statement of a generated question was gone and is there again."""
        again = row.origin == Question.Origin.GENERATED and self._facts.change_of(row) == "revived"
        asked = {one.fact for _, one in self.pairs if one.pattern}
        if not again or row.fact_id in asked or not self._facts.still_say(row):
            return None
        self._follow(row)
        change(row, state=State.HELD if waits_for_a_look(row) else State.READY)
        return Outcome("revived", row, before=row.current)

    def _is_added(self, one: Wanted, asked_about: set[int | None]) -> bool:
        """Of a statement that was only reworded, nothing is added beside what stands."""
        if one.choice or not one.pattern:
            return one.adds
        return one.adds and not (one.change in ("edited", "answer_changed") and one.fact in asked_about)


def _stands(one: Wanted, current: QuestionVersion) -> bool:
    """Of a statement that is published as it stands, the question stands too: how it is put hangs on other notes,
    and those may be in another upload.
    """
    unchanged = one.pattern and one.change == "kept" and not one.by_hand
    return bool(unchanged) and key_of(one.payload) == key_of(current.payload)


class _Statements:
    """What the statements of a draft say, for questions that were made of them earlier."""

    def __init__(self, changes: ContentChanges) -> None:
        self.changes = changes
        self.index_of = {pk: index for index, pk in changes.facts.ids.items()}

    def change_of(self, row: Question) -> str:
        """What became of the row's statement; "" when this draft has it no more."""
        index = self.index_of.get(row.fact_id) if row.fact_id is not None else None
        return self.changes.facts.state_of(index) if index is not None else ""

    def place_of(self, row: Question) -> dict[str, Any]:
        """Topic, source and lines of the row's statement; nothing when this draft has it no more."""
        index = self.index_of.get(row.fact_id) if row.fact_id is not None else None
        if index is None:
            return {}
        fact = self.changes.draft.facts[index]
        return {
            "topic_id": self.changes.topics.ids[fact.topic],
            "source_id": self.changes.sources[fact.source].pk,
            "line_from": fact.line_from,
            "line_to": fact.line_to,
        }

    def still_say(self, row: Question) -> bool:
        """The row's key stands in its statement, and no number, unit or "not" of its stem is contradicted."""
        index = self.index_of.get(row.fact_id) if row.fact_id is not None else None
        if index is None or row.current is None:
            return False
        fact = self.changes.draft.facts[index]
        said = f"{fact.text} {fact.context}"
        if not all(answers.still_says(said, key) for key in keys_of(row.current.payload)):
            return False
        if index not in self.changes.facts.answer_changed:
            return True
        numbers = {number for number, _ in answers.quantities(f"{fact.context} {fact.text}")}
        asked = {number for number, _ in answers.quantities(f"{stem_of_row(row)} {key_of_row(row)}")}
        return asked <= numbers and not answers.polarity_differs(
            self.changes.facts.said.get(index, fact.text), fact.text
        )


def _other_key(row: Question, one: Wanted) -> bool:
    return row.current is not None and answers_differ(
        row.current.stem, row.current.payload, one.stem, one.payload
    )


def waits_for_a_look(row: Question) -> bool:
    """Somebody wrote it, and the answer has changed since. (Stale alone is only a mark.)"""
    return row.by_hand and row.stale


def version_of(row: Question, one: Wanted, number: int, at: datetime) -> QuestionVersion:
    """The words of a wanted question, ready to be saved."""
    return QuestionVersion(
        question=row,
        number=number,
        stem=one.stem,
        payload=one.payload,
        rationale=one.rationale,
        reference=one.reference,
        html=question_types.render(one.stem, one.payload, one.rationale),
        html_policy=POLICY_VERSION,
        created_at=at,
    )


def state_of(row: Question) -> tuple[Any, ...]:
    """What would be written of a row, in the order of FIELDS."""
    return tuple(getattr(row, _column(name)) for name in FIELDS)


def _column(name: str) -> str:
    return f"{name}_id" if name in {"topic", "fact", "source", "current"} else name
