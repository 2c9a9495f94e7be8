"""`course.md`: what a course folder says about its certification."""

from __future__ import annotations

from typing import Any

from content.ingest.blocks import canonical
from content.ingest.model import Block, BlockKind, CourseMeta, DomainMeta, ExamMeta, Notice

_FIELDS = ("certification", "title", "code", "vendor", "licence", "exam", "domains", "sections")


def is_course(path: str, front: dict[str, Any]) -> bool:
    """The file that describes the course: `course.md`, or one whose front matter names certification and domains."""
    return path.rsplit("/", 1)[-1].lower() == "course.md" or ("certification" in front and "domains" in front)


def read_course(
    path: str, front: dict[str, Any], blocks: tuple[Block, ...]
) -> tuple[CourseMeta, list[Notice]]:
    """The course's facts, and a sentence for every one that could not be used."""
    notices: list[Notice] = []
    exam = front.get("exam")
    numbers = (
        {name: _whole(exam.get(name)) for name in ExamMeta.__dataclass_fields__}
        if isinstance(exam, dict)
        else {}
    )
    domains = _domains(path, front.get("domains"), notices)
    text = [block for block in blocks if block.kind not in (BlockKind.FRONT_MATTER, BlockKind.HEADING)]
    certification = _word(front.get("certification"))
    if not certification:
        notices.append(
            Notice(
                path,
                1,
                "course",
                f"{path} does not name its `certification`; add that line to the front matter.",
            )
        )
    notices += _astray(path, blocks)
    meta = CourseMeta(
        certification,
        _word(front.get("title")),
        _word(front.get("code")),
        _word(front.get("vendor")),
        _word(front.get("licence")),
        ExamMeta(**numbers),
        domains,
        canonical.render(text),
        tuple(name for entry in _list(front.get("sections")) if (name := _word(entry))),
        {key: value for key, value in front.items() if key not in _FIELDS},
    )
    return meta, notices


def _astray(path: str, blocks: tuple[Block, ...]) -> list[Notice]:
    """Questions and drills, which nobody would ever be asked: this file is about the course and has no topics."""
    return [
        Notice(
            path,
            block.line_from,
            str(block.kind),
            f"The {block.kind} in {path}, line {block.line_from} was left out: this file only describes the course. "
            "Move it to a file of notes and import both again.",
        )
        for block in blocks
        if block.kind in (BlockKind.QUESTION, BlockKind.DRILL)
    ]


def _domains(path: str, value: Any, notices: list[Notice]) -> tuple[DomainMeta, ...]:
    domains: list[DomainMeta] = []
    for at, entry in enumerate(value if isinstance(value, list) else [], 1):
        if (
            not isinstance(entry, dict)
            or not _word(entry.get("title"))
            or not isinstance(entry.get("weight"), int | float)
        ):
            notices.append(
                Notice(
                    path,
                    1,
                    "course",
                    f"Domain {at} in {path} was left out: it needs a `title` and a `weight` in percent.",
                )
            )
            continue
        domains.append(
            DomainMeta(_whole(entry.get("number")) or at, _word(entry["title"]), float(entry["weight"]))
        )
    return tuple(domains)


def _word(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**6 else 0
