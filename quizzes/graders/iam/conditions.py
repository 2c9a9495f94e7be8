"""The Condition element: operators, `IfExists`, `ForAllValues` and `ForAnyValue`, and what a missing key means.

Rules, with their pages:
- All keys of all operators must hold (and); of the values of one key one must match (or), and none may with a negated
  operator. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
- A missing key does not match; with a negated operator or `IfExists` the condition holds; `Null` asks for exactly that.
  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
- `ForAllValues` holds for no values at all, `ForAnyValue` does not, `IfExists` or not. A key with several values needs
  one of the two. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
- Names of keys ignore case. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.graders.iam.operators import OPERATORS, Operator, Prepared
from quizzes.graders.iam.variables import Context

_SETS = {"forallvalues": "all", "foranyvalue": "any"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One key under one operator. `operator` None: there is none of this name. `over`: "", "all" or "any"."""

    written: str  # the operator as it is written
    key: str
    values: tuple[str, ...]
    operator: Operator | None
    prepared: tuple[Prepared, ...]
    over: str
    if_exists: bool
    is_null: bool

    def holds(self, context: Context) -> bool:
        value = context.get(self.key.lower())
        if self.is_null:
            return any(one.lower() == ("true" if value is None else "false") for one in self.values)
        if self.over:
            return self._holds_for_set(value, context)
        if value is None:
            return self.if_exists or self.negated
        return isinstance(value, str) and self._matches(value, context)

    def _holds_for_set(self, value: str | tuple[str, ...] | None, context: Context) -> bool:
        values = () if not value else (value,) if isinstance(value, str) else value
        if self.operator is None:
            return self.over == "all" and not values
        matched = (self._matches(one, context) for one in values)
        return all(matched) if self.over == "all" else any(matched)

    def _matches(self, value: str, context: Context) -> bool:
        """One value of the request against all of the policy. A value that cannot be compared never helps."""
        if self.operator is None:
            return False
        results = (self.operator.compare(value, one, context) for one in self.prepared)
        if self.operator.negated:
            return all(result is False for result in results)
        return any(result is True for result in results)

    @property
    def negated(self) -> bool:
        return self.operator is not None and self.operator.negated


def read_conditions(element: Any, variables: bool) -> tuple[Condition, ...]:
    """Every key of every operator; what is no mapping is a condition that never holds."""
    if element is None:
        return ()
    if not isinstance(element, Mapping):
        return (_never("Condition"),)
    found: list[Condition] = []
    for written, keys in element.items():
        if not isinstance(keys, Mapping):
            found.append(_never(str(written)))
            continue
        found.extend(_condition(str(written), str(key), values, variables) for key, values in keys.items())
    return tuple(found)


def _condition(written: str, key: str, values: Any, variables: bool) -> Condition:
    prefix, colon, name = written.rpartition(":")
    base = name.lower()
    if_exists = base.endswith("ifexists")
    base = base.removesuffix("ifexists")
    over = _SETS.get(prefix.lower(), "")
    known = OPERATORS.get(base) if bool(over) == bool(colon) else None
    listed = tuple(as_text(one) for one in (values if isinstance(values, list) else [values]))
    prepared = tuple(known.prepare(one, variables) for one in listed) if known else ()
    return Condition(written, key, listed, known, prepared, over, if_exists, is_null=base == "null")


def _never(written: str) -> Condition:
    return Condition(written, "", (), None, (), "", if_exists=False, is_null=False)


def as_text(value: Any) -> str:
    """A value as IAM writes it: true, false, and numbers without a needless `.0`; "" for what is no value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else ""
