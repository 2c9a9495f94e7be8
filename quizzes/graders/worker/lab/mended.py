"""Where moto waits, or runs and sends what no lab has, the vendor's answer instead. Only in the host, once.

- Long polling ends when the wait is over: moto waits by a clock that stands still in a lab, for ever.
  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
- A function that does not exist cannot be invoked; nothing runs in those that do.
  https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
- A topic takes a message whatever becomes of it: functions and web addresses get none here.
  https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
"""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

_REACHED = frozenset({"sqs"})  # protocols of subscriptions whose end is in the lab, too


def mend() -> None:
    """After moto is imported, before any account is made."""
    import_module("moto.sqs.models").Queue.wait_for_messages = lambda queue, timeout: time.sleep(timeout)
    _invoke_what_there_is(import_module("moto.awslambda_simple.models").LambdaSimpleBackend)
    _deliver_what_arrives(import_module("moto.sns.models").Subscription)


def _invoke_what_there_is(backend: Any) -> None:
    invoke = backend.invoke

    def invoked(self: Any, function_name: str, qualifier: str | None, *rest: Any) -> Any:
        self.get_function(function_name, qualifier)  # raises what the vendor says
        return invoke(self, function_name, qualifier, *rest)

    backend.invoke = invoked


def _deliver_what_arrives(subscription: Any) -> None:
    publish = subscription.publish

    def published(self: Any, *given: Any, **named: Any) -> None:
        if self.protocol in _REACHED:
            publish(self, *given, **named)

    subscription.publish = published
