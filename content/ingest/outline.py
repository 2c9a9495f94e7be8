"""Blocks → outline: sections, topics and their notes, in document order.

Depth counts open headings, so skipped levels do not show. A domain comes from the heading (`{domain=3}`), from
the file's front matter, from a section named "Domain 3", or from a section named like a domain of the blueprint.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from content.ingest.blocks import canonical
from content.ingest.markup import is_only_links, plain, split_attributes, words
from content.ingest.model import Block, BlockKind, CourseMeta, Dialect, NoteDraft, TopicDraft
from content.ingest.titles.bullets import TOPIC
from content.ingest.titles.promoting import clean, domain_of

TEXT = (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.TABLE, BlockKind.CODE)
_AUTHORED = (BlockKind.QUESTION, BlockKind.DRILL)


@dataclass(slots=True)
class FileOutline:
    """The topics of one file and the blocks that belong to each of them."""

    topics: list[TopicDraft] = field(default_factory=list)
    notes: list[NoteDraft] = field(default_factory=list)
    own: dict[int, list[Block]] = field(
        default_factory=dict
    )  # topic key → its blocks, authored ones included


def build(
    path: str,
    dialect: str,
    front: dict[str, Any],
    blocks: Sequence[Block],
    first_key: int,
    course: CourseMeta | None,
) -> FileOutline:
    """The outline of one file. Keys count up from `first_key`."""
    maker = _Maker(path, dialect, front, first_key, course)
    for block in blocks:
        maker.take(block)
    return maker.finish()


class _Maker:
    def __init__(
        self, path: str, dialect: str, front: dict[str, Any], first_key: int, course: CourseMeta | None
    ) -> None:
        self.path, self.front, self.key = path, front, first_key
        self.course = course
        self.outline = FileOutline()
        self.stack: list[tuple[int, TopicDraft]] = []  # (heading depth, topic), outermost first
        self.anchor: str | None = None
        self.outward = 0  # levels that items move out, below a bullet that became a topic
        number = front.get("domain")
        self.domain = number if isinstance(number, int) and not isinstance(number, bool) else None
        reference = front.get("reference")
        self.reference = reference if isinstance(reference, str) else ""
        self.root: TopicDraft | None = None
        title = front.get("title")
        if dialect == Dialect.COURSE and isinstance(title, str) and plain(title):
            self.root = self._add(0, plain(title), 1, None, None)
        elif dialect == Dialect.VAULT:
            self._folders()

    def _folders(self) -> None:
        """In a vault folders are sections and a file's name is its title; a file may be its folder's own note."""
        folders = [_words_of(part) for part in PurePosixPath(self.path).parts[:-1]]
        name = _stem(self.path)
        if folders and words(name) in (words(folders[-1]), ["index"], ["readme"], ["home"], ["moc"]):
            name = folders.pop()
        for at, folder in enumerate(folders):
            self._add(at - len(folders), folder, 1, None, None, section=True)
        self.root = self._add(0, name, 1, None, None)

    def take(self, block: Block) -> None:
        """Give the next block to its topic."""
        if block.kind == BlockKind.ANCHOR:
            self.anchor = block.info
        elif block.kind == BlockKind.HEADING:
            self._heading(block)
        elif block.kind == BlockKind.ITEM and block.info.startswith(TOPIC):
            self._heading(replace(block, depth=int(block.info[len(TOPIC) :])))
            self.outward = 1
        elif block.kind in TEXT or block.kind in _AUTHORED:
            if self.outward and (block.kind == BlockKind.ITEM or block.depth):
                block = replace(block, depth=max(0, block.depth - 1))
            anchor, self.anchor = self.anchor, None
            if anchor and block.kind in (BlockKind.ITEM, BlockKind.PARAGRAPH):
                block = replace(block, text=f"{block.text} {{#{anchor}}}")
            elif anchor:
                block = replace(block, info=f"{block.info} #{anchor}".strip())
            if not self.stack:
                self._add(0, self._file_title(), block.line_from, None, None)
            self.outline.own[self.stack[-1][1].key].append(block)

    def _heading(self, block: Block) -> None:
        self.outward = 0
        if block.info == "continued" and self.stack:
            return
        text, anchor, domain = split_attributes(block.text)
        anchor, self.anchor = anchor or self.anchor, None
        title = clean(text) or clean(block.text)
        root = self.root
        if (
            root is not None
            and self.outline.topics[-1] is root
            and not self.outline.own[root.key]
            and words(title) == words(root.title)
        ):
            self.outline.topics[-1] = self.root = replace(
                root,
                anchor=anchor or root.anchor,
                line=block.line_from,
                domain=domain if domain is not None else root.domain,
            )
            self.stack[-1] = (0, self.root)
            return
        self._add(block.depth, title, block.line_from, anchor, domain, section=block.info == "section")

    def _add(
        self, depth: int, title: str, line: int, anchor: str | None, domain: int | None, section: bool = False
    ) -> TopicDraft:
        while self.stack and self.stack[-1][0] >= depth and self.stack[-1][1] is not self.root:
            self.stack.pop()
        parent = self.stack[-1][1] if self.stack else None
        if domain is None:
            domain = self._domain(title, parent)
        topic = TopicDraft(
            self.key,
            title[:300],
            len(self.stack),
            parent.key if parent else None,
            domain,
            self.path,
            line,
            anchor,
            kind="section" if section else "topic",
            reference=self.reference,
        )
        self.key += 1
        self.outline.topics.append(topic)
        self.outline.own[topic.key] = []
        self.stack.append((depth, topic))
        return topic

    def _domain(self, title: str, parent: TopicDraft | None) -> int | None:
        named = domain_of(title)
        if named is not None and (
            self.course is None or not self.course.domains or named in {d.number for d in self.course.domains}
        ):
            return named
        if self.course is not None and len(words(title)) >= 2:
            for known in self.course.domains:
                if words(known.title) == words(title):
                    return known.number
        return parent.domain if parent is not None and parent.domain is not None else self.domain

    def _file_title(self) -> str:
        title = self.front.get("title")
        return plain(title) if isinstance(title, str) and plain(title) else _stem(self.path)

    def finish(self) -> FileOutline:
        outline = self.outline
        parents = {topic.parent for topic in outline.topics}
        for at, topic in enumerate(outline.topics):
            blocks = outline.own[topic.key]
            text = [block for block in blocks if block.kind in TEXT]
            markdown = canonical.render(text)
            if markdown:
                outline.notes.append(
                    NoteDraft(topic.key, self.path, text[0].line_from, max(b.line_to for b in text), markdown)
                )
            authored = any(block.kind in _AUTHORED for block in blocks)
            stub = not authored and topic.key not in parents and all(_only_refers(b) for b in text)
            kind = "section" if topic.key in parents and not text else topic.kind
            outline.topics[at] = replace(topic, stub=stub, kind=kind)
        return outline


def _only_refers(block: Block) -> bool:
    return block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM) and (
        is_only_links(block.text)
        or re.match(r"(?i)(?:ref|refer|see|source|docs?|link)s?\b[^.]{0,40}https?://", block.text) is not None
    )


def _stem(path: str) -> str:
    """A file's name as a title: no number in front, no extension, words apart."""
    return _words_of(PurePosixPath(path).stem) or PurePosixPath(path).name


def _words_of(name: str) -> str:
    """The name of a file or folder as a title: no number in front, words apart."""
    bare = re.sub(r"^\d{1,4}[\s._-]+(?=\D)", "", name)
    return re.sub(r"[\s_-]+", " ", bare).strip() or name
