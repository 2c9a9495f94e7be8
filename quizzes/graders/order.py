"""`order`: things put in their order, such as the hooks of a deployment.

    items: {stop: ApplicationStop, download: DownloadBundle, …}     key → text; shown shuffled
    extra: {beta: BeforeTest}           things that do not belong in it (optional)
    order: [stop, download, [copy, tag], start]       groups in brackets: any order among themselves
    label, say                          of the check of the whole order
    checks: [{before: stop, after: start, say: …, hidden: true}]    single pairs with their own sentence

The answer is the keys, one a line (or with commas), in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from quizzes.graders.base import Check, Choice, Grader, Problem, Spec, Verdict, Widget, grader
from quizzes.graders.engine.mutants import broken_order

MOST_ITEMS = 24


@grader("order")
class Order(Grader):
    keys = frozenset({"items", "extra", "order", "label", "say"})

    def validate(self, spec: Spec) -> Iterator[Problem]:
        items: Any = spec.get("items")
        extra: Any = spec.get("extra") or {}
        if not texts(items) or not texts(extra) or not 2 <= len(items) + len(extra) <= MOST_ITEMS:
            yield Problem("items", f"This must be 2 to {MOST_ITEMS} keys with their texts.")
            return
        if set(items) & set(extra):
            yield Problem("extra", "A key cannot stand in `items` and in `extra`.")
        if not isinstance(spec.get("order"), list) or sorted(_flat(spec["order"])) != sorted(items):
            yield Problem("order", "This must name every key of `items` once.")
        if not isinstance(spec.get("say"), str):
            yield Problem("say", "The drill needs `say`: why this order.")
        for place, check in enumerate(spec.get("checks") or ()):
            if any(
                not isinstance(check.get(side), str) or check[side] not in items
                for side in ("before", "after")
            ):
                yield Problem(f"checks[{place}]", "`before` and `after` must be keys of `items`.")

    def widget(self, spec: Spec) -> Widget:
        return Widget("order", choices=shown_choices({**spec["items"], **(spec.get("extra") or {})}))

    def answers(self, spec: Spec) -> Iterator[str]:
        yield "\n".join(_flat(spec["order"]))

    def wrong(self, spec: Spec) -> Iterator[tuple[str, str]]:
        """Neighbours swapped, something left out, everything turned round."""
        for keys in broken_order(_flat(spec["order"])):
            if keys and not _right(keys, spec["order"]):
                yield "\n".join(keys), str(spec["say"])

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        keys = read_keys(answer, {**spec["items"], **(spec.get("extra") or {})})
        if isinstance(keys, list):
            broken = [*broken_order(keys), *([*keys, str(one)] for one in spec.get("extra") or ())]
            yield from ("\n".join(one) for one in broken if one and not _right(one, spec["order"]))

    def grade(self, answer: str, spec: Spec) -> Verdict:
        texts_of = {**spec["items"], **(spec.get("extra") or {})}
        keys = read_keys(answer, texts_of)
        if isinstance(keys, str):
            return Verdict.refused(keys)
        checks = [Check(str(spec.get("label") or "The order"), _right(keys, spec["order"]), str(spec["say"]))]
        strays = [str(texts_of[key]) for key in keys if key in (spec.get("extra") or {})]
        if strays:
            checks.append(
                Check("Nothing that does not belong", False, f"{', '.join(strays)} is no part of it.")
            )
        for pair in spec.get("checks") or ():
            checks.append(_pair(pair, keys, spec["items"]))
        return Verdict(tuple(checks), trace=(_trace(keys, spec, texts_of),))


def texts(value: Any) -> bool:
    """A mapping of keys to what is shown."""
    return isinstance(value, Mapping) and all(
        isinstance(text, str | int | float)
        and not isinstance(text, bool)
        and re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", str(key))
        for key, text in value.items()
    )


def shown_choices(items: Mapping[str, Any]) -> tuple[Choice, ...]:
    """Choices in an order that gives nothing away: by their text."""
    return tuple(
        Choice(str(key), str(text)) for key, text in sorted(items.items(), key=lambda one: str(one[1]))
    )


def read_keys(answer: str, known: Mapping[str, Any]) -> list[str] | str:
    """The keys of an answer, or the sentence that says what is wrong with it."""
    keys = [part for part in re.split(r"[\s,;]+", answer.strip()) if part]
    if not keys:
        return "Nothing is chosen yet."
    if strange := next((key for key in keys if key not in known), None):
        return f"“{strange[:40]}” is not among the choices."
    if len(set(keys)) < len(keys):
        return "Something is chosen twice."
    return keys


def _flat(order: Any) -> list[str]:
    return [str(key) for group in order for key in (group if isinstance(group, list) else [group])]


def _right(keys: Sequence[str], order: Sequence[Any]) -> bool:
    at = 0
    for group in order:
        members = {str(key) for key in group} if isinstance(group, list) else {str(group)}
        if set(keys[at : at + len(members)]) != members:
            return False
        at += len(members)
    return at == len(keys)


def _pair(pair: Mapping[str, Any], keys: Sequence[str], items: Mapping[str, Any]) -> Check:
    before, after = str(pair["before"]), str(pair["after"])
    ok = before in keys and after in keys and keys.index(before) < keys.index(after)
    label = str(pair.get("label") or f"{items[before]} comes before {items[after]}")
    return Check(label, ok, str(pair["say"]), bool(pair.get("hidden")))


def _trace(keys: Sequence[str], spec: Spec, known: Mapping[str, Any]) -> dict[str, Any]:
    """What stands at each place beside what may stand there."""
    groups = [group if isinstance(group, list) else [group] for group in spec["order"]]
    allowed = [{str(key) for key in group} for group in groups for _ in group]
    right = _flat(spec["order"])
    rows = []
    for place in range(max(len(right), len(keys))):
        given = keys[place] if place < len(keys) else ""
        wanted = str(known[right[place]]) if place < len(right) else "–"
        cells = [str(place + 1), str(known[given]) if given else "–", wanted]
        rows.append({"cells": cells, "ok": place < len(right) and given in allowed[place]})
    return {"kind": "table", "columns": ["", "Your order", "The order"], "rows": rows}
