"""A right sequence of commands, broken as learners break it: one left out, one too early, one said otherwise."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from quizzes.graders.cli.mutating import mutants as broken_commands
from quizzes.graders.worker.lab.lines import commands_of

MOST = 48


def mutants(answer: str) -> Iterator[str]:
    """At most 48 answers: each is graded in a process of its own. All commands are broken about equally often."""
    commands = commands_of(answer)
    for place in range(len(commands)):
        yield "\n".join([*commands[:place], *commands[place + 1 :]])
    each = max(1, (MOST - len(commands)) // max(1, len(commands)))
    for place, command in enumerate(commands):
        for broken in _spread(list(_valid(command)), each):
            yield "\n".join([*commands[:place], broken, *commands[place + 1 :]])


def _valid(command: str) -> Iterator[str]:
    """Broken commands, but not those whose first words are: they are refused as they are read, and prove nothing."""
    first = shlex.split(command)[:3]
    for broken in broken_commands(command):
        if shlex.split(broken)[:3] == first:
            yield broken


def _spread(found: list[str], most: int) -> list[str]:
    """Some of them, from the first to the last."""
    if len(found) <= most:
        return found
    return [found[place * len(found) // most] for place in range(most)]
