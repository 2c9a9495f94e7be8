"""What commands take, from `model.zip` (made by scripts/extract_cli_model.py). A service is read when it is named.

https://docs.aws.amazon.com/cli/latest/reference/
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("model.zip")
_REQUIRED, _SWITCH, _PAGE, _PLACED, _WORDS, _OTHER, _ONE_WAY, _STREAM, _FALSE, _FILTER = (
    1 << bit for bit in range(10)
)

Shape = Any  # a letter, or ["l", place], ["m", place], ["s", {member: place}]


@dataclass(frozen=True, slots=True)
class Option:
    """One parameter of a command. `member`: its name in the request, "" when it is no member as it stands."""

    name: str
    member: str
    shape: Shape
    flags: int

    @property
    def required(self) -> bool:
        return bool(self.flags & _REQUIRED)

    @property
    def switch(self) -> bool:
        return bool(self.flags & _SWITCH)

    @property
    def two_way(self) -> bool:
        return self.switch and not self.flags & _ONE_WAY

    @property
    def means_no(self) -> bool:
        """`--ingress` says that the member Egress is false."""
        return bool(self.flags & _FALSE)

    @property
    def is_filter(self) -> bool:
        """`--include` and `--exclude`: may stand several times, and the last one that fits decides."""
        return bool(self.flags & _FILTER)

    @property
    def as_written(self) -> bool:
        """Several words for a parameter that the CLI's own commands read in ways of their own."""
        return self.several and bool(self.flags & _OTHER)

    @property
    def page(self) -> bool:
        return bool(self.flags & _PAGE)

    @property
    def placed(self) -> bool:
        return bool(self.flags & _PLACED)

    @property
    def several(self) -> bool:
        return bool(self.flags & _WORDS)

    @property
    def stream(self) -> bool:
        return bool(self.flags & _STREAM)


@dataclass(frozen=True, slots=True)
class Command:
    """`operation`: as the API names it, "" for a command of the CLI's own."""

    service: str
    name: str
    operation: str
    options: Mapping[str, Option]
    shapes: tuple[Shape, ...]


@cache
def services() -> tuple[str, ...]:
    """Every service that the CLI has."""
    return tuple(json.loads(_read("services.json")))


@cache
def known() -> frozenset[str]:
    """Services whose commands are known here."""
    with zipfile.ZipFile(_FILE) as archive:
        return frozenset(name.removesuffix(".json") for name in archive.namelist()) - {"services"}


def _read(name: str) -> bytes:
    with zipfile.ZipFile(_FILE) as archive:
        return archive.read(name)


@lru_cache(maxsize=8)
def commands(service: str) -> tuple[Mapping[str, Any], tuple[Shape, ...]]:
    """(commands or groups of commands by name, shapes) of a known service."""
    data = json.loads(_read(f"{service}.json"))
    return data["commands"], tuple(data["shapes"])


def command(service: str, name: str, written: list[Any], shapes: tuple[Shape, ...]) -> Command:
    options = {
        key: Option(key, member, shapes[place], flags) for key, (member, place, flags) in written[1].items()
    }
    return Command(service, name, written[0], options, shapes)
