"""A right command, broken in the ways learners break it: one mistake at a time."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from quizzes.graders.cli.words import BadCommand, words
from quizzes.graders.engine.mutants import broken_words

MOST = 80


def mutants(text: str) -> Iterator[str]:
    """At most 80 commands: an option lost, misspelt, of another case; a value lost, changed, without quotes."""
    try:
        found = words(text)
    except BadCommand:
        return
    seen = {shlex.join(found)}
    for other in _broken(found):
        line = shlex.join(other)
        if line not in seen:
            seen.add(line)
            yield line
        if len(seen) > MOST:
            return


def _broken(found: list[str]) -> Iterator[list[str]]:
    for place, word in enumerate(found):
        before, after = found[:place], found[place + 1 :]
        yield [*before, *after]
        if word.startswith("--"):
            end = next((at for at, one in enumerate(after) if one.startswith("--")), len(after))
            yield [*before, *after[end:]]  # with its values
            yield [*before, word[1:], *after]
            yield [*before, word.replace("-", "_").replace("__", "--", 1), *after]
            if word.startswith("--no-"):
                yield [*before, f"--{word[5:]}", *after]
        elif place in (1, 2):
            yield [*before, f"{word}s", *after]
            yield [*before, word.replace("-", ""), *after]
        elif place > 2:
            yield from ([*before, other, *after] for other in _value(word))
            if " " in word:
                yield [*before, *word.split(" "), *after]


def _value(word: str) -> Iterator[str]:
    yield from broken_words(word)
    if "," in word:
        yield word.replace(",", " ", 1)
        yield word.rpartition(",")[0]
    if "=" in word:
        yield word.replace("=", ":", 1)
        yield word.partition("=")[2]
    if word.startswith(("[", "{")):
        yield word.replace('"', "")
        yield word[1:-1]
