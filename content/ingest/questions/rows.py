"""Lines as a quiz sees them: what a row says without bullet, hashes and tags, and which part of a question it opens.

`rows_of` is the first step towards ready-made questions; `options`, `question_keys`, `choice_questions` and `answered`
read its rows and never the lines themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from content.ingest.blocks.fences import Fences
from content.ingest.blocks.lines import Line, too_much
from content.ingest.blocks.lists import marker
from content.ingest.markup import BREAK, TAG, is_picture, plain

_NEAR = (
    4096  # rows that are remembered: one is asked about with each of its neighbours, and by several readers
)
BLANK, CODE, RULE, HEADING, TAGS, TEXT = "blank", "code", "rule", "heading", "tags", "text"

_HIDDEN = re.compile(r"<!--\s{0,5}((?:correct )?(?:answers?|ans|key)\b.{1,300}?)\s{0,5}-->$", re.IGNORECASE)
_HASHES = re.compile(r"(#{1,6})[ \t]+")
_RULE = re.compile(r"(?:[-*_][ \t]{0,3}){3,200}$")
_CALLOUT = re.compile(r"\[!\w{1,20}\][-+]?\s{0,5}")
_TAIL = r"[\s*_]{0,6}"
_LEAD = r"(?:[^\w()\[\]{}<]|_){0,12}"
_Q = re.compile(
    _LEAD + r"(?:\[[A-Z]{2,6}\]\s)?(?:new |exam |practice |quiz |sample )?"
    r"(?:(?:questions?|ques|qn|q)\.?\s{0,2}(?:no\.?|number|nr\.?)?[\s:]{0,2}#?\s{0,2}(\d{1,4})" + _TAIL
    + r"(?:(?:of|/)\s?\d{1,4})?"
    r"(?:\s?[(（][^()（）]{0,60}[)）])?" + _TAIL + r"(?:[:.)\]|–—-]|(?=\s|$))"
    r"|(?:questions?|ques|qn|q)" + _TAIL + r"[:.)](?=[\s*_]|$))" + _TAIL,
    re.IGNORECASE,
)  # fmt: skip
_ALONE = re.compile(
    r"[\W_]{0,6}(?:(?:practice |quiz |exam )?question|front|prompt|stem)[\W_]{0,6}$", re.IGNORECASE
)
_NUMBER = re.compile(r"[\s*_#(\[]{0,6}(\d{1,4})\s?\\?[.)\]:]" + _TAIL + r"(?=\S)")
_ADJECTIVE = (
    r"(?:(?:the|your|correct|right|best|suggested|reference|official|final|model|sample|expected|possible"
    r"|short|quick)\s){0,3}"
)
_SEPARATOR = r"(?:[:：=]|[-–—](?=[\s*_])|\b(?:is|are)\b:?|\.(?=[\s*_]|$)|\)(?=\s))"
_ELSEWHERE = (  # the same word in other languages
    r"(?:richtige )?antwort(?:en)?|lösung(?:en)?|(?:bonnes? )?réponses?(?: correctes?)?|respuestas?(?: correctas?)?"
    r"|respostas?(?: corretas?| certas?)?|rispost[ae](?: corrett[ae])?|正解|答案|正确答案|정답|ответы?|правильный ответ"
)
_ANSWER = re.compile(
    _LEAD
    + r"(?:answer[\s*_]{1,6}(?=(?:the )?(?:correct|right)))?"
    + r"(?:"
    + _ADJECTIVE
    + r"(?:answers?|ans|solutions?|response|key)(?:\(s\))?(?:\s(?:options?|choices?|key))?"
    r"|(?:correct|right)\s(?:options?|choices?)|correct|" + _ELSEWHERE + ")"
    r"(?:\s?#?\d{1,4})?" + _TAIL + _SEPARATOR + r"[\s*_:]{0,6}(?:(?:is|are)\s)?",
    re.IGNORECASE,
)
_A = re.compile(_LEAD + r"A(?:\s?\d{1,4})?" + _TAIL + r"[:：]" + _TAIL)
_A_NUMBERED = re.compile(_LEAD + r"A\d{1,4}" + _TAIL + r"[.)]" + _TAIL + r"(?=\S)")
_ANSWER_ALONE = re.compile(
    _LEAD
    + r"(?:(?:click |tap )?(?:here )?(?:to )?(?:show|view|see|reveal|check|display|hide|toggle|expand|open)\s)?"
    + _ADJECTIVE
    + r"(?:answers?|ans|solutions?)(?:\s(?:key|here|below))?"
    r"(?:\s(?:and|&|with|\+)\s(?:explanations?|rationale))?[\W_]{0,8}$"
    r"|" + _LEAD + r"(?:click|tap)(?: here)? to (?:show|view|see|reveal|check|expand|open).{0,40}$",
    re.IGNORECASE,
)
_WHY = re.compile(
    _LEAD
    + r"(?:because|(?:(?:detailed|answer|short|brief|overall|general)\s)?explanations?|rationale|justification"
    r"|reason(?:ing)?|why(?:\s(?:it'?s|this is|it works|correct|right|this works|this answer)){0,2}|discussion"
    r"|feedback|solution notes?|analysis)"
    r"(?:\s\([^()]{0,40}\))?" + _TAIL + r"(?:[:：–—]|-(?=\s)|[\s*_:]{0,6}$)" + _TAIL,
    re.IGNORECASE,
)
_REF = re.compile(
    _LEAD
    + r"(?:ref|refs|references?|sources?|links?|docs?|documentation|(?:read|learn|see) more|further reading|urls?)"
    r"(?:\(s\))?"
    + _TAIL + r"(?:[:：]|[\s*_:]{0,6}$)" + _TAIL,
    re.IGNORECASE,
)  # fmt: skip
_REF_LINK = re.compile(
    r"[\s*_>(]{0,6}\[(?:reference|ref|source|docs?|documentation|link|read more)[^\[\]]{0,40}\]\(",
    re.IGNORECASE,
)
_META = re.compile(
    _LEAD + r"\(?(?:topic|domain|difficulty|level|points?|marks?|type|tags?|category|section|skill|objective|id|weight"
    r"|time|bloom(?:'s)?(?: level)?"
    r"|exam|status|hint|created|community vote distribution|select (?:one|all)"
    r"|(?:multiple|single)[ -](?:choice|select|response|answer))\b"
    + _TAIL + r"(?:[:：#]|[\s*_]{0,6}$|\s\d)",
    re.IGNORECASE,
)  # fmt: skip
_OPTIONS = re.compile(
    _LEAD + r"(?:answer |the )?(?:options?|choices?|possible answers|answers?)" + _TAIL + r":?" + _TAIL + "$",
    re.IGNORECASE,
)
_SCENE = re.compile(
    _LEAD + r"(?:scenario|question|case|situation|stem|prompt|front)" + _TAIL + r":" + _TAIL, re.IGNORECASE
)
_ASKING = re.compile(
    r"(?:what|which|who|whom|whose|when|where|why|how|explain|describe|define|list(?! of)|name(?! of)|compare"
    r"|differentiate|discuss|state|give|true or false"
    r"|specify|provide|outline|summari[sz]e|distinguish|contrast|suggest|in which|for which|what's"
    r"|is|are|can|could|does|do|did|should|will|would|has|have|was|were|select|choose|pick|identify|mention|if)\b",
    re.IGNORECASE,
)
_ASKS_LATER = re.compile(
    r"[.;,:]\s(?:specify|explain|describe|name|list|give|state|define|which|what|how|why|where|when|who)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?|_{3,}|\b(?:choose|select|pick|check|mark)\b[^.]{0,40}\b(?:one|two|three|four|five|all|any|\d|best|correct|answer|option|that|the)\b"
    r"|\bwhich\b|\bwhat\b|\btrue (?:or|/) ?false\b|[:…]\s*$|\.\.\.\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `text`: without bullet, hashes, quote and tags, emphasis kept; `sign`: its bullet or number.

    `said`: `text` without the label or number of a question; `label`: it has one (`Q:`, `Question 3`); `number`: that
    number, or the one that opens the line.
    """

    at: int
    kind: str
    text: str = ""
    indent: int = 0
    sign: str = ""
    depth: int = 0
    said: str = ""
    label: bool = False
    number: int | None = None
    bold: bool = False
    quote: int = 0
    raw: str = ""  # the line in lower case, when it holds tags

    @property
    def filled(self) -> bool:
        return self.kind in (TEXT, HEADING)


def rows_of(lines: Sequence[Line], start: int) -> list[Row]:
    """One row a line; those before `start` and those too long to read are rules, which nothing reaches across."""
    lines = list(lines)
    fences = Fences(lines)
    rows = [Row(at, RULE) for at in range(start)]
    at = start
    while at < len(lines):
        line = lines[at]
        opened = fences.opens(line) if line.text[:1] in ("`", "~") else None
        if opened is not None:
            end = fences.end(at, opened[0])[0]
            kind = RULE if opened[1].strip("{.}").lower().startswith("drill") else CODE
            rows += [
                Row(n, kind, lines[n].text, lines[n].indent, quote=line.quote) for n in range(at, end + 1)
            ]
            at = end + 1
            continue
        rows.append(_row(at, line))
        at += 1
    return rows


def _row(at: int, line: Line) -> Row:
    if line.blank:
        return Row(at, BLANK)
    if too_much(line.raw) or _RULE.match(line.text):
        return Row(at, RULE)
    text, sign, depth, raw = _uncommented(line.text), "", 0, ""
    if "<" in text and TAG.search(text):
        raw = text.lower()
    if text[0] == "<" or "<li" in text[:20].lower() or "</" in text[-12:]:
        bulleted = "<li" in text.lower()
        text = TAG.sub("", BREAK.sub(" ", text)).strip()
        sign = "-" if bulleted and text else ""
    if not text or is_picture(text):
        return Row(at, TAGS, line.text, line.indent, quote=line.quote, raw=raw)
    mark = marker(Line(line.no, line.raw, text, line.indent, line.quote))
    ordinal = mark.ordinal if mark else None
    if mark is not None:
        text, sign = mark.text, mark.sign
    if match := _HASHES.match(text):
        text, depth = re.sub(r"[ \t]#{1,6}$", "", text[match.end() :]).strip(), len(match.group(1))
    text = _CALLOUT.sub("", text, count=1) if text.startswith("[!") else text
    if not text:
        return Row(at, TAGS, line.text, line.indent, quote=line.quote)
    said, label, number = _opening(text, ordinal)
    kind, bold = HEADING if depth else TEXT, is_bold(text)
    return Row(at, kind, text, line.indent, sign, depth, said, label, number, bold, line.quote, raw)


def _uncommented(text: str) -> str:
    """An answer that is hidden in a comment."""
    match = _HIDDEN.match(text) if text[:4] == "<!--" else None
    return match.group(1) if match else text


def _opening(text: str, ordinal: int | None) -> tuple[str, bool, int | None]:
    """(text without label or number, has a label, number)."""
    bare = text[:40].lstrip("*_ []#>").lower()
    if (bare[:1] in ("q", "n", "e", "p", "s") or text.startswith("[")) and (match := _Q.match(text)):
        return balanced(text[match.end() :]), True, int(match.group(1)) if match.group(1) else ordinal
    if _ALONE.match(text):
        return "", True, ordinal
    if match := _NUMBER.match(text):
        return balanced(text[match.end() :]), False, int(match.group(1)) if ordinal is None else ordinal
    return balanced(text), False, ordinal


def is_bold(text: str) -> bool:
    """The whole text is bold."""
    return (
        len(text) > 4
        and text[:2] in ("**", "__")
        and text.rstrip(" :?.").endswith(text[:2])
        and text.count(text[:2]) == 2
    )


def balanced(text: str) -> str:
    """The text without a bold mark that has lost its partner, and without bold around the whole of it."""
    text = text.strip()
    for mark in ("**", "__"):
        if text.count(mark) % 2:
            text = text[: -len(mark)] if text.endswith(mark) else text.replace(mark, "", 1)
        elif text.startswith(mark) and text.endswith(mark) and text.count(mark) == 2 and len(text) > 4:
            text = text[2:-2]
    return text.strip()


def answer_of(row: Row) -> str | None:
    """What stands after `Answer:` in one of its forms; "" when the label stands alone."""
    return _answer_of(row.text) if row.filled else None


@lru_cache(maxsize=_NEAR)
def _answer_of(text: str) -> str | None:
    if _ANSWER_ALONE.match(text):
        return ""
    match = _ANSWER.match(text)
    return balanced(text[match.end() :]) if match else None


def card_answer_of(row: Row) -> str | None:
    """The same, and `A:`, which can also be the letter of an option: only below a `Q:`."""
    return _card_answer_of(row.text) if row.filled else None


@lru_cache(maxsize=_NEAR)
def _card_answer_of(text: str) -> str | None:
    if match := _A.match(text) or _A_NUMBERED.match(text):
        return balanced(text[match.end() :])
    if (match := _ANSWER.match(text)) and re.search(r"\b(?:is|are)[\s*_]*$", match.group(0)):
        return None  # a sentence about an answer
    return _answer_of(text)


def why_of(row: Row) -> str | None:
    """What stands after `Explanation:` in one of its forms."""
    return _why_of(row.text) if row.filled else None


@lru_cache(maxsize=_NEAR)
def _why_of(text: str) -> str | None:
    match = _WHY.match(text)
    return balanced(text[match.end() :]) if match else None


def reference_in(row: Row) -> str | None:
    """What stands after `Reference:`, or the whole row when it is a link of that name."""
    return _reference_in(row.text) if row.filled else None


@lru_cache(maxsize=_NEAR)
def _reference_in(text: str) -> str | None:
    if _REF_LINK.match(text):
        return text
    match = _REF.match(text)
    return text[match.end() :] if match else None


def is_meta(row: Row) -> bool:
    """Says something about the question and nothing of it: its topic, difficulty, points."""
    return row.filled and len(row.text) < 160 and "?" not in row.text and bool(_META.match(row.text))


def opens_options(row: Row) -> bool:
    return row.filled and bool(_OPTIONS.match(row.text))


def without_scene(text: str) -> str:
    """`Scenario:` and `Question:` in front of a part of the stem are not part of it."""
    match = _SCENE.match(text)
    return balanced(text[match.end() :]) if match else text


def asks(text: str) -> bool:
    """A stem of options: asks, leaves a blank, or breaks off."""
    return bool(_ASKS.search(plain(text)[-900:]))


def is_question(text: str) -> bool:
    """A question on its own: ends with a question mark, or begins with a word that asks for an answer."""
    words = plain(text).strip(" .:")
    return (
        words.endswith("?")
        or ("?" in words and len(words) < 300)
        or (len(words.split()) > 2 and bool(_ASKING.match(words) or _ASKS_LATER.search(words)))
    )


def orders(text: str) -> bool:
    """Begins with a word that asks for an answer, however short."""
    return bool(_ASKING.match(plain(text)))


def ends_asking(text: str) -> bool:
    """Ends with a question mark."""
    return plain(text).rstrip(" *_)”\"'").endswith("?")


def is_part(row: Row) -> bool:
    """Opens an answer, an explanation or a reference."""
    return row.filled and _is_part(row.text)


@lru_cache(maxsize=8 * _NEAR)
def _is_part(text: str) -> bool:
    return _answer_of(text) is not None or _why_of(text) is not None or _reference_in(text) is not None
