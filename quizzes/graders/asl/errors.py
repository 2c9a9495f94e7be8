"""What can go wrong in a state machine: before it runs (Invalid), while it runs (StatesError), or for us (TooLong).

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations


class Invalid(ValueError):
    """A part of a state machine that is none, as the end of a sentence. The place is added by who knows it."""


class StatesError(Exception):
    """An error that Retry and Catch can name."""

    def __init__(self, name: str, cause: str = "") -> None:
        super().__init__(name, cause)
        self.name, self.cause = name, cause


class TooLong(Exception):
    """More steps or data than a drill runs, as a whole sentence."""


def runtime(cause: str) -> StatesError:
    """A mistake in a path or a template, or no way out of a Choice. States.ALL does not stand for it."""
    return StatesError("States.Runtime", cause)
