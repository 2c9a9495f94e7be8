"""Filter patterns of CloudWatch Logs, as metric filters and subscriptions have them. Upper and lower case differ.

    ERROR timeout        both terms, anywhere in the event        ?A ?B     one of them
    "exact phrase"       as it stands                             ERROR -x  without x
    %regex%              see regexes                              (empty)   every event
    { $.a = "x" && … }   JSON events (see json_filters)
    [ip, *, code = 4*]   events split at spaces (see columns)

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-unstructured-log-events.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from quizzes.graders.logs.columns import columns
from quizzes.graders.logs.json_filters import json_filter
from quizzes.graders.logs.regexes import BadRegex, Steps, compiled
from quizzes.graders.logs.syntax import BadQuery

LONGEST = 1_024

_TERM = re.compile(r'\s*([-?]?)(?:"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)+)%|([^\s"%]+))(?=\s|$)')
_PLAIN = re.compile(r"\w+", re.ASCII)

Filter = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Term:
    sign: str
    holds: Filter


def read_filter(text: str) -> Filter:
    """A filter of events. Raises BadQuery; the filter itself can raise BadRegex when it takes too long."""
    steps = Steps()
    if len(text) > LONGEST:
        raise BadQuery(f"A filter pattern has at most {LONGEST:,} signs.")
    body = text.strip()
    try:
        if body.startswith("{"):
            return json_filter(body, steps)
        if body.startswith("["):
            return columns(body, steps)
        return _terms(body, steps)
    except BadRegex as error:
        raise BadQuery(f"In the regular expression, {error}.") from None


def _terms(body: str, steps: Steps) -> Filter:
    found, place = [], 0
    while place < len(body):
        match = _TERM.match(body, place)
        if match is None:
            raise BadQuery(
                f"From “{body[place : place + 20]}” on this cannot be read; is a closing quote missing?"
            )
        found.append(_term(match, steps))
        place = match.end()
    wanted = [term.holds for term in found if term.sign == ""]
    unwanted = [term.holds for term in found if term.sign == "-"]
    # beside other terms, those with a question mark are not looked at
    optional = [term.holds for term in found if term.sign == "?"] if not wanted and not unwanted else []

    def holds(event: str) -> bool:
        if not all(one(event) for one in wanted) or any(one(event) for one in unwanted):
            return False
        return not optional or any(one(event) for one in optional)

    return holds


def _term(match: re.Match[str], steps: Steps) -> _Term:
    sign, quoted, regex, plain = match.groups()
    if regex is not None:
        expression = compiled(regex, steps, groups=False)
        return _Term(sign, lambda event: expression.search(event) is not None)
    if plain is not None and not _PLAIN.fullmatch(plain):
        raise BadQuery(f"“{plain[:40]}” has signs that are no letters, digits or _: put it in double quotes.")
    text = plain if plain is not None else re.sub(r"\\(.)", r"\1", quoted)
    return _Term(sign, lambda event: text in event)
