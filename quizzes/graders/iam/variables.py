"""Policy variables: `${aws:username}`, `${aws:username, 'anonymous'}`, and `${*}` `${?}` `${$}` for those signs.

Only policies of version 2012-10-17 have them; elsewhere they are plain text. A variable whose key is missing (and has
no default) or holds several values cannot be resolved: the statement then does not apply.
Page: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from quizzes.graders.iam.matching import Glob, from_pieces, glob

Context = Mapping[str, str | tuple[str, ...]]
"""Keys in small letters; a tuple is the value of a key that may have several."""

_SIGNS = {"*", "?", "$"}


@dataclass(frozen=True, slots=True)
class Variable:
    key: str  # small letters
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """Text with variables. A piece is a variable, or text with: is it a pattern?"""

    pieces: tuple[tuple[str, bool] | Variable, ...]
    fixed: Glob | None  # the pattern, when there is no variable in it

    def pattern(self, context: Context) -> Glob | None:
        """The pattern for this request, or None when a variable cannot be resolved."""
        if self.fixed is not None:
            return self.fixed
        resolved: list[tuple[str, bool]] = []
        for piece in self.pieces:
            if not isinstance(piece, Variable):
                resolved.append(piece)
                continue
            value = context.get(piece.key, piece.default)
            if not isinstance(value, str):
                return None
            resolved.append((value, False))
        return from_pieces(resolved)

    def text(self, context: Context) -> str | None:
        """The text for this request, or None. Only of a template without wildcards: it is all one part."""
        found = self.pattern(context)
        return None if found is None else found.plain


def template(text: str, *, wild: bool = True, variables: bool = True) -> Template:
    """Read `text` once, so that every request only fills it in. `wild`: are `*` and `?` wildcards in it?"""
    if not variables or "${" not in text:
        return Template((), glob(text) if wild else from_pieces([(text, False)]))
    pieces = tuple(_pieces(text, wild))
    if any(isinstance(piece, Variable) for piece in pieces):
        return Template(pieces, None)
    return Template((), from_pieces(piece for piece in pieces if isinstance(piece, tuple)))


def _pieces(text: str, wild: bool) -> Iterator[tuple[str, bool] | Variable]:
    at = 0
    while (start := text.find("${", at)) >= 0:
        end = text.find("}", start + 2)
        if end < 0:
            break
        if start > at:
            yield text[at:start], wild
        inside = text[start + 2 : end]
        yield (inside, False) if inside in _SIGNS else _variable(inside)
        at = end + 1
    if at < len(text):
        yield text[at:], wild


def _variable(inside: str) -> Variable:
    name, comma, default = inside.partition(", ")
    if comma and len(default) >= 2 and default[0] == default[-1] == "'":
        return Variable(name.strip().lower(), default[1:-1])
    return Variable(name.strip().lower())
