"""Canonical Markdown → HTML that is safe to show: Python-Markdown, then an allow-list.

Only canonical text comes here, never an upload; the caps are a second fence. Whoever stores the HTML stores
`POLICY_VERSION` beside it and renders again when it differs.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape

import markdown
import nh3

POLICY_VERSION = 2
MAX_TEXT = 400_000
MAX_LINE = 20_000
MAX_BRACKETS = 400
MAX_INDENT = 40
MAX_QUOTES = 8

_TAGS = {
    "p",
    "br",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "em",
    "strong",
    "del",
    "mark",
    "sub",
    "sup",
    "a",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "div",
    "span",
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "code": {"class"},
    "div": {"class"},
    "span": {"class"},
}
_INLINE_TAGS = {"code", "em", "strong", "a", "del", "mark", "sub", "sup", "br"}
_SCHEMES = {"http", "https", "mailto"}
_RUN = re.compile(r"([\[\]!*_`~<>(){}\\|&^])\1{40,}")
_FENCE = re.compile(r"(`{3,}|~{3,}) *\.?[\w#.+-]* *")  # as the converter knows it
_ITEM = re.compile(r" {0,3}(?:[*+-]|\d+\.) ")
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,300})\]\([^()\n]{0,1000}\)")
_STRAY = re.compile(r"(`[^`\n]{1,300}`|\\.|\[[^\[\]\n]{0,300}\]\([^\[\]\s]{0,1000}\))|(\[)")
_CLASS = re.compile(r"(?:language-[\w+#.-]{1,30}|highlight|[a-z][a-z0-9]{0,2})$")
_EXTENSIONS = ["tables", "fenced_code", "sane_lists"]


@contextmanager
def remembering() -> Iterator[None]:
    """In this block every text is rendered once: what is rendered before a lock is taken costs nothing under it."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


_remembered: ContextVar[dict[tuple[str, str], str] | None] = ContextVar("remembered", default=None)


def _once(kind: str, text: str, render: Callable[[str], str]) -> str:
    known = _remembered.get()
    if known is None:
        return render(text)
    if (kind, text) not in known:
        known[kind, text] = render(text)
    return known[kind, text]


def to_html(text: str) -> str:
    """Block HTML of canonical Markdown. Pictures become their alternative text; links carry no referrer weight."""
    return _once("blocks", text, _blocks)


def inline_html(text: str) -> str:
    """Inline HTML of a stem, an option or a rationale: code, emphasis and links only; line breaks stay."""
    return _once("inline", text, _inline)


def _blocks(text: str) -> str:
    return nh3.clean(
        _convert(_capped(text)),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener",
        attribute_filter=_attribute,
        strip_comments=True,
        clean_content_tags={"script", "style"},
    )


def _inline(text: str) -> str:
    lines = [line.strip() for line in text.strip().split("\n") if line.strip()]
    html = "<br>".join(_unwrapped(_convert(_capped(_guarded(line)))) for line in lines[:100])
    return nh3.clean(
        html,
        tags=_INLINE_TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener",
        attribute_filter=_attribute,
        strip_comments=True,
        clean_content_tags={"script", "style"},
    ).strip()


def _convert(text: str) -> str:
    converter = getattr(_converters, "one", None) or markdown.Markdown(
        extensions=_EXTENSIONS, output_format="html"
    )
    _converters.one = None  # one that fails is not used again
    try:
        html: str = converter.reset().convert(text)
    except (RecursionError, ValueError, IndexError, AssertionError):  # the converter's own limits
        return f"<p>{escape(text)}</p>"
    _converters.one = converter
    return html


_converters = threading.local()  # making a converter takes as long as a short text


def _capped(text: str) -> str:
    """Text that costs the converter no more than its length: long lines, runs and deep nesting are flattened."""
    lines = _IMAGE.sub(r"\1", text[:MAX_TEXT]).split("\n")
    code = _code_lines(lines)
    return "\n".join(
        line[:MAX_LINE] if place in code else _capped_line(line) for place, line in enumerate(lines)
    )


def _code_lines(lines: list[str]) -> set[int]:
    """Lines that the converter takes for code, and so reads no brackets in: fenced ones, and indented ones."""
    ends: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        fence = _FENCE.fullmatch(line)
        if fence and fence[1] == line.rstrip(" "):
            ends.setdefault(fence[1], []).append(place)
    code: set[int] = set()
    place, after_blank, in_list = 0, True, False
    while place < len(lines):
        line, fence = lines[place], _FENCE.fullmatch(lines[place])
        closing = ends.get(fence[1], []) if fence else []
        after = bisect_right(closing, place)
        if after < len(closing):
            code.update(range(place, closing[after] + 1))
            place, after_blank, in_list = closing[after] + 1, True, False
            continue
        if not line.strip():
            after_blank = True
        elif line.startswith("    "):
            # Below an item of a list such a line goes on with the item's text.
            if not in_list and (after_blank or place - 1 in code):
                code.add(place)
            after_blank = False
        else:
            in_list = bool(_ITEM.match(line.expandtabs(4))) or (in_list and not after_blank)
            after_blank = False
        place += 1
    return code


def _capped_line(line: str) -> str:
    line = _RUN.sub(lambda m: "\\" + m.group(1) if m.group(1) != "\\" else "", line[:MAX_LINE])
    if (
        line.count("[") > MAX_BRACKETS
        or line.count("*") > 2 * MAX_BRACKETS
        or line.count("<") > 2 * MAX_BRACKETS
        or line.count("_") > 4 * MAX_BRACKETS
        or line.count("`") > 2 * MAX_BRACKETS
    ):
        line = re.sub(r"[\[\]*_<`]", " ", line)
    stripped = line.lstrip(" ")
    if len(line) - len(stripped) > MAX_INDENT:
        line = " " * MAX_INDENT + stripped
    line = _STRAY.sub(
        lambda m: m.group(1) or "\\[", line
    )  # a bracket that opens no link costs the converter dearly
    lead = re.match(r"(?:\s{0,3}>){1,10000}", line)
    if lead and lead.group(0).count(">") > MAX_QUOTES:
        line = "> " * MAX_QUOTES + line[lead.end() :]
    return line


def _guarded(line: str) -> str:
    """One line that is meant as text, not as the start of a list, a heading or code."""
    return (
        "\\" + line
        if re.match(r"#|>|[-+*]\s|={3,}|-{3,}", line)
        else re.sub(r"^(\d{1,9})([.)])(\s)", r"\1\\\2\3", line)
    )


def _unwrapped(html: str) -> str:
    html = html.strip()
    return html[3:-4] if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1 else html


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return value if all(_CLASS.match(part) for part in value.split()) else None
    if name == "href":
        return value if re.match(r"(?:https?://|mailto:|#|/(?!/))", value, re.IGNORECASE) else None
    return value
