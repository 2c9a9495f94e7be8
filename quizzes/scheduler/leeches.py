"""Cards that are forgotten again and again cost more than they bring: after some lapses the learner is told."""

from __future__ import annotations

LAPSES = 8


def leech(lapses: int, threshold: int = LAPSES) -> bool:
    """Whether a card forgotten so often is one. A threshold below 1 means that nobody wants to know."""
    return lapses >= threshold >= 1
