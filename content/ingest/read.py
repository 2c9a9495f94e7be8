"""The whole way from files to a draft: scan, titles, outline, notes, facts, authored questions, drills.

One file's surprise never costs another its place: it becomes an error that names the file, and the rest goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from content.ingest import outline
from content.ingest.blocks import misread
from content.ingest.blocks.scanner import scan
from content.ingest.blocks.sweep import sweep
from content.ingest.blocks.working import Page, Scanned, finish
from content.ingest.choices import Choices, LineChoice, LineChoiceKind
from content.ingest.course import is_course, read_course
from content.ingest.drills import Check, read_drill
from content.ingest.facts import Owner, extract
from content.ingest.markup import HOLE, web_address
from content.ingest.model import (
    Block,
    BlockKind,
    CourseMeta,
    Dialect,
    Draft,
    DrillDraft,
    FactDraft,
    NoteDraft,
    Notice,
    QuestionDraft,
    SourceDraft,
    TopicDraft,
)
from content.ingest.questions.authored import MAX_HOLES, from_found, from_text
from content.ingest.reading import InputFile, Refused, decode
from content.ingest.titles.promoting import promote

Progress = Callable[[str, int, int], None]
NO_CHOICES = Choices()


@dataclass(slots=True)
class _Gathered:
    """What has been read so far."""

    sources: list[SourceDraft] = field(default_factory=list)
    topics: list[TopicDraft] = field(default_factory=list)
    notes: list[NoteDraft] = field(default_factory=list)
    facts: list[FactDraft] = field(default_factory=list)
    questions: list[QuestionDraft] = field(default_factory=list)
    drills: list[DrillDraft] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)
    errors: list[Notice] = field(default_factory=list)
    course: CourseMeta | None = None
    anchors: dict[str, tuple[str, int]] = field(default_factory=dict)
    keys: int = 0
    graders: Collection[str] | None = None
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """One file, scanned."""

    source: SourceDraft
    front: dict[str, Any]
    scanned: Scanned
    notices: list[Notice]


def read_notes(
    files: Sequence[InputFile],
    progress: Progress | None = None,
    choices: Choices = NO_CHOICES,
    graders: Collection[str] | None = None,
    check: Check | None = None,
) -> Draft:
    """All files as one draft. `progress(stage, n, of)` is called before each file of the stages reading and outlining.

    `choices`: what a person decided about single lines. `graders`: names that a drill may give; any when None.
    `check` says what else is wrong with a drill.
    Never raises for bad content: a file that cannot be read becomes an error notice.
    """
    gathered = _Gathered(graders=graders, check=check)
    tell = progress or (lambda stage, n, of: None)
    scanned: list[_Read] = []
    for n, file in enumerate(files, 1):
        tell("reading", n, len(files))
        if (
            read := _guarded(file.path, partial(_scan, file, choices.about(file.path)), gathered)
        ) is not None:
            scanned.append(read)
    for read in scanned:
        if is_course(read.source.path, read.front) and gathered.course is None:
            gathered.course, notices = read_course(read.source.path, read.front, read.scanned.blocks)
            gathered.warnings.extend(notices)
    scanned = _one_vault(_in_course_order(scanned, gathered))
    for n, read in enumerate(scanned, 1):
        tell("outlining", n, len(scanned))
        _guarded(read.source.path, partial(_take, read, gathered), gathered)
    return Draft(
        tuple(gathered.sources),
        tuple(gathered.topics),
        tuple(gathered.notes),
        tuple(gathered.facts),
        tuple(gathered.questions),
        tuple(gathered.drills),
        tuple(gathered.warnings),
        tuple(gathered.errors),
        gathered.course,
    )


def _in_course_order(scanned: list[_Read], gathered: _Gathered) -> list[_Read]:
    """Files in the order of the course's `sections`; what it does not name comes after, by name as before."""
    wanted = gathered.course.sections if gathered.course else ()
    names = [read.source.path.rpartition("/")[2] for read in scanned]
    for missing in (name for name in wanted if name not in names):
        message = f"course.md lists the section “{missing}”, but no such file was given. Mend the name or remove it."
        gathered.warnings.append(Notice("course.md", 1, "missing_section", message))
    places = {name: place for place, name in enumerate(wanted)}
    order = sorted(range(len(scanned)), key=lambda n: places.get(names[n], len(places)))
    return [scanned[n] for n in order]


def _one_vault(scanned: list[_Read]) -> list[_Read]:
    """Notes among the files of a vault belong to it, also those that link to nothing."""
    linked = sum(read.source.dialect == Dialect.VAULT for read in scanned)
    if linked < 2 or 4 * linked < len(scanned):
        return scanned
    notes = (Dialect.NOTES, Dialect.VAULT)
    return [
        replace(read, source=replace(read.source, dialect=str(Dialect.VAULT)))
        if read.source.dialect in notes
        else read
        for read in scanned
    ]


def read_blocks(path: str, text: str, about: Mapping[str, tuple[LineChoice, ...]] | None = None) -> Scanned:
    """The typed blocks of one file, with titles found and furniture taken off. `about`: choices about its lines."""
    return finish(_page(path, text, about))


def _page(path: str, text: str, about: Mapping[str, tuple[LineChoice, ...]] | None) -> Page:
    page = scan(path, text, about)
    promote(page)
    sweep(page)
    return page


def _guarded(path: str, work: Callable[[], Any], gathered: _Gathered) -> Any:
    """Run one file's work; whatever goes wrong becomes an error that names the file."""
    try:
        return work()
    except Refused as refused:
        gathered.errors.append(refused.notice)
    except Exception as error:  # noqa: BLE001 - nothing in a file may stop the others
        gathered.errors.append(
            Notice(
                path,
                0,
                "unexpected",
                f"{path} could not be read "
                f"({type(error).__name__}). Everything else was; please report this file.",
            )
        )
    return None


def _scan(file: InputFile, about: Mapping[str, tuple[LineChoice, ...]]) -> _Read:
    text = decode(file)
    page = _page(file.path, text, about)
    scanned = finish(page)
    if scanned.in_blocks == 0:
        reason = page.notices[0].message if page.notices else "Nothing in it could be read."
        line = page.notices[0].line if page.notices else 0
        raise Refused(Notice(file.path, line, "nothing_to_read", f"{file.path} holds no notes. {reason}"))
    source = SourceDraft(
        file.path,
        hashlib.sha256(file.data).hexdigest(),
        text,
        str(page.dialect),
        len(page.lines),
        scanned.nonblank,
        scanned.in_blocks,
        scanned.discarded,
        scanned.blocks,
    )
    right = {no for no, kinds in page.decided.items() if LineChoiceKind.RIGHT in kinds}
    notices = [*page.notices, *misread.warnings(file.path, scanned.blocks, page.lines, right)]
    return _Read(source, page.front, scanned, notices)


def _take(read: _Read, gathered: _Gathered) -> None:
    """Add one scanned file to the draft, whole or not at all."""
    part = _Gathered(
        keys=gathered.keys,
        course=gathered.course,
        anchors=dict(gathered.anchors),
        graders=gathered.graders,
        check=gathered.check,
    )
    part.sources.append(read.source)
    part.warnings.extend(read.notices)
    if not is_course(read.source.path, read.front):
        _outline(read, part, len(gathered.notes), len(gathered.facts))
    for name in ("sources", "topics", "notes", "facts", "questions", "drills", "warnings"):
        getattr(gathered, name).extend(getattr(part, name))
    gathered.keys, gathered.anchors = part.keys, part.anchors


def _outline(read: _Read, part: _Gathered, notes: int, facts: int) -> None:
    path = read.source.path
    front = read.front
    if not _can_be_linked(str(front.get("reference") or ""), path, 1, part):
        front = {**front, "reference": ""}
    found = outline.build(path, read.source.dialect, front, read.scanned.blocks, part.keys, part.course)
    part.keys += len(found.topics)
    _unknown_domains(path, front, found.topics, part)
    part.topics = [_unique(topic, part, topic.title) for topic in found.topics]
    part.notes = found.notes
    note_of = {note.topic: notes + at for at, note in enumerate(found.notes)}
    trails = _trails(found.topics)
    for topic in found.topics:
        blocks = found.own[topic.key]
        if topic.key in note_of:
            owner = Owner(topic.key, note_of[topic.key], path, trails[topic.key])
            new = extract(owner, [b for b in blocks if b.kind in outline.TEXT], facts + len(part.facts))
            part.facts.extend(_unique(fact, part, fact.text) for fact in new)
        for block in blocks:
            _authored(block, topic, read, part)


def _unknown_domains(path: str, front: dict[str, Any], topics: Sequence[TopicDraft], part: _Gathered) -> None:
    """Numbers of domains that the course does not have, each told once."""
    if part.course is None or not part.course.domains:
        return
    known = {domain.number for domain in part.course.domains}
    told: set[int] = set()
    for topic in topics:
        number = topic.domain
        if number is None or number in known or number in told:
            continue
        told.add(number)
        line = 1 if number == front.get("domain") else topic.line
        message = (
            f"{path}, line {line}: there is no domain {number} in course.md, which has "
            f"{', '.join(str(n) for n in sorted(known))}. Correct the number there or here."
        )
        part.warnings.append(Notice(path, line, "domain", message))


def _authored(block: Block, topic: TopicDraft, read: _Read, part: _Gathered) -> None:
    path = read.source.path
    if block.kind == BlockKind.QUESTION:
        question = from_found(read.scanned.payloads[block.index], block, topic.key, path, topic.reference)
        if not _can_be_linked(question.reference, path, block.line_from, part):
            question = replace(question, reference="")
        part.questions.append(_unique(question, part, question.stem))
    elif block.kind == BlockKind.DRILL:
        drill = read_drill(block, topic.key, path, part.graders, part.check)
        if isinstance(drill, Notice):
            part.warnings.append(drill)
        else:
            if not _can_be_linked(str(drill.spec.get("source") or ""), path, block.line_from, part):
                drill = replace(drill, spec={**drill.spec, "source": ""})
            part.drills.append(drill)
    else:
        part.questions.extend(from_text(block, topic.key, path, topic.reference))
        if block.text.count("==") > 2 * MAX_HOLES and (holes := len(HOLE.findall(block.text))) > MAX_HOLES:
            message = (
                f"{path}, line {block.line_from}: this statement has {holes} cloze holes; only the first {MAX_HOLES} "
                "became questions. Part it into shorter statements."
            )
            part.warnings.append(Notice(path, block.line_from, "holes", message))


def _can_be_linked(address: str, path: str, line: int, part: _Gathered) -> bool:
    """Nothing, or an address that a page may link to; otherwise a sentence that says why it is left out."""
    if not address or web_address(address):
        return True
    message = (
        f"The reference of {path}, line {line} is no web address (“{address[:60]}”), so it was left out. "
        "Write one that begins with https://."
    )
    part.warnings.append(Notice(path, line, "reference", message))
    return False


def _trails(topics: Sequence[TopicDraft]) -> dict[int, tuple[str, ...]]:
    """Titles from the outermost section down to each topic."""
    trails: dict[int, tuple[str, ...]] = {}
    for topic in topics:
        above = trails.get(topic.parent, ()) if topic.parent is not None else ()
        trails[topic.key] = (*above, topic.title)
    return trails


def _unique(draft: Any, part: _Gathered, text: str) -> Any:
    """The draft, without its anchor when another one has it already: an anchor names one thing."""
    anchor = draft.anchor
    if anchor is None:
        return draft
    line = draft.line if isinstance(draft, TopicDraft) else draft.line_from
    first = part.anchors.setdefault(anchor, (draft.source, line))
    if first == (draft.source, line):
        return draft
    part.warnings.append(
        Notice(
            draft.source,
            line,
            "duplicate_anchor",
            f"The identifier “{anchor}” in {draft.source}, "
            f"line {line} is taken by {first[0]}, line {first[1]}; it was left out. Give one of "
            "them another identifier.",
        )
    )
    return replace(draft, anchor=None)
