"""Questions with an answer and no options: folded answers, headings and numbered lines that ask, cards; `Q:`/`A:`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from content.ingest.blocks.lines import Line
from content.ingest.markup import BREAK, TAG, plain
from content.ingest.questions.answer_keys import KeySection
from content.ingest.questions.found import Found, Part, Unclear
from content.ingest.questions.labelled import MAX_ROWS, Labelled, markdown
from content.ingest.questions.option_marks import mark_of
from content.ingest.questions.rows import (
    BLANK,
    CODE,
    HEADING,
    RULE,
    TAGS,
    TEXT,
    Row,
    answer_of,
    balanced,
    card_answer_of,
    ends_asking,
    is_part,
    is_question,
    orders,
)

MAX_LOOSE_ROWS = 60  # of an answer that no label opens
MAX_LOOSE_WORDS = 350
FEWEST = 4  # headings or numbered lines that ask before a file is taken for questions and answers
_SUMMARY = re.compile(r"<summary[^<>]{0,200}>(.*?)(?:</summary>|$)", re.IGNORECASE | re.DOTALL)
_DETAILS = re.compile(
    r"</?(?:details|summary|p|b|br|div|i|em|strong|section)(?:\s[^<>\n]{0,200})?/?>", re.IGNORECASE
)
_LETTERED = re.compile(
    r"^\*{0,2}(?:\(?[a-hA-H]\)|[a-h]\.)\*{0,2}\s+(?=\S)"
)  # the letter of an option that is not there
_CHOOSES = re.compile(r"\b(?:choose|select|which (?:two|three|of)|all that apply)\b", re.IGNORECASE)
_FRONT = re.compile(r"(?:front|question|prompt)\b.{0,60}$", re.IGNORECASE)
_BACK = re.compile(r"(?:back|answer|response)\W*$", re.IGNORECASE)
_REVERSED = re.compile(r"(.{2,200}?\S)\s+:::\s+(\S.{0,2000})$")
MAX_FRONT = 5  # rows of the front of a card, but for the first
_FLIP = re.compile(r"\?{1,2}$")


@dataclass(slots=True)
class Cards:
    """Finds them in rows that are nobody's yet. `taken`: row indexes of questions with options and of key sections."""

    rows: Sequence[Row]
    lines: Sequence[Line]
    taken: set[int]
    loose: bool  # questions without labels count as well, where a file is full of them
    found: dict[int, Part]
    unclear: list[Unclear]

    def run(self, sections: Sequence[KeySection]) -> None:
        self._sections(sections)
        kinds = _asking_kinds(self.rows, self.taken) if self.loose else set()
        at = 0
        while at < len(self.rows):
            part = None
            if at not in self.taken and self.rows[at].kind in (TEXT, HEADING, TAGS):
                part = self._at(at, kinds)
            if part is not None and part.found is not None:
                if "\n" not in part.found.answer:
                    part.found.answer = _LETTERED.sub("", part.found.answer)
                self.found[at] = part
                self.taken.update(range(at, part.end + 1))
                at = part.end + 1
            else:
                at += 1

    def _at(self, at: int, kinds: set[tuple[str, int]]) -> Part | None:
        row = self.rows[at]
        if row.kind == HEADING and (part := self._two_sides(at)) is not None:
            return part
        if row.raw.startswith("<details") or row.text.lower().startswith("<details"):
            return self._folded(at)
        if row.kind == TAGS:
            return None
        if row.label:
            return self._labelled(at)
        if (part := self._flipped(at)) is not None:
            return part
        below = self._next(at + 1)
        if below is None or is_part(row):
            return None
        answer = card_answer_of(self.rows[below])
        if answer is not None and self._asked(row, answer):
            return self._plain(at, below)
        folded = "<details" in self.rows[below].raw or self.rows[below].text.lower().startswith("<details")
        if folded and is_question(row.said) and (part := self._over_fold(at, below)) is not None:
            return part
        if _kind(row) in kinds and is_question(row.said):
            return self._loose_answer(at, kinds)
        return None

    def _asked(self, row: Row, answer: str) -> bool:
        """A line with an answer below it is a question when it reads as one, or has a number and `Answer: so`."""
        if row.kind == HEADING:
            return is_question(row.text) or orders(row.said) or row.number is not None
        return is_question(row.text) or (row.number is not None and bool(answer))

    def _next(self, at: int) -> int | None:
        """Index of the next row that is not blank and free."""
        for n in range(at, min(at + 4, len(self.rows))):
            if n in self.taken:
                return None
            if self.rows[n].kind != BLANK:
                return n
        return None

    # -- with labels -------------------------------------------------------------------------------------------

    def _two_sides(self, at: int) -> Part | None:
        """A heading `Front` and a heading `Back` of its depth: what stands below each of them."""
        front, back = self.rows[at], None
        if not _FRONT.match(front.text):
            return None
        end = at
        for row in self.rows[at + 1 : at + MAX_ROWS]:
            if row.at in self.taken or row.kind == RULE or (row.kind == TAGS and row.text.startswith("<!--")):
                break
            if row.kind == HEADING and (
                back is not None or row.depth != front.depth or not _BACK.match(row.text)
            ):
                break
            back = row.at if row.kind == HEADING else back
            end = end if row.kind == BLANK else row.at
        if back is None:
            return None
        stem, answer = markdown(self.rows[at + 1 : back]), markdown(self.rows[back + 1 : end + 1])
        return Part(end, Found(stem, answer)) if plain(stem) and plain(answer) else None

    def _chooses(self, at: int, end: int, stem: str) -> bool:
        """The answer is a list of options to choose from: no key is given."""
        letters = [mark.letter for row in self.rows[at : end + 8] if (mark := mark_of(row)) and mark.letter]
        return letters[:2] == ["A", "B"] and bool(_CHOOSES.search(stem))

    def _labelled(self, at: int) -> Part | None:
        """`Q:` and what follows up to the next one."""
        row, reader = self.rows[at], Labelled(self.rows, self.taken, at)
        numbered = row.number is not None or row.bold or row.kind == HEADING or row.text[:1] in "*_"
        reader.absorbs = numbered and self.loose
        reader.read()
        found = reader.found
        if found.answer and not self._chooses(at, reader.end, found.stem):
            return Part(reader.end, found)
        if plain(found.stem) and not found.answer and numbered and self.loose:
            loose = self._loose_answer(at, {_kind(row)}, labelled=True)
            if loose is not None:
                return loose
        if row.number is not None and plain(found.stem) and is_question(found.stem):
            self.unclear.append(Unclear(at, "question_without_answer", "no answer is given for it"))
        return None

    def _plain(self, at: int, below: int) -> Part | None:
        """A line that asks, and `Answer:` below it."""
        reader = Labelled(self.rows, self.taken, at)
        reader.absorbs = self.loose and (self.rows[at].kind == HEADING or self.rows[at].number is not None)
        reader.read()
        found = reader.found
        if self._chooses(at, reader.end, found.stem):
            return None
        return Part(reader.end, found) if plain(found.stem) and found.answer else None

    # -- folds -------------------------------------------------------------------------------------------------

    def _fold(self, at: int) -> tuple[int, str, str] | None:
        """(last row, summary, body) of the fold that opens at `at`."""
        raws: list[str] = []
        depth = 0
        for n in range(at, min(at + MAX_ROWS, len(self.rows))):
            raws.append(" " * self.lines[n].indent + self.lines[n].text)
            low = raws[-1].lower()
            depth += low.count("<details") - low.count("</details")
            if depth <= 0 and "</details" in low:
                whole = "\n".join(raws)
                match = _SUMMARY.search(whole)
                if match is None:
                    return None
                return n, match.group(1), whole[match.end() :]
        return None

    def _folded(self, at: int) -> Part | None:
        """A fold whose summary asks."""
        fold = self._fold(at)
        if fold is None:
            return None
        end, summary, body = fold
        stem = _said(" ".join(TAG.sub("", BREAK.sub("\n", summary)).split()))
        answer = _unfolded(body)
        if not is_question(stem) or not plain(answer) or any(n in self.taken for n in range(at, end + 1)):
            return None
        return Part(end, Found(stem, answer))

    def _over_fold(self, at: int, below: int) -> Part | None:
        """A line that asks above a fold that holds the answer."""
        fold = self._fold(below)
        if fold is None:
            return None
        end, summary, body = fold
        if answer_of(Row(at, TEXT, " ".join(TAG.sub("", summary).split()))) is None:
            return None
        answer = _unfolded(body)
        if not plain(answer):
            return None
        return Part(end, Found(self.rows[at].said, answer, number=self.rows[at].number))

    # -- without labels ----------------------------------------------------------------------------------------

    def _flipped(self, at: int) -> Part | None:
        """A card of two sides: a question mark alone between them, `:::` in one row, or `;;` above the second one."""
        row = self.rows[at]
        if row.kind != TEXT:
            return None
        if match := _REVERSED.match(row.text):
            return Part(at, Found(match.group(1), match.group(2)))
        if row.text.endswith(" ;;"):
            front, below = at, at + 1
        else:
            front = at
            while (
                front - at < MAX_FRONT
                and self._kind_at(front + 1) == TEXT
                and not _FLIP.match(self.rows[front + 1].text)
            ):
                front += 1
            below = front + 2
            if self._kind_at(front + 1) != TEXT or not _FLIP.match(self.rows[front + 1].text):
                return None
        end = below - 1
        while self._kind_at(end + 1) in (TEXT, CODE) and end - at < MAX_ROWS:
            end += 1
        stem = " ".join(row.text for row in self.rows[at : front + 1]).removesuffix(";;")
        answer = markdown(self.rows[below : end + 1])
        return Part(end, Found(stem.strip(), answer)) if plain(answer) else None

    def _kind_at(self, at: int) -> str:
        return self.rows[at].kind if at < len(self.rows) and at not in self.taken else RULE

    def _loose_answer(self, at: int, kinds: set[tuple[str, int]], labelled: bool = False) -> Part | None:
        """The text below a line that asks, up to the next one of its kind, a heading or a rule."""
        row = self.rows[at]
        end = at
        for n in range(at + 1, min(at + MAX_LOOSE_ROWS + 2, len(self.rows))):
            other = self.rows[n]
            if (
                n in self.taken
                or other.kind == RULE
                or (other.kind == HEADING and (other.depth <= row.depth or not row.depth))
            ):
                break
            if other.label or (
                _kind(other) in kinds
                and (_kind(other) == _kind(row))
                and (labelled or is_question(other.said))
            ):
                break
            if (
                row.sign
                and other.sign
                and other.indent <= row.indent
                and other.sign[0].isdigit() == row.sign[0].isdigit()
            ):
                break
            end = n if other.kind != BLANK else end
        body = self.rows[at + 1 : end + 1]
        answer = markdown(body)
        if end - at > MAX_LOOSE_ROWS or len(answer.split()) > MAX_LOOSE_WORDS or not plain(answer):
            return None
        if any(other.kind == HEADING for other in body):
            return None
        return Part(end, Found(row.said, answer, number=row.number))

    def _sections(self, sections: Iterable[KeySection]) -> None:
        """Questions without options whose answers stand together at the end."""
        floor = -1
        for section in sections:
            asked = [
                row
                for row in self.rows[floor + 1 : section.start]
                if row.at not in self.taken
                and row.filled
                and row.number is not None
                and is_question(row.said)
            ]
            numbers = Counter(row.number for row in asked)
            for row in asked:
                if row.number is None or numbers[row.number] > 1 or row.number not in section.answers:
                    continue
                answer = section.answers[row.number]
                if row.number in section.twice or len(plain(answer)) < 3:
                    continue
                end = row.at
                while (
                    end + 1 < section.start
                    and self.rows[end + 1].kind == TEXT
                    and self.rows[end + 1].number is None
                ):
                    end += 1
                stem = " ".join([row.said, *(other.text for other in self.rows[row.at + 1 : end + 1])])
                self.found[row.at] = Part(end, Found(stem, answer, number=row.number))
                self.taken.update(range(row.at, end + 1))
            floor = section.end


def _said(stem: str) -> str:
    """A summary without `Q:` or its number."""
    stem = re.sub(r"^[^\w(\[`\"'“]{1,12}", "", stem)
    match = re.match(r"(?:Q(?:uestion)?\s?\d{0,4}\s?[:.)-]|\d{1,4}\s?[.)])\s{0,5}", stem, re.IGNORECASE)
    return balanced(stem[match.end() :] if match else stem)


def _unfolded(body: str) -> str:
    """The text of a fold as Markdown, without the tags around it and without `Answer:`."""
    body = BREAK.sub("\n", body)
    text = _DETAILS.sub("", body)
    rows = [row.rstrip() for row in text.split("\n")]
    while rows and not rows[0].strip():
        rows.pop(0)
    while rows and not rows[-1].strip():
        rows.pop()
    if rows:
        opened = card_answer_of(Row(0, TEXT, re.sub(r"^#{1,6}\s+", "", rows[0].strip())))
        if opened is not None:
            rows[0] = opened
    return "\n".join(rows).strip("\n")


def _kind(row: Row) -> tuple[str, int]:
    """The shape of a row among its like: headings of one depth, numbers of one indent, bold lines."""
    if row.kind == HEADING:
        return "heading", row.depth
    if row.sign[:1].isdigit():
        return "number", row.indent + (100 if row.text[:2] in ("**", "__") else 0)
    if row.bold and not row.sign:
        return "bold", 0
    return "", 0


def _asking_kinds(rows: Sequence[Row], taken: set[int]) -> set[tuple[str, int]]:
    """Shapes that nearly always ask in this file and have an answer below."""
    asking: Counter[tuple[str, int]] = Counter()
    every: Counter[tuple[str, int]] = Counter()
    for at, row in enumerate(rows):
        kind = _kind(row) if row.filled and at not in taken and not is_part(row) else ("", 0)
        if kind == ("", 0):
            continue
        every[kind] += 1
        body = next((r for r in rows[at + 1 : at + 4] if r.kind != BLANK), None)
        has_body = body is not None and body.kind in (TEXT, CODE) and _kind(body) != kind
        asking[kind] += (ends_asking(row.said) or row.said.endswith((":", "_"))) and has_body
    return {kind for kind, count in asking.items() if count >= FEWEST and count >= 0.7 * every[kind]}
