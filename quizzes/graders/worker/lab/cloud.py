"""The made-up account: clients of botocore whose requests moto answers from its own memory. Only in host and child.

Nothing is sent: moto answers before a connection would be opened, and the child could not open one. Ids come from a
seed that is set anew before every command, from its own text: the same ids whatever stands before it.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import logging
import os
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from quizzes.graders.worker import lean
from quizzes.graders.worker.lab.mended import mend

# service of the CLI → of botocore, where they differ
_BOTOCORE = {"s3api": "s3", "deploy": "codedeploy", "configservice": "config"}
# what a lab can use: services that moto keeps without the models of EC2
SERVICES = (
    *("cloudtrail", "cloudwatch", "codebuild", "codecommit", "codepipeline", "configservice", "deploy"),
    *("dynamodb", "ecr", "events", "firehose", "iam", "kinesis", "kms", "lambda", "logs", "s3", "s3api"),
    *("secretsmanager", "sns", "sqs", "ssm", "stepfunctions", "sts"),
)
_MOTO = {"s3api": "s3", "deploy": "codedeploy", "configservice": "config", "lambda": "lambda"}
# policies of the vendor that can be attached; moto has more than a thousand, and holds each as text and as data
POLICIES = (
    *("AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "SecurityAudit", "ViewOnlyAccess"),
    *("AmazonS3FullAccess", "AmazonS3ReadOnlyAccess", "AmazonSQSFullAccess", "AmazonSQSReadOnlyAccess"),
    *("AmazonSNSFullAccess", "AmazonSNSReadOnlyAccess", "AmazonDynamoDBFullAccess", "AmazonDynamoDBReadOnlyAccess"),
    *("AmazonDynamoDBFullAccess_v2", "AmazonSSMReadOnlyAccess", "AmazonSSMManagedInstanceCore", "IAMReadOnlyAccess"),
    *("CloudWatchFullAccess", "CloudWatchReadOnlyAccess", "CloudWatchLogsReadOnlyAccess", "CloudWatchLogsFullAccess"),
    *("AWSLambdaBasicExecutionRole", "AWSLambdaSQSQueueExecutionRole", "AWSLambdaKinesisExecutionRole"),
    *("AWSLambdaDynamoDBExecutionRole", "AWSLambdaVPCAccessExecutionRole", "AWSLambda_ReadOnlyAccess"),
    *("AWSLambda_FullAccess", "AWSCodeDeployRole", "AWSCodeDeployRoleForLambda", "AWSCodeCommitReadOnly"),
    *("AWSCodeBuildReadOnlyAccess", "AWSCodePipeline_ReadOnlyAccess", "AmazonEC2ContainerRegistryReadOnly"),
    *("AmazonEC2ContainerRegistryPowerUser", "AmazonKinesisReadOnlyAccess", "SecretsManagerReadWrite"),
)  # fmt: skip
_STEP_SECONDS = 1.0
_FIRST = ("123456789012", "us-east-1")  # moto looks up the addresses of every service there

_session: Any = None
_ready: dict[tuple[str, str], Any] = {}  # clients by service of botocore and region; children inherit them
MOST_READY = 120


class Failed(Exception):
    """What the CLI prints when a call fails. `code` is the service's, such as NoSuchBucket, or "" before any call."""

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code


def load() -> None:
    """Import botocore and moto's services, and read what clients need from disk."""
    global _session
    logging.getLogger("botocore").setLevel(logging.CRITICAL)
    import_module("time_machine")
    _lean_models()
    with _without_catalogues():
        get_backend = import_module("moto.backends").get_backend
        for service in SERVICES:
            get_backend(_MOTO.get(service, service))
        for service in SERVICES:
            _import_package(_MOTO.get(service, service))
    _few_policies()
    mend()
    import_module("moto").mock_aws(
        config={
            "iam": {"load_aws_managed_policies": True},
            "lambda": {"use_docker": False},
            "core": {"reset_boto3_session": False},
        }
    ).start()
    _session = import_module("botocore.session").Session()
    for service in SERVICES:
        client = ready(service, "eu-west-1")
        with contextlib.suppress(Exception):  # not every service has pages and waiters
            client.can_paginate("x")
            client.waiter_names  # noqa: B018  (reads them)
    _read_late()


def reset() -> None:
    """Forget every account, as if nothing had been done."""
    import_module("moto.core.base_backend").BackendDict.reset()


@contextlib.contextmanager
def _without_catalogues() -> Iterator[None]:
    """Parameter Store imports EC2, and EC2 reads 80 MB of instance types and images that no lab has."""
    utils: Any = import_module("moto.utilities.utils")
    original: Callable[[str], Any] = utils.load_resource
    utils.load_resource = lambda name: {} if "ec2/resources" in name else original(name)
    try:
        yield
    finally:
        utils.load_resource = original


def _lean_models() -> None:
    """Descriptions are most of a service's model, and nobody reads them here."""

    def read(self: Any, path: str, opened: Callable[..., Any]) -> Any:
        if not Path(path).is_file():
            return None
        with opened(path, "rb") as file:
            return json.loads(file.read(), object_pairs_hook=_without_descriptions)

    import_module("botocore.loaders").JSONFileLoader._load_file = read


def _without_descriptions(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Some are asked for by name, so their names stay."""
    return lean.shared([(key, "" if key == "documentation" else value) for key, value in pairs])


def _few_policies() -> None:
    """Of the vendor's own policies, with all their statements, those that a lab may attach."""
    data: Any = import_module("moto.iam.aws_managed_policies")
    models: Any = import_module("moto.iam.models")
    every = json.loads(data.aws_managed_policies_data)
    kept = json.dumps({name: every[name] for name in POLICIES if name in every})
    models.aws_managed_policies_data = data.aws_managed_policies_data = kept


def _import_package(service: str) -> None:
    """Modules that moto imports within functions."""
    import pkgutil

    package = import_module(f"moto.{_FOLDERS.get(service, service)}")
    for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        with contextlib.suppress(Exception):  # parts that need packages which are not installed
            import_module(one.name)


_FOLDERS = {"lambda": "awslambda"}


def _read_late() -> None:
    for name in (
        "stringprep",
        "encodings.idna",
        "email.parser",
        "zipfile",
        "xml.etree.ElementTree",
        "dateutil.tz",
    ):
        with contextlib.suppress(ImportError):
            import_module(name)


def ready(service: str, region: str) -> Any:
    """A client, made once for the process. In the host: for this and all later labs."""
    name = _BOTOCORE.get(service, service)
    if (name, region) not in _ready:
        if len(_ready) >= MOST_READY:
            _ready.clear()
        _ready[name, region] = _client(name, region)
    return _ready[name, region]


def _client(name: str, region: str) -> Any:
    config = import_module("botocore.config").Config
    settings = config(
        retries={"max_attempts": 1}, parameter_validation=True, connect_timeout=1, read_timeout=1
    )
    return _session.create_client(
        name, region_name=region, config=settings,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="made-up",  # noqa: S106
    )  # fmt: skip


class Cloud:
    """One account at one time, with the files of a lab. Only in a child: it changes the process."""

    def __init__(self, account: str, region: str, files: Mapping[str, str], seed: str, clock: Any) -> None:
        os.environ["MOTO_ACCOUNT_ID"] = account
        self.account, self.region, self.seed, self.clock = account, region, seed, clock
        self.files: dict[str, str] = dict(files)
        self._asked: dict[str, int] = {}
        self.meet("iam")  # every call of any service asks who calls
        time.sleep = clock.shift  # waiting takes no time: the clock goes on

    def meet(self, service: str, region: str = "") -> None:
        """Before `begin`: what moto makes up when it first meets an account must not use up the command's ids."""
        if service not in SERVICES:
            return
        accounts = import_module("moto.backends").get_backend(_MOTO.get(service, service))
        for account in {self.account, _FIRST[0]}:
            for name in {region or self.region, _FIRST[1], "aws"} & set(accounts[account].regions):
                accounts[account][name]

    def begin(self, command: str) -> None:
        """Before each command: a second has passed, and ids follow from what is asked, and how often it was."""
        times = self._asked[command] = self._asked.get(command, 0) + 1
        seed = hashlib.sha256(f"{self.seed}\0{command}\0{times}".encode()).digest()
        chance = random.Random(seed)  # noqa: S311  (made-up ids)
        random.seed(seed)
        import_module("moto.moto_api._internal").mock_random.seed(seed)
        os.urandom = chance.randbytes
        uuid.uuid4 = lambda: uuid.UUID(bytes=chance.randbytes(16), version=4)
        uuid.uuid1 = lambda *_: uuid.UUID(bytes=chance.randbytes(16), version=1)
        self.clock.shift(_STEP_SECONDS)

    def client(self, service: str, region: str = "") -> Any:
        """Raises Failed for a service that no lab has."""
        if service not in SERVICES:
            known = ", ".join(SERVICES)
            raise Failed(f"Labs have no {service}. They have {known}.")
        return ready(service, region or self.region)

    def call(
        self, service: str, operation: str, parameters: Mapping[str, Any], region: str = ""
    ) -> dict[str, Any]:
        """What the service answers, as plain data; bodies as {"…": bytes}. Raises Failed."""
        client = self.client(service, region)
        self._check_address(operation, parameters, region or self.region)
        return self._guarded(operation, lambda: client._make_api_call(operation, dict(parameters)))

    def pages(
        self, service: str, operation: str, parameters: Mapping[str, Any], region: str = ""
    ) -> dict[str, Any]:
        """As `call`, with all pages put together where the operation has pages."""
        client, name = self.client(service, region), import_module("botocore").xform_name(operation)
        if not client.can_paginate(name):
            return self.call(service, operation, parameters, region)
        self._check_address(operation, parameters, region or self.region)
        return self._guarded(
            operation, lambda: client.get_paginator(name).paginate(**parameters).build_full_result()
        )

    def _check_address(self, operation: str, parameters: Mapping[str, Any], region: str) -> None:
        """A queue answers at the endpoint of its own Region; moto looks at the queue's name alone."""
        address = str(parameters.get("QueueUrl", ""))
        if address.startswith("https://sqs.") and not address.startswith(
            f"https://sqs.{region}.amazonaws.com/"
        ):
            said = f"The address {address[:120]} is not valid for this endpoint."
            raise Failed(f"An error occurred (InvalidAddress) when calling the {operation} operation: {said}",
                         "InvalidAddress")  # fmt: skip

    def wait(self, service: str, name: str, parameters: Mapping[str, Any], region: str = "") -> None:
        waiter = self.client(service, region).get_waiter(name.replace("-", "_"))
        self._guarded(f"wait {name}", lambda: waiter.wait(**parameters) or {})

    def _guarded(self, operation: str, send: Callable[[], Any]) -> dict[str, Any]:
        errors = import_module("botocore.exceptions")
        try:
            answer = send()
        except errors.ClientError as error:
            found = error.response.get("Error", {})
            if found.get("Message") == "Not yet implemented":  # moto's words, not the vendor's
                raise Failed(f"Labs have no {operation}.") from None
            raise Failed(f"{error}", str(found.get("Code", ""))) from None
        except errors.WaiterError as error:
            raise Failed(f"{error}") from None
        except errors.BotoCoreError as error:
            raise Failed(str(error)) from None
        except (MemoryError, Failed):
            raise
        except NotImplementedError:
            raise Failed(f"Labs have no {operation}.") from None
        except Exception as error:
            raise Failed(f"{operation} did not work with these values; look at them again.") from error
        answer.pop("ResponseMetadata", None)
        return plain(answer)


def plain(value: Any) -> Any:
    """Data of botocore as the CLI shows it: times in ISO 8601, bytes in base64, streams read to their end."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(one) for one in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if isinstance(value, io.IOBase) or hasattr(value, "read"):
        return Body(value.read())
    return value


class Body(str):
    """The text of a stream: what a download writes into a file."""

    __slots__ = ()

    def __new__(cls, data: bytes) -> Body:
        return super().__new__(cls, data.decode("utf-8", "replace"))
