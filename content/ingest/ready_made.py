"""Questions that stand ready-made in notes: `Q:`/`A:`, task-list and lettered choices, `<details>`.

`find` looks at one place of a file and says whether a question starts there and where it ends. Cloze holes and
`Term :: meaning` live inside ordinary text and are read from blocks later, in `authored`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from content.ingest.lines import Line
from content.ingest.lists import Marker, lettered, marker
from content.ingest.markup import TAG, plain, split_anchor

_STAR = r"(?:\*\*|__)?"
_Q = re.compile(_STAR + r"(?:Q|Question)\s?\d{0,4}\s?[:.)]" + _STAR + r"\s{0,5}(?=\S|$)", re.IGNORECASE)
_A = re.compile(
    _STAR + r"(?:A|Answer|Answers|Ans|Correct answers?|Correct)\s?(?::" + _STAR + r"|" + _STAR + r":)\s{0,5}",
    re.IGNORECASE,
)
_WHY = re.compile(
    _STAR + r"(?:Because|Explanation|Rationale|Why|Reason)\s?(?::" + _STAR + r"|" + _STAR + r":)\s{0,5}",
    re.IGNORECASE,
)
_REF = re.compile(
    _STAR + r"(?:Ref|Refs|Reference|References|Source|Link)\s?(?::" + _STAR + r"|" + _STAR + r":)\s{0,5}",
    re.IGNORECASE,
)
_TASK = re.compile(r"\[([ xX✓✔])\]\s{0,5}")
_KEYS = re.compile(r"\(?[A-Ha-h]\)?(?:\s{0,3}(?:,|&|and|\s)\s{0,3}\(?[A-Ha-h]\)?)*(?=$|[\s.,:;)(–-])")
_ASKS = re.compile(r"\?|\bchoose\b|\bselect\b|\bpick\b|\bwhich\b|\bwhat\b", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary>(.{0,2000}?)</summary>", re.IGNORECASE)
_FOLD = re.compile(
    r"(?:show |view |see |click .{0,20})?(?:the )?(?:answers?|solutions?)[\s:.!]{0,5}$", re.IGNORECASE
)
MAX_LINES = 120


@dataclass(slots=True)
class Option:
    """One option as it stands; `letter` when it is lettered."""

    text: str
    correct: bool = False
    rationale: str = ""
    letter: str = ""


@dataclass(slots=True)
class Found:
    """A ready-made question: `stem` with `answer`, or with `options`."""

    stem: str
    answer: str = ""
    options: list[Option] = field(default_factory=list)
    rationale: str = ""
    reference: str = ""
    anchor: str | None = None


def starts(line: Line) -> bool:
    """The line begins with a `Q:` in one of its forms."""
    return line.text[:12].lstrip("*_").lower().startswith("q") and bool(_Q.match(line.text))


def find(lines: list[Line], start: int) -> tuple[int, Found] | None:
    """(index of the last line, question) when a question starts at index `start`."""
    line = lines[start]
    if starts(line):
        return _explicit(lines, start)
    if line.text[:9].lower() == "<details>" or line.text[:9].lower() == "<details ":
        return _details(lines, start)
    return _choice(lines, start)


def _explicit(lines: list[Line], start: int) -> tuple[int, Found] | None:
    match = _Q.match(lines[start].text)
    stem = lines[start].text[match.end() if match else 0 :]
    return _read(lines, start, _close_bold(stem))


def _choice(lines: list[Line], start: int) -> tuple[int, Found] | None:
    """A stem without `Q:` counts only when options with a marked key follow."""
    text = lines[start].text
    if len(text) < 8 or not _ASKS.search(text[-600:]):
        return None
    ahead = _next(lines, start + 1)
    while (
        ahead is not None
        and ahead <= start + 4
        and _option(lines[ahead]) is None
        and not lines[ahead - 1].blank
    ):
        ahead = _next(lines, ahead + 1)
    second = _next(lines, ahead + 1) if ahead is not None else None
    if ahead is None or second is None or _option(lines[ahead]) is None:
        return None
    own = marker(lines[start])
    if own is not None and (own.ordinal is None or _TASK.match(own.text)):
        return None
    stem = own.text if own else re.sub(r"^#{1,6}\s{0,5}", "", text)
    stem = re.sub(r"^\d{1,4}[.)]\s{1,5}", "", _close_bold(stem))
    found = _read(lines, start, _Q.sub("", stem, count=1))
    return found if found and len(found[1].options) >= 2 else None


def _close_bold(stem: str) -> str:
    stem = stem.strip()
    return stem[:-2].rstrip() if stem.endswith("**") and stem.count("**") % 2 else stem


def _next(lines: list[Line], at: int) -> int | None:
    """Index of the next line with text, at most three blank ones away."""
    for index in range(at, min(at + 4, len(lines))):
        if not lines[index].blank:
            return index
    return None


def _option(line: Line) -> Option | None:
    """A task-list or lettered option."""
    mark: Marker | None = marker(line)
    if mark and (task := _TASK.match(mark.text)):
        return Option(mark.text[task.end() :].strip(), task.group(1) != " ")
    mark = lettered(line) or (
        lettered(Line(line.no, line.raw, mark.text, line.indent, line.quote)) if mark else None
    )
    if mark is None:
        return None
    bold = mark.text.startswith("**") and mark.text.endswith("**") and len(mark.text) > 4
    return Option(
        mark.text.strip("*").strip() if bold else mark.text, False, "", mark.sign.strip("().").upper()
    )


def _read(lines: list[Line], start: int, stem: str) -> tuple[int, Found] | None:
    """Follow the parts of a question until something stands there that is none of them."""
    follower = _Follower(Found(stem))
    end, gap = start, False
    for at in range(start + 1, min(start + MAX_LINES, len(lines))):
        line = lines[at]
        if line.blank:
            gap = True
        elif starts(line) or line.text[0] == "#" or line.text[:3] in ("---", "***", "```", "~~~"):
            break
        elif follower.takes(line, gap):
            end, gap = at, False
        else:
            break
    return _complete(follower.found, follower.keys, end)


@dataclass(slots=True)
class _Follower:
    """A question being read: `part` is what the last line belonged to, `keys` the letters of the right options."""

    found: Found
    part: str = "stem"
    keys: str = ""

    def takes(self, line: Line, gap: bool) -> bool:
        """Add a line to the question; False when it belongs to none of its parts."""
        option = _option(line) if self.part in ("stem", "option") else None
        if option is not None:
            self.found.options.append(option)
            self.part = "option"
            return True
        listed = marker(line)
        text = listed.text if listed else line.text
        return self._marked(text) or self._folded(line.text) or self._continues(line, gap)

    def _marked(self, text: str) -> bool:
        """`A:`, `Because:`, `Ref:` in their forms."""
        if match := _A.match(text):
            self._answer(text[match.end() :].strip())
        elif match := _WHY.match(text):
            self.found.rationale, self.part = text[match.end() :].strip(), "why"
        elif match := _REF.match(text):
            self.found.reference, self.part = _address(text[match.end() :].strip()), "ref"
        else:
            return False
        return True

    def _answer(self, rest: str) -> None:
        if self.found.options and (key := _KEYS.match(plain(rest))):
            self.keys, rest = key.group(0), plain(rest)[key.end() :].strip(" .:–-)")
            self.found.rationale = rest if len(rest) > 20 else ""
            self.part = "why"
        else:
            self.found.answer, self.part = rest, "answer"

    def _folded(self, text: str) -> bool:
        """An answer that unfolds below lettered options: `<details><summary>Answer</summary>B</details>`."""
        if not self.found.options:
            return False
        if text[0] == "<" and TAG.match(text):
            rest = plain(_SUMMARY.sub("", text))
            if rest and self.part != "why" and (key := _KEYS.match(rest)) and not self.keys:
                self.keys = key.group(0)
            elif rest and not _FOLD.match(rest):
                return False
            self.part = "folded" if self.part in ("option", "folded") else self.part
            return True
        if self.part == "folded" and not self.keys and (key := _KEYS.match(plain(text))):
            self.keys = key.group(0)
            return True
        return False

    def _continues(self, line: Line, gap: bool) -> bool:
        """A line without a mark goes on with the part it follows."""
        found, listed = self.found, marker(line)
        if self.part == "option" and line.indent >= 2 and listed is None:
            last = found.options[-1]
            last.rationale = f"{last.rationale} {line.text}".strip()
        elif self.part == "stem" and not gap and listed is None:
            found.stem = f"{found.stem} {line.text}".strip()
        elif self.part == "answer" and (not gap or line.indent >= 2):
            found.answer = f"{found.answer}\n{line.text}".strip()
        elif self.part == "why" and not gap and listed is None:
            found.rationale = f"{found.rationale} {line.text}".strip()
        else:
            return False
        return True


def _address(text: str) -> str:
    match = re.search(r"https?://[^\s<>()\]]{1,1000}", text)
    return match.group(0).rstrip(".,;") if match else plain(text)


def _complete(found: Found, keys: str, end: int) -> tuple[int, Found] | None:
    """A question that can be asked: a stem, and an answer or at least one correct option among two."""
    found.stem, found.anchor = split_anchor(_close_bold(found.stem))
    if keys:
        wanted = set(re.findall(r"[A-H]", keys.upper()))
        for option in found.options:
            option.correct = option.letter in wanted or option.correct
    if found.options:
        if found.answer and not any(option.correct for option in found.options):
            for option in found.options:
                option.correct = plain(option.text).casefold() == plain(found.answer).casefold()
        right = sum(option.correct for option in found.options)
        if (
            len(found.options) < 2
            or not 0 < right < len(found.options)
            or any(not o.text for o in found.options)
        ):
            return None
        return (end, found) if found.stem else None
    return (end, found) if plain(found.stem) and plain(found.answer) else None


def _details(lines: list[Line], start: int) -> tuple[int, Found] | None:
    """`<details><summary>question</summary> answer </details>`, when the summary asks something."""
    body: list[str] = []
    for at in range(start, min(start + MAX_LINES, len(lines))):
        body.append(lines[at].text)
        if "</details>" in lines[at].text.lower():
            text = "\n".join(body)
            match = _SUMMARY.search(text)
            if match is None:
                return None
            stem = plain(match.group(1))
            answer = re.sub(r"(?i)</?details[^<>\n]{0,80}>", "", text[match.end() :])
            answer = "\n".join(row.strip() for row in TAG.sub("", answer).split("\n") if row.strip())
            answer = _A.sub("", answer, count=1) if _A.match(answer) else answer
            stem, anchor = split_anchor(re.sub(r"^Q(?:uestion)?\s?\d{0,4}\s?[:.)]\s{0,3}", "", stem))
            if not (_ASKS.search(stem) and plain(answer)):
                return None
            return at, Found(stem, answer, anchor=anchor)
    return None
