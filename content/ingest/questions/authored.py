"""Blocks → authored questions: what `ready_made` found, cloze holes and `Term :: meaning` in ordinary text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from content.ingest.blocks.canonical import CARD, inline, render
from content.ingest.blocks.scanner import scan
from content.ingest.blocks.working import finish
from content.ingest.identity import fingerprint
from content.ingest.markup import HOLE, LINK, URL, plain, split_anchor
from content.ingest.model import AuthoredKind, Block, BlockKind, OptionDraft, QuestionDraft
from content.ingest.questions.found import Found

_BULLET = re.compile(r"^[-+*•][ \t]+(?=\S)")
HIDDEN = "[…]"
MAX_HOLES = 20


def from_found(found: Found, block: Block, topic: int, source: str, reference: str) -> QuestionDraft:
    """A ready-made question as a draft. `reference`: the file's default."""
    options = tuple(OptionDraft(_lines(o.text), o.correct, _text(o.rationale)) for o in found.options)
    right = sum(option.correct for option in options)
    kind = (
        AuthoredKind.FLASHCARD
        if not options
        else (AuthoredKind.MULTIPLE_CHOICE if right == 1 else AuthoredKind.MULTIPLE_RESPONSE)
    )
    answer = "" if options else rich(found.answer)
    stem = rich(found.stem)
    return QuestionDraft(
        topic,
        str(kind),
        stem,
        options,
        answer,
        rich(found.rationale),
        (reference_of(found.reference) or plain(found.reference)) if found.reference else reference,
        source,
        block.line_from,
        block.line_to,
        found.anchor,
        fingerprint=fingerprint(str(kind), stem),
    )


def from_text(block: Block, topic: int, source: str, reference: str) -> Iterable[QuestionDraft]:
    """Cards and cloze holes of an ordinary item or paragraph."""
    if block.kind not in (BlockKind.ITEM, BlockKind.PARAGRAPH):
        return
    text, anchor = split_anchor(block.text)
    if card := CARD.match(text):
        term, meaning = HOLE.sub(r"\1", card.group(1)), HOLE.sub(r"\1", card.group(2))
        stem = _text(term)
        if plain(stem) and plain(meaning):
            yield QuestionDraft(
                topic,
                str(AuthoredKind.FLASHCARD),
                stem,
                (),
                _text(meaning),
                "",
                reference,
                source,
                block.line_from,
                block.line_to,
                anchor,
                block.line_from,
                fingerprint(str(AuthoredKind.FLASHCARD), stem),
            )
    yield from _holes(text, anchor, block, topic, source, reference)


def _holes(
    text: str, anchor: str | None, block: Block, topic: int, source: str, reference: str
) -> Iterable[QuestionDraft]:
    if "==" not in text:
        return
    holes = [m for m in HOLE.finditer(_without_code(text)) if plain(m.group(1))]
    filled = fingerprint(HOLE.sub(r"\1", text))
    for hole in holes[:MAX_HOLES]:
        answer = plain(text[hole.start(1) : hole.end(1)])
        stem = _text(HOLE.sub(r"\1", text[: hole.start()]) + HIDDEN + HOLE.sub(r"\1", text[hole.end() :]))
        if not answer or stem == HIDDEN:
            continue
        yield QuestionDraft(
            topic,
            str(AuthoredKind.CLOZE),
            stem,
            (),
            answer,
            "",
            reference,
            source,
            block.line_from,
            block.line_to,
            f"{anchor}:{fingerprint(answer)[:8]}" if anchor else None,
            block.line_from,
            fingerprint(str(AuthoredKind.CLOZE), filled, answer),
        )


def _without_code(text: str) -> str:
    """The same text with code spans blanked, so that `a == b == c` in code is no hole."""
    return re.sub(r"`[^`\n]{1,300}`", lambda m: " " * len(m.group(0)), text)


def rich(text: str) -> str:
    """Canonical Markdown of a part of a question: a line, or paragraphs, lists and code."""
    if "\n" not in text:
        return _text(_BULLET.sub("", text))
    blocks = finish(scan("", f"---\ndialect: course\n---\n{text}")).blocks
    kept = [_plainer(block) for block in blocks if block.kind != BlockKind.FRONT_MATTER]
    return render(kept) or " ".join(_text(line) for line in text.split("\n"))


def _plainer(block: Block) -> Block:
    """Headings and questions inside a question are paragraphs of it."""
    if block.kind == BlockKind.HEADING:
        return replace(block, kind=str(BlockKind.PARAGRAPH), depth=0, info="heading")
    if block.kind in (BlockKind.QUESTION, BlockKind.DRILL):
        return replace(block, kind=str(BlockKind.PARAGRAPH), text=" ".join(block.text.split()))
    return block


def _text(text: str) -> str:
    return inline(text) if text else ""


def _lines(text: str) -> str:
    """An option; lines of code below its words stay lines."""
    first, *code = text.split("\n")
    return "\n".join(line for line in (_text(first), *code) if line)


def reference_of(text: str) -> str:
    """The first address in a text, or ""."""
    match = LINK.search(text)
    if match and match.group(2).startswith("http"):
        return match.group(2)
    found = URL.search(text)
    return found.group(0).rstrip(").,;") if found else ""
