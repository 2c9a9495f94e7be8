"""`manage.py evaluate`: one decision a line, whatever stands in the line."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

CASE = {
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::notes/a.txt",
    "resource_account": "111122223333",
    "principal": "arn:aws:iam::111122223333:user/ann",
    "identity": [{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}],
}


def evaluated(engine: str, lines: list[bytes], folder: Path) -> list[str]:
    path = folder / "cases.jsonl"
    path.write_bytes(b"\n".join(lines))
    out = StringIO()
    call_command("evaluate", engine, "--cases", str(path), stdout=out)
    return out.getvalue().splitlines()


def test_bad_lines_are_errors_and_the_rest_goes_on(tmp_path: Path) -> None:
    lines = [
        json.dumps(CASE).encode(),
        b"nonsense",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        json.dumps({**CASE, "identity": []}).encode(),
        json.dumps({**CASE, "identity": [7]}).encode(),
        json.dumps({**CASE, "session": json.dumps({"Statement": []})}).encode(),
        json.dumps(
            {**CASE, "scps": [[{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}]]}
        ).encode(),
    ]
    assert evaluated("iam", lines, tmp_path) == [
        *("Allowed", "error", "error", "error", "error", "ImplicitlyDenied", "error"),
        *("ImplicitlyDenied", "ExplicitlyDenied"),
    ]


def test_events_have_their_engine(tmp_path: Path) -> None:
    line = json.dumps({"pattern": {"source": ["a"]}, "event": {"source": "a"}}).encode()
    assert evaluated("events", [line, b"{}"], tmp_path)[0] == "match"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("evaluate", "iam", "--cases", str(tmp_path / "none.jsonl"))


def test_a_key_that_stands_twice_counts_with_its_last_value(tmp_path: Path) -> None:
    twice = b'{"pattern": {"a": [1], "a": [2]}, "event": {"a": 2}}'
    assert evaluated("events", [twice], tmp_path) == ["match"]
