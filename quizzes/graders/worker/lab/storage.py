"""The commands of `aws s3` that labs have: mb, rb, ls, cp, mv, rm. What is local are the files of the lab.

https://docs.aws.amazon.com/cli/latest/reference/s3/
https://docs.aws.amazon.com/cli/latest/userguide/cli-services-s3-commands.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from quizzes.graders.cli.reading import Call
from quizzes.graders.file_paths import fits
from quizzes.graders.worker.lab.cloud import Cloud, Failed

MOST_KEYS = 1_000
# option of the command → member of PutObject and CopyObject
_MEMBERS = {"--acl": "ACL", "--cache-control": "CacheControl", "--content-type": "ContentType", "--sse":
            "ServerSideEncryption", "--sse-kms-key-id": "SSEKMSKeyId", "--storage-class": "StorageClass",
            "--content-encoding": "ContentEncoding", "--content-disposition": "ContentDisposition",
            "--website-redirect": "WebsiteRedirectLocation", "--metadata": "Metadata",
            "--metadata-directive": "MetadataDirective"}  # fmt: skip
_ALLOWED = {*_MEMBERS, "paths", "path", "--recursive", "--filters", "--dryrun", "--force", "--quiet",
            "--only-show-errors", "--no-progress", "--human-readable", "--summarize"}  # fmt: skip


def _make(call: Call, cloud: Cloud) -> str:
    bucket, key = _address(call.parameters["path"])
    if key:
        raise Failed("A bucket's address is s3://name.")
    region = str(call.options.get("region", "")) or cloud.region
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    _ask(cloud, call, "CreateBucket", {"Bucket": bucket, **where})
    return f"make_bucket: {bucket}"


def _remove_bucket(call: Call, cloud: Cloud) -> str:
    bucket, _ = _address(call.parameters["path"])
    said = []
    if call.parameters.get("--force"):
        for key in _keys(call, cloud, bucket, ""):
            _ask(cloud, call, "DeleteObject", {"Bucket": bucket, "Key": key})
            said.append(f"delete: s3://{bucket}/{key}")
    _ask(cloud, call, "DeleteBucket", {"Bucket": bucket})
    return "\n".join([*said, f"remove_bucket: {bucket}"])


def _list(call: Call, cloud: Cloud) -> str:
    path = _paths(call)[:1]
    if path in ([], ["s3://"]):
        found = _ask(cloud, call, "ListBuckets", {}).get("Buckets", [])
        return "\n".join(f"{_time(one['CreationDate'])} {one['Name']}" for one in found)
    bucket, prefix = _address(path[0])
    parted = {} if call.parameters.get("--recursive") else {"Delimiter": "/"}
    found = _ask(cloud, call, "ListObjectsV2", {"Bucket": bucket, "Prefix": prefix, **parted})
    cut = 0 if call.parameters.get("--recursive") else prefix.rfind("/") + 1
    lines = [f"{'PRE':>30} {one['Prefix'][cut:]}" for one in found.get("CommonPrefixes", [])]
    lines += [
        f"{_time(one['LastModified'])} {one['Size']:>10} {one['Key'][cut:]}"
        for one in found.get("Contents", [])
    ]
    if call.parameters.get("--summarize"):
        objects = found.get("Contents", [])
        total = sum(one["Size"] for one in objects)
        lines += ["", f"Total Objects: {len(objects)}", f"   Total Size: {total}"]
    return "\n".join(lines)


def _copy(call: Call, cloud: Cloud) -> str:
    return "\n".join(_transfers(call, cloud, "copy"))


def _move(call: Call, cloud: Cloud) -> str:
    return "\n".join(_transfers(call, cloud, "move"))


def _transfers(call: Call, cloud: Cloud, word: str) -> Iterator[str]:
    source, target = _paths(call)
    if not any(one.startswith("s3://") for one in (source, target)):
        raise Failed("usage: aws s3 cp <LocalPath> <S3Uri> or <S3Uri> <LocalPath> or <S3Uri> <S3Uri>")
    for start, rest, body in _sources(call, cloud, source):
        end = _target(target, start, rest, bool(call.parameters.get("--recursive")))
        name = (
            word
            if start.startswith("s3://") and end.startswith("s3://")
            else "download"
            if start.startswith("s3://")
            else "upload"
        )
        name = "move" if word == "move" else name
        if call.parameters.get("--dryrun"):
            yield f"(dryrun) {name}: {start} to {end}"
            continue
        _transfer(call, cloud, start, end, body)
        if word == "move":
            _delete(call, cloud, start)
        yield f"{name}: {start} to {end}"


def _sources(call: Call, cloud: Cloud, source: str) -> Iterator[tuple[str, str, str]]:
    """(address, its part below the source, text of a local file)."""
    if call.parameters.get("--recursive"):
        yield from _many(call, cloud, source)
    elif source.startswith("s3://"):
        bucket, key = _address(source)
        if not key or key.endswith("/"):
            raise Failed(
                f"fatal error: An object is copied by its key; for all below {source} use --recursive."
            )
        _ask(cloud, call, "HeadObject", {"Bucket": bucket, "Key": key})
        yield source, key.rpartition("/")[2], ""
    else:
        name = source.removeprefix("./")
        if name not in cloud.files:
            raise Failed(f"The user-provided path {source[:100]} does not exist.")
        yield name, name.rpartition("/")[2], cloud.files[name]


def _many(call: Call, cloud: Cloud, source: str) -> Iterator[tuple[str, str, str]]:
    if source.startswith("s3://"):
        bucket, prefix = _address(source)
        for key in _keys(call, cloud, bucket, prefix):
            rest = key.removeprefix(prefix).lstrip("/")
            if _wanted(call, rest):
                yield f"s3://{bucket}/{key}", rest, ""
        return
    folder = "" if source in (".", "./") else source.removeprefix("./").rstrip("/") + "/"
    names = [name for name in sorted(cloud.files) if name.startswith(folder)]
    if not names:
        raise Failed(f"The user-provided path {source[:100]} does not exist.")
    for name in names:
        if _wanted(call, name.removeprefix(folder)):
            yield name, name.removeprefix(folder), cloud.files[name]


def _wanted(call: Call, name: str) -> bool:
    """The last filter that fits decides; without one everything is wanted."""
    wanted = True
    for kind, pattern in call.parameters.get("--filters") or ():
        if fits(name, pattern):
            wanted = kind == "--include"
    return wanted


def _target(target: str, start: str, rest: str, recursive: bool) -> str:
    if recursive:
        return f"{target.rstrip('/')}/{rest}"
    if target.startswith("s3://"):
        bucket, key = _address(target)
        return f"s3://{bucket}/{key}{rest}" if not key or key.endswith("/") else target
    return rest if target in (".", "./") else f"{target}{rest}" if target.endswith("/") else target


def _transfer(call: Call, cloud: Cloud, start: str, end: str, body: str) -> None:
    members = {_MEMBERS[name]: value for name, value in call.parameters.items() if name in _MEMBERS}
    if members.get("ServerSideEncryption") in ("", True):
        members["ServerSideEncryption"] = "AES256"
    if not end.startswith("s3://"):
        bucket, key = _address(start)
        found = _ask(cloud, call, "GetObject", {"Bucket": bucket, "Key": key})
        cloud.files[end.removeprefix("./")] = str(found.get("Body", ""))
        return
    bucket, key = _address(end)
    if start.startswith("s3://"):
        other, source = _address(start)
        _ask(cloud, call, "CopyObject",
             {"Bucket": bucket, "Key": key, "CopySource": {"Bucket": other, "Key": source}, **members})  # fmt: skip
    else:
        members.pop("MetadataDirective", None)
        _ask(cloud, call, "PutObject", {"Bucket": bucket, "Key": key, "Body": body.encode(), **members})


def _remove(call: Call, cloud: Cloud) -> str:
    bucket, key = _address(_paths(call)[0])
    if not call.parameters.get("--recursive"):
        keys = [key]
    else:
        keys = [
            one for one in _keys(call, cloud, bucket, key) if _wanted(call, one.removeprefix(key).lstrip("/"))
        ]
    said = []
    for one in keys:
        if call.parameters.get("--dryrun"):
            said.append(f"(dryrun) delete: s3://{bucket}/{one}")
            continue
        _ask(cloud, call, "DeleteObject", {"Bucket": bucket, "Key": one})
        said.append(f"delete: s3://{bucket}/{one}")
    return "\n".join(said)


def _delete(call: Call, cloud: Cloud, start: str) -> None:
    if start.startswith("s3://"):
        bucket, key = _address(start)
        _ask(cloud, call, "DeleteObject", {"Bucket": bucket, "Key": key})
    else:
        cloud.files.pop(start, None)


def _keys(call: Call, cloud: Cloud, bucket: str, prefix: str) -> list[str]:
    found = _ask(cloud, call, "ListObjectsV2", {"Bucket": bucket, "Prefix": prefix, "MaxKeys": MOST_KEYS})
    return [str(one["Key"]) for one in found.get("Contents", [])]


def _paths(call: Call) -> list[str]:
    """One path stands alone in a call, several as a list."""
    written = call.parameters.get("paths") or []
    return [written] if isinstance(written, str) else [str(one) for one in written]


def _address(text: Any) -> tuple[str, str]:
    """(bucket, key or prefix)."""
    if not isinstance(text, str) or not text.startswith("s3://"):
        raise Failed("An address in S3 begins with s3://.")
    bucket, _, key = text.removeprefix("s3://").partition("/")
    if not bucket:
        raise Failed("The address names no bucket: s3://bucket/key.")
    return bucket, key


def _ask(cloud: Cloud, call: Call, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    strange = [name for name in call.parameters if name not in _ALLOWED]
    if strange:
        raise Failed(f"Labs know no {', '.join(strange)} of aws s3 {call.command}.")
    return cloud.call("s3", operation, parameters, str(call.options.get("region", "")))


def _time(text: str) -> str:
    return text[:19].replace("T", " ")


STORAGE: Mapping[str, Callable[[Call, Cloud], str]] = {
    "mb": _make, "rb": _remove_bucket, "ls": _list, "cp": _copy, "mv": _move, "rm": _remove,
}  # fmt: skip
