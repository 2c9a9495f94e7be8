"""Two statements side by side, with what only one of them says marked in each. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from content.ingest.markup import plain
from quizzes.studio.word_diff import Piece, pieces


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words that the other statement has too, or has not. `gap`: the space before them, or ""."""

    text: str
    differs: bool
    gap: str = ""


def marked(one: str, other: str) -> tuple[list[Run], list[Run]]:
    """Both statements as runs of words."""
    found = pieces(plain(one), plain(other))
    return _side(found, "gone"), _side(found, "new")


def _side(found: list[Piece], own: str) -> list[Run]:
    mine = [piece for piece in found if piece.kind in ("same", own)]
    return [
        Run(piece.text, piece.kind == own, piece.gap if place else "") for place, piece in enumerate(mine)
    ]
