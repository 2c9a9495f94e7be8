"""Figures as the vendor documents them: pure functions that a drill, or a formula of a drill, names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def calculate(name: str, arguments: Mapping[str, Any]) -> Any:
    """The result of a calculator. Raises ValueError with part of a sentence."""
    raise ValueError(f"there is no calculator “{name}”")
