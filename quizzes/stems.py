"""A question's stem on one line, for lists and margins."""

from __future__ import annotations

import re

from content.ingest.markup import escape, plain

_CODE = re.compile(r"`([^`\n]+)`")
_PARTS = re.compile(r"\n\s*\n|\n(?!\s*[a-z(])")  # lines, but for those that go on in the middle of a sentence


def one_line(stem: str, known: str = "") -> str:
    """The words of a stem without markup. A first line that only names its topic is left away when it says `known`."""
    kept = _CODE.sub(lambda code: escape(code[1]), stem)  # `s3:*` is no emphasis
    lines = [words for part in _PARTS.split(kept) if (words := plain(part))]
    if len(lines) > 1 and lines[0] == known:
        lines = lines[1:]
    return " · ".join(lines)
