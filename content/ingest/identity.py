"""What makes two statements the same one: a digest of their words without case, markup and punctuation."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from content.ingest.markup import plain

_KEEP_INSIDE_NUMBERS = re.compile(r"(?<=\d)[.,:/](?=\d)")
_PUNCTUATION = re.compile(r"[^\w\s%$€£<>=+\x01-]|_")
_LONE_DASH = re.compile(r"(?<!\w)-+|-+(?!\w)")


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """Case folded, markup and punctuation gone, numbers kept whole (`1.5`, `10:1`), comparison signs kept."""
    text = plain(text)
    text = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    text = _PUNCTUATION.sub(" ", _KEEP_INSIDE_NUMBERS.sub("\x01", text))
    if "-" in text:
        text = _LONE_DASH.sub(" ", text)
    return " ".join(text.split())


def fingerprint(*parts: str) -> str:
    """32 hexadecimal digits that survive cosmetic edits of the parts."""
    normal = "\x1f".join(normalise(part) for part in parts)
    return hashlib.sha256(normal.encode()).hexdigest()[:32]
