"""A question's stem on one line, for lists and margins."""

from __future__ import annotations

from content.ingest.markup import plain


def one_line(stem: str, known: str = "") -> str:
    """The words of a stem without markup. A first line that only names its topic is left away when it says `known`."""
    lines = [words for line in stem.split("\n") if (words := plain(line))]
    if len(lines) > 1 and lines[0] == known:
        lines = lines[1:]
    return " · ".join(lines)
