"""What kind of notes a file holds: a vote over its lines, on which the reading rules depend."""

from __future__ import annotations

import re
from collections import Counter

from content.ingest.blocks.lines import Line
from content.ingest.blocks.lists import marker
from content.ingest.markup import WIKILINK
from content.ingest.model import Dialect
from content.ingest.questions.ready_made import starts
from content.ingest.titles.shapes import SLIDE_MARK

_HEADING = re.compile(r"#{1,6}\s+\S")
_LISTED_HEADING = re.compile(r"[-*+]\s+#{1,6}\s")
_TASK = re.compile(r"[-*+]\s\[[ xX]\]\s")


def vote(lines: list[Line], front: dict[str, object]) -> Dialect:
    """The dialect of one file. `front`: its front matter, which may say `dialect:` outright."""
    said = str(front.get("dialect", "")).lower()
    if said in {str(d) for d in Dialect}:
        return Dialect(said)
    if "domain" in front or "certification" in front or "checked_on" in front:
        return Dialect.COURSE
    signs = _signs(lines)
    full = signs["full"]
    if not full:
        return Dialect.NOTES
    if signs["question"] >= max(3, full * 0.3):
        return Dialect.QUESTIONS
    if (
        signs["question"] + signs["card"] >= max(3, full * 0.2)
        and not signs["wiki"] + signs["paged"] + signs["exported"]
    ):
        return Dialect.QUESTIONS
    bare_titles = signs["bare"] >= max(2, full * 0.04) and signs["item"] >= 3
    paged = signs["paged"] >= 5 and full <= 30 * signs["paged"] and signs["heading"] <= signs["paged"]
    if signs["exported"] >= 2 or paged or (signs["heading"] <= max(1, full * 0.004) and bare_titles):
        return Dialect.SLIDES
    if signs["wiki"] >= max(2, full * 0.02):
        return Dialect.VAULT
    return Dialect.NOTES


def _signs(lines: list[Line]) -> Counter[str]:
    """How many lines speak for each dialect; fenced lines do not vote."""
    signs: Counter[str] = Counter()
    fenced = False
    above = ""
    for line in lines:
        underlined, above = _underlines(line, above), line.text
        if underlined and not fenced:
            signs["heading"] += 1
            signs["bare"] -= 1
            signs["full"] += 1
            continue
        if line.text[:3] in ("```", "~~~"):
            fenced = not fenced
        if line.blank or fenced:
            continue
        signs["full"] += 1
        signs[_sign(line)] += 3 if starts(line) else 1
        if "[[" in line.text:
            signs["wiki"] += len(WIKILINK.findall(line.text))
    return signs


def _underlines(line: Line, above: str) -> bool:
    """Drawn below a title, as long as it: an exporter's rule seldom is."""
    text = line.text
    if len(text) < 4 or text[0] not in "=-" or not above or text.strip(text[0]):
        return False
    return abs(len(text) - len(above)) <= 2 or text[0] == "="


def _sign(line: Line) -> str:
    text = line.text
    if text[0] == "#" and _HEADING.match(text):
        return "heading"
    if marker(line):
        return "heading" if _LISTED_HEADING.match(text) else "question" if _TASK.match(text) else "item"
    if starts(line):
        return "question"
    if " :: " in text or " ::: " in text or text.endswith(" ;;"):
        return "card"
    if text.lower().startswith(("<!-- slide", "<!-- page")):
        return "exported"
    if SLIDE_MARK.match(text):
        return "paged"
    return "bare" if line.quote == 0 and line.indent == 0 and len(text) < 100 else "text"
