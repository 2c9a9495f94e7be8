"""How one row opens an option: a box, a letter, signs of right and wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass

from content.ingest.questions.found import Option
from content.ingest.questions.rows import TEXT, Row, balanced, is_bold

BOX, LETTER, NUMBER, BULLET = "box", "letter", "number", "bullet"
_BOX = re.compile(
    r"(?:\[(?P<a>[ xX✓✔*_-]|)\]|\((?P<b>[ xX*✓✔]|)\)|(?P<c>[☐☑☒⬜◯🔘]))(?:\s{1,5}|(?=[*_`]))(?P<text>.*)$"
)
_LETTER = re.compile(
    r"(?P<star>\*(?=[A-Ha-h][.)]))?(?P<em>\*\*|__|==|\*|_)?(?:option\s)?[(\[]?(?P<letter>[A-Ha-h])(?P<em2>\*\*|__)?"
    r"(?:\\?[.):：\]]\)?|\s[-–—](?=\s))(?P<em3>\*\*|__)?(?P<gap>[ \t]*)(?P<text>\S.*|)$",
    re.IGNORECASE,
)
INLINE = re.compile(r"(?:(?<=\s)|(?<=[.;,?:]))(?:\*\*)?[(\[]?([A-Ha-h])[.)\]:]\)?(?:\*\*)?\s{1,20}(?=\S)")
_RIGHT_WORD = r"(?:the )?(?:correct|right)(?: answer| option| choice)?"
_RIGHT = re.compile(
    r"^(?:✅|✔️?|☑️?|✓|👉)\s*|\s*(?:✅|✔️?|☑️?|✓|\*{0,2}[(\[]\s?(?:✓|✅|" + _RIGHT_WORD + r"|answer|ans)\s?[)\]]\*{0,2}"
    r"|\*{0,2}(?:<-+|←|⬅️?|<=+|<<|👈|⟵|=>|->|→|>>)\s*(?:ok|yes|" + _RIGHT_WORD + r"|answer|this)?[.!]?\*{0,2}"
    r"|\s[-–—]\s*[*_]{0,2}" + _RIGHT_WORD + r"[*_]{0,2}[.!]?|\s[*_]{2}" + _RIGHT_WORD + r"[.!]?[*_]{2}[.!]?)\s*$",
    re.IGNORECASE,
)  # fmt: skip
_WRONG = re.compile(
    r"^(?:❌|✗|✘|✖️?)\s*|\s*(?:❌|✗|✘|✖️?|\*{0,2}[(\[]\s?(?:incorrect|wrong)\s?[)\]]\*{0,2}"
    r"|\s[-–—]\s*[*_]{0,2}(?:incorrect|wrong)[*_]{0,2}[.!]?)\s*$",
    re.IGNORECASE,
)
_VOTED = re.compile(r"\s*[*_(]{0,3}most voted[)*_]{0,3}\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """How a row opens an option."""

    style: str
    letter: str
    text: str
    ticked: bool = False
    bold: bool = False


def mark_of(row: Row) -> Mark | None:
    """The box or letter that a row starts with."""
    if row.kind != TEXT:
        return None
    text = row.text
    if match := _BOX.match(text):
        sign = match.group("a") or match.group("b") or match.group("c") or " "
        inner = match.group("text").strip()
        ticked = sign not in (" ", "_", "-", "☐", "⬜", "◯")
        lettered = _LETTER.match(inner)
        letter = lettered.group("letter").upper() if lettered else ""
        return Mark(BOX, letter, balanced(_after_letter(lettered, inner) if lettered else inner), ticked)
    text = re.sub(r"^(?:✅|❌|✔️?)\s*(?=[*_(]{0,3}[A-Ha-h][.):])", "", text)
    signed = text != row.text
    if match := _LETTER.match(text):
        letter, body = match.group("letter"), match.group("text")
        close = not match.group("gap") and not match.group("em2") and not match.group("em3")
        if close and (letter.islower() or body[:1].islower() or body[:1] in (".", ")")):
            return None
        bold = is_bold(text) or is_bold(body) or (text.endswith("==") and "==" in (text[:2], body[:2]))
        right = bool(match.group("star")) or (signed and row.text[0] != "❌")
        wrong = "❌ " if signed and row.text[0] == "❌" else ""
        return Mark(LETTER, letter.upper(), wrong + balanced(_after_letter(match, text)), right, bold)
    return None


def _after_letter(match: re.Match[str], text: str) -> str:
    body = match.group("text").strip()
    opened = match.group("em")
    if opened and not match.group("em2") and not match.group("em3") and body.endswith(opened):
        body = body[: -len(opened)]
    return body.strip()


def in_one_row(mark: Mark, following: str) -> list[Mark]:
    """`A. one B. two C. three` in one row; `following` is the letter that the next row opens, if any."""
    marks, text, letter = [mark], mark.text, mark.letter
    while True:
        after = next((m for m in INLINE.finditer(text) if m.group(1).upper() == chr(ord(letter) + 1)), None)
        if after is None or not text[: after.start()].strip():
            break
        marks[-1] = Mark(
            mark.style,
            letter,
            balanced(text[: after.start()].strip(" ;,|")),
            marks[-1].ticked,
            marks[-1].bold,
        )
        letter, text = chr(ord(letter) + 1), text[after.end() :]
        marks.append(Mark(mark.style, letter, balanced(text.strip())))
    done = marks[-1].letter
    if (
        len(marks) == 1
        or (following and following <= done)
        or (len(marks) == 2 and not following and mark.letter == "A")
    ):
        return [mark]
    return marks


def option_of(mark: Mark) -> Option:
    """The option without the signs that mark it as right or wrong."""
    text, option = _VOTED.sub("", mark.text), Option("", mark.ticked, letter=mark.letter, bold=mark.bold)
    for _ in range(2):
        if _WRONG.search(text):
            option.wrong, text = True, _WRONG.sub("", text)
        elif _RIGHT.search(text):
            option.right, text = True, _RIGHT.sub("", text)
    option.bold = option.bold or is_bold(text)
    option.text = balanced(_VOTED.sub("", text).strip("=") if text[:2] == "==" else _VOTED.sub("", text))
    if mark.style == LETTER and mark.ticked:
        option.right, option.correct = True, False
    return option
