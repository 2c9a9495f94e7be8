"""Cards that are forgotten again and again cost more than they bring: after some lapses the learner is told."""

from __future__ import annotations

LAPSES = 8


def leech(lapses: int, threshold: int = LAPSES) -> bool:
    """Whether a card forgotten so often is one. A threshold below 1 means that nobody wants to know."""
    return lapses >= threshold >= 1


def tell(lapses: int, threshold: int = LAPSES) -> bool:
    """Whether to tell at this lapse: at the threshold, then after every half of it (8, 12, 16 …), as in Anki."""
    return leech(lapses, threshold) and (lapses - threshold) % max(1, (threshold + 1) // 2) == 0


def advice(lapses: int) -> str:
    """What the learner is told."""
    times = "once" if lapses == 1 else f"{lapses} times"
    return (
        f"You have forgotten this {times}. Read its topic again and find what it is mixed up with, "
        "or set the question aside and come back to it later."
    )
