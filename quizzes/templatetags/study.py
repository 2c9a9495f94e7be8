"""Words for spans of time and shares, as learners read them."""

from __future__ import annotations

from datetime import timedelta

from django import template

register = template.Library()

MINUTE, HOUR, DAY = 60, 3600, 86_400


@register.filter
def wait(span: timedelta) -> str:
    """“1 min”, “10 min”, “5 h”, “6 days”, “3 months”, “1.4 years”: short enough for a button."""
    seconds = max(0.0, span.total_seconds())
    if seconds < HOUR:
        return f"{max(1, round(seconds / MINUTE))} min"
    if seconds < 20 * HOUR:
        return f"{round(seconds / HOUR)} h"
    days = max(1, round(seconds / DAY))
    if days < 60:
        return "1 day" if days == 1 else f"{days} days"
    if days < 365:
        return f"{round(days / 30.4)} months"
    years = f"{days / 365:.1f}".removesuffix(".0")
    return f"{years} year{'' if years == '1' else 's'}"


@register.filter
def minutes(seconds: float) -> str:
    """“less than a minute”, “1 minute”, “11 minutes”."""
    whole = round(seconds / MINUTE)
    if whole < 1:
        return "less than a minute"
    return "1 minute" if whole == 1 else f"{whole} minutes"


@register.filter
def percent(share: float | None) -> str:
    """“71”, or a dash when nothing is known yet."""
    return "–" if share is None else f"{100 * share:.0f}"


@register.filter
def clipped(text: object, most: int) -> str:
    """At most so many characters, ended between two words where there is a gap in the second half."""
    whole = str(text)
    if len(whole) <= most:
        return whole
    head = whole[: most - 1]
    gap = head.rfind(" ")
    return f"{(head[:gap] if gap > most // 2 else head).rstrip(' ,;:·–-(“')}…"


@register.filter
def level(share: float | None) -> int:
    """0 to 4 quarters, for the ticks of the reader and the tables."""
    return 0 if share is None else min(4, int(4 * share + 0.25))
