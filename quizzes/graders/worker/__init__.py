"""Heavy graders: one host process holds their engines and forks a limited child for each answer.

    grader (in the app) → client → socket in the data folder → host (engines loaded) → fork → limits → engine → JSON

Nothing here loads an engine in a process of the app: `lint` needs cfn-lint, `lab` needs moto, and both live in the
host, which starts with the first answer and ends by itself. Whatever goes wrong becomes a sentence; see docs/adr/0022.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from quizzes.graders.worker.client import Unavailable as Unavailable
from quizzes.graders.worker.client import ask as ask
from quizzes.graders.worker.client import status as status
from quizzes.graders.worker.place import configure as configure


def transcript(spec: Mapping[str, Any], seed: int, commands: Sequence[str]) -> list[dict[str, Any]]:
    """What a terminal shows after these commands of a lab: a list of {"command", "output", "ok"}, one a command.

    The lab is replayed from its beginning in a child of its own, so the same commands always show the same. Never
    raises for what a learner wrote: where nothing can be run, the last row says why.
    """
    from quizzes.graders.worker.lab import show

    return show(spec, seed, commands)
