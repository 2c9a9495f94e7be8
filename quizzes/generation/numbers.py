"""Numbers with units in a sentence: where they stand, what they count, and the sentence without them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from quizzes.generation.texts import normalise

_UNITS = """
    ms milliseconds? seconds? secs? minutes? mins? hours? hrs? days? weeks? months? years? bytes? KB KiB MB
    MiB GB GiB TB TiB PB % percent items? records? messages? requests? characters? entries keys? users?
    groups? roles? policies versions? tags? instances? nodes? shards? consumers? partitions? replicas? copies
    AZs? regions? zones? accounts? buckets? objects? functions? layers? parameters? subscribers?
    subscriptions? topics? queues? streams? tables? indexes attributes? stages? environments? listeners?
    rules? targets? alarms? metrics? dimensions? events? executions? retries attempts? times files? volumes?
    snapshots? parts? uploads? connections? IPs? addresses subnets? RCUs? WCUs? IOPS vCPUs? credits? levels?
    tiers? steps? containers? tasks? services? domains? certificates? headers? invocations? writes? reads?
"""
_NUMBER = re.compile(
    r"(?<![\w.,:/$#+-])(?P<number>\d{1,3}(?:,\d{3}){1,4}|\d{1,9}(?:\.\d{1,4})?)[ \u00a0]?"
    r"(?P<unit>" + "|".join(_UNITS.split()) + r")(?![\w-])"
)
_SAME = {"sec": "second", "min": "minute", "hr": "hour", "percent": "%", "millisecond": "ms"}


def amount(figure: str) -> Decimal | None:
    """A figure as a number; None for what is none, such as a version."""
    bare = figure.replace(",", "").replace(" ", "")
    return Decimal(bare) if _FIGURE.fullmatch(bare) else None


_FIGURE = re.compile(r"\d{1,15}(\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Number:
    """`start` and `end` are those of the figure alone; `unit` is normalised, so that `hrs` and `hours` are one."""

    start: int
    end: int
    figure: str
    unit: str


def numbers(text: str) -> list[Number]:
    """Every number that counts something, in order."""
    return [
        Number(match.start("number"), match.end("number"), match["number"], _unit(match["unit"]))
        for match in _NUMBER.finditer(text)
    ]


def template(text: str) -> str:
    """The sentence without its figures: two statements with one template speak of the same thing."""
    return normalise(_NUMBER.sub(lambda match: f"# {match['unit']}", text))


def _unit(text: str) -> str:
    bare = text if text.isupper() else text.casefold()
    bare = bare.removesuffix("s") if len(bare) > 2 else bare
    return _SAME.get(bare, bare)
