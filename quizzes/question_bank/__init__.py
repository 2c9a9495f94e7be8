"""The only writer of Question and QuestionVersion. Everything here runs inside the caller's transaction.

    content changes + proposals + authored questions + drills → `Wanted` → recognised rows → decisions
        → `apply` writes them: rows, versions, cards told
        → `plan` tells them: what a preview shows

Beside imports there are people: `set_aside`, `put_back`, `edit`, `write_drill` and `rewrite_drill` are an instructor's,
`hold` and `release` follow disagreements between sources. An import leaves alone what a person decided.
"""

from quizzes.question_bank.by_hand import NotAskable, edit, hold, put_back, release, set_aside
from quizzes.question_bank.deciding import BankChanges
from quizzes.question_bank.drills import Overtaken, Taken, rewrite_drill, write_drill
from quizzes.question_bank.planning import plan
from quizzes.question_bank.recognition import recognise
from quizzes.question_bank.writing import apply, counts

__all__ = [
    "BankChanges", "NotAskable", "Overtaken", "Taken", "apply", "counts", "edit", "hold", "plan", "put_back",
    "recognise", "release", "rewrite_drill", "set_aside", "write_drill",
]  # fmt: skip
