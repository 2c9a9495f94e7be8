"""The engine behind `lab`: commands on a made-up account, from its beginning. Only host and children import this.

A job is {"seed", "clock", "account", "region", "files", "services", "given": [command…], "commands": [command…],
"checks": [{"run", "query", "json"}…]}; told is {"rows": [{"command", "output", "ok"}…], "given": the same of those that
failed, "checks": [{"value"} or {"error", "said"}…]}.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import time
import uuid
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from quizzes.graders.cli import model
from quizzes.graders.cli.reading import Call, read
from quizzes.graders.cli.words import BadCommand
from quizzes.graders.query.engine import BadExpression
from quizzes.graders.query.engine import run as run_query
from quizzes.graders.worker import lean
from quizzes.graders.worker.lab import cloud
from quizzes.graders.worker.lab.cloud import Body, Cloud, Failed
from quizzes.graders.worker.lab.printing import NotDrawn, printed
from quizzes.graders.worker.lab.storage import STORAGE

_LONGEST_SAID = 1_000
_MOST_VALUE = 20_000
_REHEARSED = (
    "aws sqs list-queues", "aws s3api list-buckets", "aws sns list-topics", "aws dynamodb list-tables",
    "aws iam list-roles", "aws sts get-caller-identity", "aws ssm describe-parameters", "aws events list-rules",
    "aws logs describe-log-groups", "aws cloudwatch describe-alarms", "aws kms list-keys",
    "aws secretsmanager list-secrets", "aws lambda list-functions", "aws ecr describe-repositories",
    "aws codecommit list-repositories", "aws codebuild list-projects", "aws codepipeline list-pipelines",
    "aws deploy list-applications", "aws kinesis list-streams", "aws firehose list-delivery-streams",
    "aws cloudtrail describe-trails", "aws stepfunctions list-state-machines",
    "aws configservice describe-config-rules",
    "aws s3 mb s3://rehearsal", "aws s3 ls", "aws s3api get-bucket-policy --bucket rehearsal",
    "aws sqs get-queue-url --queue-name none", "aws dynamodb describe-table --table-name none",
)  # fmt: skip


def load() -> None:
    """Load everything, and answer one request of each service, so that nothing is read late; then forget it all."""
    import time_machine

    cloud.load()
    sleep, environment, sources = _kept()
    with time_machine.travel(0.0, tick=False) as clock:
        place = Cloud("123456789012", "eu-west-1", {}, "", clock)
        for command in _REHEARSED:
            _row(command, place)
    _put_back(sleep, environment, sources)
    cloud.reset()


def prepare(job: Mapping[str, Any]) -> None:
    """Read what the named services' commands take: the child may have no right to read files."""
    for service in list(job.get("services") or ())[:8]:
        if service in model.known():
            model.commands(str(service))
        if service in cloud.SERVICES:
            with lean.reading():
                cloud.ready(service, str(job["region"]))
    model.services()


def run(job: Mapping[str, Any]) -> dict[str, Any]:
    import time_machine

    with time_machine.travel(float(job["clock"]), tick=False) as clock:
        place = Cloud(str(job["account"]), str(job["region"]), job["files"], str(job["seed"]), clock)
        given = [_row(command, place) for command in job["given"]]
        rows = [_row(command, place) for command in job["commands"]]
        checks = [_checked(check, place) for check in job["checks"]]
    return {"rows": rows, "given": [row for row in given if not row["ok"]], "checks": checks}


def _row(command: str, place: Cloud) -> dict[str, Any]:
    """What one command shows. Whatever it does, a row comes back; only memory that runs out ends the child."""
    try:
        call = read(command, place.files)
        answer = _answered(call, command, place)
        style = str(call.options.get("output", "json"))
        output = answer if isinstance(answer, str) else printed(_queried(call, answer), style)
        return {"command": command, "output": output, "ok": True}
    except (BadCommand, Failed, NotDrawn, BadExpression) as error:
        return {"command": command, "output": str(error)[:_LONGEST_SAID], "ok": False}


def _checked(check: Mapping[str, Any], place: Cloud) -> dict[str, Any]:
    """{"value"}: what a check's command finds; {"error": code, "said"} when it fails."""
    try:
        call = read(str(check["run"]), place.files)
        answer = _answered(call, str(check["run"]), place)
        if check.get("json"):
            answer = _unfolded(answer)
        value = _queried(call, answer)
        if isinstance(check.get("query"), str):
            value = run_query(check["query"], value)
    except Failed as error:
        return {"error": error.code or "failed", "said": str(error)[:_LONGEST_SAID]}
    except (BadCommand, BadExpression) as error:
        return {"error": "unread", "said": str(error)[:_LONGEST_SAID]}
    if len(json.dumps(value)) > _MOST_VALUE:
        return {"error": "big", "said": "What was found is too long."}
    return {"value": value}


def _queried(call: Call, answer: Any) -> Any:
    query = call.options.get("query")
    return run_query(query, answer) if isinstance(query, str) else answer


def _unfolded(value: Any) -> Any:
    """Texts that hold a document, such as a policy, become the document."""
    if isinstance(value, Mapping):
        return {key: _unfolded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_unfolded(one) for one in value]
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _answered(call: Call, command: str, place: Cloud) -> Any:
    """Data, or the text that a command of the CLI's own prints. Raises Failed."""
    region = str(call.options.get("region", ""))
    place.meet(call.service, region)
    place.begin(command)
    if call.options.get("no-sign-request") or call.options.get("endpoint-url"):
        raise Failed("Labs know neither --no-sign-request nor --endpoint-url.")
    if call.service == "s3" and not call.operation:
        return STORAGE[call.command](call, place) if call.command in STORAGE else _unknown(call)
    if not call.operation or any(name.startswith("--") for name in call.parameters):
        return _unknown(call)
    parameters = _parameters(call, place)
    if call.command.startswith("wait "):
        place.wait(call.service, call.command.removeprefix("wait "), parameters, region)
        return {}
    send = place.call if call.options.get("no-paginate") else place.pages
    return _downloaded(call, send(call.service, call.operation, parameters, region), place)


def _unknown(call: Call) -> Any:
    raise Failed(f"Labs cannot do aws {call.service} {call.command}".replace("  ", " ") + ".")


def _parameters(call: Call, place: Cloud) -> dict[str, Any]:
    """Files become their content, and what is written in base64 becomes bytes, where the service takes bytes."""
    try:
        shape = place.client(call.service).meta.service_model.operation_model(call.operation).input_shape
    except import_module("botocore.exceptions").BotoCoreError as error:
        raise Failed(str(error)) from None
    raw = call.options.get("cli-binary-format") == "raw-in-base64-out"
    return {
        name: _typed(value, shape.members[name], place, raw) if shape is not None and name in shape.members else value
        for name, value in call.parameters.items()
    }  # fmt: skip


def _typed(value: Any, shape: Any, place: Cloud, raw: bool) -> Any:
    if shape.type_name == "blob" and isinstance(value, str):
        return _bytes(value, shape, place, raw)
    if shape.type_name == "structure" and isinstance(value, Mapping):
        return {
            k: _typed(v, shape.members[k], place, raw) if k in shape.members else v for k, v in value.items()
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [_typed(one, shape.member, place, raw) for one in value]
    if shape.type_name == "map" and isinstance(value, Mapping):
        return {k: _typed(v, shape.value, place, raw) for k, v in value.items()}
    return value


def _bytes(value: str, shape: Any, place: Cloud, raw: bool) -> bytes:
    if shape.serialization.get("streaming"):
        name = value.removeprefix("./")
        if name not in place.files:
            raise Failed(f"Error parsing parameter: there is no file “{name[:60]}” in this lab.")
        return place.files[name].encode()
    if raw or value in place.files.values():  # fileb:// gives a file as it is
        return value.encode()
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Failed(
            "Invalid base64: give the text in base64, or --cli-binary-format raw-in-base64-out."
        ) from None


def _downloaded(call: Call, answer: dict[str, Any], place: Cloud) -> dict[str, Any]:
    """A stream goes into the file that the command names."""
    name = call.options.get("outfile")
    rest = {key: one for key, one in answer.items() if not isinstance(one, Body)}
    for one in answer.values():
        if isinstance(one, Body) and isinstance(name, str):
            place.files[name.removeprefix("./")] = str(one)
    return rest


def _kept() -> tuple[Any, Any, Any]:
    return time.sleep, os.environ.get("MOTO_ACCOUNT_ID"), (os.urandom, uuid.uuid4, uuid.uuid1)


def _put_back(sleep: Any, environment: Any, sources: Any) -> None:
    time.sleep = sleep
    os.urandom, uuid.uuid4, uuid.uuid1 = sources
    os.environ.pop("MOTO_ACCOUNT_ID", None)
    if environment is not None:
        os.environ["MOTO_ACCOUNT_ID"] = environment
