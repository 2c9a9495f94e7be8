"""What stands on every page and teaches nothing: running heads, page numbers, exporter marks, navigation."""

from __future__ import annotations

import re
from collections import defaultdict

from content.ingest.blocks.lines import Line
from content.ingest.blocks.lists import marker
from content.ingest.markup import LINK, TAG, plain

_EXPORTER = re.compile(
    r"<!--\s{0,5}(?:slide|page)\b[^<>]{0,80}-->\s*$|={1,3}>\s.{0,200}<={1,3}\s*$"
    r"|\*{0,2}={2,3}>\s.{0,300}<={2,3}\*{0,2}\s*$"
    r"|\*{0,2}-{3,8}\s{0,3}(?:start|end) of (?:picture|page|image)\b[^-]{0,60}-{3,8}\*{0,2}\s{0,3}"
    r"(?:<br\s{0,2}/?>)?\s*$"
    r"|(?:In|Out)\s{0,2}\[\d{0,5}\]:\s*$"
    r"|(?:Open in Colab|Open In Colab)$",
    re.IGNORECASE,
)
_PICTURE_TEXT = re.compile(r"\*{0,2}-{3,8}\s{0,3}start of picture text", re.IGNORECASE)
_PAGE_OF = re.compile(r"(?:page|slide)\s{1,3}\d{1,4}(?:\s{0,3}(?:of|/|\|)\s{0,3}\d{1,4})?$", re.IGNORECASE)
_BOX = re.compile(
    r"\[!([A-Za-z][\w-]{0,30})\][+-]?(?:\s+(.{0,300}))?$|(?:!!!|\?\?\?\+?)\s{0,2}[a-z][\w -]{0,40}?"
    r"(?:\s\"(.{0,300})\")?$"
    r"|:{3,10}\s{0,3}[a-z][\w-]{0,30}(?:\[(.{0,300})\]|\s+([^{}\s:].{0,300}))$",
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
_KRAMDOWN = re.compile(
    r"\{:\s?[^{}\n]{0,120}\}$|\{%[^%]{0,200}%\}$|\{\{[<%][^{}\n]{0,300}[>%]\}\}$"
    r"|:{3,60}\s{0,3}[\w-]{0,40}\s{0,3}(?:\{[^{}\n]{0,200}\})?\s{0,3}:{0,60}$"
    r"|\\(?:newpage|pagebreak|clearpage|cleardoublepage|tableofcontents|maketitle|hfill|vfill|noindent|bigskip|medskip)$"
    r"|\\(?:vspace|hspace|pagestyle|thispagestyle|setcounter|label)\*?(?:\{[^{}\n]{0,80}\}){1,2}$"
    r"|(?:width|height)=\"[\d.]{1,9}[a-z%]{0,3}\"(?:\s(?:width|height)=\"[\d.]{1,9}[a-z%]{0,3}\")?\}$"
)
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
    return bool(_KRAMDOWN.match(text))


def picture_text(text: str) -> bool:
    """The exporter's mark above the words that it found in a picture."""
    return bool(_PICTURE_TEXT.match(text))


def box_title(text: str) -> str | None:
    """The title of a callout or admonition that the line opens, "" when it has none of its own; None otherwise."""
    if text[:3] not in ("!!!", "???", ":::") and text[:2] != "[!":
        return None
    match = _BOX.match(text)
    return next((part for part in match.groups()[1:] if part), "") if match else None


def uncommented(text: str) -> str:
    """A line without the signs of a comment around it."""
    return re.sub(r"^(?:<!--|%%|={1,3}>)\s*|\s*(?:-->|%%|<={1,3})$", "", text.strip()).strip()


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


def is_paged(lines: list[Line]) -> bool:
    """The file was made from pages: it numbers them."""
    return (
        sum(1 for line in lines if line.text[:4].lower() in ("page", "slid") and _PAGE_OF.match(line.text))
        >= 3
    )


def page_of(text: str) -> bool:
    """`Page 3 of 20`, which nobody writes but a machine."""
    return len(text) < 40 and " of " in text and bool(_PAGE_OF.match(plain(text)))


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
