"""A right sequence of commands, broken as learners break it: one left out, or said otherwise.

What only looks may be left out or be wrong without any harm, so it is left alone; and a command that asks for the same
in other words is no mistake.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from quizzes.graders.cli.mutating import mutants as broken_commands
from quizzes.graders.cli.reading import Call, read
from quizzes.graders.cli.words import BadCommand
from quizzes.graders.worker.lab.lines import commands_of

MOST = 48
_LOOKS = (
    "Get",
    "List",
    "Describe",
    "Head",
    "Lookup",
    "Scan",
    "Query",
    "Filter",
    "BatchGet",
    "Simulate",
    "Test",
)


def mutants(answer: str, files: Mapping[str, str]) -> Iterator[str]:
    """At most 48 answers: each is graded in a process of its own. All commands are broken about equally often."""
    commands = commands_of(answer)
    changing = [place for place, command in enumerate(commands) if not _looks(command, files)]
    for place in changing:
        yield "\n".join([*commands[:place], *commands[place + 1 :]])
    each = max(1, (MOST - len(changing)) // max(1, len(changing)))
    for place in changing:
        for broken in _spread(list(_others(commands[place], files)), each):
            yield "\n".join([*commands[:place], broken, *commands[place + 1 :]])


def only_looks(call: Call) -> bool:
    """Whether a call changes nothing."""
    if call.operation:
        return call.operation.startswith(_LOOKS)
    return call.service == "s3" and call.command == "ls"


def _looks(command: str, files: Mapping[str, str]) -> bool:
    call = _read(command, files)
    return call is not None and only_looks(call)


def _read(command: str, files: Mapping[str, str]) -> Call | None:
    try:
        return read(command, files)
    except BadCommand:
        return None


def _others(command: str, files: Mapping[str, str]) -> Iterator[str]:
    """Broken commands that are still of the same operation, and ask for something else."""
    first, meant = shlex.split(command)[:3], _read(command, files)
    for broken in broken_commands(command):
        call = _read(broken, files)
        same = call is not None and meant is not None and (call.operation, call.parameters) == (
            meant.operation, meant.parameters,
        )  # fmt: skip
        if shlex.split(broken)[:3] == first and not same:
            yield broken


def _spread(found: list[str], most: int) -> list[str]:
    """Some of them, from the first to the last."""
    if len(found) <= most:
        return found
    return [found[place * len(found) // most] for place in range(most)]
