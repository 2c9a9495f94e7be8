"""Certification facts from `course.md`, and one Source row for each file of the upload."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from content.ingest.model import CourseMeta, Draft, SourceDraft, plain
from content.models import Certification, Domain, Fact, Source
from content.writers import recording
from content.writers.rows import change, create, delete, write

_RENAMED = 0.8  # share of statements that a vanished file and a new one must have in common


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
    """One row a file of the draft, by path, and whether any was written. A renamed file keeps its row."""
    fields = [
        "path",
        "dialect",
        "sha256",
        "text",
        "lines",
        "nonblank",
        "in_blocks",
        "discarded",
        "retired",
        "updated_at",
    ]
    there = {source.path: source for source in Source.objects.filter(certification=certification)}
    renamed = _renamed(draft, there)
    changed, new = [], []
    for file in draft.sources:
        source = there.get(file.path) or renamed.get(file.path)
        if source is None:
            new.append(Source(certification=certification, updated_at=at, **_columns(file)))
        elif change(source, **_columns(file)):
            source.updated_at = at
            changed.append(source)
    write(Source, changed, fields)
    made = create(Source, new)
    rows = {source.path: source for source in (*there.values(), *made)}
    return {file.path: rows[file.path] for file in draft.sources}, bool(changed or made)


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


def _renamed(draft: Draft, there: Mapping[str, Source]) -> dict[str, Source]:
    """Rows of files that this upload holds under a new name: the same bytes, or nearly all of their statements."""
    uploaded = {file.path for file in draft.sources}
    strange = [file for file in draft.sources if file.path not in there]
    missing = {source.pk: source for path, source in there.items() if path not in uploaded}
    if not strange or not missing:
        return {}
    said: dict[str, Counter[str]] = {file.path: Counter() for file in strange}
    for fact in draft.facts:
        if fact.source in said:
            said[fact.source][fact.fingerprint] += 1
    held: dict[int, Counter[str]] = {pk: Counter() for pk in missing}
    facts = Fact.objects.filter(source__in=list(missing)).exclude(state=Fact.State.RETIRED)
    for pk, fingerprint in facts.values_list("source_id", "fingerprint"):
        held[pk][fingerprint] += 1
    found: dict[str, Source] = {}
    for file in strange:
        best = max(missing.values(), key=lambda source: _shared(file, source, said, held), default=None)
        if best is not None and _shared(file, best, said, held) >= _RENAMED:
            found[file.path] = missing.pop(best.pk)
    return found


def _shared(
    file: SourceDraft, source: Source, said: Mapping[str, Counter[str]], held: Mapping[int, Counter[str]]
) -> float:
    """1 for the same bytes; else the share of statements in common, of the larger file."""
    if file.sha256 == source.sha256:
        return 1.0
    one, other = said[file.path], held[source.pk]
    return (one & other).total() / max(one.total(), other.total(), 1)
