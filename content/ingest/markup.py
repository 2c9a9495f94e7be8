"""Inline Markdown, seen as text: what a line says once its markup is gone, and the identifiers it carries.

Every pattern here is bounded and excludes its own opening character, so that no input costs more than a line's
length times a constant.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

LINK = re.compile(
    r"!?\[([^\[\]\n]{0,300})\]\(\s*<?([^()\s<>]{0,600}(?:\([^()\s<>]{0,200}\)[^()\s<>]{0,300})?)>?"
    r"(?:\s+[\"'][^\"'\n]{0,200}[\"'])?\s*\)"
)
IMAGE = re.compile(r"!\[([^\[\]\n]{0,300})\]\([^()\n]{0,1000}\)|!\[\[[^\[\]\n]{0,300}\]\]")
REFERENCE_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\[[^\[\]\n]{0,200}\]")
WIKILINK = re.compile(r"\[\[([^\[\]\n|]{1,200})(?:\|([^\[\]\n|]{1,200}))?\]\]")
AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]{1,1000})>")
URL = re.compile(r"(?:https?://|www\.)[^\s<>]{1,1000}")
_WEB = re.compile(r"(?:https?://|mailto:)[^\s<>\"']+", re.IGNORECASE)
MAX_ADDRESS = 500
TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]{0,20}(?:\s[^<>\n]{0,400})?/?>")
BREAK = re.compile(r"<br\s{0,3}/?>", re.IGNORECASE)
COMMENT = re.compile(r"<!--[^<>\n]{0,500}-->")
EMPHASIS = re.compile(r"\*{1,3}|(?<![A-Za-z0-9])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![A-Za-z0-9])|~~|`{1,3}")
HOLE = re.compile(r"==([^=\n]{1,200})==")
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|$<>~&=^-])")
_HELD = re.compile("[\ue020-\ue07f]")
_SPECIAL = re.compile(r"([\\`*_{}\[\]#<>&~=^|!])")
CODE_SPAN = re.compile(r"`([^`\n]{1,300})`")
BOLD = re.compile(r"\*\*([^*\n]{1,200})\*\*|__([^_\n]{1,200})__")
_MARKED = re.compile("[\\\\`*_<&~=!\\[\ue020-\ue07f]")
_MEASURES = re.compile(r"\{[^{}\n]{0,300}(?:\}|$)")
SPACE = re.compile(r"\s+")

_ANCHORS = (
    re.compile(r"\s*\{#([A-Za-z0-9][\w:.-]{0,80})((?:\s[^{}]{0,200})?)\}\s*$"),
    re.compile(r"\s+\^([A-Za-z0-9][\w-]{0,80})\s*$"),
    re.compile(r"\s*<!--\s{0,5}id:\s{0,5}([A-Za-z0-9][\w:.-]{0,80})\s{0,5}-->\s*$"),
)
_DOMAIN = re.compile(r"\s*\{(?:#[\w:.-]{1,80}\s{1,3})?domain\s{0,2}=\s{0,2}\"?(\d{1,3})\"?\s*\}\s*$")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The words of a line without its markup; whitespace collapsed."""
    return " ".join((_unmarked(text) if _MARKED.search(text) else text).split())


def _unmarked(text: str) -> str:
    text = ESCAPE.sub(lambda m: chr(0xE000 + ord(m.group(1))), _HELD.sub("", text))
    if "[" in text:
        text = IMAGE.sub(lambda m: m.group(1) or "", text)
        text = LINK.sub(r"\1", text)
        text = WIKILINK.sub(lambda m: m.group(2) or m.group(1), text)
        text = REFERENCE_LINK.sub(r"\1", text)
    if "<" in text:
        text = AUTOLINK.sub(r"\1", COMMENT.sub(" ", text))
        text = TAG.sub(" ", BREAK.sub(" ", text))
    text = html.unescape(EMPHASIS.sub("", HOLE.sub(r"\1", text)))
    return _HELD.sub(lambda m: chr(ord(m.group(0)) - 0xE000), text)


def web_address(text: str) -> str:
    """`text` when a page may link to it (http, https or mailto, up to 500 characters), else ""."""
    text = text.strip()
    return text if len(text) <= MAX_ADDRESS and _WEB.fullmatch(text) else ""


def escape(text: str) -> str:
    """Plain text as Markdown that reads as exactly that text."""
    return _SPECIAL.sub(r"\\\1", text)


def split_anchor(text: str) -> tuple[str, str | None]:
    """A line without its explicit identifier, and the identifier: `{#id}`, ` ^id`, `<!-- id: x -->`."""
    if text[-1:] not in ("}", ">") and "^" not in text[-90:]:
        return text, None
    for pattern in _ANCHORS:
        if match := pattern.search(text[-400:]):
            return text[: len(text) - len(match.group(0))].rstrip(), match.group(1)
    return text, None


def split_attributes(text: str) -> tuple[str, str | None, int | None]:
    """A heading without its attribute braces, its anchor and its domain number."""
    domain = None
    if match := _DOMAIN.search(text[-400:]):
        domain = int(match.group(1))
        anchored = re.search(r"\{#([A-Za-z0-9][\w:.-]{0,80})", match.group(0))
        text = text[: len(text) - len(match.group(0))].rstrip()
        if anchored:
            return text, anchored.group(1), domain
    text, anchor = split_anchor(text)
    if domain is None and (match := _DOMAIN.search(text[-400:])):
        domain, text = int(match.group(1)), text[: len(text) - len(match.group(0))].rstrip()
    return text, anchor, domain


def is_only_links(text: str) -> bool:
    """Nothing but links, addresses and punctuation."""
    rest = URL.sub("", AUTOLINK.sub("", LINK.sub("", WIKILINK.sub("", text))))
    return rest != text and not re.search(r"\w", TAG.sub("", rest).replace("docs", "").replace("Docs", ""))


def is_picture(text: str) -> bool:
    """Nothing but pictures, with the measures that a converter wrote beside them."""
    rest = _MEASURES.sub("", IMAGE.sub("", text))
    return rest != text and not re.search(r"\w", TAG.sub("", rest))


def words(text: str) -> list[str]:
    """Lower-case words and numbers of a line."""
    return re.findall(r"[^\W_]+", text.casefold())
