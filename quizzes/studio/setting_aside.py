"""Taking a question out and putting it back, for the Studio: see `quizzes.question_bank.by_hand`."""

from quizzes.question_bank import put_back, set_aside

__all__ = ["put_back", "set_aside"]
