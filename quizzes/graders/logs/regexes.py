"""Regular expressions of learners, matched by a machine of our own: time is linear, and there is a budget of steps.

Letters, `.`, classes, `\\d \\w \\s \\b`, `* + ?`, `{2,3}` (also lazy), `|`, groups, names `(?<name>…)`, `^ $`, and
`(?i)` at the start. Nothing looks ahead or back. Python's own engine never sees a learner's text.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

LONGEST = 300
MOST_STEPS = 120_000
_MOST_CODE = 400
_MOST_REPEATS = 100
_MOST_NESTED = 20

Test = Callable[[str], bool]
_WORD: Test = lambda sign: sign.isascii() and (sign.isalnum() or sign == "_")  # noqa: E731
_CLASSES: dict[str, Test] = {
    "d": lambda sign: sign.isascii() and sign.isdigit(),
    "w": _WORD,
    "s": lambda sign: sign in " \t\r\n\f\v",
}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


class BadRegex(ValueError):
    """Why a regular expression cannot be read, as the end of a sentence."""


@dataclass(slots=True)
class _Code:
    """One step of the machine. `test`: takes a sign; `split`: both ways, the first one preferred."""

    kind: str  # test, split, jump, save, look, match
    test: Test | None = None
    to: int = 0
    other: int = 0
    slot: int = 0
    look: str = ""


@dataclass(slots=True)
class Steps:
    """What is left of a budget; all regular expressions of one answer share one."""

    left: int = MOST_STEPS


@dataclass(slots=True)
class Regex:
    code: list[_Code]
    names: dict[str, int]
    groups: int
    ignore_case: bool
    steps: Steps = field(default_factory=Steps)

    def search(self, text: str) -> dict[int, str] | None:
        """Texts of the groups (0 is all of it) of the first place that fits; None when none does.

        Raises BadRegex when the budget is used up.
        """
        shown = text.lower() if self.ignore_case and len(text.lower()) == len(text) else text
        threads: list[tuple[int, tuple[int, ...]]] = []
        empty = (-1,) * (2 * (self.groups + 1))
        best: tuple[int, ...] | None = None
        for place in range(len(shown) + 1):
            seen: set[int] = set()
            current: list[tuple[int, tuple[int, ...]]] = []
            for at, saved in threads:
                self._follow(at, saved, shown, place, seen, current)
            if best is None:
                self._follow(0, empty, shown, place, seen, current)
            threads = []
            for at, saved in current:
                step = self.code[at]
                if step.kind == "match":
                    best = saved
                    break
                if place < len(shown) and step.test is not None and step.test(shown[place]):
                    threads.append((at + 1, saved))
            if not threads and best is not None:
                break
        if best is None:
            return None
        pairs = [(best[2 * group], best[2 * group + 1]) for group in range(self.groups + 1)]
        return {group: text[start:end] for group, (start, end) in enumerate(pairs) if start >= 0 <= end}

    def _follow(
        self,
        at: int,
        saved: tuple[int, ...],
        text: str,
        place: int,
        seen: set[int],
        found: list[tuple[int, tuple[int, ...]]],
    ) -> None:
        waiting = [(at, saved)]
        while waiting:
            at, saved = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            self.steps.left -= 1
            if self.steps.left < 0:
                raise BadRegex("it takes too many steps; make it simpler")
            step = self.code[at]
            if step.kind == "jump":
                waiting.append((step.to, saved))
            elif step.kind == "split":
                waiting.append((step.other, saved))
                waiting.append((step.to, saved))
            elif step.kind == "save":
                waiting.append((at + 1, (*saved[: step.slot], place, *saved[step.slot + 1 :])))
            elif step.kind == "look":
                if _looks(step.look, text, place):
                    waiting.append((at + 1, saved))
            else:
                found.append((at, saved))


def compiled(pattern: str, steps: Steps, groups: bool = True) -> Regex:
    """Raises BadRegex. `groups=False`: filter patterns know no brackets."""
    if len(pattern) > LONGEST:
        raise BadRegex(f"it is longer than {LONGEST} signs")
    ignore = pattern.startswith("(?i)")
    reader = _Reader(pattern.removeprefix("(?i)"), groups, ignore)
    code = reader.either(0)
    if reader.place < len(reader.text):
        raise BadRegex("a bracket ) has no partner")
    if len(code) > _MOST_CODE:
        raise BadRegex("it repeats too much")
    whole = [_Code("save", slot=0), *_moved(code, 1), _Code("save", slot=1), _Code("match")]
    return Regex(whole, reader.names, reader.groups, ignore, steps)


def _looks(kind: str, text: str, place: int) -> bool:
    if kind == "^":
        return place == 0
    if kind == "$":
        return place == len(text)
    before = place > 0 and _WORD(text[place - 1])
    after = place < len(text) and _WORD(text[place])
    return (before != after) == (kind == "b")


def _moved(code: list[_Code], by: int) -> list[_Code]:
    return [_Code(step.kind, step.test, step.to + by, step.other + by, step.slot, step.look) for step in code]


class _Reader:
    """Text → code, with places counted from the start of each part."""

    def __init__(self, text: str, with_groups: bool, ignore_case: bool) -> None:
        self.text, self.place = text, 0
        self.with_groups, self.ignore_case = with_groups, ignore_case
        self.names: dict[str, int] = {}
        self.groups = 0

    def peek(self) -> str:
        return self.text[self.place : self.place + 1]

    def take(self) -> str:
        sign = self.peek()
        self.place += 1
        return sign

    def either(self, depth: int) -> list[_Code]:
        if depth > _MOST_NESTED:
            raise BadRegex("its brackets are nested too deep")
        one = self.row(depth)
        if self.peek() != "|":
            return one
        self.take()
        other = self.either(depth + 1)
        size = len(one)
        return [
            _Code("split", to=1, other=size + 2),
            *_moved(one, 1),
            _Code("jump", to=size + 2 + len(other)),
            *_moved(other, size + 2),
        ]

    def row(self, depth: int) -> list[_Code]:
        code: list[_Code] = []
        while self.peek() not in ("", "|", ")"):
            code += _moved(self.repeated(depth), len(code))
            if len(code) > _MOST_CODE:
                raise BadRegex("it repeats too much")
        return code

    def repeated(self, depth: int) -> list[_Code]:
        one = self.one(depth)
        while (bounds := self.bounds()) is not None:
            low, high = bounds
            lazy = self.peek() == "?"
            if lazy:
                self.take()
            one = _repeat(one, low, high, lazy)
        return one

    def bounds(self) -> tuple[int, int | None] | None:
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if self.peek() in simple and self.peek():
            return simple[self.take()]
        if self.peek() != "{":
            return None
        end = self.text.find("}", self.place)
        low, comma, high = (
            self.text[self.place + 1 : max(end, self.place + 1)].replace(" ", "").partition(",")
        )
        if end < 0 or not low.isdecimal() or (high and not high.isdecimal()):
            raise BadRegex("between { and } stand one or two numbers")
        self.place = end + 1
        first, last = int(low[:4]), int(high[:4]) if high else None if comma else int(low[:4])
        if max(first, last or 0) > _MOST_REPEATS or (last is not None and last < first):
            raise BadRegex(f"between {{ and }} stand numbers up to {_MOST_REPEATS}, the smaller one first")
        return first, last

    def one(self, depth: int) -> list[_Code]:
        sign = self.take()
        if sign == "(":
            return self.group(depth)
        if sign == "[":
            return [_Code("test", self.sign_class())]
        if sign == "\\":
            return self.escape()
        if sign == ".":
            return [_Code("test", lambda other: other != "\n")]
        if sign in ("^", "$"):
            return [_Code("look", look=sign)]
        if sign in "*+?{":
            raise BadRegex(f"before “{sign}” stands nothing that could repeat")
        return [_Code("test", self.same(sign))]

    def same(self, sign: str) -> Test:
        wanted = sign.lower() if self.ignore_case else sign
        return lambda other: other == wanted

    def group(self, depth: int) -> list[_Code]:
        if not self.with_groups:
            raise BadRegex("brackets ( and ) are not known here")
        number = 0
        if self.peek() == "?":
            number = self.named()
        else:
            number = self.groups = self.groups + 1
        inner = self.either(depth + 1)
        if self.take() != ")":
            raise BadRegex("a bracket ( has no partner")
        if not number:
            return inner
        return [_Code("save", slot=2 * number), *_moved(inner, 1), _Code("save", slot=2 * number + 1)]

    def named(self) -> int:
        """After `(?`: the number of the group; 0 for one that is not kept."""
        rest = self.text[self.place :]
        if rest.startswith("?:"):
            self.place += 2
            return 0
        start = 3 if rest.startswith("?P<") else 2
        name, end, _ = rest[start:].partition(">")
        if (
            not rest.startswith(("?<", "?P<"))
            or not end
            or not name.replace("_", "a").isalnum()
            or not name.isascii()
        ):
            raise BadRegex("after (? only a name in < and >, or a colon, is known")
        self.place += start + len(name) + 1
        self.groups += 1
        self.names[name] = self.groups
        return self.groups

    def escape(self) -> list[_Code]:
        sign = self.take()
        if not sign:
            raise BadRegex("it ends with a backslash")
        if sign in "bB":
            return [_Code("look", look=sign)]
        return [_Code("test", self.escaped(sign))]

    def escaped(self, sign: str) -> Test:
        if sign.lower() in _CLASSES:
            test = _CLASSES[sign.lower()]
            return test if sign.islower() else lambda other: not test(other)
        if sign.isalnum() and sign not in _ESCAPES:
            raise BadRegex(f"“\\{sign}” is not known")
        return self.same(_ESCAPES.get(sign, sign))

    def sign_class(self) -> Test:
        unwanted = self.peek() == "^"
        if unwanted:
            self.take()
        tests: list[Test] = []
        while self.peek() != "]" or not tests:
            sign = self.take()
            if not sign:
                raise BadRegex("a bracket [ has no partner")
            if sign == "\\" and self.peek().lower() in _CLASSES and self.peek():
                tests.append(self.escaped(self.take()))
                continue
            low = self.take() if sign == "\\" else sign
            if self.peek() == "-" and self.text[self.place + 1 : self.place + 2] not in ("]", ""):
                self.take()
                high = self.take()
                tests.append(self.span(low, self.take() if high == "\\" else high))
            else:
                tests.append(self.same(low))
        self.take()
        chosen = tuple(tests)
        return lambda other: any(test(other) for test in chosen) != unwanted

    def span(self, low: str, high: str) -> Test:
        if high < low:
            raise BadRegex(f"the range {low}-{high} ends before it begins")
        if self.ignore_case:
            return lambda other: low <= other <= high or low <= other.upper() <= high
        return lambda other: low <= other <= high


def _repeat(one: list[_Code], low: int, high: int | None, lazy: bool) -> list[_Code]:
    size = len(one)
    if size * max(low, high or 0, 1) > _MOST_CODE:
        raise BadRegex("it repeats too much")
    code: list[_Code] = []
    for _ in range(low):
        code += _moved(one, len(code))
    at = len(code)
    if high is None:
        start, end = at + 1, at + size + 2
        return [*code, _split(start, end, lazy), *_moved(one, start), _Code("jump", to=at)]
    end = at + (high - low) * (size + 1)
    for _ in range(high - low):
        code.append(_split(len(code) + 1, end, lazy))
        code += _moved(one, len(code))
    return code


def _split(inner: int, end: int, lazy: bool) -> _Code:
    return _Code("split", to=end, other=inner) if lazy else _Code("split", to=inner, other=end)
