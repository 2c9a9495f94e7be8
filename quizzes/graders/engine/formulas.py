"""Formulas of drills: arithmetic over drawn values, read as a syntax tree of which only listed parts are known.

    ceil(reads * ceil(kb / 4) / 2)        max(1, floor(hosts * percent / 100))        row.port if open else 0

Known: numbers, texts, lists, {key: value}; names and `row.field`; + - * / // % ** (numbers; + joins texts);
comparisons, `in`, and/or/not; `a if b else c`; indexing; min max ceil floor round abs len sum sorted; and every
calculator of quizzes.graders.calculators, called with keywords. Numbers stay below 10**18, texts below 4,000 signs,
exponents within 64.
`ceil` and `floor` look at nine decimals, so that 1.1 * 10 is 11 and not a trifle more.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

LONGEST = 500
MOST_PARTS = 200
BIGGEST = 10**18
LONGEST_TEXT = 4_000
HEAVIEST = 64 * 1024
_DECIMALS = 9


class BadFormula(ValueError):
    """A formula that cannot be read, or has no value for the names given. The message is part of a sentence."""


def _rounded(value: Any, digits: int = 0) -> int | float:
    if not -15 <= digits <= 15:
        raise BadFormula("round takes up to 15 digits")
    found = math.floor(value * 10**digits + 0.5 + 10**-_DECIMALS) / 10**digits
    return int(found) if digits <= 0 else found


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "len": len,
    "sum": sum,
    "sorted": sorted,
    "ceil": lambda value: math.ceil(round(value, _DECIMALS)),
    "floor": lambda value: math.floor(round(value, _DECIMALS)),
    "round": _rounded,
}
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}


def value_of(formula: str, values: Mapping[str, Any]) -> Any:
    """What `formula` is worth. Raises BadFormula."""
    tree = _tree(formula)
    try:
        return _bounded(_value(tree, values))
    except BadFormula as error:
        raise BadFormula(f"“{formula}”: {error}") from None
    except ZeroDivisionError:
        raise BadFormula(f"“{formula}” divides by zero") from None
    except (TypeError, ValueError, LookupError, OverflowError, ArithmeticError) as error:
        raise BadFormula(f"“{formula}” has no value: {error}") from None


def names_in(formula: str) -> set[str]:
    """Names that a formula reads. Raises BadFormula."""
    return {node.id for node in ast.walk(_tree(formula)) if isinstance(node, ast.Name)} - set(FUNCTIONS)


@lru_cache(maxsize=2048)
def _tree(formula: str) -> ast.expr:
    if len(formula) > LONGEST:
        raise BadFormula(f"a formula has at most {LONGEST} signs")
    try:
        tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadFormula(f"“{formula[:80]}” is not a formula") from None
    if sum(1 for _ in ast.walk(tree)) > MOST_PARTS:
        raise BadFormula(f"“{formula[:80]}” has too many parts")
    return tree


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    known = _NODES.get(type(node))
    if known is None:
        raise BadFormula(f"{type(node).__name__} is not part of formulas")
    return known(node, values)


def _constant(node: ast.Constant, values: Mapping[str, Any]) -> Any:
    if not isinstance(node.value, int | float | str | bool | None):
        raise BadFormula("only numbers and texts can be written in it")
    return _bounded(node.value)


def _name(node: ast.Name, values: Mapping[str, Any]) -> Any:
    if node.id not in values:
        raise BadFormula(f"there is no “{node.id}”")
    return values[node.id]


def _field(node: ast.Attribute, values: Mapping[str, Any]) -> Any:
    row = _value(node.value, values)
    if not isinstance(row, Mapping) or node.attr not in row:
        raise BadFormula(f"there is no field “{node.attr}”")
    return row[node.attr]


def _index(node: ast.Subscript, values: Mapping[str, Any]) -> Any:
    return _value(node.value, values)[_value(node.slice, values)]


def _binary(node: ast.BinOp, values: Mapping[str, Any]) -> Any:
    left, right = _value(node.left, values), _value(node.right, values)
    joins = isinstance(node.op, ast.Add) and isinstance(left, str) and isinstance(right, str)
    if not joins and not (_number(left) and _number(right)):
        raise BadFormula("arithmetic needs numbers on both sides")
    if isinstance(node.op, ast.Pow):
        return _bounded(_power(left, right))
    if type(node.op) not in _BINARY:
        raise BadFormula(f"{type(node.op).__name__} is not part of formulas")
    return _bounded(_BINARY[type(node.op)](left, right))


def _power(base: float, exponent: float) -> Any:
    if abs(exponent) > 64 or abs(base) > 10**9:
        raise BadFormula("a power is too large")
    return base**exponent


def _unary(node: ast.UnaryOp, values: Mapping[str, Any]) -> Any:
    value = _value(node.operand, values)
    if isinstance(node.op, ast.Not):
        return not value
    if not _number(value) or isinstance(node.op, ast.Invert):
        raise BadFormula("a sign needs a number")
    return -value if isinstance(node.op, ast.USub) else value


def _logic(node: ast.BoolOp, values: Mapping[str, Any]) -> bool:
    wanted = isinstance(node.op, ast.Or)
    return wanted if any(bool(_value(part, values)) == wanted for part in node.values) else not wanted


def _comparison(node: ast.Compare, values: Mapping[str, Any]) -> bool:
    left = _value(node.left, values)
    for sign, part in zip(node.ops, node.comparators, strict=True):
        right = _value(part, values)
        if type(sign) not in _COMPARE:
            raise BadFormula("compare with == != < <= > >= in")
        if not _COMPARE[type(sign)](left, right):
            return False
        left = right
    return True


def _either(node: ast.IfExp, values: Mapping[str, Any]) -> Any:
    return _value(node.body if _value(node.test, values) else node.orelse, values)


def _list(node: ast.List | ast.Tuple, values: Mapping[str, Any]) -> list[Any]:
    return _bounded([_value(part, values) for part in node.elts])


def _mapping(node: ast.Dict, values: Mapping[str, Any]) -> dict[str, Any]:
    if any(key is None for key in node.keys):
        raise BadFormula("write every key out")
    pairs = zip(node.keys, node.values, strict=True)
    found = {str(_value(key, values)): _value(value, values) for key, value in pairs if key is not None}
    return _bounded(found)


def _call(node: ast.Call, values: Mapping[str, Any]) -> Any:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    arguments = [_value(part, values) for part in node.args]
    keywords = {str(one.arg): _value(one.value, values) for one in node.keywords if one.arg}
    if name in FUNCTIONS and len(keywords) == len(node.keywords) == 0:
        return _bounded(FUNCTIONS[name](*arguments))
    if arguments or len(keywords) != len(node.keywords):
        raise BadFormula("a calculator is called with keywords: name(key=value)")
    from quizzes.graders.calculators import calculate  # calculators load when a formula names one

    return _bounded(calculate(name, keywords))


_NODES: dict[type[ast.expr], Callable[[Any, Mapping[str, Any]], Any]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _field,
    ast.Subscript: _index,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _logic,
    ast.Compare: _comparison,
    ast.IfExp: _either,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Dict: _mapping,
    ast.Call: _call,
}


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bounded(value: Any) -> Any:
    if isinstance(value, complex) or (isinstance(value, float) and not math.isfinite(value)):
        raise BadFormula("the result is not a number")
    if isinstance(value, int | float) and abs(value) > BIGGEST:
        raise BadFormula("a number is too large")
    if isinstance(value, str | list) and len(value) > LONGEST_TEXT:
        raise BadFormula("a text or list is too long")
    if isinstance(value, list | dict) and _weight(value, HEAVIEST) > HEAVIEST:
        raise BadFormula("a list holds too much")
    return value


def _weight(value: Any, most: int) -> int:
    """How much a value holds, item by item and sign by sign, up to `most`: lists of lists of lists grow fast."""
    if isinstance(value, str):
        return 1 + len(value)
    if not isinstance(value, list | dict):
        return 1
    found = 1 + (sum(map(len, value)) if isinstance(value, dict) else 0)
    for item in value.values() if isinstance(value, dict) else value:
        if found > most:
            break
        found += _weight(item, most - found)
    return found
