"""What stands on every page and teaches nothing: running heads, page numbers, exporter marks, navigation."""

from __future__ import annotations

import re
from collections import defaultdict

from content.ingest.lines import Line
from content.ingest.lists import marker
from content.ingest.markup import LINK, TAG, plain

_EXPORTER = re.compile(
    r"<!--\s{0,5}(?:slide|page)\b[^<>]{0,80}-->\s*$|={1,3}>\s.{0,200}<={1,3}\s*$"
    r"|\*{0,2}={2,3}>\s.{0,300}<={2,3}\*{0,2}\s*$",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"(?:page|slide|p\.)\s{0,3}\d{1,4}(?:\s{0,3}(?:of|/)\s{0,3}\d{1,4})?$|\d{1,4}\s{0,3}(?:of|/)\s{0,3}\d{1,4}$"
    r"|-\s\d{1,4}\s-$|\d{1,4}$",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"(?:©|\(c\)\s|copyright\b|all rights reserved|not for (?:re)?distribution)", re.IGNORECASE
)
_TOC_MARK = re.compile(
    r"(?:\[\[?toc\]?\]|\{:toc\}|[*-]\s*toc|\[\[_TOC_\]\]|<!--\s*/?toc.{0,40}-->)\s*(?:\{:[^{}]*\})?$",
    re.IGNORECASE,
)
_KRAMDOWN = re.compile(r"\{:\s?[^{}\n]{0,120}\}$|\{%[^%]{0,200}%\}$|:::+\s?\w{0,40}$|%%.{0,300}%%$")
_BACK = re.compile(
    r"(?:goto|go to|back to|return to|top|⬆|↑|table of contents|next|previous|home|«|»|<<|>>)", re.IGNORECASE
)


def exporter_mark(text: str) -> bool:
    """`<!-- Slide number: 3 -->`, `==> picture … <==` and their like."""
    return bool(_EXPORTER.match(text))


def only_tags(text: str) -> bool:
    """A line of HTML tags without a word."""
    return text.startswith("<") and not TAG.sub("", text).strip()


def template_mark(text: str) -> bool:
    """Attributes and directives of site generators."""
    return text[0] in "{:%" and bool(_KRAMDOWN.match(text))


def contents_mark(text: str) -> bool:
    """A placeholder for a generated table of contents."""
    return len(text) < 80 and bool(_TOC_MARK.match(text))


def inner_link(text: str) -> bool:
    """Nothing but links into the same document."""
    targets = [m.group(2) for m in LINK.finditer(text)]
    if not targets or not all(target.startswith("#") and len(target) > 1 for target in targets):
        return False
    return not re.search(r"\w", plain(LINK.sub("", text)))


def goes_back(text: str) -> bool:
    """An inner link that only brings the reader back."""
    return bool(_BACK.search(plain(text)[:60]))


def page_mark(text: str) -> bool:
    """A page number or a rights notice on a line of its own."""
    return len(text) < 120 and bool(_PAGE.match(plain(text)) or _RIGHTS.match(text))


def repeated(lines: list[Line]) -> set[int]:
    """Line numbers of short bare lines that come back all over the file, as running heads and feet do.

    A slide's title also comes back, but next to itself; furniture is spread over the file.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        if line.blank or len(line.text) > 90 or line.indent > 3 or line.text[0] in "#|`~>=<" or marker(line):
            continue
        key = re.sub(r"\s{0,3}[|·•]\s{0,3}\d{1,4}$", "", line.text.casefold())
        if len(key) > 3:
            places[key].append(line.no)
    found: set[int] = set()
    for key, numbers in places.items():
        spread = (numbers[-1] - numbers[0]) / max(1, len(lines))
        if len(numbers) >= 8 and spread > 0.5 and not key.endswith((":", "{", "}", ";", ",")):
            found.update(numbers)
    return found
