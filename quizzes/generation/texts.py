"""The words of a text and the text without its markup, remembered: every pattern asks for them of the same lines."""

from __future__ import annotations

from functools import lru_cache

from content.ingest import identity, markup

_MANY = 30_000


@lru_cache(maxsize=_MANY)
def words(text: str) -> list[str]:
    """Lower-case words and numbers of a line; the list is shared and must not be changed."""
    return markup.words(text)


@lru_cache(maxsize=_MANY)
def plain(text: str) -> str:
    """The text without its markup."""
    return markup.plain(text)


@lru_cache(maxsize=_MANY)
def normalise(text: str) -> str:
    """The text as it is compared."""
    return identity.normalise(text)
