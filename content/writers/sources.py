"""Certification facts from `course.md`, and one Source row for each file of the upload."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from content.ingest.identity import normalise
from content.ingest.model import CourseMeta, Draft, SourceDraft, plain
from content.models import Certification, Domain, Fact, Source
from content.writers import recording
from content.writers.rows import change, create, delete, write

_RENAMED = 0.8  # share of statements that a vanished file and a new one must have in common
_SAME_NAME = 0.5  # share of a vanished file's statements in a new one that has its name in another folder
_PIECE = 0.3  # the same in the largest piece of a file that was split
_DISSOLVED = 0.6  # share of a vanished file's statements that other files of the upload have gained
_FEW = 3
_SOME = 0.1  # share of statements in common that makes it worth to compare the words of two files
_SAME_WORDS = 0.75
_FIELDS = ["path", "dialect", "sha256", "text", "lines", "nonblank", "in_blocks", "discarded", "retired"]


def write_course(certification: Certification, course: CourseMeta) -> bool:
    """Set blueprint and domains as the course says them; True when something differed."""
    exam = course.exam
    said = {
        "title": course.title,
        "code": course.code,
        "vendor": course.vendor,
        "licence": course.licence,
        "introduction": course.introduction,
        "scored_questions": exam.scored,
        "unscored_questions": exam.unscored,
        "minutes": exam.minutes,
        "pass_mark": exam.pass_mark,
        "scale_min": exam.scale_min,
        "scale_max": exam.scale_max,
    }
    said = {name: value for name, value in said.items() if value}
    changed = change(certification, **said)
    if changed:
        recording.changing(Certification, [certification], list(said))
        certification.save(update_fields=list(said))
    return _write_domains(certification, course) or changed


def _write_domains(certification: Certification, course: CourseMeta) -> bool:
    if not course.domains:
        return False
    there = {domain.number: domain for domain in certification.domains.all()}
    said = {domain.number: domain for domain in course.domains}
    changed, new = [], []
    for number, meta in said.items():
        weight = Decimal(str(meta.weight)).quantize(Decimal("0.01"))
        if number not in there:
            new.append(Domain(certification=certification, number=number, title=meta.title, weight=weight))
        elif change(there[number], title=meta.title, weight=weight):
            changed.append(there[number])
    gone = [domain.pk for number, domain in there.items() if number not in said]
    delete(Domain, gone)
    write(Domain, changed, ["title", "weight"])
    create(Domain, new)
    return bool(changed or new or gone)


def write_sources(certification: Certification, draft: Draft, at: datetime) -> tuple[dict[str, Source], bool]:
    """One row a file of the draft, by path, and whether any was written. A renamed file keeps its row.

    Files whose statements have all gone over to other files of this upload are retired; they stand beside the others
    under the path that they had, so that their statements are recognised.
    """
    found = _recognise(certification, draft)
    changed, new = [], []
    for file in draft.sources:
        source = found.rows.get(file.path)
        if source is None:
            new.append(Source(certification=certification, updated_at=at, **_columns(file)))
        elif change(source, **_columns(file)):
            source.updated_at = at
            changed.append(source)
    for source in found.dissolved.values():
        source.retired, source.updated_at = True, at
        changed.append(source)
    write(Source, changed, [*_FIELDS, "updated_at"])
    made = create(Source, new)
    rows = found.rows | {source.path: source for source in made}
    return rows | found.dissolved, bool(changed or made)


def plan_sources(certification: Certification, draft: Draft) -> tuple[dict[str, Source], set[str]]:
    """All rows of a certification by the path that they would have, and the paths that this upload is about.

    Nothing is written; the rows are changed in memory alone. Files that are not there yet have none.
    """
    found = _recognise(certification, draft)
    for path, source in found.rows.items():
        source.path = path
    mine = found.rows | found.dissolved
    ours = {source.pk for source in mine.values()}
    others = {path: source for path, source in found.there.items() if source.pk not in ours}
    return mine | others, set(mine)


def _columns(file: SourceDraft) -> dict[str, object]:
    return {
        "path": file.path,
        "dialect": file.dialect,
        "sha256": file.sha256,
        "text": file.text,
        "lines": file.lines,
        "nonblank": file.nonblank,
        "in_blocks": file.in_blocks,
        "discarded": plain(file.discarded),
        "retired": False,
    }


@dataclass(frozen=True, slots=True)
class _Recognised:
    """`there`: all rows by the path that they have. `rows`: path of a file of the upload → the row that it has had.
    `dissolved`: rows of files that are gone because other files of the upload say what they said, by their old path.
    """

    there: dict[str, Source]
    rows: dict[str, Source]
    dissolved: dict[str, Source]


def _recognise(certification: Certification, draft: Draft) -> _Recognised:
    there = {source.path: source for source in Source.objects.filter(certification=certification)}
    uploaded = {file.path for file in draft.sources}
    rows = {path: source for path, source in there.items() if path in uploaded}
    missing = {source.pk: source for path, source in there.items() if path not in uploaded}
    if not missing or not uploaded:
        return _Recognised(there, rows, {})
    statements = _Statements(draft, there, missing)
    strange = [file for file in draft.sources if file.path not in there]
    for shared, file, source in statements.likely_names(strange):
        if source.pk in missing and file.path not in rows and statements.is_renamed(shared, file, source):
            rows[file.path] = missing.pop(source.pk)
    dissolved = {source.path: source for source in missing.values() if statements.has_dissolved(source)}
    return _Recognised(there, rows, dissolved)


class _Statements:
    """What files of the upload say, and what rows without a file have said, by fingerprint."""

    def __init__(self, draft: Draft, there: Mapping[str, Source], missing: Mapping[int, Source]) -> None:
        self.said: dict[str, Counter[str]] = {file.path: Counter() for file in draft.sources}
        for fact in draft.facts:
            self.said[fact.source][fact.fingerprint] += 1
        self.missing = missing
        self.held: dict[int, Counter[str]] = {source.pk: Counter() for source in there.values()}
        facts = Fact.objects.filter(source__in=list(self.held)).exclude(state=Fact.State.RETIRED)
        for pk, fingerprint in facts.values_list("source_id", "fingerprint"):
            self.held[pk][fingerprint] += 1
        # What the upload says beyond what its own files have said until now.
        self.gained: Counter[str] = Counter()
        for said in self.said.values():
            self.gained += said
        for path, source in there.items():
            if path in self.said:
                self.gained -= self.held[source.pk]

    def likely_names(self, strange: Sequence[SourceDraft]) -> list[tuple[float, SourceDraft, Source]]:
        """(share of the row's statements, file, row) of every pair that has something in common, most first."""
        holders: dict[str, list[Source]] = defaultdict(list)
        for pk, source in self.missing.items():
            for fingerprint in self.held[pk]:
                holders[fingerprint].append(source)
        found = []
        for file in strange:
            partners = {source.pk: source for words in self.said[file.path] for source in holders[words]}
            partners |= {pk: source for pk, source in self.missing.items() if source.sha256 == file.sha256}
            found += [(self._shared(file, source), file, source) for source in partners.values()]
        return sorted(found, key=lambda row: (row[0] <= 1, -row[0] * self.held[row[2].pk].total()))

    def _shared(self, file: SourceDraft, source: Source) -> float:
        if file.sha256 == source.sha256:
            return 2.0  # nothing is more
        held = self.held[source.pk]
        return (self.said[file.path] & held).total() / max(held.total(), 1)

    def is_renamed(self, shared: float, file: SourceDraft, source: Source) -> bool:
        """The same bytes; nearly all statements of the larger; half of them under the same name in another folder; a
        good part of a file that is in pieces, when most of the others are elsewhere in the upload, so that nothing is
        lost; or nearly the same words, arranged in another way.
        """
        held, said = self.held[source.pk], self.said[file.path]
        if shared > 1 or shared * held.total() >= _RENAMED * max(said.total(), held.total(), 1):
            return True
        same_name = file.path.rpartition("/")[2] == source.path.rpartition("/")[2]
        if shared >= (_SAME_NAME if same_name else _PIECE) and (same_name or self.has_dissolved(source)):
            return True
        return shared >= _SOME and _words_in_common(file.text, source.text) >= _SAME_WORDS

    def has_dissolved(self, source: Source) -> bool:
        """Most of what it said, and no less than a few statements or all, is new in other files of this upload."""
        held = self.held[source.pk]
        found = (held & self.gained).total()
        return found >= min(_FEW, max(2, held.total())) and found >= _DISSOLVED * held.total()


def _words_in_common(one: str, other: str) -> float:
    """Share of the words of the longer text that the other has as well."""
    here, there = Counter(normalise(one).split()), Counter(normalise(other).split())
    return (here & there).total() / max(here.total(), there.total(), 1)
