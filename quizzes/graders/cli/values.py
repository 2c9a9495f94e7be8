"""What is written for one option → the value that the request gets: files, JSON, shorthand, numbers.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-types.html
https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-file.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rapidfuzz import process

from quizzes.graders.cli.model import Option, Shape
from quizzes.graders.cli.shorthand import number, parse, typed
from quizzes.graders.cli.words import BadCommand
from quizzes.graders.loading_errors import Unreadable
from quizzes.graders.loading_json import read_json


def value_of(option: Option, written: list[str], shapes: tuple[Shape, ...], files: Mapping[str, str]) -> Any:
    """The value of an option in the request. Raises BadCommand with the option's name in it."""
    try:
        found = _value(option, written, shapes, files)
        if isinstance(option.shape, list) and not option.as_written:
            check_members(found, option.shape, shapes)
        return found
    except BadCommand as error:
        raise BadCommand(f"--{option.name}: {error}") from None


def check_members(value: Any, shape: Shape, shapes: tuple[Shape, ...], place: str = "") -> None:
    """The client refuses names that a structure of the request does not have. Raises BadCommand."""
    if not isinstance(shape, list):
        return
    kind, below = shape
    if kind == "l" and isinstance(value, list):
        for number, one in enumerate(value):
            check_members(one, shapes[below], shapes, f"{place}[{number}]")
    elif kind == "m" and isinstance(value, dict):
        for key, one in value.items():
            check_members(one, shapes[below], shapes, f"{place}.{key}")
    elif kind == "s" and isinstance(value, dict):
        for key, one in value.items():
            if key not in below:
                near = process.extractOne(key[:60], list(below), score_cutoff=50)
                where = f" in {place.lstrip('.')[:60]}" if place else ""
                hint = f" Did you mean {near[0]}?" if near else f" It takes {', '.join(list(below)[:6])}."
                raise BadCommand(f"there is no “{key[:60]}”{where}.{hint}")
            check_members(one, shapes[below[key]], shapes, f"{place}.{key}")


def _value(option: Option, written: list[str], shapes: tuple[Shape, ...], files: Mapping[str, str]) -> Any:
    if option.stream:
        return written[0]  # the file's name; its content is the body of the request
    if len(written) == 1 and (content := from_file(written[0], files)) is not None:
        written = [content]
    if isinstance(option.shape, list) and not option.as_written:
        return _complex(option, written, shapes, files)
    if option.several:
        return [_scalar(option.shape, one) for one in written]
    return _scalar(option.shape, written[0])


def from_file(text: str, files: Mapping[str, str]) -> str | None:
    """The text of a file that the drill has; None when no file is meant."""
    for mark in ("file://", "fileb://"):
        if text.startswith(mark):
            name = text.removeprefix(mark)
            short = name.removeprefix("./")
            if name in files or short in files:
                return files.get(name, files.get(short))
            raise BadCommand(f"there is no file “{name[:60]}” in this drill; write the value itself.")
    return None


def json_of(text: str) -> Any:
    try:
        return read_json(text, 40, 10_000, 18)
    except Unreadable as error:
        raise BadCommand(f"this is not valid JSON: {str(error)[:1].lower()}{str(error)[1:]}") from None


def _scalar(shape: Shape, text: str) -> Any:
    if shape == "j":
        return json_of(text)
    if shape == "b":
        return bool(text) and text.lower() != "false"
    return number(text, shape)


def _complex(option: Option, written: list[str], shapes: tuple[Shape, ...], files: Mapping[str, str]) -> Any:
    shape = option.shape
    first = written[0].strip() if written else ""
    if shape[0] == "l" and not isinstance(shapes[shape[1]], list):
        if len(written) == 1 and first.startswith("["):
            return json_of(written[0])
        return [_scalar(shapes[shape[1]], one) for one in written]
    if first.startswith(("[", "{")):
        return _json(shape, written, shapes)
    if shape == ["s", {"Value": 0}] and len(written) == 1 and "=" not in written[0]:
        return {"Value": written[0]}

    def read(text: str) -> Any:
        return parse(text, lambda value: from_file(value, files))

    if option.several and shape[0] == "l":
        return [typed(read(one), shapes[shape[1]], shapes) for one in written]
    return typed(read(first), shape, shapes)


def _json(shape: list[Any], written: list[str], shapes: tuple[Shape, ...]) -> Any:
    first = written[0].strip()
    if shape[0] != "l":
        if not first.startswith("{"):
            raise BadCommand("this takes keys with values, {…}, and not a list.")
        return json_of(written[0])
    if len(written) == 1 and first.startswith("["):
        return json_of(written[0])
    below = shapes[shape[1]]
    if isinstance(below, list) and below[0] == "l":
        return [json_of(one) for one in written]
    wrong = [one for one in written if not one.strip().startswith("{")]
    if wrong:
        raise BadCommand("this mixes JSON with something else; is there a quote missing around the JSON?")
    return [json_of(one) for one in written]
