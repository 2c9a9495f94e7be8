"""Will I pass? The forecast of one learner's exam, made once a study day and again after studying.

    inputs (reads the rows) → forecasting (calls the pure model of quizzes.calibration) → rows (keeps what comes out)

Pages and commands call `current`, `what_if` and `curve` and get the values of `shapes`. numpy is loaded where a
forecast is made, never where a kept one is shown.
"""

from __future__ import annotations

from quizzes.readiness.rows import current, curve, kept, what_if
from quizzes.readiness.shapes import Curve, CurvePoint, DomainReadiness, Readiness, TopicGain

__all__ = [
    "Curve",
    "CurvePoint",
    "DomainReadiness",
    "Readiness",
    "TopicGain",
    "current",
    "curve",
    "kept",
    "what_if",
]
