"""Where moto waits, or runs and sends what no lab has, the vendor's answer instead. Only in the host, once.

- Long polling ends when the wait is over: moto waits by a clock that stands still in a lab, for ever.
  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
- A function that does not exist cannot be invoked. Those that do have nothing in them, and take whatever queues,
  streams and log groups send them; moto would start a container.
  https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
- A topic takes a message whatever becomes of it: functions and web addresses get none here.
  https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
- A bus takes an event whatever becomes of it: queues, log groups and other buses get theirs, the whole event or what
  the input transformer makes of it. moto needs another package for that, and knows no other targets.
  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any

_SUBSCRIBED = frozenset({"sqs"})  # protocols of subscriptions whose end is in the lab, too
_TARGETS = frozenset({"sqs", "logs", "events"})  # services that get the events of a rule
_RAN = ("null", False, "")  # what a function answers, whether it failed, its log
_INSIDE = frozenset({"ingestion-time"})  # keys of an event that only moto has
_PATH = re.compile(r"\$((?:\.[\w-]+)*)")
_NAME = re.compile(r"<([\w.-]+)>")
_PART = re.compile(rf'"(?:[^"\\]|\\.)*"|{_NAME.pattern}')  # a text of the template, or a name outside of one


def mend() -> None:
    """After moto is imported, before any account is made."""
    import_module("moto.sqs.models").Queue.wait_for_messages = lambda queue, timeout: time.sleep(timeout)
    import_module("moto.awslambda.models").LambdaFunction._invoke_lambda = lambda function, event=None: _RAN
    _invoke_what_there_is(import_module("moto.awslambda_simple.models").LambdaSimpleBackend)
    _deliver_what_arrives(import_module("moto.sns.models").Subscription)
    events: Any = import_module("moto.events.models")
    _reach_what_there_is(events.Rule)
    events.EventTemplateParser.parse = staticmethod(_made_of)


def _invoke_what_there_is(backend: Any) -> None:
    invoke = backend.invoke

    def invoked(self: Any, function_name: str, qualifier: str | None, *given: Any, **named: Any) -> Any:
        self.get_function(function_name, qualifier)  # raises what the vendor says
        return invoke(self, function_name, qualifier, *given, **named)

    backend.invoke = invoked


def _deliver_what_arrives(subscription: Any) -> None:
    publish = subscription.publish

    def published(self: Any, *given: Any, **named: Any) -> None:
        if self.protocol in _SUBSCRIBED:
            publish(self, *given, **named)

    subscription.publish = published


def _reach_what_there_is(rule: Any) -> None:
    send = rule.send_to_targets

    def sent(self: Any, *given: Any, **named: Any) -> None:
        every = self.targets
        self.targets = [one for one in every if _TARGETS.intersection(one["Arn"].split(":")[2:3])]
        try:
            send(self, *given, **named)
        finally:
            self.targets = every

    rule.send_to_targets = sent


def _made_of(input_template: str | None, input_paths_map: Mapping[str, str], event: Mapping[str, Any]) -> Any:
    """What a target gets of an event: all of it, or the template with what stands at the paths.

    Within quotes a value stands as it is, elsewhere as JSON. Of a template that makes no JSON nothing is sent.
    """
    whole = {key: value for key, value in event.items() if key not in _INSIDE}
    if not input_template:
        return whole
    values = {name: _at(path, whole) for name, path in input_paths_map.items()}
    values["aws.events.event.json"] = whole

    def filled(match: re.Match[str]) -> str:
        if match[0][0] == "<":
            return json.dumps(values.get(match[1]))
        return _NAME.sub(lambda name: json.dumps(_text(values.get(name[1])))[1:-1], match[0])

    try:
        made = json.loads(_PART.sub(filled, input_template))
    except ValueError:
        return _Said("")
    return _Said(made) if isinstance(made, str) else made


class _Said(str):
    """A text that is sent; moto looks for keys in what it sends."""

    __slots__ = ()

    def __contains__(self, key: object) -> bool:
        return False


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def _at(path: str, event: Mapping[str, Any]) -> Any:
    """The value at a path such as $.detail.state; None where there is none."""
    found: Any = event
    match = _PATH.fullmatch(path)
    for key in match[1].split(".")[1:] if match else [""]:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found
